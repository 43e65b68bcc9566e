"""Whether what was uploaded is a valid e.firma of the taxpayer, and what to do when it is not (FISCAL.md 9)."""

import re
from collections.abc import Iterator
from datetime import datetime
from itertools import islice
from unicodedata import normalize

from horux_core.fiel import errors
from horux_core.fiel.model import Certificado, CertificateFacts, FileKind, Inspected, Upload
from horux_core.fiel.ports import Inspector
from horux_core.kernel.rfc import Rfc, RfcMalformed

LARGEST_FILE = 64 * 1024
"""The SAT's weigh about two KiB."""

_ENCODINGS = ("utf-8", "latin-1", "cp1252")
_CONTROL = re.compile(r"[\x00-\x1f\x7f]")
_KEYS = frozenset({FileKind.ENCRYPTED_KEY, FileKind.PLAIN_KEY})


def inspect(inspector: Inspector, upload: Upload, rfc: Rfc, now: datetime) -> Inspected:
    """Raises the first thing that is wrong: with the files, the certificate, the key, the password, in this order."""
    _require_files(inspector, upload)
    facts = inspector.certificate(upload.cer)
    holder, representative = _require_fiel(facts)
    _require_validity(facts, now)
    if holder != rfc:
        raise errors.FielRfcMismatch(holder, rfc)
    certificate, private_key = inspector.der(upload.cer), inspector.der(upload.key)
    cadena = inspector.chain(certificate)
    password, public_key = _opened(inspector, private_key, upload.password)
    if public_key != facts.public_key:
        raise errors.FielKeyMismatch
    certificado = Certificado(
        holder, facts.nombre, representative, facts.numero, facts.valido_desde, facts.valido_hasta, cadena
    )
    return Inspected(certificado, certificate, private_key, password)


def _require_files(inspector: Inspector, upload: Upload) -> None:
    for name, file in (("cer", upload.cer), ("key", upload.key)):
        if len(file) > LARGEST_FILE:
            raise errors.FielFileTooLarge(name, LARGEST_FILE)
    cer, key = inspector.kind(upload.cer), inspector.kind(upload.key)
    for name, kind in (("cer", cer), ("key", key)):
        _require_whole(name, kind)
    if cer in _KEYS and key is FileKind.CERTIFICATE:
        raise errors.FielFilesSwapped
    if cer is not FileKind.CERTIFICATE:
        raise errors.FielCertificateMalformed(*(["es una llave privada"] if cer in _KEYS else []))
    if key is FileKind.PLAIN_KEY:
        raise errors.FielKeyUnencrypted
    if key is not FileKind.ENCRYPTED_KEY:
        raise errors.FielKeyMalformed(*(["es un certificado"] if key is FileKind.CERTIFICATE else []))


def _require_whole(name: str, kind: FileKind) -> None:
    if kind is FileKind.EMPTY:
        raise errors.FielFileEmpty(name)
    if kind is FileKind.PFX:
        raise errors.FielIsPfx(name)
    if kind is FileKind.PAGE:
        raise errors.FielFileIsPage(name)
    if kind is FileKind.TRUNCATED:
        raise errors.FielFileTruncated(name)


def _require_fiel(facts: CertificateFacts) -> tuple[Rfc, Rfc | None]:
    """Whose it is, and who represents a moral."""
    if facts.has_branch and not facts.has_extended_usage:
        raise errors.FielIsCsd
    holder, _, representative = facts.holder.partition("/")
    owner = _rfc(holder)
    named = bool(facts.nombre and facts.numero)
    if facts.has_branch or not facts.has_extended_usage or owner is None or not named:
        raise errors.FielKindUndetermined
    return owner, _rfc(representative)


def _rfc(text: str) -> Rfc | None:
    try:
        return Rfc(text)
    except RfcMalformed:
        return None


def _require_validity(facts: CertificateFacts, now: datetime) -> None:
    if now < facts.valido_desde:
        raise errors.FielNotYetValid(facts.nombre, facts.valido_desde)
    if facts.valido_hasta <= now:
        raise errors.FielExpired(facts.nombre, facts.valido_hasta)


def _opened(inspector: Inspector, key: bytes, password: str) -> tuple[bytes, bytes]:
    """The octets that open the key, and its public key."""
    if not password:
        raise errors.FielPasswordMissing
    if _CONTROL.search(password):
        raise errors.FielPasswordWrong(_odd(password))
    forms = _forms(password)
    for octets in islice(forms, 1) if inspector.dear(key) else forms:
        try:
            return octets, inspector.public_key(key, octets)
        except errors.FielPasswordWrong:
            continue
    raise errors.FielPasswordWrong(_odd(password))


def _odd(password: str) -> str:
    """What hardly anybody has in a password, and copies by mistake."""
    if password != password.strip():
        return "empieza o termina con un espacio o un salto de línea"
    return "trae un carácter de control, como un tabulador" if _CONTROL.search(password) else ""


def _forms(password: str) -> Iterator[bytes]:
    """What a keyboard's letters may have been when the key was made: a Windows program writes none of UTF-8."""
    tried = set()
    for letters in (password, normalize("NFC", password)):
        for encoding in _ENCODINGS:
            octets = letters.encode(encoding, "replace")
            if octets.decode(encoding, "replace") == letters and octets not in tried:
                tried.add(octets)
                yield octets
