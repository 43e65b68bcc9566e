"""A request whose body arrives as a test decides, part by part."""

import asyncio
import json
from collections.abc import Awaitable, Callable, Mapping
from typing import Any

Arrive = Callable[[], Awaitable[dict[str, Any]]]


def part(body: bytes, *, more: bool = False) -> dict[str, Any]:
    return {"type": "http.request", "body": body, "more_body": more}


HANG_UP = {"type": "http.disconnect"}


def in_turn(*messages: dict[str, Any]) -> Arrive:
    waiting = list(messages)

    async def arrive() -> dict[str, Any]:
        return waiting.pop(0) if waiting else await never()

    return arrive


async def never() -> dict[str, Any]:
    await asyncio.Event().wait()
    raise AssertionError


def asked(
    app: Any, path: str, arrive: Arrive, *, kind: str = "application/json", headers: Mapping[str, str] | None = None
) -> tuple[int, dict[str, Any], dict[str, str]]:
    """The status, the document and the headers of the answer to a POST."""
    return asyncio.run(answered(app, path, arrive, kind=kind, headers=headers))


async def answered(
    app: Any, path: str, arrive: Arrive, *, kind: str = "application/json", headers: Mapping[str, str] | None = None
) -> tuple[int, dict[str, Any], dict[str, str]]:
    sent: list[Any] = []
    named = {"host": "localhost", "content-type": kind, **(headers or {})}
    scope = {
        "type": "http", "asgi": {"version": "3.0"}, "http_version": "1.1", "method": "POST", "scheme": "http",
        "path": path, "raw_path": path.encode(), "query_string": b"", "root_path": "",
        "headers": [(name.lower().encode(), value.encode()) for name, value in named.items()],
        "client": ("192.0.2.1", 5), "server": ("localhost", 80), "state": {}, "extensions": {},
    }  # fmt: skip

    async def send(message: Any) -> None:
        sent.append(message)

    await asyncio.wait_for(app(scope, arrive, send), 20)
    body = b"".join(message.get("body", b"") for message in sent)
    told = {name.decode().lower(): value.decode() for name, value in sent[0]["headers"]}
    return sent[0]["status"], json.loads(body) if body else {}, told
