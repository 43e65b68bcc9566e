"""Telling of clients' e.firmas: that one is kept, that it expires soon, that it is or was damaged."""

from dataclasses import dataclass
from datetime import datetime

from horux_core.fiel import events
from horux_core.fiel.findings import Health
from horux_core.fiel.ports import Vault
from horux_core.fiel.showing import dias_restantes
from horux_core.kernel.clock import Clock, dia_fiscal
from horux_core.kernel.ids import EventId
from horux_core.notifications import letters
from horux_core.notifications.posting import PostMail, post_all, to_both, to_each
from horux_core.notifications.readers import Readers


@dataclass(frozen=True, slots=True)
class TellFielStored:
    """That a client uploaded its e.firma, to the operator. Raises what `PostMail` raises."""

    readers: Readers
    post: PostMail

    def __call__(self, event: events.FielStored, ident: EventId) -> None:
        tenant = self.readers.client(event.tenant)
        if tenant is None:
            return
        until, at = datetime.fromisoformat(event.valido_hasta), datetime.fromisoformat(event.at)
        letter = letters.FielUploaded(
            tenant.nombre, str(tenant.rfc), event.numero_certificado, dia_fiscal(until), event.by, at
        )
        post_all(self.post, ident, tenant.id, to_each(self.readers.operator(), letter))


@dataclass(frozen=True, slots=True)
class TellFielExpiring:
    """That it ends soon, to the client's owners and the operator; not once it was replaced, destroyed or has ended.

    Raises what `PostMail` raises.
    """

    readers: Readers
    vault: Vault
    post: PostMail
    clock: Clock
    login_url: str

    def __call__(self, event: events.FielExpiring, ident: EventId) -> None:
        tenant, kept, now = self.readers.client(event.tenant), self.vault.stored(event.tenant), self.clock()
        if tenant is None or kept is None:
            return
        certificado = kept.certificado
        if certificado.numero != event.numero_certificado or certificado.valido_hasta <= now:
            return
        letter = letters.FielExpiring(
            tenant.nombre, str(tenant.rfc), certificado.numero, dia_fiscal(certificado.valido_hasta),
            dias_restantes(certificado, now), self.login_url,
        )  # fmt: skip
        post_all(self.post, ident, tenant.id, to_both(self.readers, tenant.id, letter))


@dataclass(frozen=True, slots=True)
class TellFielHealed:
    """That a copy was damaged and is whole again, to the operator: a disk or a person did it. Raises as `PostMail`."""

    readers: Readers
    post: PostMail

    def __call__(self, event: events.FielHealed, ident: EventId) -> None:
        tenant = self.readers.client(event.tenant)
        if tenant is None:
            return
        letter = letters.FielHealed(tenant.nombre, str(tenant.rfc), event.copy, datetime.fromisoformat(event.at))
        post_all(self.post, ident, tenant.id, to_each(self.readers.operator(), letter))


@dataclass(frozen=True, slots=True)
class TellFielTrouble:
    """That it cannot be opened and somebody has to see why, to the operator. Raises what `PostMail` raises.

    Of a client that nobody knows there is only the identifier.
    """

    readers: Readers
    post: PostMail

    def __call__(self, event: events.FielTrouble, ident: EventId) -> None:
        named = self._named(event)
        if named is None:
            return
        letter = letters.FielTrouble(*named, event.health, datetime.fromisoformat(event.at))
        post_all(self.post, ident, event.tenant, to_each(self.readers.operator(), letter))

    def _named(self, event: events.FielTrouble) -> tuple[str, str] | None:
        """The client's name and RFC; None for one that has left."""
        if event.health == Health.SIN_EMPRESA:
            return str(event.tenant), ""
        tenant = self.readers.client(event.tenant)
        return None if tenant is None else (tenant.nombre, str(tenant.rfc))
