"""The product over HTTP, as anybody else would ask it."""

import json
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from http.client import HTTPConnection, HTTPException
from typing import Any
from urllib.parse import urlsplit

CUT_OFF = (OSError, HTTPException)
"""What a request raises whose server died."""


@dataclass(frozen=True)
class Answer:
    status: int
    body: bytes

    @property
    def json(self) -> Any:
        return json.loads(self.body)


@dataclass(frozen=True)
class Api:
    """One server, asked with the same headers each time, over a new connection each time."""

    url: str
    headers: Mapping[str, str] = field(default_factory=dict)
    patience: float = 60.0

    @property
    def place(self) -> tuple[str, int]:
        parts = urlsplit(self.url)
        assert parts.hostname
        assert parts.port
        return parts.hostname, parts.port

    def connection(self) -> HTTPConnection:
        return HTTPConnection(*self.place, timeout=self.patience)

    def ask(
        self, method: str, path: str, body: object = None, *, kind: str = "application/json", on: Any = None
    ) -> Answer:
        """Over `on`, an open connection, or one of its own. Raises one of CUT_OFF."""
        wire = on or self.connection()
        sent = body if isinstance(body, bytes | None) else json.dumps(body).encode()
        try:
            wire.request(method, path, sent, {**self.headers, **({"Content-Type": kind} if sent is not None else {})})
            answer = wire.getresponse()
            return Answer(answer.status, answer.read())
        finally:
            if on is None:
                wire.close()

    def get(self, path: str, status: int = 200) -> Any:
        answer = self.ask("GET", path)
        assert answer.status == status, f"{path}: {answer.status} {answer.body[:400]!r}"
        return answer.json if answer.body else None

    def post(self, path: str, body: object = None, *, kind: str = "application/json") -> Answer:
        return self.ask("POST", path, body, kind=kind)

    def bearing(self, token: str) -> "Api":
        return replace(self, headers={"Authorization": f"Bearer {token}"})

    def viewing(self, rfc: str) -> "Api":
        return replace(self, headers={**self.headers, "X-View-Tenant": rfc})

    def signed_in(self, email: str, password: str) -> "Api":
        answer = self.post("/api/auth/login", {"email": email, "password": password})
        assert answer.status == 200, answer.body
        return self.bearing(answer.json["accessToken"])
