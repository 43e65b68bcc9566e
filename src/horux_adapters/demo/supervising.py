"""Processes that live and end together."""

import ctypes
import os
import signal
import subprocess
import sys
import time
from collections.abc import Mapping, Sequence
from types import FrameType, TracebackType
from typing import Self

_PATIENCE_SECONDS = 25.0
_PR_SET_PDEATHSIG = 1


def end_with_parent() -> None:
    """Ask the kernel to end this process when its parent does, however that one dies (Linux)."""
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(_PR_SET_PDEATHSIG, signal.SIGTERM)


class Household:
    """Runs `horux` commands as children until a signal asks to end, or one of them ends by itself."""

    def __init__(self, env: Mapping[str, str]) -> None:
        # One malloc arena: with one per thread, buffers of a big upload stay spread over all of them.
        self._env = {"MALLOC_ARENA_MAX": "1", **env, "HORUX_SUPERVISED": str(os.getpid())}
        self._children: dict[str, subprocess.Popen[bytes]] = {}
        self._asked_to_end = False

    def __enter__(self) -> Self:
        for number in (signal.SIGINT, signal.SIGTERM):
            signal.signal(number, self._ask_to_end)
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        for child in self._children.values():
            if child.poll() is None:
                child.send_signal(signal.SIGTERM)
        deadline = time.monotonic() + _PATIENCE_SECONDS
        for child in self._children.values():
            try:
                child.wait(max(0.1, deadline - time.monotonic()))
            except subprocess.TimeoutExpired:
                child.kill()
                child.wait()

    def start(self, *arguments: str) -> None:
        """A `horux` command, whose output goes where ours does not: to the standard error."""
        command = [sys.executable, "-m", "horux_adapters.cli.main", *arguments]
        self._children[arguments[0]] = subprocess.Popen(  # noqa: S603
            command, env=self._env, stdin=subprocess.DEVNULL, stdout=sys.stderr.fileno()
        )

    @property
    def whole(self) -> bool:
        """False once it should end: it was asked to, or one of its members is gone."""
        return not self._asked_to_end and all(child.poll() is None for child in self._children.values())

    def wait(self) -> Sequence[str]:
        """Until it should end; the names of members that ended by themselves."""
        while self.whole:
            time.sleep(0.2)
        return [name for name, child in self._children.items() if child.poll() is not None]

    def _ask_to_end(self, _number: int, _frame: FrameType | None) -> None:
        self._asked_to_end = True
