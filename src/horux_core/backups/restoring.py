"""Bringing one client's books back, beside those it has or in their place; no e.firma nor anything else is touched."""

from dataclasses import dataclass

from horux_core.audit.model import Deed
from horux_core.backups import naming
from horux_core.backups.errors import BackupMissing, NotRestorable
from horux_core.backups.manifest import Listed, Manifest
from horux_core.backups.model import Kind, Subject
from horux_core.backups.ports import Site
from horux_core.backups.shelf import Key, Shelf, chosen, held, poured, read_manifest, require_intact
from horux_core.identity.deeds import deed
from horux_core.identity.model import Actor, Permission
from horux_core.kernel.rfc import Rfc
from horux_core.tenancy.errors import TenantMissing
from horux_core.tenancy.model import Tenant
from horux_core.tenancy.ports import Registry

RESTAURACION, RESTAURADO = "restauracion-empezada", "respaldo-restaurado"


@dataclass(frozen=True, slots=True)
class Restored:
    """`database` holds what was restored; `aside` what was there before, None when nothing was replaced."""

    run: str
    database: str
    aside: str | None
    rows: int


@dataclass(frozen=True, slots=True)
class RestoreClient:
    """Everything is checked before anything is changed: signature, digests, and the restored rows themselves."""

    shelf: Shelf
    registry: Registry
    site: Site

    def __call__(self, actor: Actor, rfc: str, wanted: str | None, key: Key, *, over: bool) -> Restored:
        """Raises BackupUnderWay, BackupMissing, BackupKeyInvalid, BackupDamaged, BackupFailed, NotRestorable."""
        actor.require(Permission.OPERATE)
        with held(self.shelf.log):
            run = chosen(self.shelf, wanted)
            manifest, tenant = read_manifest(self.shelf, run, key), self._living(rfc)
            listed = _of_client(manifest, tenant, rfc)
            subject = listed.file.subject
            if over:
                if tenant is None or subject.tenant != tenant.id:
                    raise NotRestorable(f"{rfc} no es hoy ese cliente: restáuralo al lado (--beside).")
                subject = Subject(Kind.CLIENTE, tenant.id, str(tenant.rfc), tenant.database_name, tenant.server)
            require_intact(self.shelf, run, listed.file)
            now = self.shelf.clock()
            beside, aside = naming.beside_name(subject, now), naming.aside_name(subject, now)
            with self.site.beside(subject, beside) as trial:
                found = poured(self.shelf, run, listed, key, trial)
            if not over or tenant is None:
                return Restored(run, beside, None, found.rows)
            self._require_there(tenant, beside)
            path, detail = f"horux backup restore --rfc {tenant.rfc}", {"respaldo": run, "anterior": aside}
            self._told(tenant, deed(actor, tenant.id, RESTAURACION, "POST", path, detail))
            self.site.swap(subject, beside, aside, run)
            self._told(tenant, deed(actor, tenant.id, RESTAURADO, "POST", path, detail))
            return Restored(run, subject.database, aside, found.rows)

    def _living(self, rfc: str) -> Tenant | None:
        try:
            return self.registry.find(Rfc(rfc))
        except TenantMissing:
            return None

    def _require_there(self, tenant: Tenant, beside: str) -> None:
        """Raises NotRestorable when it was moved or let go since: where its books were nobody would read them."""
        with self.registry.transaction() as tx:
            now = tx.tenants.lock(tenant.id)
        if (now.server, now.database_name) != (tenant.server, tenant.database_name):
            raise NotRestorable(
                f"{tenant.rfc} se mudó o se dio de baja mientras tanto y sus libros no cambiaron: repite la orden. "
                f"Lo restaurado quedó en {beside}."
            )

    def _told(self, tenant: Tenant, what: Deed) -> None:
        """The client reads it in its own trail, and every process lets go of what it remembers of it.

        Before the books change as well: a kill in between leaves no change that its trail does not tell.
        """
        with self.registry.transaction() as tx:
            tx.tenants.save(tx.tenants.lock(tenant.id))
            tx.audit.record(what)


def _of_client(manifest: Manifest, tenant: Tenant | None, rfc: str) -> Listed:
    """By the client's id; one that has left, by the RFC it had. Raises BackupMissing."""
    clients = [listed for listed in manifest.files if listed.file.subject.kind is Kind.CLIENTE]
    own = [one for one in clients if tenant is not None and one.file.subject.tenant == tenant.id]
    mine = own or [one for one in clients if one.file.subject.rfc == str(Rfc(rfc))]
    if not mine:
        raise BackupMissing(f"En ese respaldo no hay nada de {rfc}.")
    return mine[-1]
