"""Choosing a new password without knowing the old one: by a link that only the mailbox's owner reads (SPEC 2.16)."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from horux_core.identity.addresses import email_address
from horux_core.identity.errors import EmailMalformed, ResetInvalid, UserMissing
from horux_core.identity.events import ResetAsked
from horux_core.identity.judging_passwords import require_strong
from horux_core.identity.model import Reset, User
from horux_core.identity.ports import CardIndex, Directory, PasswordHasher, Throttle, Tokens
from horux_core.identity.throttling import origin
from horux_core.kernel.clock import Clock
from horux_core.kernel.ids import UserId

VALID = timedelta(hours=1)
OF_ONE_ADDRESS = 5
"""Links asked for one address in an hour: as long as the newest of them is good, so nobody is kept out by others."""
OF_ONE_ORIGIN = 60
"""Links asked from one client's address in an hour: a whole office may share it."""


@dataclass(frozen=True, slots=True)
class AskReset:
    """Note that somebody forgot its password. Whether there is such an account is not looked up here at all.

    Asked again and again for one address, or from one place, it notes only some, and says nothing of it.
    """

    directory: Directory
    tokens: Tokens
    throttle: Throttle
    clock: Clock

    def __call__(self, email: str, client: str) -> None:
        """`client` is the address of who asks, as the server sees it."""
        try:
            address = email_address(email)
        except EmailMalformed:
            return
        now = self.clock()
        # Not the key of log-in: who has just failed to enter five times is who asks for this.
        for key, most in ((f"origen:olvido:{origin(client)}", OF_ONE_ORIGIN), (f"olvido:{address}", OF_ONE_ADDRESS)):
            if self.throttle.take(self.tokens.digest(key), now, most):
                return
        with self.directory.transaction() as tx:
            tx.outbox.put(ResetAsked(address))


@dataclass(frozen=True, slots=True)
class IssueReset:
    """Make the secret of a link, for the mail that is being sent: the one before is dead."""

    directory: Directory
    tokens: Tokens
    clock: Clock

    def __call__(self, user_id: UserId) -> tuple[str, datetime] | None:
        """The secret, this once, and until when it is good; None for who may not come in any more."""
        secret, until = self.tokens.secret(), self.clock() + VALID
        with self.directory.transaction() as tx:
            try:
                user = tx.users.lock(user_id)
            except UserMissing:
                return None
            if not user.active:
                return None
            tx.resets.keep(Reset(user.id, self.tokens.digest(secret), until))
        return secret, until


@dataclass(frozen=True, slots=True)
class ResetPassword:
    """Choose a new password by a link's secret, once: every session of the person ends."""

    directory: Directory
    cards: CardIndex
    hasher: PasswordHasher
    tokens: Tokens
    throttle: Throttle
    clock: Clock

    def __call__(self, secret: str, password: str) -> None:
        """Raises ResetInvalid, and WeakPassword, after which the link is still good."""
        now, token = self.clock(), self.tokens.digest(secret)
        user = self._whose(token, now)
        taxpayers = self.cards.of(user.id, None).all
        require_strong(password, (user.email, user.nombre, *(word for t in taxpayers for word in (t.nombre, t.rfc))))
        password_hash = self.hasher.hash(password)
        with self.directory.transaction() as tx:
            try:
                locked = tx.users.lock(user.id)
            except UserMissing as error:
                raise ResetInvalid from error
            if not _good(tx.resets.find(token), now) or not locked.active:
                raise ResetInvalid
            tx.users.save(locked.with_password(password_hash))
            tx.resets.drop(locked.id)
            tx.sessions.end_of(locked.id, now)
        for key in ("cuenta", "olvido"):
            self.throttle.succeeded(self.tokens.digest(f"{key}:{user.email}"))

    def _whose(self, token: str, now: datetime) -> User:
        with self.directory.transaction() as tx:
            reset = tx.resets.find(token)
            user = tx.users.get(reset.user) if reset is not None else None
        if user is None or not user.active or not _good(reset, now):
            raise ResetInvalid
        return user


def _good(reset: Reset | None, now: datetime) -> bool:
    return reset is not None and now < reset.expires_at
