from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import NoReturn

from horux_core.identity.errors import CurrentPasswordWrong, TooManyAttempts, WeakPassword, session_ended
from horux_core.identity.judging_passwords import require_strong
from horux_core.identity.model import Actor, User
from horux_core.identity.ports import CardIndex, Directory, PasswordHasher, Throttle, Tokens
from horux_core.identity.reauthenticating import confirming
from horux_core.kernel.clock import Clock
from horux_core.kernel.ids import SessionId, UserId


@dataclass(frozen=True, slots=True)
class ChangePassword:
    """Choose a new password: every other session of the person ends, this one goes on.

    It is the one thing a temporary password is good for. The current one is asked for, and guessing it waits
    as at log-in, but counted apart: what a stranger guesses there keeps nobody from this.
    """

    directory: Directory
    cards: CardIndex
    hasher: PasswordHasher
    tokens: Tokens
    throttle: Throttle
    clock: Clock

    def __call__(self, actor: Actor, current: str, new: str) -> None:
        """Raises TooManyAttempts, CurrentPasswordWrong, WeakPassword, SessionExpired."""
        person, here = actor.signed_in()
        now = self.clock()
        user = self._known(person)
        key = confirming(self.tokens, user.id)
        self._admit(key, now)
        matched = self.hasher.matches(user.password_hash, current)
        self._admit(key, now)
        if not matched:
            self._refuse(key, now)
        if self.hasher.matches(user.password_hash, new):
            raise WeakPassword("La contraseña nueva es la misma que ya tienes: elige otra.")
        require_strong(new, (user.email, user.nombre, *self._taxpayers(person)))
        self._kept(user, self.hasher.hash(new), here, now)
        self.throttle.succeeded(key)

    def _known(self, person: UserId) -> User:
        with self.directory.transaction() as tx:
            user = tx.users.get(person)
        if user is None:
            raise session_ended()
        return user

    def _taxpayers(self, person: UserId) -> Iterator[str]:
        for card in self.cards.of(person, None).all:
            yield from (card.nombre, card.rfc)

    def _kept(self, checked: User, password_hash: str, here: SessionId, now: datetime) -> None:
        with self.directory.transaction() as tx:
            user = tx.users.lock(checked.id)
            tx.sessions.end_of(user.id, now, keep=here)
            session = tx.sessions.lock(here)
            # A change, a disabling or a log-out in between wins over this one.
            if user.password_hash != checked.password_hash or not user.may_enter(now):
                raise session_ended()
            if session is None or not session.live(now):
                raise session_ended()
            tx.users.save(user.with_password(password_hash))
            tx.resets.drop(user.id)

    def _admit(self, key: str, now: datetime) -> None:
        wait = self.throttle.wait(key, now)
        if wait:
            raise TooManyAttempts(f"Demasiados intentos. Espera {wait} segundos y vuelve a intentar.", retryAfter=wait)

    def _refuse(self, key: str, now: datetime) -> NoReturn:
        self.throttle.failed(key, now)
        raise CurrentPasswordWrong("La contraseña actual no es correcta. Escríbela de nuevo.")
