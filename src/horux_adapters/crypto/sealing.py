"""The vault's keys and what is derived of them (HKDF-SHA-256, RFC 5869), each for one purpose."""

import hmac
import os
from collections.abc import Mapping, Sequence
from hashlib import sha256

from cryptography.exceptions import InvalidSignature, InvalidTag
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from horux_core.fiel.errors import FielUnreadable
from horux_core.fiel.model import Component, Seal, SealedPiece, Signature, wipe
from horux_core.kernel.ids import TenantId

IV, TAG = 12, 16


class VaultKeys:
    """The current key and those that stay readable, by their versions. 32 bytes each; raises ValueError."""

    __slots__ = ("_keys", "current")

    def __init__(self, current: bytes, old: Sequence[bytes] = ()) -> None:
        if any(len(key) != 32 for key in (current, *old)):
            raise ValueError("Cada llave de la bóveda debe tener 32 bytes.")
        self.current = version(current)
        self._keys = {version(key): key for key in (*old, current)}

    def derived(self, of: str, purpose: bytes) -> bytes | None:
        """None when the key of that version is not held."""
        key = self._keys.get(of)
        return None if key is None else HKDF(SHA256(), 32, None, purpose).derive(key)

    def each(self, purpose: bytes) -> Mapping[str, bytes]:
        """Of every key held, by its version."""
        return {held: found for held in self._keys if (found := self.derived(held, purpose)) is not None}


def version(key: bytes) -> str:
    return sha256(key).hexdigest()[:8]


class AesGcmSealer:
    """AES-256-GCM (NIST SP 800-38D) with a random 96-bit IV each time and a key of its own for each seal."""

    def __init__(self, keys: VaultKeys) -> None:
        self._keys = keys

    @property
    def version(self) -> str:
        return self._keys.current

    def seal(self, tenant: TenantId, seal: Seal, component: Component, plain: bytes | bytearray) -> SealedPiece:
        iv, sealed = os.urandom(IV), bytearray(len(plain) + TAG)
        self._cipher(tenant, seal).encrypt_into(iv, plain, _bound(tenant, seal, component), sealed)
        return SealedPiece(seal, iv, bytes(sealed[-TAG:]), bytes(sealed[:-TAG]))

    def open(self, tenant: TenantId, seal: Seal, component: Component, piece: SealedPiece) -> bytearray:
        cipher, plain = self._cipher(tenant, seal), bytearray(len(piece.data))
        if (len(piece.iv), len(piece.tag)) != (IV, TAG):
            raise FielUnreadable
        try:
            cipher.decrypt_into(piece.iv, piece.data + piece.tag, _bound(tenant, seal, component), plain)
        except InvalidTag:
            # What did not prove itself is there already, and is nobody's to read.
            wipe(plain)
            raise FielUnreadable from None
        return plain

    def _cipher(self, tenant: TenantId, seal: Seal) -> AESGCM:
        key = self._keys.derived(seal.key_version, f"horux-fiel|1|sello|{tenant}|{seal.id}".encode())
        if key is None:
            raise FielUnreadable
        return AESGCM(key)


class Ed25519ReceiptSigner:
    def __init__(self, keys: VaultKeys) -> None:
        self._keys = keys

    def sign(self, body: bytes) -> Signature:
        key = self._key(self._keys.current)
        if key is None:
            raise ValueError("La bóveda no tiene su propia llave.")
        return Signature(self._keys.current, key.public_key().public_bytes_raw().hex(), key.sign(body).hex())

    def valid(self, body: bytes, signature: Signature) -> bool:
        key = self._key(signature.key_version)
        if key is None or key.public_key().public_bytes_raw().hex() != signature.public_key:
            return False
        try:
            key.public_key().verify(bytes.fromhex(signature.value), body)
        except (InvalidSignature, ValueError):
            return False
        return True

    def _key(self, of: str) -> Ed25519PrivateKey | None:
        seed = self._keys.derived(of, b"horux-fiel|1|recibo")
        return None if seed is None else Ed25519PrivateKey.from_private_bytes(seed)


class HmacEntryMacs:
    """HMAC-SHA-256."""

    def __init__(self, keys: VaultKeys) -> None:
        self._current, self._keys = keys.current, keys.each(b"horux-fiel|1|asiento")

    @property
    def version(self) -> str:
        return self._current

    def mac(self, version: str, text: str) -> str | None:
        key = self._keys.get(version)
        return None if key is None else hmac.new(key, text.encode(), sha256).hexdigest()


def anchor_keys(keys: VaultKeys) -> Mapping[str, bytes]:
    """What authenticates the anchors of the books of use."""
    return keys.each(b"horux-fiel|1|ancla")


def _bound(tenant: TenantId, seal: Seal, component: Component) -> bytes:
    return f"horux-fiel|1|{tenant}|{component}|{seal.key_version}|{seal.id}|{seal.number}".encode()
