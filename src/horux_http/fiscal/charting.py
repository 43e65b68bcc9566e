"""The scale of a chart: round numbers from zero, or from below it, to what holds every value."""

from collections.abc import Iterable
from dataclasses import dataclass
from decimal import ROUND_CEILING, ROUND_FLOOR, Decimal

_STEPS = tuple(Decimal(n) for n in ("1", "2", "2.5", "5", "10"))
_LINES = 4
"""Steps that what is highest is at least divided in."""


@dataclass(frozen=True, slots=True)
class Scale:
    """`ticks` are where a line is drawn, from `low` to `top`."""

    low: Decimal
    top: Decimal
    ticks: tuple[Decimal, ...]

    def part(self, value: Decimal) -> float:
        """How far from the top a value stands, of the whole height."""
        return float((self.top - value) / (self.top - self.low))


def scale(values: Iterable[Decimal]) -> Scale:
    every = [Decimal(0), *values]
    highest, lowest = max(every), min(every)
    step = _step((highest - lowest) / _LINES)
    low = (lowest / step).to_integral_value(ROUND_FLOOR) * step
    top = max((highest / step).to_integral_value(ROUND_CEILING) * step, low + step)
    many = int((top - low) / step)
    return Scale(low, top, tuple(low + step * n for n in range(many + 1)))


def _step(least: Decimal) -> Decimal:
    """The first round number that is not below."""
    if least <= 0:
        return Decimal(1)
    ten = Decimal(10) ** least.adjusted()
    return next(ten * step for step in _STEPS if ten * step >= least)
