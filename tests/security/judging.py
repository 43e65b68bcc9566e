"""Checks by the number they have in the security list: what each tried, and what it saw that it should not have."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

from tests.security.ground import Ground

GUESSING = "S17"
CHECKS: dict[str, Callable[[Ground, "Tally"], None]] = {}


@dataclass
class Tally:
    tried: int = 0
    wrong: list[str] = field(default_factory=list)

    def sees(self, right: bool, what: object) -> None:
        self.tried += 1
        if not right:
            self.wrong.append(str(what)[:300])

    @property
    def passed(self) -> bool:
        """One that tried nothing proves nothing."""
        return bool(self.tried) and not self.wrong


def check(number: str) -> Callable[[Callable[[Ground, Tally], None]], Callable[[Ground, Tally], None]]:
    def kept(act: Callable[[Ground, Tally], None]) -> Callable[[Ground, Tally], None]:
        CHECKS[number] = act
        return act

    return kept


def judged(ground: Ground, *numbers: str) -> Mapping[str, Tally]:
    """All of them in order, or those; guessing comes last, for it has an address wait. One that breaks has failed."""
    found: dict[str, Tally] = {}
    for number in numbers or sorted(CHECKS, key=lambda one: (one == GUESSING, one)):
        tally = found[number] = Tally()
        try:
            CHECKS[number](ground, tally)
        except Exception as error:
            tally.sees(False, f"{type(error).__name__}: {error}")
    return found
