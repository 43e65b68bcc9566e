"""A private key as the SAT hands it out: PKCS#8, encrypted with the password of its owner."""

from cryptography.exceptions import UnsupportedAlgorithm
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPrivateKey
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat, load_der_private_key

from horux_adapters.crypto import der
from horux_core.fiel.errors import FielKeyMalformed, FielPasswordWrong

KEY_BITS = range(1_024, 4_097)
SAT_ROUNDS = 2_048
MOST_ROUNDS = 600_000
"""Of a derivation: as many are advised today. They take a third of a second."""
MOST_OLDER_ROUNDS = 50_000
"""Of PBES1 and PKCS#12, which nobody advises any more: programs make 2,048, a few 10,000."""
MOST_SCRYPT = 1 << 18
"""N times r times p, of 128 octets each: 32 MiB, or as much work on less. OpenSSL makes half of it."""

_PBES2 = bytes.fromhex("2a864886f70d01050d")
_PBKDF2 = bytes.fromhex("2a864886f70d01050c")
_SCRYPT = bytes.fromhex("2b06010401da47040b")


def public_key(octets: bytes, password: bytes) -> bytes:
    """SubjectPublicKeyInfo in DER, of a key whose numbers are sound. Raises FielKeyMalformed, FielPasswordWrong.

    No error is raised where another was caught: a library's may hold what it was given.
    """
    refused: FielKeyMalformed | FielPasswordWrong | None = None
    if not affordable(octets, MOST_ROUNDS, MOST_SCRYPT):
        raise FielKeyMalformed
    try:
        # It would prove that the primes are primes, and for numbers of any size: hours, for a hostile key.
        key = load_der_private_key(octets, password, unsafe_skip_rsa_key_validation=True)
    except UnsupportedAlgorithm:
        refused = FielKeyMalformed()
    except (ValueError, TypeError, OverflowError):
        refused = FielPasswordWrong()
    if refused is not None:
        raise refused
    if not isinstance(key, RSAPrivateKey) or not _sound(key):
        raise FielKeyMalformed
    return key.public_key().public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo)


def affordable(octets: bytes, rounds: int, scrypt: int) -> bool:
    """Whether it is an encrypted key that a wrong password, or a hostile hand, does not make us pay dear for."""
    try:
        algorithm, sealed = der.items(der.read(octets))
        kind, parameters = der.items(algorithm)
        if sealed.tag != der.OCTET_STRING or not sealed.content or len(sealed.content) % 8:
            return False
        if kind.content != _PBES2:
            return _rounds(der.items(parameters)) <= min(rounds, MOST_OLDER_ROUNDS)
        derivation, _ = der.items(parameters)
        function, costs = der.items(derivation)
        if function.content == _SCRYPT:
            return _scrypt_affordable(der.items(costs), scrypt)
        return function.content == _PBKDF2 and _rounds(der.items(costs)) <= rounds
    except (der.DerError, ValueError, IndexError):
        return False


def _rounds(parameters: list[der.Value]) -> int:
    return der.whole_number(parameters[1])


def _scrypt_affordable(parameters: list[der.Value], most: int) -> bool:
    n, r, p = (der.whole_number(each) for each in parameters[1:4])
    return min(n, r, p) > 0 and n * r * p <= most


def _sound(key: RSAPrivateKey) -> bool:
    """Whether its numbers belong together: the library proves it, once we know that they are small."""
    if key.key_size not in KEY_BITS:
        return False
    try:
        key.private_numbers().private_key()
    except ValueError:
        return False
    return True
