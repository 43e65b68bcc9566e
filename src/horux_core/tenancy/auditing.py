"""Reading what was done in a taxpayer's name (SPEC 2.1)."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from enum import StrEnum
from uuid import UUID

from horux_core.audit.model import Entry, Hands
from horux_core.audit.ports import AuditTrail
from horux_core.identity.model import Actor, Permission
from horux_core.identity.ports import Directory
from horux_core.kernel.ids import UserId
from horux_core.kernel.pages import Page
from horux_core.tenancy.listing import live
from horux_core.tenancy.ports import Registry


class Origin(StrEnum):
    """Whose hands did a deed: those of the taxpayer's own people, or the operator's, the product itself included."""

    EMPRESA = "empresa"
    OPERADOR = "operador"


@dataclass(frozen=True, slots=True)
class ReadOwnAudit:
    """For a taxpayer's owner: everything done in its books, by the operator's staff too."""

    trail: AuditTrail

    def __call__(self, actor: Actor, cursor: str | None, limit: int) -> Page[Entry]:
        actor.require(Permission.OWN)
        return self.trail.page(actor.tenant, cursor, limit)


@dataclass(frozen=True, slots=True)
class SearchOwnAudit:
    """The same, of some only, and telling whose hands each deed was in."""

    trail: AuditTrail
    directory: Directory

    def __call__(
        self, actor: Actor, cursor: str | None, limit: int, who: str = "", origin: Origin | None = None
    ) -> Page[Entry]:
        """`who` is in the address of whoever did it. Raises CursorMalformed."""
        actor.require(Permission.OWN)
        hands = None if origin is None else Hands(self._operators(), origin is Origin.OPERADOR)
        return self.trail.page(actor.tenant, cursor, limit, who, hands=hands)

    def origins(self, entries: Iterable[Entry]) -> Mapping[UUID, Origin]:
        """Of each of them, by its id."""
        operators = self._operators()
        return {
            entry.id: Origin.OPERADOR if entry.user is None or entry.user in operators else Origin.EMPRESA
            for entry in entries
        }

    def _operators(self) -> frozenset[UserId]:
        with self.directory.transaction() as tx:
            return tx.users.operators()


@dataclass(frozen=True, slots=True)
class ReadWholeAudit:
    """For the operator's staff: everything done anywhere, or to one client, by one person, or of one kind.

    Raises TenantMissing for an RFC that no client has, and CursorMalformed.
    """

    trail: AuditTrail
    registry: Registry

    def __call__(
        self, actor: Actor, cursor: str | None, limit: int, rfc: str = "", who: str = "", action: str = ""
    ) -> Page[Entry]:
        actor.require(Permission.OPERATE)
        tenant = live(self.registry, rfc).id if rfc else None
        return self.trail.page(tenant, cursor, limit, who, action)
