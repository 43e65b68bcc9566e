"""What a payment pays for: from the day it was due to the same day one cycle on. Days are Mexico's."""

from calendar import monthrange
from dataclasses import dataclass
from datetime import UTC, date, datetime, time

from horux_core.billing.model import Frequency
from horux_core.kernel.clock import MEXICO, dia_fiscal

_MONTHS = {Frequency.MONTHLY: 1, Frequency.YEARLY: 12}


@dataclass(frozen=True, slots=True)
class Period:
    """From the beginning of a day to that of another, which is not part of it."""

    start: datetime
    end: datetime


def cycle(begins: datetime, frequency: Frequency, after: Period | None = None) -> Period:
    """One cycle from the day of `begins`; where its last month is too short, to that month's last day.

    One that goes on where `after` ended keeps the day of the month that one began on: 31 January, 28 February and
    31 March follow one another.
    """
    day = dia_fiscal(begins)
    wanted = day.day
    if after is not None and day == dia_fiscal(after.end) and day.day == monthrange(day.year, day.month)[1]:
        wanted = max(wanted, dia_fiscal(after.start).day)
    months = day.year * 12 + day.month - 1 + _MONTHS[frequency]
    year, month = divmod(months, 12)
    ends = date(year, month + 1, min(wanted, monthrange(year, month + 1)[1]))
    return Period(_begun(day), _begun(ends))


def _begun(day: date) -> datetime:
    return datetime.combine(day, time(), MEXICO).astimezone(UTC)
