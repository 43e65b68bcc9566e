"""A provider that answers what it is told to, for what the stand-in never does."""

import json
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from ssl import SSLContext
from typing import Any


@dataclass
class Canned:
    """`answers` by method and path: status and body, JSON unless it is bytes; `asked` holds what came."""

    url: str = ""
    answers: dict[str, tuple[int, Any]] = field(default_factory=dict)
    headers: dict[str, str] = field(default_factory=dict)
    otherwise: tuple[int, Any] = (404, {"message": "not found"})
    asked: list[tuple[str, str, bytes, dict[str, str]]] = field(default_factory=list)

    def count(self, method: str) -> int:
        return sum(asked[0] == method for asked in self.asked)


@contextmanager
def canned(context: SSLContext | None = None) -> Iterator[Canned]:
    told = Canned()

    class Handler(BaseHTTPRequestHandler):
        def answer(self) -> None:
            body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
            told.asked.append((self.command, self.path, body, {k.lower(): v for k, v in self.headers.items()}))
            path = self.path.partition("?")[0]
            status, answer = told.answers.get(f"{self.command} {path}", told.otherwise)
            sent = answer if isinstance(answer, bytes) else json.dumps(answer).encode()
            self.send_response(status)
            for name, value in {**told.headers, "Content-Length": str(len(sent))}.items():
                self.send_header(name, value)
            self.end_headers()
            self.wfile.write(sent)

        do_GET = do_POST = do_PUT = answer  # noqa: N815

        def log_message(self, *args: object) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    if context is not None:
        server.socket = context.wrap_socket(server.socket, server_side=True)
    told.url = f"http{'s' if context else ''}://127.0.0.1:{server.server_port}"
    thread = threading.Thread(target=server.serve_forever, args=(0.01,))
    thread.start()
    try:
        yield told
    finally:
        server.shutdown()
        server.server_close()
        thread.join()
