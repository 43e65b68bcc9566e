"""Backups as age files (age-encryption.org/v1): X25519 for the file's own key, ChaCha20-Poly1305 in numbered pieces,
the last one marked. What is inside was compressed by zstd before."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any, cast

import pyrage
import zstandard
from pyrage import x25519

from horux_core.backups.errors import BackupDamaged, BackupFailed, BackupKeyInvalid
from horux_core.backups.ports import Readable, Witness, Writable

_PIECE = 1 << 17
_PACKED = 1 << 15
"""What is unpacked at once: of what packs well it becomes far more."""

_DAMAGED = "El archivo no se abre: fue alterado, está cortado o no es un respaldo. No se usa nada de él."
_STRANGER = "Esa llave privada no abre el respaldo: usa la pareja de la llave pública con que se hizo."
_NO_KEY = "En el archivo de la llave no hay una llave privada de age (AGE-SECRET-KEY-1…)."


@dataclass(frozen=True, slots=True)
class AgeWitness:
    """A second key of the file, made for it alone: with it the file is proven, and it ends with the proof."""

    identity: x25519.Identity = field(repr=False)


class AgeWrapping:
    """Whatever went wrong where octets came from or went to is raised as it was, and not as the library's."""

    def __init__(self, public: Sequence[str], level: int = 3) -> None:
        self._recipients = [recipient(key) for key in public]
        self._level = level

    def seal(self, source: Readable, sink: Writable) -> AgeWitness:
        if not self._recipients:
            raise BackupFailed("Falta BACKUP_PUBLIC_KEY: haz la pareja de llaves con horux backup keys.")
        witness = x25519.Identity.generate()
        ends = _Ends(source, sink)
        packing = zstandard.ZstdCompressor(level=self._level)
        compressing = packing.stream_reader(cast(Any, ends.source), read_size=_PIECE)
        with ends.minded(BackupFailed("No se pudo cifrar el respaldo: repite, y mira el espacio en disco.")):
            pyrage.encrypt_io(_InPieces(compressing), ends.sink, [*self._recipients, witness.to_public()])
        return AgeWitness(witness)

    def proof(self, source: Readable, sink: Writable, witness: Witness) -> None:
        assert isinstance(witness, AgeWitness)
        self._opened(source, sink, [witness.identity])

    def open(self, source: Readable, sink: Writable, key: str) -> None:
        self._opened(source, sink, identities(key))

    def _opened(self, source: Readable, sink: Writable, keys: Sequence[x25519.Identity]) -> None:
        ends = _Ends(source, sink)
        unpacking = zstandard.ZstdDecompressor().decompressobj(write_size=_PIECE)
        with ends.minded(BackupDamaged(_DAMAGED)):
            unpacked = _Unpacked(unpacking, ends.sink)
            pyrage.decrypt_io(_InPieces(ends.source), unpacked, list(keys))
            unpacked.flush()
        if not unpacking.eof or unpacking.unused_data:
            raise BackupDamaged(_DAMAGED)


def recipient(public: str) -> x25519.Recipient:
    """Raises ValueError with the Spanish reason."""
    try:
        return x25519.Recipient.from_str(public)
    except pyrage.RecipientError:
        raise ValueError(
            "cada una debe ser una llave pública de age (age1…); haz la pareja con: horux backup keys"
        ) from None


def identities(text: str) -> list[x25519.Identity]:
    """Those in the text of a key file, whose comments begin with `#`. Raises BackupKeyInvalid."""
    lines = [line.strip() for line in text.splitlines()]
    try:
        found = [x25519.Identity.from_str(line) for line in lines if line and not line.startswith("#")]
    except pyrage.IdentityError:
        found = []
    if not found:
        raise BackupKeyInvalid(_NO_KEY)
    return found


def new_pair() -> tuple[str, str]:
    """The private key and its public one."""
    identity = x25519.Identity.generate()
    return str(identity), str(identity.to_public())


class _Ends:
    """Remembers what either end raised: the library shows only its text."""

    def __init__(self, source: Readable, sink: Writable) -> None:
        self.source, self.sink = _Minded(source, sink, self), _Minded(source, sink, self)
        self.raised: BaseException | None = None

    @contextmanager
    def minded(self, otherwise: Exception) -> Iterator[None]:
        try:
            yield
        except pyrage.DecryptError as error:
            if self.raised is not None:
                raise self.raised from error
            if "No matching keys" in str(error):
                raise BackupKeyInvalid(_STRANGER) from error
            raise otherwise from error
        except (pyrage.EncryptError, zstandard.ZstdError, OSError, ValueError) as error:
            raise (self.raised or otherwise) from error


class _Minded:
    def __init__(self, source: Readable, sink: Writable, ends: _Ends) -> None:
        self._source, self._sink, self._ends = source, sink, ends

    def read(self, size: int = -1, /) -> bytes:
        try:
            return self._source.read(size)
        except BaseException as error:
            self._ends.raised = error
            raise

    def write(self, octets: bytes, /) -> int:
        try:
            return self._sink.write(octets)
        except BaseException as error:
            self._ends.raised = error
            raise

    def flush(self) -> None:
        try:
            self._sink.flush()
        except BaseException as error:
            self._ends.raised = error
            raise


class _InPieces:
    """The library asks for little at a time: it is given that of larger pieces."""

    def __init__(self, source: Readable) -> None:
        self._source, self._piece, self._at = source, b"", 0

    def read(self, size: int = -1, /) -> bytes:
        if self._at >= len(self._piece):
            self._piece, self._at = self._source.read(_PIECE), 0
        taken = self._piece[self._at : self._at + size] if size >= 0 else self._piece[self._at :]
        self._at += len(taken)
        return taken


class _Unpacked:
    def __init__(self, unpacking: "zstandard.ZstdDecompressionObj", sink: Writable) -> None:
        self._unpacking, self._sink, self._packed = unpacking, sink, bytearray()

    def write(self, octets: bytes, /) -> int:
        if self._unpacking.eof:
            raise ValueError("Hay algo después del final.")
        self._packed += octets
        if len(self._packed) >= _PACKED:
            self._unpack()
        return len(octets)

    def flush(self) -> None:
        self._unpack()

    def _unpack(self) -> None:
        octets = self._unpacking.decompress(bytes(self._packed))
        self._packed.clear()
        if octets:
            self._sink.write(octets)
