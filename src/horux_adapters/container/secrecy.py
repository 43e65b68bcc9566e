"""Keeping what a process has in memory from whoever else has its account (Linux)."""

import ctypes
import resource
import sys

_PR_SET_DUMPABLE = 4


def keep_memory_private() -> None:
    """No core is dumped of this process or its children, and no other of the account may read or trace this one.

    A program that is started from it has to say so of itself.
    """
    if sys.platform == "linux":
        resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
        ctypes.CDLL(None).prctl(_PR_SET_DUMPABLE, 0, 0, 0, 0)
