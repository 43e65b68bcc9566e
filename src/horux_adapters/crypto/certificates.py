"""A certificate's facts, from its DER: the SAT's T61String subjects in Latin-1 are beyond `cryptography`."""

from dataclasses import dataclass
from typing import NamedTuple

from cryptography import x509
from cryptography.exceptions import InvalidSignature, UnsupportedAlgorithm
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric.padding import PKCS1v15
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPublicKey
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

from horux_adapters.crypto import der
from horux_core.fiel.errors import FielCertificateMalformed
from horux_core.fiel.model import CertificateFacts

NUMERO = 20
_YEARS = range(1950, 9999)
"""Those in which a certificate may begin and end: before the first X.509 has no short time, after the last no end."""
_V3 = 2
_LONGEST_TEXT = 300
_UTF8, _BMP, _UNIVERSAL = 0x0C, 0x1E, 0x1C
_OCTET_TEXTS = frozenset({0x12, 0x13, 0x14, 0x16, 0x1A})
_EXTENSIONS = 0xA3

_COMMON_NAME, _ORGANIZATION, _BRANCH = bytes.fromhex("550403"), bytes.fromhex("55040a"), bytes.fromhex("55040b")
_NAME, _HOLDER = bytes.fromhex("550429"), bytes.fromhex("55042d")
_EXTENDED_USAGE, _BASIC_CONSTRAINTS = bytes.fromhex("551d25"), bytes.fromhex("551d13")
_TRUE = b"\x01\x01\xff"
_RSA = bytes.fromhex("2a864886f70d0101")
_HASHES: dict[bytes, hashes.HashAlgorithm] = {
    _RSA + b"\x0b": hashes.SHA256(),
    _RSA + b"\x0c": hashes.SHA384(),
    _RSA + b"\x0d": hashes.SHA512(),
}


class _Fields(NamedTuple):
    tbs: bytes
    serial: bytes
    algorithm: bytes
    issuer: der.Value
    subject: der.Value
    extensions: dict[bytes, bytes]
    signature: bytes


@dataclass(frozen=True, slots=True)
class Certificate:
    """One that both readers, ours and `cryptography`'s, can read."""

    fields: _Fields
    loaded: x509.Certificate
    key: RSAPublicKey

    @classmethod
    def read(cls, octets: bytes) -> "Certificate":
        """Raises FielCertificateMalformed."""
        found = _certificate(octets)
        if found is None:
            raise FielCertificateMalformed
        return found

    @property
    def facts(self) -> CertificateFacts:
        """Raises FielCertificateMalformed."""
        facts = _facts(self)
        if facts is None:
            raise FielCertificateMalformed
        return facts

    @property
    def issuer(self) -> str:
        """What it calls its issuer, for people to read; empty where it cannot be told."""
        try:
            return _first(_names(self.fields.issuer), _COMMON_NAME, _ORGANIZATION)
        except (der.DerError, ValueError):
            return ""

    @property
    def authority(self) -> bool:
        """Whether it may sign others."""
        try:
            constraints = der.items(der.read(self.fields.extensions.get(_BASIC_CONSTRAINTS, b"")))
        except der.DerError:
            return False
        return bool(constraints) and constraints[0].whole == _TRUE

    def signed_by(self, authority: "Certificate") -> bool:
        algorithm = _HASHES.get(self.fields.algorithm)
        if algorithm is None:
            return False
        try:
            authority.key.verify(self.fields.signature, self.fields.tbs, PKCS1v15(), algorithm)
        except (InvalidSignature, ValueError):
            return False
        return True


def _certificate(octets: bytes) -> Certificate | None:
    try:
        fields = _fields(octets)
        loaded = x509.load_der_x509_certificate(octets)
        key = loaded.public_key()
    except (der.DerError, ValueError, TypeError, UnsupportedAlgorithm, x509.InvalidVersion):
        return None
    if not isinstance(key, RSAPublicKey):
        return None
    return Certificate(fields, loaded, key)


def _fields(octets: bytes) -> _Fields:
    """Raises DerError. A serial below one would have the library warn."""
    tbs, algorithm, signature = _exactly(3, der.items(der.read(octets)))
    version, serial, _, issuer, _, subject, _, *rest = _at_least(7, der.items(tbs))
    if der.whole_number(_exactly(1, der.items(version, 0xA0))[0]) != _V3 or der.whole_number(serial) < 1:
        raise der.DerError
    oid = _at_least(1, der.items(algorithm))[0].content
    if signature.content[:1] != b"\0":
        raise der.DerError
    return _Fields(tbs.whole, serial.content, oid, issuer, subject, _extensions(rest), signature.content[1:])


def _extensions(rest: list[der.Value]) -> dict[bytes, bytes]:
    """Their contents by their kind. Raises DerError."""
    wrapped = [value for value in rest if value.tag == _EXTENSIONS]
    if not wrapped:
        return {}
    listed = der.items(_exactly(1, der.items(wrapped[0], _EXTENSIONS))[0])
    parts = [_at_least(2, der.items(each)) for each in listed]
    return {kind.content: content.content for kind, *_, content in parts}


def _facts(read: Certificate) -> CertificateFacts | None:
    try:
        names = _names(read.fields.subject)
        begins, ends = read.loaded.not_valid_before_utc, read.loaded.not_valid_after_utc
    except (der.DerError, ValueError):
        return None
    if begins.year not in _YEARS or ends.year not in _YEARS:
        return None
    holders, serial = names.get(_HOLDER, []), read.fields.serial
    return CertificateFacts(
        holder=holders[0] if len(holders) == 1 else "",
        nombre=_first(names, _COMMON_NAME, _NAME, _ORGANIZATION),
        numero=serial.decode("ascii") if serial.isdigit() and len(serial) == NUMERO else "",
        valido_desde=begins,
        valido_hasta=ends,
        has_branch=any(names.get(_BRANCH, [])),
        has_extended_usage=_EXTENDED_USAGE in read.fields.extensions,
        public_key=read.key.public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo),
    )


def _names(name: der.Value) -> dict[bytes, list[str]]:
    """The texts of a name by their kind. Raises DerError, ValueError."""
    found: dict[bytes, list[str]] = {}
    for part in der.items(name):
        for pair in der.items(part, der.SET):
            kind, value = _exactly(2, der.items(pair))
            found.setdefault(kind.content, []).append(_text(value))
    return found


def _first(names: dict[bytes, list[str]], *kinds: bytes) -> str:
    return next((text for kind in kinds for text in names.get(kind, []) if text), "")


def _text(value: der.Value) -> str:
    """On one line, without what cannot be printed. Raises ValueError."""
    shown = "".join(letter if letter.isprintable() else " " for letter in _letters(value))
    return " ".join(shown.split())[:_LONGEST_TEXT]


def _letters(value: der.Value) -> str:
    if value.tag == _UTF8:
        return value.content.decode("utf-8")
    if value.tag == _BMP:
        return value.content.decode("utf-16-be")
    if value.tag == _UNIVERSAL:
        return value.content.decode("utf-32-be")
    if value.tag not in _OCTET_TEXTS:
        return ""
    try:
        return value.content.decode("utf-8")
    except UnicodeDecodeError:
        return value.content.decode("latin-1")


def _exactly(count: int, values: list[der.Value]) -> list[der.Value]:
    if len(values) != count:
        raise der.DerError
    return values


def _at_least(count: int, values: list[der.Value]) -> list[der.Value]:
    if len(values) < count:
        raise der.DerError
    return values
