"""What the SAT's packages need: where metadata is kept, who reads a package, and where they are left to be taken in."""

from collections.abc import Iterable, Iterator
from contextlib import AbstractContextManager
from dataclasses import dataclass, field
from datetime import date
from typing import BinaryIO, Protocol

from horux_core.fiscal.cfdi.outcome import Rejected
from horux_core.fiscal.cfdi.ports import SpoolRef
from horux_core.fiscal.paquetes.model import ArchivoMetadata, RenglonMetadata, ResumenCfdi, Tanda
from horux_core.kernel.periodo import Periodo
from horux_core.tenancy.model import Tenant


class MetadataSat(Protocol):
    """What the SAT says of one taxpayer's CFDIs, apart from the books: no tax comes of it."""

    def de(self, uuids: Iterable[str]) -> dict[str, RenglonMetadata]:
        """By UUID, those it has."""

    def del_periodo(self, periodo: Periodo) -> tuple[RenglonMetadata, ...]:
        """Issued in that month, by day, then UUID."""

    def desde(self, dia: date) -> tuple[RenglonMetadata, ...]:
        """Issued from that day on, any order."""

    def guardar(self, renglones: Iterable[RenglonMetadata]) -> None:
        """Put each in place of what was there of its UUID, of which there is one among them.

        The alerts have it as changed (`Alertas.marcas`).
        """

    def anotar(self, archivo: ArchivoMetadata) -> None:
        """The file has been read; nothing when it was noted before, with the same bytes and name."""

    def archivos(self) -> tuple[ArchivoMetadata, ...]:
        """All that were noted, by name, then bytes."""

    def resumenes(self, uuids: Iterable[str]) -> tuple[ResumenCfdi, ...]:
        """The documents of the books among those, any order."""

    def resumenes_del_periodo(self, periodo: Periodo) -> tuple[ResumenCfdi, ...]:
        """The documents of the books issued in that month, any order."""


class Paquetes(Protocol):
    """Reads the metadata in a package on the spool: a TXT by itself, or those in the root of a ZIP.

    One level of ZIPs inside it is opened. What is in folders or `__MACOSX`, empty or no metadata is passed over, and
    so is a ZIP that cannot be opened: the reading of its XML tells of that. Raises UploadMissing, TooManyFiles, or
    UploadTooLarge for more inflated bytes than are allowed; nothing is inflated beyond that.
    """

    def pesa(self, ref: SpoolRef) -> int:
        """Bytes of metadata in it, inflated."""

    def metadata(self, ref: SpoolRef) -> AbstractContextManager[Iterator[Tanda | Rejected]]:
        """Its rows, a few thousand at a time; a file that cannot be read is rejected whole.

        Files of third parties come after those of the rows they belong to.
        """


@dataclass(frozen=True, slots=True)
class EnBuzon:
    """A file in an inbox, by the name it has there; `visto` is how it looked when it was told of."""

    tenant: Tenant
    nombre: str
    visto: tuple[int, int] | None = field(default=None, compare=False)


class Buzon(Protocol):
    """The folder in which a taxpayer's packages are left for the night, by whoever has access to the server."""

    def preparar(self, tenant: Tenant) -> None:
        """The taxpayer has its folder, empty when it was not there. Raises BuzonInaccesible."""

    def esperando(self, tenant: Tenant) -> tuple[EnBuzon, ...]:
        """Files that have arrived whole, by name; not those being written, hidden ones, folders, links or devices.

        Raises BuzonInaccesible.
        """

    def abrir(self, archivo: EnBuzon) -> BinaryIO:
        """Raises UploadMissing, BuzonInaccesible."""

    def igual(self, archivo: EnBuzon) -> bool:
        """Whether it is there still as it was when it was told of: nobody has written to it since."""

    def procesado(self, archivo: EnBuzon, informe: str) -> None:
        """Put it aside as taken in, with what there is to say of it, if anything. None is written over."""

    def rechazado(self, archivo: EnBuzon, motivo: str) -> None:
        """Put it aside as refused, with the reason in a file beside it. None is written over."""
