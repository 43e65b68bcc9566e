"""Processes that read uploads for all jobs of one worker."""

import os
import pickle
import subprocess
import sys
from collections import deque
from collections.abc import Generator, Iterable
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import suppress
from queue import LifoQueue
from threading import Timer
from typing import BinaryIO

from horux_adapters.sat.archive import Stretch
from horux_adapters.sat.reading_process import AWAY, GONE, OPENED, READY, receive, send
from horux_adapters.sat.transfer import loads
from horux_core.fiscal.cfdi.outcome import Batch, Rejected
from horux_core.fiscal.cfdi.ports import Source
from horux_core.fiscal.cfdi.upload_errors import ArchivoIlegible, SpoolUnavailable, UploadMissing

AHEAD = 4
"""Batches read before anybody asks for them: enough to keep the processes busy while one is entered."""

_SECONDS = 120.0
"""A stretch takes well under one; a file that keeps a process busy this long is not read."""

_END_SECONDS = 5.0


class ReadingFailed(Exception):
    """No reading process can be started, or it cannot open the upload: nothing is wrong with the files."""


class _Died(Exception):
    """The process ended, or was ended, while it read."""


class ReadingPool:
    """At most `size` processes, one per core unless told otherwise, started when first needed.

    They are plain child processes on pipes and not those of `multiprocessing`, because these import nothing of
    their parent's main module and end by themselves, even when it is killed.
    """

    def __init__(self, size: int | None = None, seconds: float = _SECONDS) -> None:
        self._size = size or os.cpu_count() or 1
        self._seconds = seconds
        self._threads = ThreadPoolExecutor(self._size, thread_name_prefix="lectura")
        self._idle: LifoQueue[_Process | None] = LifoQueue()
        for _ in range(self._size):
            self._idle.put(None)

    def batches(self, source: Source, rfc: str, stretches: Iterable[Stretch]) -> Generator[Batch, None, None]:
        """Each stretch read, in order, a few ahead of who asks.

        Raises ReadingFailed, SpoolUnavailable, UploadMissing.
        """
        ahead: deque[Future[Batch]] = deque()
        try:
            for stretch in stretches:
                ahead.append(self._threads.submit(self._read, source, rfc, stretch))
                if len(ahead) > AHEAD:
                    yield ahead.popleft().result()
            while ahead:
                yield ahead.popleft().result()
        finally:
            for future in ahead:
                future.cancel()

    def close(self) -> None:
        """End the processes, after what they are reading."""
        self._threads.shutdown(wait=True, cancel_futures=True)
        for _ in range(self._size):
            process = self._idle.get()
            if process:
                process.end()

    def _read(self, source: Source, rfc: str, stretch: Stretch) -> Batch:
        """A file that ends its process is found by halving the stretch, and rejected."""
        try:
            return self._ask(source, rfc, stretch)
        except _Died:
            documents = stretch.documents
        if len(documents) > 1:
            middle = len(documents) // 2
            first = self._read(source, rfc, Stretch(documents[:middle], stretch.rejected, stretch.ignored))
            second = self._read(source, rfc, Stretch(documents[middle:], (), ()))
            return Batch(first.entries + second.entries, first.rejected + second.rejected, first.ignored)
        error = ArchivoIlegible()
        return Batch((), (*stretch.rejected, Rejected(documents[0].name, error.code, str(error))), stretch.ignored)

    def _ask(self, source: Source, rfc: str, stretch: Stretch) -> Batch:
        if not stretch.documents:
            return Batch((), stretch.rejected, stretch.ignored)
        process = self._idle.get()
        try:
            if process is None or process.ended:
                process = _Process(self._seconds)
            return process.read(source, rfc, stretch)
        finally:
            self._idle.put(process)


class _Process:
    def __init__(self, seconds: float) -> None:
        self._seconds = seconds
        start = f"import sys; sys.path[:] = {sys.path!r}; from horux_adapters.sat.reading_process import main; main()"
        self._child = subprocess.Popen(  # noqa: S603 - our own interpreter, our own module
            [sys.executable, "-c", start], stdin=subprocess.PIPE, stdout=subprocess.PIPE
        )
        if self._answer() != READY:
            self.end()
            raise ReadingFailed("No arrancó el proceso que lee los XML.")

    @property
    def ended(self) -> bool:
        return self._child.poll() is not None

    def read(self, source: Source, rfc: str, stretch: Stretch) -> Batch:
        """Raises what `batches` does, or _Died when reading the stretch ended the process."""
        task = pickle.dumps((source, stretch, rfc), pickle.HIGHEST_PROTOCOL)
        limit = Timer(self._seconds, self._child.kill)
        limit.start()
        try:
            with suppress(BrokenPipeError):
                send(self._stdin, task)
            if self._answer() != OPENED:
                self.end()
                raise ReadingFailed("El proceso que lee los XML no pudo abrir la carga.")
            answer = self._answer()
        finally:
            limit.cancel()
        if not answer:
            self.end()
            raise _Died
        if answer in (AWAY, GONE):
            raise SpoolUnavailable if answer == AWAY else UploadMissing
        return loads(answer)

    def end(self) -> None:
        with suppress(BrokenPipeError):
            self._stdin.close()
        try:
            self._child.wait(_END_SECONDS)
        except subprocess.TimeoutExpired:
            self._child.kill()
            self._child.wait()
        self._stdout.close()

    def _answer(self) -> bytes:
        return receive(self._stdout)

    @property
    def _stdin(self) -> BinaryIO:
        assert self._child.stdin is not None
        return self._child.stdin  # type: ignore[return-value]

    @property
    def _stdout(self) -> BinaryIO:
        assert self._child.stdout is not None
        return self._child.stdout  # type: ignore[return-value]
