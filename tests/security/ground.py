"""A running server, and those who ask it: an operator, the owner of one client, and strangers."""

import os
import time
from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Any
from uuid import uuid4

import httpx

FULL = os.environ.get("PROOF") == "full"
PASSWORD_WRONG = "no-es-la-clave-Qx7v"
Headers = Mapping[str, str] | list[tuple[str, str]]


def often(small: int, large: int) -> int:
    return large if FULL else small


@dataclass(frozen=True)
class Ground:
    """`owner` works in `client`, and has nothing to do with `other`."""

    http: httpx.Client
    owner_email: str
    owner_password: str
    operator: Mapping[str, str]
    client: str
    other: str

    def ask(self, method: str, path: str, headers: Headers = MappingProxyType({}), **more: Any) -> httpx.Response:
        sent = list(headers.items()) if isinstance(headers, Mapping) else headers
        return self.http.request(method, path, headers=sent, **more)

    def get(self, path: str, headers: Headers = MappingProxyType({}), **more: Any) -> httpx.Response:
        return self.ask("GET", path, headers, **more)

    def signed_in(self) -> dict[str, str]:
        """A new session of the owner's."""
        body = {"email": self.owner_email, "password": self.owner_password}
        for _ in range(_TRIES):
            answer = self.http.post("/api/auth/login", json=body)
            if answer.status_code != 429:
                break
            # Others of this address have guessed before: so long the server says that it takes none of it.
            time.sleep(min(_LONGEST, int(answer.headers["retry-after"])))
        assert answer.status_code == 200, answer.text
        return {"Authorization": f"Bearer {answer.json()['accessToken']}"}

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
