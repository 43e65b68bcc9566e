"""Feeding a reader with what was made wrong, and keeping book of every promise that it breaks."""

import os
import resource
import time
import traceback
from base64 import b64encode
from dataclasses import dataclass, field
from random import Random, SystemRandom

from horux_core.kernel.errors import HoruxError
from tests.security.mutations import changed
from tests.security.readers import Reader

FULL = os.environ.get("PROOF") == "full"
SEED = SystemRandom().randrange(2**32) if FULL else 7
SOON = 1.0
"""Seconds of the processor's time that any one document may take."""
ROOM = 200_000
"""KiB that the process may grow by."""
_AGAIN = 10
"""One in so many is read twice."""


@dataclass
class Fed:
    read: int = 0
    accepted: int = 0
    wrong: dict[str, str] = field(default_factory=dict)

    def note(self, fault: str, content: bytes) -> None:
        self.wrong.setdefault(fault, f"seed {SEED}, {self.read}: {b64encode(content)[:4_000].decode()}")


def outcome(reader: Reader, content: bytes) -> str:
    """What it says of the bytes, or the code it refuses them with. Raises whatever else it raises."""
    try:
        return repr(reader.read(content))
    except HoruxError as refused:
        if refused.code == HoruxError.code or not str(refused):
            raise AssertionError(f"{type(refused).__name__}: sin código o sin frase") from refused
        return refused.code


def fed(reader: Reader, count: int, seconds: float = 0) -> Fed:
    """So many documents, or for so long."""
    found, by, began = Fed(), Random(f"{SEED} {reader.name}"), time.monotonic()
    for seed in reader.seeds:
        outcome(reader, seed)
    before = _kib()
    while found.read < count or time.monotonic() - began < seconds:
        content = changed(reader.seeds, reader.ways, by)
        _one(reader, content, found)
    if _kib() - before > ROOM:
        found.note(f"creció {_kib() - before} KiB", b"")
    return found


def _one(reader: Reader, content: bytes, found: Fed) -> None:
    found.read += 1
    started = time.process_time()
    try:
        said = outcome(reader, content)
        found.accepted += " " in said or "(" in said
        if time.process_time() - started > SOON:
            found.note("tardó más de un segundo", content)
        if found.read % _AGAIN == 0 and outcome(reader, content) != said:
            found.note("no dijo dos veces lo mismo", content)
    except BaseException as error:
        if isinstance(error, KeyboardInterrupt | SystemExit):
            raise
        last = traceback.extract_tb(error.__traceback__)[-1]
        found.note(
            f"{type(error).__name__} en {last.filename.rpartition('/')[2]}:{last.lineno}: {error}"[:200], content
        )


def _kib() -> int:
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
