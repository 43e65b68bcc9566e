"""Checks by the number they have in the security list: what each tried, and what it saw that it should not have."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

from tests.security.ground import Ground

GUESSING = "S17"
HTTP, INSTALLED, EDGE = "por HTTP", "con su instalación", "detrás de nginx"
CHECKS: dict[str, Callable[[Ground, "Tally"], None]] = {}
NEEDS: dict[str, str] = {}
"""What each wants of the ground it stands on: HTTP alone, the installation's inside too, or the edge before it."""


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


def check(
    number: str, needs: str = HTTP
) -> Callable[[Callable[[Ground, Tally], None]], Callable[[Ground, Tally], None]]:
    def kept(act: Callable[[Ground, Tally], None]) -> Callable[[Ground, Tally], None]:
        assert number not in CHECKS, number
        CHECKS[number], NEEDS[number] = act, needs
        return act

    return kept


def those(*needs: str) -> list[str]:
    """The numbers of those that want one of these; guessing comes last, for it has an address wait."""
    found = [number for number, wanted in NEEDS.items() if wanted in needs]
    return sorted(found, key=lambda one: (one == GUESSING, one))


def judged(ground: Ground, *numbers: str) -> Mapping[str, Tally]:
    """Those in order. One that breaks has failed."""
    found: dict[str, Tally] = {}
    for number in numbers:
        tally = found[number] = Tally()
        try:
            CHECKS[number](ground, tally)
        except Exception as error:
            tally.sees(False, f"{type(error).__name__}: {error}")
    return found
