"""Taking a client's e.firma in, the first or in place of another."""

from dataclasses import dataclass

from horux_core.fiel import inspecting, metadata
from horux_core.fiel.admitting import Admission
from horux_core.fiel.chaining import CERTIFICADO
from horux_core.fiel.events import FielStored
from horux_core.fiel.finishing import held
from horux_core.fiel.keeping import Note, Plain, Safe, sealed_anew
from horux_core.fiel.model import Component, FielStatus, Inspected, Seal, Sealed, Upload, UseKind
from horux_core.fiel.padding import padded
from horux_core.fiel.ports import Inspector, VaultTransaction
from horux_core.fiel.showing import status
from horux_core.fiel.unsealing import require_live
from horux_core.identity.deeds import deed
from horux_core.identity.model import Actor, Permission
from horux_core.plans.policy import require_writable
from horux_core.plans.ports import Entitlements
from horux_core.tenancy.model import Tenant
from horux_core.tenancy.ports import Registry

SUBIDA = "fiel-subida"


@dataclass(frozen=True, slots=True)
class StoreFiel:
    """Keep an e.firma that serves, in both copies or, on any failure, in neither."""

    safe: Safe
    registry: Registry
    entitlements: Entitlements
    inspector: Inspector
    admission: Admission

    def __call__(self, actor: Actor, upload: Upload) -> FielStatus:
        """Raises ActionForbidden, ReauthenticationRequired, SubscriptionInactive, TooManyAttempts, what `inspect`
        raises, LedgerBroken or VaultUnavailable.
        """
        actor.require(Permission.OWN)
        actor.require_fresh()
        require_writable(self.entitlements.of(actor.tenant), actor.viewing)
        tenant = self.registry.get(actor.tenant)
        now = self.safe.clock()
        with self.admission.admitted(tenant.id, now):
            inspected = inspecting.inspect(self.inspector, upload, tenant.rfc, now)
        described = metadata.dumped(inspected.certificado, now)
        plain = {
            Component.CERTIFICATE: inspected.certificate,
            Component.PRIVATE_KEY: inspected.private_key,
            Component.PASSWORD: padded(inspected.password),
            Component.METADATA: described,
        }
        row = self._kept(actor, tenant, inspected, plain)
        return status(row, now)

    def _kept(self, actor: Actor, tenant: Tenant, inspected: Inspected, plain: Plain) -> Sealed:
        with held(self.safe, tenant) as book:
            require_live(self.registry, tenant.id)
            book.require_sound()
            kind = UseKind.ALTA if book.current is None else UseKind.REEMPLAZO
            certificado = inspected.certificado

            def told(tx: VaultTransaction, seal: Seal) -> None:
                detail = {"numeroCertificado": certificado.numero, "sello": seal.id}
                tx.audit.record(deed(actor, tenant.id, SUBIDA, "POST", "/api/fiel", detail))
                until, at = certificado.valido_hasta.isoformat(), self.safe.clock().isoformat()
                tx.outbox.put(FielStored(tenant.id, seal.id, certificado.numero, until, actor.email, at))

            if book.anchor is None:
                # From its first entry on, a book without its anchor is a broken one.
                self.safe.anchors.put(tenant.id, book.head)
            note = Note.of(actor, f"{CERTIFICADO}{certificado.numero}")
            return sealed_anew(self.safe, tenant, book.head, kind, note, plain, told)
