"""The metadata in packages on the spool (FISCAL.md 8)."""

import io
from collections.abc import Generator, Iterable, Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from itertools import islice
from typing import BinaryIO, NamedTuple

from horux_adapters.sat.archive import shown
from horux_adapters.sat.metadata import CABEZA, es_metadata, es_terceros, lee_metadata, lee_terceros
from horux_adapters.sat.streaming import fingerprint, pieces
from horux_adapters.sat.zips import BARE, Member, ZipListing, content, is_zip, members
from horux_core.fiscal.cfdi.errors import CfdiRejected
from horux_core.fiscal.cfdi.limites import MAX_FILES, MAX_INFLATED, MIB
from horux_core.fiscal.cfdi.outcome import Rejected
from horux_core.fiscal.cfdi.ports import Spool, SpooledFile, SpoolRef
from horux_core.fiscal.cfdi.upload_errors import UploadTooLarge
from horux_core.fiscal.paquetes.errors import MetadataDemasiadoGrande
from horux_core.fiscal.paquetes.model import AvisoMetadata, RenglonMetadata, Tanda, Tercero

MAX_TEXTO = 512 * MIB
"""One TXT, inflated: a request has at most a million rows, which weigh half of it."""

_TANDA = 2_000
"""Rows kept in one transaction."""


class _Texto(NamedTuple):
    """A TXT to read: its name for display, and where it is."""

    nombre: str
    file: BinaryIO
    member: Member


@dataclass(frozen=True, slots=True)
class SatPaquetes:
    spool: Spool

    def pesa(self, ref: SpoolRef) -> int:
        with self.spool.source(ref)() as file:
            return sum(texto.member.size for texto in _textos(file, self.spool.files(ref)))

    @contextmanager
    def metadata(self, ref: SpoolRef) -> Iterator[Iterator[Tanda | Rejected]]:
        with self.spool.source(ref)() as file:
            leido = _leidos(_textos(file, self.spool.files(ref)))
            try:
                yield leido
            finally:
                leido.close()


def _textos(file: BinaryIO, parts: Sequence[SpooledFile]) -> Iterator[_Texto]:
    """Raises TooManyFiles, UploadTooLarge."""
    inflated = 0
    for texto in _Walk(file, alone=len(parts) == 1).all(parts):
        inflated += texto.member.size
        if inflated > MAX_INFLATED:
            raise UploadTooLarge(MAX_INFLATED, inflated=True)
        yield texto


class _Walk:
    """Goes through the TXTs of an upload, a ZIP inside it after its own."""

    def __init__(self, file: BinaryIO, *, alone: bool) -> None:
        self._file = file
        self._alone = alone
        self._room = MAX_FILES

    def all(self, parts: Iterable[SpooledFile]) -> Iterator[_Texto]:
        for part in parts:
            self._file.seek(part.at)
            name = shown(part.name)
            if is_zip(self._file.read(4)):
                yield from self._zip(self._file, (part.at, part.at + part.size), "" if self._alone else f"{name}/")
            else:
                yield _Texto(name, self._file, Member("", part.at, part.size, part.size, BARE))

    def _zip(self, file: BinaryIO, span: tuple[int, int], prefix: str, *, nested: bool = False) -> Iterator[_Texto]:
        for member in self._members(file, span):
            name, kind = shown(prefix + member.name), member.name.lower()
            if not _in_root(member):
                continue
            if kind.endswith(".txt"):
                yield _Texto(name, file, member._replace(name=""))
            elif kind.endswith(".zip") and not nested:
                with suppress(CfdiRejected):
                    packet = content(file, member)
                    yield from self._zip(io.BytesIO(packet), (0, len(packet)), f"{name}/", nested=True)

    def _members(self, file: BinaryIO, span: tuple[int, int]) -> ZipListing | tuple[()]:
        """None of a ZIP that cannot be opened."""
        try:
            listing = members(file, *span, self._room)
        except CfdiRejected:
            return ()
        self._room -= len(listing)
        return () if listing.locked else listing


def _in_root(member: Member) -> bool:
    """Not in a folder, a folder, a link nor empty; names beginning with a dot are a system's leftovers."""
    return not ("/" in member.name or "\\" in member.name or member.link or member.name.startswith(".")) and bool(
        member.size
    )


def _leidos(textos: Iterable[_Texto]) -> Generator[Tanda | Rejected]:
    """Files of third parties after all others."""
    de_terceros: list[_Texto] = []
    for texto in textos:
        try:
            cabeza = _cabeza(texto)
            if es_terceros(cabeza):
                de_terceros.append(texto)
            elif es_metadata(cabeza):
                yield from _tandas(texto)
        except CfdiRejected as refusal:
            yield Rejected(texto.nombre, refusal.code, str(refusal))
    for texto in de_terceros:
        try:
            yield from _tandas(texto, de_terceros=True)
        except CfdiRejected as refusal:
            yield Rejected(texto.nombre, refusal.code, str(refusal))


def _cabeza(texto: _Texto) -> bytes:
    """Raises CfdiRejected."""
    cabeza = b""
    for pieza in pieces(texto.file, texto.member):
        cabeza += pieza
        if len(cabeza) >= CABEZA:
            break
    return cabeza[:CABEZA]


def _tandas(texto: _Texto, *, de_terceros: bool = False) -> Iterator[Tanda]:
    """Read twice: nothing is taken of a file before it has proved whole. Raises CfdiRejected."""
    if texto.member.size > MAX_TEXTO:
        raise MetadataDemasiadoGrande(MAX_TEXTO)
    huella = fingerprint(texto.file, texto.member)
    lee = lee_terceros if de_terceros else lee_metadata
    leido: Iterator[RenglonMetadata | Tercero | AvisoMetadata] = lee(texto.nombre, pieces(texto.file, texto.member))
    siguiente = tuple(islice(leido, _TANDA))
    while True:
        tanda, siguiente = siguiente, tuple(islice(leido, _TANDA))
        yield Tanda(
            texto.nombre,
            tuple(each for each in tanda if isinstance(each, RenglonMetadata)),
            tuple(each for each in tanda if isinstance(each, Tercero)),
            tuple(each for each in tanda if isinstance(each, AvisoMetadata)),
            None if siguiente else huella,
        )
        if not siguiente:
            return
