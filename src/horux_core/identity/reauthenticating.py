from dataclasses import dataclass
from datetime import datetime, timedelta

from horux_core.identity.checking_codes import CodeCheck
from horux_core.identity.errors import (
    CurrentPasswordWrong,
    SecondFactorMissing,
    SecondFactorWrong,
    TooManyAttempts,
    session_ended,
)
from horux_core.identity.granting import access
from horux_core.identity.model import Actor, User
from horux_core.identity.ports import CardIndex, Directory, DirectoryTransaction, PasswordHasher, Tokens
from horux_core.identity.second_factor import locked
from horux_core.identity.switching import Switched
from horux_core.kernel.clock import Clock
from horux_core.kernel.ids import UserId


@dataclass(frozen=True, slots=True)
class Reauthenticate:
    """Say again who one is, in the session one has: for a while it may do what is not undone.

    The password is asked for, guessing it waits as at log-in; and the second factor of who has to have one.
    """

    directory: Directory
    cards: CardIndex
    hasher: PasswordHasher
    check: CodeCheck
    clock: Clock
    access_ttl: timedelta
    second_factor: bool = False

    def __call__(self, actor: Actor, password: str, given: str = "") -> Switched:
        """Raises TooManyAttempts, CurrentPasswordWrong, SecondFactorWrong, SecondFactorMissing, SessionExpired."""
        actor.require_own_password()
        person, here = actor.signed_in()
        now = self.clock()
        factored = self.second_factor and actor.platform_admin
        checked = self._known(actor, password, now)
        if factored:
            self.check.admit(person, now)
        with self.directory.transaction() as tx:
            user, session = locked(tx, person, here, now)
            if user.password_hash != checked.password_hash:
                raise session_ended()
            if factored:
                self._take(tx, user, given, now)
            session = session.proved(now)
            tx.sessions.save(session)
        if factored:
            self.check.forget(person)
        cards = self.cards.of(person, session.tenant)
        token, seconds = access(self.check.tokens, self.access_ttl, user, session, cards.current, now)
        return Switched(token, seconds, user, cards)

    def _known(self, actor: Actor, password: str, now: datetime) -> User:
        """Who gave its password. Guesses of whoever is signed in count apart: no stranger's do."""
        with self.directory.transaction() as tx:
            user = tx.users.get(actor.signed_in()[0])
        if user is None:
            raise session_ended()
        key = confirming(self.check.tokens, user.id)
        self._admit(key, now)
        matched = self.hasher.matches(user.password_hash, password)
        # Guesses sent all at once pass the first gate together.
        self._admit(key, now)
        if not matched:
            self.check.throttle.failed(key, now)
            raise CurrentPasswordWrong("La contraseña no es correcta. Escríbela de nuevo.")
        self.check.throttle.succeeded(key)
        return user

    def _admit(self, key: str, now: datetime) -> None:
        wait = self.check.throttle.wait(key, now)
        if wait:
            raise TooManyAttempts(f"Demasiados intentos. Espera {wait} segundos y vuelve a intentar.", retryAfter=wait)

    def _take(self, tx: DirectoryTransaction, user: User, given: str, now: datetime) -> None:
        factor = tx.factors.of(user.id)
        if factor is None:
            raise SecondFactorMissing
        if not given.strip():
            raise SecondFactorWrong
        tx.factors.put(self.check.taken(factor, given, now))


def confirming(tokens: Tokens, person: UserId) -> str:
    """Under what the guesses of somebody signed in, who says again who it is, are counted."""
    return tokens.digest(f"confirmar:{person}")
