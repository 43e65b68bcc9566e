"""The process that reads stretches of uploads: no web, no database, and its end is the end of who started it."""

import pickle
import signal
import sys
from collections.abc import Callable
from typing import BinaryIO

from horux_adapters.sat.archive import Stretch
from horux_adapters.sat.batches import read_batch
from horux_adapters.sat.transfer import dumps
from horux_core.fiscal.cfdi.upload_errors import UploadMissing
from horux_core.kernel.errors import Unavailable

READY = b"ready"
OPENED = b"opened"
AWAY, GONE = b"away", b"gone"
"""In a batch's place: where the upload lies did not answer, or the upload is no longer there."""

Task = tuple[Callable[[], BinaryIO], Stretch, str]
"""How to open the upload, what to read of it, and the taxpayer's RFC."""


def main() -> None:
    """Serve until the pipe ends. Who stops the product stops us by closing it, after the stretch at hand."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    signal.signal(signal.SIGTERM, signal.SIG_IGN)
    serve(sys.stdin.buffer, sys.stdout.buffer)


def serve(asked: BinaryIO, answered: BinaryIO) -> None:
    """Answer that we are there; then to each task, first that the upload could be opened, then the batch.

    What kept it from being read is told, and is no fault of the files.
    """
    send(answered, READY)
    while task := receive(asked):
        source, stretch, rfc = pickle.loads(task)  # noqa: S301 - from our own parent
        with source() as file:
            send(answered, OPENED)
            answer = _read(file, stretch, rfc)
        send(answered, answer)


def _read(file: BinaryIO, stretch: Stretch, rfc: str) -> bytes:
    try:
        return dumps(read_batch(file, stretch, rfc))
    except Unavailable:
        return AWAY
    except UploadMissing:
        return GONE


def send(pipe: BinaryIO, message: bytes) -> None:
    pipe.write(len(message).to_bytes(8, "big"))
    pipe.write(message)
    pipe.flush()


def receive(pipe: BinaryIO) -> bytes:
    """The next message; empty when the other side is gone."""
    head = pipe.read(8)
    length = int.from_bytes(head, "big") if len(head) == 8 else 0
    message = pipe.read(length)
    return message if len(message) == length else b""
