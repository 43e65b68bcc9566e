"""Letting go of what has ended: tables that only grow make everything slower, a little more each day."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta

from horux_core.identity.throttling import FORGOTTEN_AFTER
from horux_core.kernel.clock import Clock
from horux_core.operations.ports import Bygones

SESSIONS = timedelta(days=30)
"""After its end in time: a refresh token seen again in its life must be known, to end the session of who copied it."""

EVENTS = timedelta(days=7)
JOBS = timedelta(days=90)
NOTICES = timedelta(days=90)
MAILS = timedelta(days=90)
FAILURES = FORGOTTEN_AFTER + timedelta(days=1)

_BATCH = 1_000
"""Rows of one transaction."""

_BATCHES = 100
"""Of one kind at a time: what is left is let go of the next time."""


@dataclass(frozen=True, slots=True)
class PurgeBygones:
    """Let go of sessions, tokens, delivered events, ended jobs, notices and mails, forgotten failures, once old."""

    bygones: Bygones
    clock: Clock

    def __call__(self) -> dict[str, int]:
        """How many of each. Raises DatabaseUnavailable."""
        now, old = self.clock(), self.bygones
        return {
            "refresh_tokens": _all(old.refresh_tokens, now - SESSIONS),
            "sessions": _all(old.sessions, now - SESSIONS),
            "events": _all(old.events, now - EVENTS),
            "jobs": _all(old.jobs, now - JOBS),
            "notices": _all(old.notices, now - NOTICES),
            "mails": _all(old.mails, now - MAILS),
            "login_failures": _all(old.login_failures, now - FAILURES),
        }


def _all(purge: Callable[[datetime, int], int], before: datetime) -> int:
    gone = 0
    for _ in range(_BATCHES):
        batch = purge(before, _BATCH)
        gone += batch
        if batch < _BATCH:
            break
    return gone
