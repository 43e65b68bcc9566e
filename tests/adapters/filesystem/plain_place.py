"""Where tests decrypt to, and who sees to the end of it."""

import time
from collections.abc import Callable, Iterator
from contextlib import suppress
from pathlib import Path
from shutil import rmtree
from tempfile import mkdtemp

import pytest

from contracts.ports.plain_folders import MORAL
from horux_adapters.filesystem import reaping

NAME = f"horux-fiel-{MORAL}"
_PATIENCE = 20.0


@pytest.fixture
def place() -> Iterator[Path]:
    """In memory, as this system has it."""
    made = Path(mkdtemp(prefix="prueba-", dir="/dev/shm"))
    yield made
    rmtree(made)


def reaped(place: Path) -> bool:
    """Whether the folder goes away by itself."""
    return _in_time(lambda: not (place / NAME).exists())


def wanted(place: Path) -> int:
    """The one process that sees to the end of what is there."""
    found = []
    for process in Path("/proc").glob("[0-9]*"):
        with suppress(OSError):
            words = (process / "cmdline").read_bytes().split(b"\0")
            if reaping.__file__.encode() in words and str(place).encode() in words:
                found.append(int(process.name))
    (pid,) = found
    return pid


def ended(pid: int) -> bool:
    """Gone, or dead and not yet buried by whoever should."""

    def dead() -> bool:
        try:
            return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] == "Z"
        except OSError:
            return True

    return _in_time(dead)


def _in_time(so: Callable[[], bool]) -> bool:
    end = time.monotonic() + _PATIENCE
    while not so():
        if time.monotonic() > end:
            return False
        time.sleep(0.02)
    return True
