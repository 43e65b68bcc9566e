"""The second factor of a person: a secret shared with an application that makes codes of it (RFC 6238)."""

import base64
import hmac
import struct
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Self
from urllib.parse import quote

from horux_core.kernel.ids import UserId

STEP = 30
"""Seconds for which a code is good."""
DIGITS = 6
DRIFT = 1
"""Steps that the other clock may be off, either way."""
ISSUER = "Horux360"


@dataclass(frozen=True, slots=True)
class Factor:
    """`sealed` is its seed. Codes up to `last_step` were used; `recovery` are digests of codes that are good once."""

    user: UserId
    sealed: str = field(repr=False)
    last_step: int
    recovery: frozenset[str] = field(repr=False)
    since: datetime

    def used(self, step: int) -> Self:
        return replace(self, last_step=step)

    def without(self, digest: str) -> Self:
        return replace(self, recovery=self.recovery - {digest})

    def recovered_by(self, digests: frozenset[str]) -> Self:
        return replace(self, recovery=digests)

    def resealed(self, sealed: str) -> Self:
        return replace(self, sealed=sealed)


def step_of(at: datetime) -> int:
    return int(at.timestamp()) // STEP


def code(seed: bytes, step: int, digits: int = DIGITS) -> str:
    """RFC 4226, 5.3: of an HMAC-SHA-1, 31 bits from where its last four say."""
    digest = hmac.digest(seed, struct.pack(">Q", step), "sha1")
    at = digest[-1] & 0xF
    number = struct.unpack(">I", digest[at : at + 4])[0] & 0x7FFFFFFF
    return f"{number % 10**digits:0{digits}d}"


def step_matching(seed: bytes, given: str, now: datetime, after: int) -> int | None:
    """The step whose code it is, of those around now and after the last one used (RFC 6238, 5.2)."""
    around = range(step_of(now) - DRIFT, step_of(now) + DRIFT + 1)
    matching = [step for step in around if hmac.compare_digest(code(seed, step).encode(), given.encode())]
    return next((step for step in matching if step > after), None)


def as_text(seed: bytes) -> str:
    """As applications take it by hand: Base32 without padding."""
    return base64.b32encode(seed).decode().rstrip("=")


def address(seed: bytes, email: str) -> str:
    """What a QR code carries: otpauth://totp/..."""
    label = quote(f"{ISSUER}:{email}", safe="@")
    return f"otpauth://totp/{label}?secret={as_text(seed)}&issuer={ISSUER}&algorithm=SHA1&digits={DIGITS}&period={STEP}"
