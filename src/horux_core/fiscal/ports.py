"""A taxpayer's books, and what it takes to fill them."""

from collections.abc import Iterable, Mapping, Sequence
from contextlib import AbstractContextManager
from decimal import Decimal
from typing import Protocol

from horux_core.fiscal.alertas.ports import Alertas, Indicios
from horux_core.fiscal.calendario.ports import Calendario
from horux_core.fiscal.cfdi.model import Advertencia, Cfdi, Concepto
from horux_core.fiscal.cfdi.ports import Cargas
from horux_core.fiscal.cfdi.stored import Correction, Entered, Entry, Filter, Grupo, Original, StoredCfdi
from horux_core.fiscal.conciliacion.ports import Conciliacion
from horux_core.fiscal.configuracion.model import ConfiguracionFiscal, Contribuyente, Declaracion
from horux_core.fiscal.isr.ports import LibroIsr
from horux_core.fiscal.iva.model import Aviso, Cuenta, Documento, Evento, MesIva
from horux_core.fiscal.paquetes.ports import MetadataSat
from horux_core.fiscal.pronostico.ports import LibroPronostico
from horux_core.fiscal.reportes.ports import LibroReportes
from horux_core.fiscal.tablero.ports import LibroTablero
from horux_core.kernel.ids import TenantId
from horux_core.kernel.pages import Page
from horux_core.kernel.periodo import Periodo


class CfdiReader(Protocol):
    """Reads the XML of the tax authority's documents. A pure function of bytes."""

    def read(self, content: bytes) -> Cfdi:
        """Raises CfdiRejected, of the kind that says why."""

    def pack(self, content: bytes) -> Original:
        """The file's own bytes, made small to be kept."""

    def unpack(self, original: Original) -> bytes:
        """The bytes that `pack` was given, identical."""

    def conceptos(self, content: bytes) -> tuple[Concepto, ...]:
        """What a document that `read` takes was issued for, in its order; a CFDI de Retenciones has none."""


class Cfdis(Protocol):
    """The documents kept in one taxpayer's books."""

    def enter(self, batch: Sequence[Entry]) -> Entered:
        """Keep those whose UUID is new, all children and the original with them, and mark them to be worked out.

        A UUID that is kept already, or twice in the batch, is a duplicate when its bytes are the same, and
        a conflict when not: the first kept stays as it is. May be given thousands at once. Raises CfdiNoGuardable
        when one of them holds what the books cannot: then the transaction is lost, or the attempt it was made in.
        """

    def count(self) -> int: ...

    def get(self, uuid: str) -> StoredCfdi:
        """With taxes, payments and relations. Raises CfdiMissing."""

    def original(self, uuid: str) -> Original:
        """Raises CfdiMissing."""

    def search(self, wanted: Filter, cursor: str | None, limit: int) -> Page[StoredCfdi]:
        """Newest first, without children or buckets. Raises CursorMalformed."""

    def sumas(self, wanted: Filter) -> tuple[Grupo, ...]:
        """All that answer to the filter by direction, type and state; any order, none that is empty."""

    def con_avisos(self, uuids: Sequence[str]) -> frozenset[str]:
        """Those of the named whose working out brought something to light."""

    def montos(self, uuids: Sequence[str]) -> Mapping[str, tuple[Decimal, str]]:
        """What the payments of the named add up to, and in which currency; those in several currencies are left out."""

    def correct(self, uuid: str, correction: Correction) -> None:
        """Keep what the XML cannot say, and mark the document to be worked out. Raises CfdiMissing."""

    def avisos(self, uuid: str) -> tuple[Advertencia, ...]:
        """What working the document out brought to light."""


class LibroIva(Protocol):
    """The cash events of one taxpayer and the months they add up to."""

    def pending(self, limit: int) -> tuple[str, ...]:
        """UUIDs marked to be worked out, any order."""

    def mark_all(self) -> None:
        """Mark every document: a setting changed what they mean, and they are as they were."""

    def cambiaron(self, uuids: Iterable[str]) -> bool:
        """Whether one of them is marked because it is new or was corrected, and not for a setting alone."""

    def connected(self, uuids: Iterable[str]) -> dict[str, Documento]:
        """Those documents and all that payments and relations tie to them, however far, in either direction."""

    def replace(self, uuids: Iterable[str], eventos: Iterable[Evento], avisos: Iterable[Aviso]) -> frozenset[Periodo]:
        """Put these events and notices in place of all those of the documents named, and unmark them.

        The alerts have those documents as changed (`Alertas.marcas`). Answers the months that lost or gained an event.
        """

    def cuentas(self, desde: Periodo) -> Mapping[Periodo, tuple[Cuenta, ...]]:
        """The events of each month from `desde` on, added up."""

    def eventos(self, periodo: Periodo) -> tuple[Evento, ...]:
        """Ordered by day, then document."""

    def primer_periodo(self) -> Periodo | None:
        """The oldest month with an event."""

    def meses(self, desde: Periodo, hasta: Periodo) -> dict[Periodo, MesIva]: ...

    def guardar_meses(self, desde: Periodo, meses: Iterable[MesIva]) -> None:
        """Put these in place of every month from `desde` on."""


class Ajustes(Protocol):
    """What the accountant decided for one taxpayer."""

    def vigente(self, anio: int) -> ConfiguracionFiscal:
        """That of the year, else of the nearest year before it, else the defaults."""

    def todas(self) -> tuple[ConfiguracionFiscal, ...]:
        """Every year that has its own, oldest first."""

    def guardar(self, configuracion: ConfiguracionFiscal) -> None: ...

    def declaraciones(self, impuesto: str) -> tuple[Declaracion, ...]:
        """Oldest first."""

    def declarar(self, declaracion: Declaracion) -> None:
        """Keep what was filed; the same month again replaces it."""


class OpenBooks(Protocol):
    """One taxpayer's books during one transaction."""

    @property
    def contribuyente(self) -> Contribuyente: ...
    @property
    def cfdis(self) -> Cfdis: ...
    @property
    def iva(self) -> LibroIva: ...
    @property
    def isr(self) -> LibroIsr: ...
    @property
    def ajustes(self) -> Ajustes: ...
    @property
    def cargas(self) -> Cargas: ...
    @property
    def metadata(self) -> MetadataSat: ...
    @property
    def calendario(self) -> Calendario: ...
    @property
    def alertas(self) -> Alertas: ...
    @property
    def indicios(self) -> Indicios: ...
    @property
    def reportes(self) -> LibroReportes: ...
    @property
    def conciliacion(self) -> Conciliacion: ...
    @property
    def tablero(self) -> LibroTablero: ...
    @property
    def pronostico(self) -> LibroPronostico: ...

    def steady(self) -> None:
        """Called before anything else: all that is read is of one moment, and nothing can be changed."""

    def lock(self) -> None:
        """Wait until no other transaction that changes these books is under way, and be the only one until the end."""

    def settled(self) -> None:
        """Wait until whoever is changing these books or their bank has ended. Raises DatabaseUnavailable: too long."""

    def attempt(self) -> AbstractContextManager[None]:
        """What is done inside is kept with the rest, or on any exception is undone alone: the transaction goes on."""

    def octets(self) -> int:
        """The room the books take."""

    def grown(self) -> None:
        """Called after much was entered: what is asked of the books from now on is answered quickly."""


class Books(Protocol):
    def open(self, tenant: TenantId) -> AbstractContextManager[OpenBooks]:
        """A transaction on the taxpayer's own database: kept whole if it ends well, or on any exception not at all.

        Whoever wants to know of changes is told of one whose books or bank were locked right before it is kept: what
        cannot be told is not kept. Who acts on it at once waits for the change by `settled`, and may find none.

        Raises TenantMissing, ConnectionsExhausted or DatabaseUnavailable.
        """
