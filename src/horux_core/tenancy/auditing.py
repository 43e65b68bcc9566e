"""Reading what was done in a taxpayer's name (SPEC 2.1)."""

from dataclasses import dataclass

from horux_core.audit.model import Entry
from horux_core.audit.ports import AuditTrail
from horux_core.identity.model import Actor, Permission
from horux_core.kernel.pages import Page


@dataclass(frozen=True, slots=True)
class ReadOwnAudit:
    """For a taxpayer's owner: everything done in its books, by the operator's staff too."""

    trail: AuditTrail

    def __call__(self, actor: Actor, cursor: str | None, limit: int) -> Page[Entry]:
        actor.require(Permission.OWN)
        return self.trail.page(actor.tenant, cursor, limit)


@dataclass(frozen=True, slots=True)
class ReadWholeAudit:
    """For the operator's staff: everything done anywhere."""

    trail: AuditTrail

    def __call__(self, actor: Actor, cursor: str | None, limit: int) -> Page[Entry]:
        actor.require(Permission.OPERATE)
        return self.trail.page(None, cursor, limit)
