"""How much of strangers' documents this process reads at once, and what it gives back to the system after it."""

import ctypes
import sys
import traceback
from collections import deque
from collections.abc import Iterator
from contextlib import contextmanager
from threading import Condition

from horux_core.fiscal.cfdi.limites import MIB
from horux_core.fiscal.cfdi.upload_errors import ReadingSaturated

_AT_ONCE = 4 * MIB
"""Bytes. The tree of a hostile XML weighs 36 times its bytes, which makes 144 MB; nothing in it weighs more."""
_SMALL = 64 * 1024
"""What weighs no more is read without waiting: all the threads there are together do not hold much of it."""
_BIG = MIB
_PATIENCE = 10.0
_MOST_WAITING = 16
"""Each holds a thread of the 24 there are: some are left to other requests."""


class SatReadingRoom:
    """First come, first served; what is bigger than all of the room is in it alone."""

    def __init__(self, at_once: int = _AT_ONCE, patience: float = _PATIENCE, most_waiting: int = _MOST_WAITING) -> None:
        keep_little()
        self._free = self._all = at_once
        self._patience = patience
        self._most_waiting = most_waiting
        self._waiting: deque[object] = deque()
        self._changed = Condition()

    @contextmanager
    def __call__(self, size: int) -> Iterator[None]:
        weight = min(size, self._all) if size > _SMALL else 0
        if weight:
            self._enter(weight)
        try:
            yield
        except Exception as refusal:
            # Until it is answered it would keep all that was read: what the frames it went through hold.
            traceback.clear_frames(refusal.__traceback__)
            raise
        finally:
            if weight:
                self._leave(weight)

    def _enter(self, weight: int) -> None:
        turn = object()
        with self._changed:
            if len(self._waiting) >= self._most_waiting:
                raise ReadingSaturated
            self._waiting.append(turn)
            try:
                entered = self._changed.wait_for(
                    lambda: self._waiting[0] is turn and weight <= self._free, self._patience
                )
                if not entered:
                    raise ReadingSaturated
                self._free -= weight
            finally:
                self._waiting.remove(turn)
                self._changed.notify_all()

    def _leave(self, weight: int) -> None:
        if weight >= _BIG:
            give_back()
        with self._changed:
            self._free += weight
            self._changed.notify_all()


def keep_little() -> None:
    """Have the C library hand back by itself what is free at the end of a thread's heap: `give_back` does not reach it.

    Without lists of small free blocks, which would keep it from seeing that all of the heap is free.
    """
    if _set is not None:
        _set(_SMALL_LISTS, 0)
        _set(_KEPT_AT_THE_END, MIB)


def give_back() -> None:
    """Hand the memory that is free again to the system, where the C library keeps it for later."""
    if _trim is not None:
        _trim(0)


_libc = ctypes.CDLL(None) if sys.platform == "linux" else None
_trim = getattr(_libc, "malloc_trim", None)
_set = getattr(_libc, "mallopt", None) if _trim is not None else None
_SMALL_LISTS, _KEPT_AT_THE_END = 1, -1
