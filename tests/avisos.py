"""Notices as MercadoPago sends them, signed with whatever secret, with whatever is wrong with them."""

import hashlib
import hmac
import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import uuid4

SECRET = "solo-para-pruebas-91c2"
WORDS = {"agreement": "subscription_preapproval", "charge": "subscription_authorized_payment", "payment": "payment"}


@dataclass(frozen=True)
class Aviso:
    query: str
    headers: tuple[tuple[str, str], ...]
    body: bytes
    remote: str = "203.0.113.7"

    @property
    def sent(self) -> tuple[str, tuple[tuple[str, str], ...], bytes, str]:
        return self.query, self.headers, self.body, self.remote


def an_aviso(
    reference: str,
    at: datetime,
    *,
    topic: str = "payment",
    secret: str = SECRET,
    body_id: str | None = None,
    request_id: str | None = None,
    more: Mapping[str, Any] | None = None,
) -> Aviso:
    """`body_id` is what the body says instead; `more` goes into the body too."""
    request, ts = request_id or str(uuid4()), str(int(at.timestamp()))
    parts = (("id", reference), ("request-id", request), ("ts", ts))
    manifest = "".join(f"{name}:{value};" for name, value in parts if value)
    v1 = hmac.new(secret.encode(), manifest.encode(), hashlib.sha256).hexdigest()
    told = {"type": topic, "action": f"{topic}.updated", "data": {"id": body_id or reference}, **(more or {})}
    headers = (("X-Signature", f"ts={ts},v1={v1}"), ("X-Request-Id", request), ("Content-Type", "application/json"))
    return Aviso(f"data.id={reference}&type={topic}", headers, json.dumps(told).encode())
