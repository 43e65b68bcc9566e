import re
from binascii import Error as NotBase64
from binascii import a2b_base64
from collections.abc import Sequence

from horux_adapters.crypto import der, private_keys
from horux_adapters.crypto.certificates import Certificate
from horux_core.fiel.errors import FielIssuerUnknown
from horux_core.fiel.model import Cadena, CertificateFacts, FileKind

_BEGIN, _END = b"-----BEGIN ", b"-----"
_PFX = re.compile(rb"\x30(?:[\x00-\x80]|\x81.|\x82..|\x83...|\x84....)\x02\x01\x03", re.DOTALL)
_PAGE = re.compile(rb"(?:\xef\xbb\xbf)?\s*<(?:!doctype|html|head|body|\?xml|!--)", re.IGNORECASE)
_SEQUENCE = bytes([der.SEQUENCE])
_VERSIONED = 0xA0


class X509Inspector:
    """Reads certificates and keys. `authorities` are the SAT's own that the operator trusts."""

    def __init__(self, authorities: Sequence[Certificate] = ()) -> None:
        self._authorities = authorities

    def kind(self, file: bytes) -> FileKind:
        if not file.strip():
            return FileKind.EMPTY
        if _PAGE.match(file):
            return FileKind.PAGE
        octets = self.der(file)
        if _PFX.match(octets):
            return FileKind.PFX
        try:
            return _shape(der.items(der.read(octets)))
        except der.DerTruncated:
            return FileKind.TRUNCATED if octets.startswith(_SEQUENCE) else FileKind.UNKNOWN
        except der.DerError:
            return FileKind.UNKNOWN

    def certificate(self, file: bytes) -> CertificateFacts:
        return Certificate.read(self.der(file)).facts

    def public_key(self, key: bytes, password: bytes) -> bytes:
        return private_keys.public_key(self.der(key), password)

    def dear(self, key: bytes) -> bool:
        return not private_keys.affordable(self.der(key), private_keys.SAT_ROUNDS, 0)

    def der(self, file: bytes) -> bytes:
        """What its first PEM block holds, or the file as it is."""
        start = file.find(_BEGIN)
        label_end = file.find(_END, start + len(_BEGIN))
        if start < 0 or label_end < 0 or file.startswith(_SEQUENCE):
            return file
        end = file.find(b"-----END " + file[start + len(_BEGIN) : label_end] + _END, label_end)
        if end < 0:
            return file
        try:
            return a2b_base64(b"".join(file[label_end + len(_END) : end].split()), strict_mode=True)
        except NotBase64:
            return file

    def chain(self, certificate: bytes) -> Cadena:
        if not self._authorities:
            return Cadena.NO_REVISADA
        read = Certificate.read(self.der(certificate))
        if not any(read.signed_by(authority) for authority in self._authorities):
            raise FielIssuerUnknown(read.issuer)
        return Cadena.REVISADA


def _shape(parts: list[der.Value]) -> FileKind:
    """Raises DerError."""
    tags = [part.tag for part in parts]
    if tags == [der.SEQUENCE, der.SEQUENCE, der.BIT_STRING]:
        inside = der.items(parts[0])
        return FileKind.CERTIFICATE if inside and inside[0].tag == _VERSIONED else FileKind.UNKNOWN
    if tags == [der.SEQUENCE, der.OCTET_STRING]:
        return FileKind.ENCRYPTED_KEY
    pkcs8 = tags[:3] == [der.INTEGER, der.SEQUENCE, der.OCTET_STRING]
    pkcs1 = len(tags) >= 9 and set(tags[:9]) == {der.INTEGER}
    elliptic = tags[:2] == [der.INTEGER, der.OCTET_STRING]
    return FileKind.PLAIN_KEY if pkcs8 or pkcs1 or elliptic else FileKind.UNKNOWN
