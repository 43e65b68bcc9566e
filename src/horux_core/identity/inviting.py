"""Letting people into a taxpayer. The mail, and the temporary password in it, are the worker's."""

from dataclasses import dataclass, replace
from datetime import datetime
from uuid import uuid4

from horux_core.identity.addresses import email_address
from horux_core.identity.deeds import INVITACION, deed
from horux_core.identity.errors import (
    AlreadyMember,
    EmailTaken,
    RoleUnknown,
    TooManyAttempts,
    UserMissing,
)
from horux_core.identity.events import PersonInvited
from horux_core.identity.model import Actor, Member, Membership, Permission, Role, User
from horux_core.identity.naming import nombre_of_person
from horux_core.identity.ports import Directory, DirectoryTransaction, Throttle
from horux_core.kernel.clock import Clock
from horux_core.kernel.ids import TenantId, UserId
from horux_core.plans.model import Entitlement, Feature
from horux_core.plans.policy import require_user_room, require_writable
from horux_core.plans.ports import Entitlements

OF_ONE_GUEST = 5
"""Invitations of a taxpayer to one address or person in an hour: enough for slips, and no flood to who never asked."""
OF_ONE_TAXPAYER = 30
"""Invitations of a taxpayer in an hour: an office comes in within one, and its account is no mailing machine."""


@dataclass(frozen=True, slots=True)
class Guest:
    """Who is let in, as its owner wrote it."""

    email: str
    nombre: str
    role: str


@dataclass(frozen=True, slots=True)
class InvitePerson:
    """Let somebody into the open taxpayer and have it told by mail; never more people than the limit (SPEC 2.14, 3).

    Raises SubscriptionInactive, EmailMalformed, NombreMalformed, RoleUnknown, TooManyAttempts, AlreadyMember,
    PlanLimitReached, and EmailTaken for who belongs elsewhere when the plan does not join taxpayers: an invitation
    that was not taken up is in nobody's way. The operator's staff and the disabled are let in as anybody, so that
    nobody learns who they are, and come in no more than before.
    """

    directory: Directory
    entitlements: Entitlements
    throttle: Throttle
    clock: Clock

    def __call__(self, actor: Actor, guest: Guest) -> Member:
        actor.require(Permission.OWN)
        by, _ = actor.signed_in()
        tenant, entitlement = actor.tenant, self.entitlements.of(actor.tenant)
        require_writable(entitlement, actor.viewing)
        newcomer, role = self._newcomer(guest), _role(guest.role)
        _admit(self.throttle, tenant, newcomer.email, newcomer.created_at)
        with self.directory.transaction() as tx:
            known = _known(tx, newcomer.email)
            limit = tx.memberships.lock(tenant)
            people = tx.memberships.people(tenant)
            if any(member.user.email == newcomer.email for member in people):
                raise AlreadyMember
            require_user_room(replace(entitlement, users_limit=limit), len(people))
            if known is None:
                user = newcomer
                tx.users.add(user)
            else:
                _require_free(tx, known, tenant, entitlement)
                user = known.called(newcomer.nombre)
                tx.users.save(user)
            membership = Membership(user.id, tenant, role, newcomer.nombre, newcomer.created_at)
            tx.memberships.add(membership)
            tx.outbox.put(PersonInvited(tenant, user.id, by))
            what = {"email": user.email, "role": role}
            tx.audit.record(deed(actor, tenant, INVITACION, "POST", "/api/usuarios/invite", what))
        return Member(user, membership)

    def _newcomer(self, guest: Guest) -> User:
        email, nombre = email_address(guest.email), nombre_of_person(guest.nombre)
        return User(UserId(uuid4()), email, nombre, False, None, True, None, True, self.clock())


@dataclass(frozen=True, slots=True)
class InviteAgain:
    """Send somebody of the open taxpayer its invitation once more; a temporary password it had is replaced.

    Raises SubscriptionInactive, UserMissing, and TooManyAttempts when it was asked for again and again.
    """

    directory: Directory
    entitlements: Entitlements
    throttle: Throttle
    clock: Clock

    def __call__(self, actor: Actor, person: UserId) -> None:
        actor.require(Permission.OWN)
        by, _ = actor.signed_in()
        require_writable(self.entitlements.of(actor.tenant), actor.viewing)
        _admit(self.throttle, actor.tenant, str(person), self.clock())
        with self.directory.transaction() as tx:
            if all(membership.tenant != actor.tenant for membership in tx.memberships.of_user(person)):
                raise UserMissing
            tx.outbox.put(PersonInvited(actor.tenant, person, by))
            path = f"/api/usuarios/{person}/reinvite"
            tx.audit.record(deed(actor, actor.tenant, INVITACION, "POST", path))


def _admit(throttle: Throttle, tenant: TenantId, guest: str, now: datetime) -> None:
    """Counted before anything is looked up, whatever becomes of it. `guest` is who the invitation goes to."""
    wait = throttle.take(f"invitacion:{tenant}:{guest}", now, OF_ONE_GUEST)
    wait = wait or throttle.take(f"invitaciones:{tenant}", now, OF_ONE_TAXPAYER)
    if wait:
        minutes = -(-wait // 60)
        span = "1 minuto" if minutes == 1 else f"{minutes} minutos"
        raise TooManyAttempts(f"Son muchas invitaciones. Espera {span} y vuelve a intentar.", retryAfter=wait)


def _known(tx: DirectoryTransaction, email: str) -> User | None:
    found = tx.users.by_email(email)
    return None if found is None else tx.users.lock(found.id)


def _require_free(tx: DirectoryTransaction, user: User, tenant: TenantId, entitlement: Entitlement) -> None:
    """Raises EmailTaken for one that may not belong to this taxpayer too."""
    elsewhere = any(one.binding and one.tenant != tenant for one in tx.memberships.of_user(user.id))
    if elsewhere and Feature.MULTI_EMPRESA not in entitlement.features:
        raise EmailTaken("Ese correo ya es de otro usuario. Invita a otro, o pide a soporte el plan enterprise.")


def _role(text: str) -> Role:
    try:
        return Role(text)
    except ValueError as error:
        raise RoleUnknown(f"El rol no existe. Elige uno de estos: {', '.join(Role)}.") from error
