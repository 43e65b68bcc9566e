"""What the alerts keep, and what they are decided from besides the books' own accounts."""

from collections.abc import Collection, Iterable, Mapping, Set
from dataclasses import dataclass
from datetime import date, datetime
from typing import Protocol
from uuid import UUID

from horux_core.fiscal.alertas.efos import Lectura69B, Lista69B, Lista69BCargada
from horux_core.fiscal.alertas.hechos import Comprobante
from horux_core.fiscal.alertas.model import Alerta, EstadoAlerta, Severidad
from horux_core.fiscal.iva.model import Aviso, Evento
from horux_core.kernel.pages import Page
from horux_core.kernel.periodo import Periodo


@dataclass(frozen=True, slots=True)
class Revision:
    """The last review: when its facts were read, and what they stood on besides documents (`huellas.py`)."""

    leida_en: datetime
    huella: str


MUCHOS = 2_000
"""Documents that change at once, from which looking at all of them is no slower than at each."""


@dataclass(frozen=True, slots=True)
class Marca:
    """One change of a document, of what the SAT says of it or of what the bank pays of it, by its number.

    None of more than `MUCHOS` at once.
    """

    n: int
    uuid: str | None


class Alertas(Protocol):
    """One taxpayer's alerts, whatever their state: one of each kind, entity and month."""

    def lock(self) -> None:
        """Be the only one that changes the alerts until the transaction ends."""

    def todas(self) -> tuple[Alerta, ...]:
        """Any order."""

    def una(self, ident: UUID) -> Alerta:
        """Raises AlertaMissing."""

    def pagina(
        self, estado: EstadoAlerta | None, severidad: Severidad | None, cursor: str | None, limit: int
    ) -> Page[Alerta]:
        """The gravest first, and of the same severity the one that came last; None does not narrow.

        Raises CursorMalformed.
        """

    def cuantas(self) -> Mapping[tuple[EstadoAlerta, Severidad], int]:
        """How many there are of each state and severity; of which there are none is not told."""

    def guardar(self, alertas: Iterable[Alerta]) -> None:
        """Put each in place of what was kept of the same kind, entity and month."""

    def revisadas(self) -> Revision | None:
        """The last review that ended; None before the first."""

    def revisar(self, revision: Revision) -> None:
        """A review ended."""

    def marcas(self) -> tuple[Marca, ...]:
        """What changed and no review has seen, any order: documents worked out anew, rows of metadata, and matches."""

    def vistas(self, marcas: Iterable[Marca]) -> None:
        """A review has seen those changes; later ones of the same documents stay."""


class Indicios(Protocol):
    """What the documents of one taxpayer show that an alert may be about."""

    def comprobantes(self, desde: date, uuids: Collection[str] | None = None) -> tuple[Comprobante, ...]:
        """Those issued from that day on, any order, without `efectos`; only the named unless None.

        `cubetas` only of one that withholds tax.
        """

    def parecidos(self, uuids: Collection[str]) -> frozenset[str]:
        """The documents of the same kind, parties, total and currency as one of those, these included."""

    def recibidos_de(self, rfcs: Collection[str]) -> frozenset[str]:
        """What those issued to the taxpayer."""

    def nominas(self) -> frozenset[str]:
        """Every payroll document."""

    def avisos(self, desde: date, uuids: Collection[str] | None = None) -> tuple[Aviso, ...]:
        """What working out and reading documents issued from that day on brought to light, and still stands.

        Any order; only of the named unless None.
        """

    def rechazados(self, desde: date, uuids: Collection[str] | None = None) -> tuple[Evento, ...]:
        """The events, from that day on, of documents that credit nothing; any order; only of the named unless None."""

    def sin_importe(self, desde: Periodo, hasta: Periodo) -> Mapping[Periodo, int]:
        """How many documents of each month have an amount nobody knows, for want of a rate or of the invoice they pay.

        A payment is of the months of its FechaPago. Months with none are not there.
        """

    def efos(self) -> frozenset[str]:
        """Who is on the 69-B list for good, as the IVA of these books was worked out."""

    def cambiar_efos(self, definitivos: Set[str]) -> None:
        """Put these in their place, and mark to be worked out what those who entered or left issued to the taxpayer."""


class Listas(Protocol):
    """The SAT's list of CFF 69-B, one for all taxpayers."""

    def guardar(self, lista: Lista69B, en: datetime) -> None:
        """Put it in place of the one before, whole."""

    def de(self, rfcs: Iterable[str]) -> Lista69B | None:
        """What it says of those; None while none was loaded."""

    def vigente(self) -> Lista69BCargada | None:
        """What is there, summed up; None while none was loaded."""

    def definitivos(self) -> frozenset[str]:
        """Who is on it for good."""

    def cargada(self) -> datetime | None:
        """When the one that is there was put; None while none was loaded."""


class LectorLista(Protocol):
    """Reads the SAT's CSV. A pure function of bytes."""

    def __call__(self, contenido: bytes) -> Lectura69B:
        """Raises Lista69BNoReconocida."""
