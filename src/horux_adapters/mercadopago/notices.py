"""Whether a notice comes from MercadoPago. Its signature covers the id in the address, and never the body."""

import hmac
import json
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import timedelta
from typing import NamedTuple
from urllib.parse import unquote_plus

from horux_core.billing.gateway import Notice, Verdict
from horux_core.billing.settling import Topic
from horux_core.kernel.clock import Clock

_ID = re.compile(r"[A-Za-z0-9-]{1,64}", re.ASCII)
_TS = re.compile(r"[0-9]{1,16}", re.ASCII)
_V1 = re.compile(r"[0-9a-fA-F]{64}", re.ASCII)
_MILLISECONDS = 13

TOPICS: Mapping[str, Topic] = {
    "payment": Topic.PAYMENT,
    "subscription_preapproval": Topic.AGREEMENT,
    "subscription_authorized_payment": Topic.CHARGE,
}
"""MercadoPago's words for what its notices are about; it has others, which are nothing to us."""


@dataclass(frozen=True, slots=True)
class MercadoPagoNoticeJudge:
    """Takes any of several secrets, so that one can be changed without a gap; with none, nothing is genuine.

    Retries are signed anew, so what is older or newer than `tolerance` is a replay.
    """

    secrets: tuple[str, ...] = field(repr=False)
    clock: Clock
    tolerance: timedelta = timedelta(minutes=5)

    def judge(self, query: str, headers: Iterable[tuple[str, str]], body: bytes) -> Notice:
        """`query` is the address's own text after the question mark; a name of `headers` may come more than once."""
        asked = _split(query)
        ids = [value for name, value in asked if name == "data.id" and value]
        told = _told(body)
        topic = next((value for name, value in asked if name == "type" and value), told.get("type"))
        topic = topic if isinstance(topic, str) else None
        signature = _signature(list(headers)) if any(self.secrets) else Verdict.NOT_CONFIGURED
        if isinstance(signature, Verdict):
            return Notice(signature, topic, None)
        verdict, reference = self._verdict(ids, signature)
        if not verdict.genuine:
            return Notice(verdict, topic, None)
        inner = told.get("data")
        claimed = inner.get("id") if isinstance(inner, dict) else None
        if reference is None:
            found = None if claimed is None or not _ID.fullmatch(str(claimed)) else str(claimed)
            return Notice(Verdict.OK_BUT_UNBOUND, topic, found, signature.v1)
        if claimed is not None and str(claimed).lower() != reference.lower():
            return Notice(Verdict.ID_CONFLICT, topic, None)
        return Notice(Verdict.OK, topic, reference, signature.v1)

    def _verdict(self, ids: Sequence[str], signature: "_Signature") -> tuple[Verdict, str | None]:
        """With it the id as it was signed. An id with a semicolon could be taken for more parts of what is signed."""
        if len(ids) > 1 or not all(_ID.fullmatch(ident) for ident in ids):
            return Verdict.AMBIGUOUS_QUERY, None
        signed = [form for form in _forms(ids[0] if ids else None) if self._signs(form, signature)]
        if not signed:
            return Verdict.SIGNATURE_MISMATCH, None
        return (Verdict.OK if self._fresh(signature.ts) else Verdict.STALE), signed[0]

    def _signs(self, ident: str | None, signature: "_Signature") -> bool:
        """A part that is absent leaves with its name; the last semicolon stays. Every secret is tried, always."""
        parts = [("id", ident), ("request-id", signature.request), ("ts", signature.ts)]
        manifest = "".join(f"{name}:{value};" for name, value in parts if value).encode()
        hashes = [hmac.new(secret.encode(), manifest, "sha256").hexdigest() for secret in self.secrets if secret]
        return sum([hmac.compare_digest(right, signature.v1) for right in hashes]) > 0

    def _fresh(self, ts: str) -> bool:
        seconds = int(ts) / 1000 if len(ts) >= _MILLISECONDS else int(ts)
        return abs(self.clock().timestamp() - seconds) <= self.tolerance.total_seconds()


class _Signature(NamedTuple):
    """`v1` is of the id, the request and the time, and of nothing else: all copies of a delivery have the same."""

    request: str | None
    ts: str
    v1: str


def _signature(headers: Sequence[tuple[str, str]]) -> _Signature | Verdict:
    """As it was sent, or what is wrong with it."""
    signatures, requests = (_named(headers, name) for name in ("x-signature", "x-request-id"))
    if not signatures:
        return Verdict.MISSING_HEADER
    if len(signatures) > 1 or len(requests) > 1:
        return Verdict.AMBIGUOUS_HEADER
    parts = [(name.strip(), value.strip()) for name, _, value in (p.partition("=") for p in signatures[0].split(","))]
    times, hashes = _named(parts, "ts"), _named(parts, "v1")
    if len(times) > 1 or len(hashes) > 1:
        return Verdict.AMBIGUOUS_HEADER
    if not times or not hashes or not _TS.fullmatch(times[0]) or not _V1.fullmatch(hashes[0]):
        return Verdict.MALFORMED_HEADER
    return _Signature(requests[0] if requests else None, times[0], hashes[0])


def _split(query: str) -> list[tuple[str, str]]:
    """By hand: a dot in a name and a name that comes twice are what others stumble over, each in its own way."""
    pairs = (piece.partition("=") for piece in query.split("&"))
    return [(unquote_plus(name), unquote_plus(value)) for name, _, value in pairs]


def _named(pairs: Iterable[tuple[str, str]], name: str) -> list[str]:
    return [value for found, value in pairs if found.lower() == name]


def _forms(ident: str | None) -> list[str | None]:
    """Guides say that an id is signed in lower case, libraries of this year sign it as it comes."""
    return [ident] if ident is None or ident == ident.lower() else [ident, ident.lower()]


def _told(body: bytes) -> dict[str, object]:
    try:
        found = json.loads(body)
    except (ValueError, RecursionError):
        return {}
    return found if isinstance(found, dict) else {}
