"""Who belongs to a taxpayer, and letting somebody go."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

from horux_core.identity.deeds import RETIRO, deed
from horux_core.identity.errors import LastOwner, UserMissing
from horux_core.identity.model import Actor, Member, Permission, Role
from horux_core.identity.ports import Directory
from horux_core.kernel.clock import Clock
from horux_core.kernel.ids import UserId
from horux_core.kernel.pages import Page
from horux_core.plans.policy import require_writable
from horux_core.plans.ports import Entitlements

PAGE = 50
LONGEST_PAGE = 200


@dataclass(frozen=True, slots=True)
class ListPeople:
    """Everybody of the open taxpayer, by address: a cursor is the last address seen."""

    directory: Directory

    def __call__(self, actor: Actor, cursor: str | None = None, limit: int = PAGE) -> Page[Member]:
        actor.require(Permission.OWN)
        with self.directory.transaction() as tx:
            people = tx.memberships.people(actor.tenant)
        left = [member for member in people if member.user.email > (cursor or "")]
        shown = tuple(left[: max(1, min(limit, LONGEST_PAGE))])
        return Page(shown, shown[-1].user.email if len(left) > len(shown) else None)


@dataclass(frozen=True, slots=True)
class SeePeople:
    """When those of the open taxpayer who have a session in it were last there: a session lives on as it is used."""

    directory: Directory
    clock: Clock
    session_ttl: timedelta

    def __call__(self, actor: Actor) -> Mapping[UserId, datetime]:
        actor.require(Permission.OWN)
        with self.directory.transaction() as tx:
            return tx.sessions.last_seen(actor.tenant, self.clock(), self.session_ttl)


@dataclass(frozen=True, slots=True)
class RemovePerson:
    """Let somebody go: its sessions in the open taxpayer end. Raises SubscriptionInactive, UserMissing, LastOwner.

    An owner stays who has come in and may again: an invitation that nobody took up leaves a taxpayer to nobody.
    """

    directory: Directory
    entitlements: Entitlements

    def __call__(self, actor: Actor, person: UserId) -> None:
        actor.require(Permission.OWN)
        tenant = actor.tenant
        require_writable(self.entitlements.of(tenant), actor.viewing)
        with self.directory.transaction() as tx:
            tx.users.lock(person)
            tx.memberships.lock(tenant)
            people = {member.user.id: member for member in tx.memberships.people(tenant)}
            if person not in people:
                raise UserMissing
            leaving = people.pop(person)
            if leaving.role is Role.OWNER and not any(map(_owns, people.values())):
                raise LastOwner
            tx.memberships.remove(person, tenant)
            what = {"email": leaving.user.email, "role": leaving.role}
            tx.audit.record(deed(actor, tenant, RETIRO, "DELETE", f"/api/usuarios/{person}", what))


def _owns(member: Member) -> bool:
    return member.role is Role.OWNER and member.accepted and member.user.active
