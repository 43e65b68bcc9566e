"""The operator's own people, as each of them sees and manages the others."""

from dataclasses import dataclass, replace
from datetime import datetime
from uuid import uuid4

from horux_core.identity.addresses import email_address
from horux_core.identity.deeds import (
    FACTOR_QUITADO,
    OPERADOR_ALTA,
    OPERADOR_BAJA,
    OPERADOR_SESIONES,
    OPERADOR_VUELTA,
    deed,
)
from horux_core.identity.errors import OwnAccount, SecondFactorMissing, UserMissing, session_ended
from horux_core.identity.events import ResetAsked
from horux_core.identity.model import Actor, Permission, User
from horux_core.identity.naming import nombre_of_person
from horux_core.identity.ports import Directory, DirectoryTransaction
from horux_core.kernel.clock import Clock
from horux_core.kernel.ids import UserId

_PATH = "/op/personal"
_ADMITTED = {True: OPERADOR_VUELTA, False: OPERADOR_BAJA}


@dataclass(frozen=True, slots=True)
class Operator:
    """One of the operator's people; `entered_at` as far as it is remembered."""

    user: User
    entered_at: datetime | None
    has_factor: bool


@dataclass(frozen=True, slots=True)
class ListStaff:
    """Everybody of the operator's, by address."""

    directory: Directory

    def __call__(self, actor: Actor) -> tuple[Operator, ...]:
        actor.require(Permission.OPERATE)
        with self.directory.transaction() as tx:
            entered, holders = tx.sessions.last_begun(), tx.factors.holders()
            return tuple(Operator(u, entered.get(u.id), u.id in holders) for u in tx.users.every_operator())


@dataclass(frozen=True, slots=True)
class InviteOperator:
    """Take somebody in: it chooses its password by the link that is mailed, and nobody else ever knows one."""

    directory: Directory
    clock: Clock

    def __call__(self, actor: Actor, email: str, nombre: str) -> User:
        """Raises ActionForbidden, ReauthenticationRequired, EmailMalformed, NombreMalformed, EmailTaken."""
        _require(actor)
        address, name = email_address(email), nombre_of_person(nombre)
        user = User(UserId(uuid4()), address, name, True, None, False, None, True, self.clock())
        with self.directory.transaction() as tx:
            tx.users.add(user)
            tx.outbox.put(ResetAsked(address))
            tx.audit.record(deed(actor, None, OPERADOR_ALTA, "POST", _PATH, {"email": address}))
        return user


@dataclass(frozen=True, slots=True)
class SendOperatorLink:
    """Mail one of the operator's people the link by which it chooses its password."""

    directory: Directory

    def __call__(self, actor: Actor, person: UserId) -> User:
        """Raises ActionForbidden, UserMissing: also of who may not come in."""
        actor.require(Permission.OPERATE)
        with self.directory.transaction() as tx:
            user = tx.users.get(person)
            if user is None or not user.platform_admin or not user.active:
                raise UserMissing
            tx.outbox.put(ResetAsked(user.email))
        return user


@dataclass(frozen=True, slots=True)
class AdmitOperator:
    """Let one of the operator's people in no more, at once, or again; never oneself, so that somebody is left."""

    directory: Directory
    clock: Clock

    def __call__(self, actor: Actor, person: UserId, active: bool) -> User:
        """Raises ActionForbidden, ReauthenticationRequired, OwnAccount, UserMissing."""
        _require(actor)
        now = self.clock()
        with self.directory.transaction() as tx:
            user = replace(_other(tx, actor, person, now), active=active)
            tx.users.save(user)
            if not active:
                tx.sessions.end_of(person, now)
                tx.resets.drop(person)
            tx.audit.record(deed(actor, None, _ADMITTED[active], "POST", f"{_PATH}/{person}", {"email": user.email}))
        return user


@dataclass(frozen=True, slots=True)
class EndOperatorSessions:
    """Log another of the operator's people out everywhere; answers how many sessions ended."""

    directory: Directory
    clock: Clock

    def __call__(self, actor: Actor, person: UserId) -> int:
        """Raises ActionForbidden, ReauthenticationRequired, OwnAccount, UserMissing."""
        _require(actor)
        now = self.clock()
        with self.directory.transaction() as tx:
            user = _other(tx, actor, person, now)
            ended = tx.sessions.end_of(person, now)
            what = {"email": user.email}
            tx.audit.record(deed(actor, None, OPERADOR_SESIONES, "POST", f"{_PATH}/{person}/sesiones", what))
        return ended


@dataclass(frozen=True, slots=True)
class RemoveFactor:
    """Take another's second factor away, who lost it: its sessions end, and its next log-in enrols a new one."""

    directory: Directory
    clock: Clock

    def __call__(self, actor: Actor, person: UserId) -> User:
        """Raises ActionForbidden, ReauthenticationRequired, OwnAccount, UserMissing, SecondFactorMissing."""
        _require(actor)
        now = self.clock()
        with self.directory.transaction() as tx:
            user = _other(tx, actor, person, now)
            if not tx.factors.drop(person):
                raise SecondFactorMissing
            tx.sessions.end_of(person, now)
            what = {"email": user.email}
            tx.audit.record(deed(actor, None, FACTOR_QUITADO, "POST", f"{_PATH}/{person}/segundo-factor", what))
        return user


def _require(actor: Actor) -> None:
    actor.require(Permission.OPERATE)
    actor.require_fresh()


def _other(tx: DirectoryTransaction, actor: Actor, person: UserId, now: datetime) -> User:
    """The one it is about, locked together with who asks: of two that shut each other out only one does."""
    if person == actor.user:
        raise OwnAccount
    both = {each: tx.users.lock(each) for each in sorted({person, actor.user or person})}
    if actor.user is not None and not both[actor.user].may_enter(now):
        raise session_ended()
    if not both[person].platform_admin:
        raise UserMissing
    return both[person]
