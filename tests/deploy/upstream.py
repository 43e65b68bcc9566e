"""What stands behind nginx where a test wants to know what reached the application: it answers just that."""

import json
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Event, Thread
from typing import Any


class _Repeater(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    server: "_Listening"

    def _answer(self) -> None:
        self.server.begun.set()
        taken = self._taken()
        told: dict[str, Any] = {
            "method": self.command,
            "path": self.path,
            "headers": [(name.lower(), value) for name, value in self.headers.items()],
            "bytes": taken,
        }
        body = json.dumps(told).encode() + b" " * self.server.padding
        self.server.taken.append(told)
        self.send_response(self.server.status)
        self.send_header("Content-Type", self.server.kind)
        for name, value in self.server.extra:
            self.send_header(name, value)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        if self.command != "HEAD":
            self.wfile.write(body)

    def _taken(self) -> int:
        if self.headers.get("transfer-encoding", "").lower() == "chunked":
            total = 0
            while size := int(self.rfile.readline().split(b";")[0], 16):
                total += len(self.rfile.read(size))
                self.rfile.readline()
            self.rfile.readline()
            return total
        total = left = int(self.headers.get("content-length", "0"))
        while left:
            left -= len(self.rfile.read(min(left, 1 << 20)))
        return total

    def log_message(self, *_: object) -> None:
        """Nothing: a test reads what it was answered."""


for _method in ("GET", "POST", "PUT", "PATCH", "DELETE", "HEAD", "OPTIONS"):
    setattr(_Repeater, f"do_{_method}", _Repeater._answer)


class _Listening(ThreadingHTTPServer):
    daemon_threads = True

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), _Repeater)
        self.begun = Event()
        self.taken: list[dict[str, Any]] = []
        self.status, self.kind, self.padding = 200, "application/json", 0
        self.extra: list[tuple[str, str]] = []

    @property
    def port(self) -> int:
        return int(self.server_address[1])


@contextmanager
def repeater() -> Iterator[_Listening]:
    server = _Listening()
    thread = Thread(target=server.serve_forever, name="repetidor")
    thread.start()
    try:
        yield server
    finally:
        server.shutdown()
        server.server_close()
        thread.join(10)


Repeater = _Listening
