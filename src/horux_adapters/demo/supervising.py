"""Processes that live and end together."""

import ctypes
import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from types import FrameType, TracebackType
from typing import Self

_PATIENCE_SECONDS = 25.0
_PR_SET_PDEATHSIG = 1


def end_with_parent(supervisor: int) -> None:
    """Ask the kernel to end this process when its parent does, however that one dies (Linux); now, if it has."""
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(_PR_SET_PDEATHSIG, signal.SIGTERM)
    if os.getppid() != supervisor:
        raise SystemExit(0)


@contextmanager
def ended_by_signals() -> Iterator[None]:
    """SIGINT and SIGTERM unwind the block, wherever it is, and end the process well; a second one changes nothing."""

    def end(_number: int, _frame: FrameType | None) -> None:
        for number in before:
            signal.signal(number, signal.SIG_IGN)
        raise SystemExit(0)

    before = {number: signal.signal(number, end) for number in (signal.SIGINT, signal.SIGTERM)}
    try:
        yield
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)


class Household:
    """Runs `horux` commands as children, which end with the context."""

    def __init__(self, env: Mapping[str, str]) -> None:
        # One malloc arena: with one per thread, buffers of a big upload stay spread over all of them.
        self._env = {"MALLOC_ARENA_MAX": "1", **env, "HORUX_SUPERVISED": str(os.getpid())}
        self._children: dict[str, subprocess.Popen[bytes]] = {}

    def __enter__(self) -> Self:
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
        """False once one of its members is gone."""
        return all(child.poll() is None for child in self._children.values())

    def wait(self) -> Sequence[str]:
        """Until a member is gone; the names of those that are."""
        while self.whole:
            time.sleep(0.2)
        return [name for name, child in self._children.items() if child.poll() is not None]
