"""A running server, and those who ask it: an operator, the owner of one client, and strangers."""

import os
import time
from collections.abc import Mapping
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import Any
from uuid import uuid4

import httpx

from tests.deploy.edge import Edge
from tests.system.installation import Installation

FULL = os.environ.get("PROOF") == "full"
PASSWORD_WRONG = "no-es-la-clave-Qx7v"
Headers = Mapping[str, str] | list[tuple[str, str]]
ONE_EACH = httpx.Limits(max_keepalive_connections=0)
"""A connection a request: who is refused before its body was read is hung up on, and the next must not meet that."""


def often(small: int, large: int) -> int:
    return large if FULL else small


@dataclass(frozen=True)
class Ground:
    """`owner` works in `client`, and has nothing to do with `other`.

    `place` is the installation from the inside and `front` the nginx before it, where a check wants them.
    """

    http: httpx.Client
    owner_email: str
    owner_password: str
    operator: Mapping[str, str]
    client: str
    other: str
    place: Installation | None = None
    front: Edge | None = None
    known: dict[str, Any] = field(default_factory=dict)
    """What a check made once, to be found when it is tried again."""

    @property
    def inside(self) -> Installation:
        assert self.place is not None, "hace falta la instalación"
        return self.place

    @property
    def edge(self) -> Edge:
        assert self.front is not None, "hace falta nginx"
        return self.front

    def viewing(self, rfc: str) -> dict[str, str]:
        """The operator's headers, looking into that client."""
        return {**self.operator, "X-View-Tenant": rfc}

    def ask(self, method: str, path: str, headers: Headers = MappingProxyType({}), **more: Any) -> httpx.Response:
        sent = list(headers.items()) if isinstance(headers, Mapping) else headers
        return self.http.request(method, path, headers=sent, **more)

    def get(self, path: str, headers: Headers = MappingProxyType({}), **more: Any) -> httpx.Response:
        return self.ask("GET", path, headers, **more)

    def signed_in(self, email: str = "", password: str = "") -> dict[str, str]:
        """A new session of the owner's, or of somebody else."""
        body = {"email": email or self.owner_email, "password": password or self.owner_password}
        for _ in range(_TRIES):
            answer = self.http.post("/api/auth/login", json=body)
            if answer.status_code != 429:
                break
            if self.place is not None:
                # Others of this address have guessed before, and that is no matter of this check.
                self.place.statement("DELETE FROM login_failures", "horux360")
                continue
            time.sleep(min(_LONGEST, int(answer.headers["retry-after"])))
        assert answer.status_code == 200, answer.text
        return {"Authorization": f"Bearer {answer.json()['accessToken']}"}

    def looking(self, who: Mapping[str, str] | None = None) -> dict[str, str]:
        """A browser's headers in a session of the owner's, or in that one."""
        token = (who or self.signed_in())["Authorization"].removeprefix("Bearer ")
        return {"Accept": "text/html", "Cookie": f"horux_sesion={token}"}

    @property
    def origin(self) -> str:
        return str(self.http.base_url).rstrip("/")

    def key(self, *scopes: str) -> tuple[str, str]:
        """A new key of the owner's: its id and its secret."""
        body = {"nombre": f"Prueba {uuid4().hex[:6]}", "scopes": list(scopes)}
        answer = self.http.post("/api/api-keys", json=body, headers=self.signed_in())
        assert answer.status_code == 201, answer.text
        made = answer.json()
        return made["llave"]["id"], made["secreto"]

    def routes(self) -> list[tuple[str, str]]:
        """Every method and path of the document, with something in each of its places."""
        document = self.get("/api/openapi.json").json()
        found = []
        for path, methods in document["paths"].items():
            filled = "/".join(str(uuid4()) if "{" in part else part for part in path.split("/"))
            for method in methods.keys() & _METHODS:
                found.append((method.upper(), f"{filled}{_query(methods[method])}"))
        return sorted(found)


def _query(operation: Mapping[str, Any]) -> str:
    """What it cannot do without."""
    asked = [each for each in operation.get("parameters", ()) if each["in"] == "query" and each.get("required")]
    pairs = [f"{each['name']}={_VALUES.get(each['name'], 'x')}" for each in asked]
    return f"?{'&'.join(pairs)}" if pairs else ""


_TRIES, _LONGEST = 6, 15
_VALUES = {"anio": "2026", "mes": "3"}
_METHODS = frozenset({"get", "post", "put", "patch", "delete"})


def bearer(token: str) -> dict[str, str]:
    return {"Authorization": f"Bearer {token}"}
