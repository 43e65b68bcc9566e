"""Signatures of backups' manifests: Ed25519 under a key derived from the vault's, which is kept apart from backups."""

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey

from horux_adapters.crypto.sealing import VaultKeys

_PURPOSE = b"horux-respaldo|1|manifiesto"


class Ed25519ManifestSigner:
    def __init__(self, keys: VaultKeys) -> None:
        seeds = keys.each(_PURPOSE)
        self._signing = Ed25519PrivateKey.from_private_bytes(seeds[keys.current])
        self._known = [Ed25519PrivateKey.from_private_bytes(seed).public_key() for seed in seeds.values()]

    @property
    def public(self) -> str:
        return self._signing.public_key().public_bytes_raw().hex()

    def sign(self, body: bytes) -> str:
        return self._signing.sign(body).hex()

    def valid(self, body: bytes, signature: str, trusted: str | None = None) -> bool:
        try:
            octets = bytes.fromhex(signature)
            also = [] if trusted is None else [Ed25519PublicKey.from_public_bytes(bytes.fromhex(trusted))]
        except ValueError:
            return False
        return any(_signed(key, octets, body) for key in (*self._known, *also))


def _signed(key: Ed25519PublicKey, signature: bytes, body: bytes) -> bool:
    try:
        key.verify(signature, body)
    except InvalidSignature:
        return False
    return True
