"""Seeds of second factors, sealed with a key of their own derived of the vault's (HKDF-SHA-256)."""

import hmac
import os
from base64 import urlsafe_b64decode, urlsafe_b64encode
from binascii import Error

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from horux_adapters.crypto.sealing import IV, VaultKeys
from horux_core.identity.errors import SecondFactorUnreadable
from horux_core.kernel.ids import UserId

SEED = 20
"""Octets: as long as the HMAC's own (RFC 4226, 4)."""


class AesGcmSeeds:
    """`version.nonce+sealed`, AES-256-GCM with a random 96-bit nonce; the person is bound to it."""

    def __init__(self, keys: VaultKeys) -> None:
        self._current = keys.current
        self._sealing = keys.each(b"horux-identidad|1|semilla")
        self._making = keys.each(b"horux-identidad|1|propuesta")[keys.current]

    def proposed(self, user: UserId, occasion: str) -> bytes:
        return hmac.digest(self._making, f"{user}|{occasion}".encode(), "sha256")[:SEED]

    def seal(self, user: UserId, seed: bytes) -> str:
        nonce = os.urandom(IV)
        sealed = AESGCM(self._sealing[self._current]).encrypt(nonce, seed, _bound(user, self._current))
        return f"{self._current}.{urlsafe_b64encode(nonce + sealed).decode()}"

    def open(self, user: UserId, sealed: str) -> bytes:
        version, _, text = sealed.partition(".")
        key = self._sealing.get(version)
        if key is None:
            raise SecondFactorUnreadable
        try:
            octets = urlsafe_b64decode(text)
            return AESGCM(key).decrypt(octets[:IV], octets[IV:], _bound(user, version))
        except (InvalidTag, Error, ValueError):
            raise SecondFactorUnreadable from None

    def current(self, sealed: str) -> bool:
        return sealed.partition(".")[0] == self._current


def _bound(user: UserId, version: str) -> bytes:
    return f"horux-identidad|1|semilla|{version}|{user}".encode()
