"""Time enters the core as a value."""

from collections.abc import Callable
from datetime import date, datetime
from zoneinfo import ZoneInfo

Clock = Callable[[], datetime]
"""Answers the present moment, aware, in UTC."""

MEXICO = ZoneInfo("America/Mexico_City")


def dia_fiscal(momento: datetime) -> date:
    """The day a moment falls on for the tax authority."""
    return momento.astimezone(MEXICO).date()
