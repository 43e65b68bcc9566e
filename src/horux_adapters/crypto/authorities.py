from collections.abc import Iterator
from pathlib import Path

from cryptography.hazmat.primitives.serialization import Encoding
from cryptography.x509 import load_pem_x509_certificates

from horux_adapters.crypto.certificates import Certificate
from horux_core.fiel.errors import FielCertificateMalformed

_ENDINGS = frozenset({".cer", ".crt", ".pem"})


class AuthorityMalformed(Exception):
    """A file that was placed as an authority's certificate is none. The message, in Spanish, names it."""


def authorities(folder: Path) -> tuple[Certificate, ...]:
    """Those the operator has placed there, in DER or PEM. Raises AuthorityMalformed, OSError."""
    files = sorted(file for file in folder.iterdir() if file.suffix.lower() in _ENDINGS)
    return tuple(each for file in files for each in _read(file))


def _read(file: Path) -> Iterator[Certificate]:
    content = file.read_bytes()
    try:
        pem = b"-----BEGIN" in content
        octets = [each.public_bytes(Encoding.DER) for each in load_pem_x509_certificates(content)] if pem else [content]
        found = [Certificate.read(each) for each in octets]
    except (ValueError, FielCertificateMalformed) as error:
        raise AuthorityMalformed(f"{file.name} no es un certificado que se pueda leer") from error
    if not all(each.authority for each in found):
        raise AuthorityMalformed(f"{file.name} no es el certificado de una autoridad")
    yield from found
