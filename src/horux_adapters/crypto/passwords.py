import unicodedata
from threading import BoundedSemaphore

from argon2 import PasswordHasher as Argon2
from argon2.exceptions import InvalidHashError, VerificationError


class Argon2Passwords:
    """Argon2id at OWASP's second setting: 19 MiB, two passes, one lane; 18 ms on the machine it was measured on.

    So many at a time and no more: each holds its memory and a core, and a storm of log-ins must leave some of both
    to others.
    """

    def __init__(self, at_once: int = 2, time_cost: int = 2, memory_cost: int = 19_456) -> None:
        self._argon2 = Argon2(time_cost=time_cost, memory_cost=memory_cost, parallelism=1)
        self._turns = BoundedSemaphore(at_once)
        self._nobodys = self._argon2.hash(b"nadie tiene esta clave")

    def hash(self, password: str) -> str:
        with self._turns:
            return self._argon2.hash(_octets(password))

    def matches(self, password_hash: str | None, password: str) -> bool:
        with self._turns:
            try:
                self._argon2.verify(password_hash or self._nobodys, _octets(password))
            except (VerificationError, InvalidHashError):
                return False
        return password_hash is not None

    def outdated(self, password_hash: str) -> bool:
        try:
            return self._argon2.check_needs_rehash(password_hash)
        except InvalidHashError:
            return True


def _octets(password: str) -> bytes:
    """The same for the same letters, however a keyboard composes their accents; JSON can hold half a surrogate pair."""
    return unicodedata.normalize("NFC", password).encode("utf-8", "surrogatepass")
