"""A client that keeps so many connections busy with one request, and takes the time of each answer.

It reads no more of HTTP than its servers send: a status, a length, a body. It runs in a process of its own.
"""

import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from selectors import EVENT_READ, DefaultSelector
from socket import IPPROTO_TCP, TCP_NODELAY, create_connection, socket

_HEAD = b"\r\n\r\n"


class WrongAnswer(Exception):
    """An answer is not the one that was expected."""


@dataclass
class Line:
    """One connection: when its request went out, and what has come of the answer."""

    link: socket
    sent: float = 0.0
    come: bytearray = field(default_factory=bytearray)
    whole: int = 0

    def ask(self, request: bytes) -> None:
        self.come.clear()
        self.whole = 0
        self.sent = time.perf_counter()
        self.link.sendall(request)

    def answered(self) -> bool:
        """Whether the answer is whole. Raises WrongAnswer when the other side hung up."""
        part = self.link.recv(262_144)
        if not part:
            raise WrongAnswer(f"colgó tras {len(self.come)} octetos")
        self.come += part
        if not self.whole and (end := self.come.find(_HEAD)) >= 0:
            self.whole = end + len(_HEAD) + _length(bytes(self.come[:end]))
        return 0 < self.whole <= len(self.come)


def answer(port: int, request: bytes) -> bytes:
    """The body of one answer. Raises WrongAnswer for any status but 200."""
    with _open(port, 1) as (line,):
        line.ask(request)
        while not line.answered():
            pass
        _require_200(line.come)
        return _body(line.come)


def drive(port: int, request: bytes, expected: bytes | None, connections: int, seconds: float) -> list[float]:
    """Seconds that each answer took, for so long. Each is compared with the one expected. Raises WrongAnswer."""
    taken: list[float] = []
    with _open(port, connections) as lines, DefaultSelector() as selector:
        for line in lines:
            selector.register(line.link, EVENT_READ, line)
            line.ask(request)
        until = time.perf_counter() + seconds
        busy = connections
        while busy:
            for key, _ in selector.select():
                line = key.data
                if not line.answered():
                    continue
                now = time.perf_counter()
                taken.append(now - line.sent)
                _require_200(line.come)
                if expected is not None and _body(line.come) != expected:
                    raise WrongAnswer(f"otra respuesta: {_body(line.come)[:300]!r}")
                if now < until:
                    line.ask(request)
                else:
                    busy -= 1
    return taken


@contextmanager
def _open(port: int, connections: int) -> Iterator[list[Line]]:
    lines = [Line(create_connection(("127.0.0.1", port), 30)) for _ in range(connections)]
    try:
        for line in lines:
            line.link.setsockopt(IPPROTO_TCP, TCP_NODELAY, 1)
        yield lines
    finally:
        for line in lines:
            line.link.close()


def _length(head: bytes) -> int:
    for each in head.lower().split(b"\r\n"):
        if each.startswith(b"content-length:"):
            return int(each.partition(b":")[2])
    raise WrongAnswer(f"sin Content-Length: {head[:300]!r}")


def _require_200(come: bytearray) -> None:
    if come[9:12] != b"200":
        raise WrongAnswer(bytes(come[:600]).decode("utf-8", "replace"))


def _body(come: bytearray) -> bytes:
    return bytes(come[come.index(_HEAD) + len(_HEAD) :])
