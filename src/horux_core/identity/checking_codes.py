"""Whether a code is its person's: what an application shows now, or one of those kept for when it is lost."""

from dataclasses import dataclass
from datetime import datetime

from horux_core.identity.errors import SecondFactorWrong, TooManyAttempts
from horux_core.identity.factors import DIGITS, Factor, step_matching
from horux_core.identity.ports import SeedSealer, Throttle, Tokens
from horux_core.kernel.ids import UserId

GUESSES = 5
"""Codes given in vain before the next is an hour away: whoever guesses has one in a million for each."""
RECOVERY_CODES = 10


@dataclass(frozen=True, slots=True)
class CodeCheck:
    """Every code counts as a guess before it is looked at, so that many sent at once are no more than few."""

    tokens: Tokens
    sealer: SeedSealer
    throttle: Throttle

    def admit(self, user: UserId, now: datetime) -> None:
        """Raises TooManyAttempts."""
        wait = self.throttle.take(self._guesses(user), now, GUESSES)
        if wait:
            raise TooManyAttempts(f"Demasiados códigos. Espera {wait} segundos y vuelve a intentar.", retryAfter=wait)

    def forget(self, user: UserId) -> None:
        self.throttle.succeeded(self._guesses(user))

    def taken(self, factor: Factor, given: str, now: datetime) -> Factor:
        """The factor without what was used. Raises SecondFactorWrong, SecondFactorUnreadable."""
        typed = _plain(given)
        if not (len(typed) == DIGITS and typed.isascii() and typed.isdigit()):
            digest = self._digest(factor.user, typed)
            if digest not in factor.recovery:
                raise SecondFactorWrong
            return factor.without(digest)
        seed = self.sealer.open(factor.user, factor.sealed)
        used = factor.used(self.step(seed, given, now, factor.last_step))
        return used if self.sealer.current(factor.sealed) else used.resealed(self.sealer.seal(factor.user, seed))

    def step(self, seed: bytes, given: str, now: datetime, after: int) -> int:
        """The step of a code that was not used before. Raises SecondFactorWrong."""
        found = step_matching(seed, _plain(given), now, after)
        if found is None:
            raise SecondFactorWrong
        return found

    def recovery(self, user: UserId) -> tuple[tuple[str, ...], frozenset[str]]:
        """New codes for when the application is lost, to be shown once, and what is kept of them."""
        codes = tuple(self.tokens.temporary_password() for _ in range(RECOVERY_CODES))
        return codes, frozenset(self._digest(user, _plain(one)) for one in codes)

    def _digest(self, user: UserId, typed: str) -> str:
        return self.tokens.digest(f"recuperacion:{user}:{typed}")

    def _guesses(self, user: UserId) -> str:
        return self.tokens.digest(f"segundo-factor:{user}")


def _plain(given: str) -> str:
    return "".join(given.upper().split()).replace("-", "")
