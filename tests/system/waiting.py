"""Waiting for something to be so, and never longer than it may take."""

import time
from collections.abc import Callable
from typing import TypeVar

T = TypeVar("T")


def until(what: str, found: Callable[[], T], seconds: float, pause: float = 0.05) -> T:
    """The first true answer. Fails, saying `what`, when there is none in time."""
    deadline = time.monotonic() + seconds
    while not (answer := found()):
        if time.monotonic() > deadline:
            raise AssertionError(f"en {seconds:.0f} s no se cumplió: {what}")
        time.sleep(pause)
    return answer
