"""Makes e.firmas as the SAT would, in a few milliseconds, and such as it never would. All keys are for tests only."""

import os
import warnings
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import cache
from hashlib import pbkdf2_hmac

from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric.padding import PKCS1v15
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPrivateKey, generate_private_key
from cryptography.hazmat.primitives.ciphers import Cipher, algorithms, modes
from cryptography.hazmat.primitives.serialization import (
    BestAvailableEncryption,
    Encoding,
    NoEncryption,
    PrivateFormat,
    PublicFormat,
)
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID, ObjectIdentifier

from horux_core.fiel.model import Upload

NOW = datetime(2026, 11, 25, 18, 0, tzinfo=UTC)
RFC, REPRESENTANTE, NOMBRE = "EKU9003173C9", "VADA800927DJ3", "ESCUELA KEMPER URGATE SA DE CV"
PASSWORD = "12345678a"
NUMERO = "30001000000500003415"

_NAME = ObjectIdentifier("2.5.4.41")
_UTF8, _T61, _SEQUENCE, _OCTETS, _INTEGER, _OID = 0x0C, 0x14, 0x30, 0x04, 0x02, 0x06


@dataclass(frozen=True, slots=True)
class Autoridad:
    """One that issues e.firmas."""

    name: x509.Name
    key: RSAPrivateKey
    cer: bytes


@dataclass(frozen=True, slots=True)
class Efirma:
    cer: bytes
    private: RSAPrivateKey
    password: str = PASSWORD

    @property
    def key(self) -> bytes:
        return an_encrypted_key(self.private, self.password.encode())

    @property
    def public_key(self) -> bytes:
        return self.private.public_key().public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo)

    def upload(self) -> Upload:
        return Upload(self.cer, self.key, self.password)


@cache
def an_rsa_key(number: int = 0, bits: int = 2048) -> RSAPrivateKey:  # noqa: ARG001
    """The same for the same number, as long as the process lives."""
    return generate_private_key(65537, bits)


@cache
def an_encrypted_key(private: RSAPrivateKey, password: bytes) -> bytes:
    return private.private_bytes(Encoding.DER, PrivateFormat.PKCS8, BestAvailableEncryption(password))


def a_plain_key(private: RSAPrivateKey) -> bytes:
    return private.private_bytes(Encoding.DER, PrivateFormat.PKCS8, NoEncryption())


@cache
def an_autoridad(nombre: str = "AC DE PRUEBA", number: int = 90, *, ca: bool = True) -> Autoridad:
    name, key = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, nombre)]), an_rsa_key(number)
    built = _builder(name, name, key, "30001000000000000001", NOW - timedelta(days=3_000), NOW + timedelta(days=3_000))
    built = built.add_extension(x509.BasicConstraints(ca=ca, path_length=None), critical=True)
    return Autoridad(name, key, built.sign(key, hashes.SHA256()).public_bytes(Encoding.DER))


@cache
def an_efirma(
    *,
    rfc: str = RFC,
    representante: str | None = REPRESENTANTE,
    nombre: str = NOMBRE,
    numero: str = NUMERO,
    desde: datetime = NOW - timedelta(days=365),
    hasta: datetime = NOW + timedelta(days=1_096),
    sucursal: str | None = None,
    extended_usage: bool = True,
    number: int = 0,
    bits: int = 2048,
    password: str = PASSWORD,
    autoridad: Autoridad | None = None,
) -> Efirma:
    """A moral's with its representative, valid for three years more. What is not ASCII is T61String in Latin-1."""
    issuer, private = autoridad or an_autoridad(), an_rsa_key(number, bits)
    holder = rfc if representante is None else f"{rfc} / {representante}"
    with warnings.catch_warnings():
        # The SAT's companies have longer names than X.520 allows.
        warnings.simplefilter("ignore")
        subject = [
            *(x509.NameAttribute(oid, _placeholder(nombre), _validate=False) for oid in (NameOID.COMMON_NAME, _NAME)),
            x509.NameAttribute(NameOID.X500_UNIQUE_IDENTIFIER, _placeholder(holder)),
        ]
    if sucursal is not None:
        subject.append(x509.NameAttribute(NameOID.ORGANIZATIONAL_UNIT_NAME, sucursal))
    built = _builder(x509.Name(subject), issuer.name, private, numero, desde, hasta)
    if extended_usage:
        usages = [ExtendedKeyUsageOID.EMAIL_PROTECTION, ExtendedKeyUsageOID.CLIENT_AUTH]
        built = built.add_extension(x509.ExtendedKeyUsage(usages), critical=False)
    signed = built.sign(issuer.key, hashes.SHA256())
    return Efirma(_in_latin1(signed, issuer.key, [nombre, holder]), private, password)


def a_csd() -> Efirma:
    return an_efirma(sucursal="Sucursal 1", extended_usage=False)


def sealed_by_hand(plain: bytes, password: bytes, rounds: int = 1) -> bytes:
    """PBES2 with AES-256 around anything at all. Past ten rounds the key is not derived, and nothing opens it."""
    salt, iv = os.urandom(8), os.urandom(16)
    derived = pbkdf2_hmac("sha256", password, salt, rounds, 32) if rounds <= 10 else bytes(32)
    filling = 16 - len(plain) % 16
    encryptor = Cipher(algorithms.AES(derived), modes.CBC(iv)).encryptor()
    sealed = encryptor.update(plain + bytes([filling]) * filling) + encryptor.finalize()
    prf = tlv(_SEQUENCE, tlv(_OID, bytes.fromhex("2a864886f70d0209")), tlv(0x05))
    costs = tlv(_SEQUENCE, tlv(_OCTETS, salt), an_integer(rounds), prf)
    return _envelope("2a864886f70d01050c", costs, iv, sealed)


def scrypt_key(n: int, r: int, p: int) -> bytes:
    """One that would cost this much to open; nothing is in it."""
    costs = tlv(_SEQUENCE, tlv(_OCTETS, bytes(8)), *(an_integer(each) for each in (n, r, p)))
    return _envelope("2b06010401da47040b", costs, bytes(16), bytes(1_232))


def old_key(rounds: int) -> bytes:
    """One that says it was sealed as PKCS#12 did, with triple DES; nothing is in it."""
    scheme = tlv(_OID, bytes.fromhex("2a864886f70d010c0103"))
    costs = tlv(_SEQUENCE, tlv(_OCTETS, bytes(8)), an_integer(rounds))
    return tlv(_SEQUENCE, tlv(_SEQUENCE, scheme, costs), tlv(_OCTETS, bytes(1_232)))


def an_integer(value: int) -> bytes:
    return tlv(_INTEGER, value.to_bytes(value.bit_length() // 8 + 1, "big"))


def tlv(tag: int, *parts: bytes) -> bytes:
    """A value in DER."""
    content = b"".join(parts)
    size = len(content)
    octets = size.to_bytes((size.bit_length() + 7) // 8, "big")
    return bytes([tag]) + (bytes([size]) if size < 0x80 else bytes([0x80 | len(octets)]) + octets) + content


def _envelope(function: str, costs: bytes, iv: bytes, sealed: bytes) -> bytes:
    derivation = tlv(_SEQUENCE, tlv(_OID, bytes.fromhex(function)), costs)
    cipher = tlv(_SEQUENCE, tlv(_OID, bytes.fromhex("60864801650304012a")), tlv(_OCTETS, iv))
    scheme = tlv(_OID, bytes.fromhex("2a864886f70d01050d")), tlv(_SEQUENCE, derivation, cipher)
    return tlv(_SEQUENCE, tlv(_SEQUENCE, *scheme), tlv(_OCTETS, sealed))


def _builder(
    subject: x509.Name, issuer: x509.Name, key: RSAPrivateKey, numero: str, desde: datetime, hasta: datetime
) -> x509.CertificateBuilder:
    return x509.CertificateBuilder(
        issuer, subject, key.public_key(), int.from_bytes(numero.encode("ascii"), "big"), desde, hasta
    )


def _placeholder(text: str) -> str:
    return "".join(letter if letter.isascii() else "_" for letter in text)


def _in_latin1(signed: x509.Certificate, key: RSAPrivateKey, texts: Sequence[str]) -> bytes:
    """The certificate with those texts as the SAT writes them, signed again."""
    before = after = signed.tbs_certificate_bytes
    for text in texts:
        if not text.isascii():
            after = after.replace(tlv(_UTF8, _placeholder(text).encode()), tlv(_T61, text.encode("latin-1")))
    signature = key.sign(after, PKCS1v15(), hashes.SHA256())
    return signed.public_bytes(Encoding.DER).replace(before, after)[: -len(signature)] + signature
