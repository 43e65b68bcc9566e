"""The second factor of the operator's staff: enrolling it, giving it, and the codes for when it is lost."""

from dataclasses import dataclass, field
from datetime import datetime, timedelta
from uuid import uuid4

from horux_core.identity import factors
from horux_core.identity.checking_codes import CodeCheck
from horux_core.identity.deeds import CODIGOS_NUEVOS, FACTOR_PUESTO, deed
from horux_core.identity.errors import (
    ActionForbidden,
    SecondFactorMissing,
    SecondFactorPresent,
    SecondFactorUnasked,
    UserMissing,
    session_ended,
)
from horux_core.identity.factors import Factor
from horux_core.identity.granting import SignedIn, access
from horux_core.identity.model import Actor, RefreshToken, Session, User
from horux_core.identity.ports import Cards, Directory, DirectoryTransaction, Tokens
from horux_core.kernel.clock import Clock
from horux_core.kernel.ids import SessionId, UserId

_NO_CARDS = Cards(None, ())


@dataclass(frozen=True, slots=True)
class Proposal:
    """What an application is given: `address` as a QR code, or `secret` by hand."""

    secret: str = field(repr=False)
    address: str = field(repr=False)


@dataclass(frozen=True, slots=True)
class Enrolled:
    """`codes` are shown this once."""

    signed_in: SignedIn
    codes: tuple[str, ...] = field(repr=False)


@dataclass(frozen=True, slots=True)
class FactorState:
    """`asked`: whether log-in asks it of the staff. Without `since` there is none."""

    asked: bool
    since: datetime | None = None
    codes_left: int = 0


@dataclass(frozen=True, slots=True)
class Opener:
    """Ends the session that asks and begins another, which has its second factor."""

    tokens: Tokens
    clock: Clock
    access_ttl: timedelta
    refresh_ttl: timedelta

    def __call__(self, tx: DirectoryTransaction, user: User, left: Session, now: datetime) -> SignedIn:
        secret = self.tokens.secret()
        begun = Session(SessionId(uuid4()), user.id, None, now, now, left.user_agent, factor_at=now)
        begun = begun.renewed(now + self.refresh_ttl)
        tx.sessions.save(left.ended(now))
        tx.sessions.add(begun)
        tx.sessions.put_token(RefreshToken(self.tokens.digest(secret), begun.id, begun.expires_at))
        token, seconds = access(self.tokens, self.access_ttl, user, begun, None, now)
        return SignedIn(token, secret, seconds, user, _NO_CARDS)


@dataclass(frozen=True, slots=True)
class ShowFactor:
    """How it stands with the person's own."""

    directory: Directory
    asked: bool

    def __call__(self, actor: Actor) -> FactorState:
        person, _ = actor.signed_in()
        if not (self.asked and actor.platform_admin):
            return FactorState(False)
        with self.directory.transaction() as tx:
            factor = tx.factors.of(person)
        return FactorState(True) if factor is None else FactorState(True, factor.since, len(factor.recovery))


@dataclass(frozen=True, slots=True)
class GiveSecondFactor:
    """Turn a session that has given its password alone into a whole one, with another id."""

    directory: Directory
    check: CodeCheck
    opener: Opener

    def __call__(self, actor: Actor, given: str) -> SignedIn:
        """Raises SecondFactorMissing, SecondFactorWrong, SecondFactorUnreadable, SecondFactorUnasked, TooManyAttempts,
        SessionExpired.
        """
        person, here = actor.signed_in()
        if not actor.half:
            raise SecondFactorUnasked
        now = self.opener.clock()
        self.check.admit(person, now)
        with self.directory.transaction() as tx:
            user, session = locked(tx, person, here, now)
            factor = tx.factors.of(person)
            if factor is None:
                raise SecondFactorMissing
            tx.factors.put(self.check.taken(factor, given, now))
            signed_in = self.opener(tx, user, session, now)
        self.check.forget(person)
        return signed_in


@dataclass(frozen=True, slots=True)
class ProposeFactor:
    """A new secret to put into an application: nothing changes until a code of it is given."""

    directory: Directory
    check: CodeCheck
    asked: bool

    def __call__(self, actor: Actor) -> Proposal:
        """Raises ActionForbidden, SecondFactorPresent, ReauthenticationRequired, SessionExpired."""
        person, here = actor.signed_in()
        require_own_factor(actor, self.asked)
        with self.directory.transaction() as tx:
            old = tx.factors.of(person)
        seed = proposed(self.check, actor, person, here, old)
        return Proposal(factors.as_text(seed), factors.address(seed, actor.email))


@dataclass(frozen=True, slots=True)
class EnrollFactor:
    """Keep the secret that was proposed, once a code of it was given: every session ends and a new one begins."""

    directory: Directory
    check: CodeCheck
    opener: Opener
    asked: bool

    def __call__(self, actor: Actor, given: str) -> Enrolled:
        """Raises what ProposeFactor does, SecondFactorWrong, TooManyAttempts, SessionExpired."""
        person, here = actor.signed_in()
        require_own_factor(actor, self.asked)
        now = self.opener.clock()
        self.check.admit(person, now)
        with self.directory.transaction() as tx:
            user, session = locked(tx, person, here, now)
            seed = proposed(self.check, actor, person, here, tx.factors.of(person))
            step = self.check.step(seed, given, now, 0)
            codes, kept = self.check.recovery(person)
            tx.factors.put(Factor(person, self.check.sealer.seal(person, seed), step, kept, now))
            tx.audit.record(deed(actor, None, FACTOR_PUESTO, "POST", "/cuenta/segundo-factor"))
            tx.sessions.end_of(person, now, keep=here)
            signed_in = self.opener(tx, user, session, now)
        self.check.forget(person)
        return Enrolled(signed_in, codes)


@dataclass(frozen=True, slots=True)
class RenewCodes:
    """Other codes for when the application is lost: those of before are dead."""

    directory: Directory
    check: CodeCheck
    asked: bool

    def __call__(self, actor: Actor) -> tuple[str, ...]:
        """Raises ActionForbidden, SecondFactorRequired, SecondFactorMissing, ReauthenticationRequired."""
        actor.require_second_factor()
        person, _ = actor.signed_in()
        require_own_factor(actor, self.asked)
        with self.directory.transaction() as tx:
            tx.users.lock(person)
            factor = tx.factors.of(person)
            if factor is None:
                raise SecondFactorMissing
            codes, kept = self.check.recovery(person)
            tx.factors.put(factor.recovered_by(kept))
            tx.audit.record(deed(actor, None, CODIGOS_NUEVOS, "POST", "/cuenta/segundo-factor/codigos"))
        return codes


def require_own_factor(actor: Actor, asked: bool) -> None:
    """Raises ActionForbidden for whom none is asked of, ReauthenticationRequired; of half a session SessionExpired.

    Half a session cannot say again who it is: its way is another log-in.
    """
    if not asked or not actor.platform_admin:
        raise ActionForbidden("El segundo factor es del personal del operador, donde ADMIN_MFA está activado.")
    if actor.half and actor.stale:
        raise session_ended()
    actor.require_fresh()


def proposed(check: CodeCheck, actor: Actor, person: UserId, here: SessionId, old: Factor | None) -> bytes:
    """Raises SecondFactorPresent: who lacks the one there is may not put another in its place."""
    if actor.half and old is not None:
        raise SecondFactorPresent
    return check.sealer.proposed(person, f"{here}|{old.since.isoformat() if old else ''}")


def locked(tx: DirectoryTransaction, person: UserId, here: SessionId, now: datetime) -> tuple[User, Session]:
    """Both as they stand, this transaction's to change. Raises SessionExpired."""
    try:
        user = tx.users.lock(person)
    except UserMissing as error:
        raise session_ended() from error
    session = tx.sessions.lock(here)
    if session is None or not session.live(now) or not user.may_enter(now):
        raise session_ended()
    return user, session
