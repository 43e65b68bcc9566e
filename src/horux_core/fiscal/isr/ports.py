"""What ISR needs of a taxpayer's books."""

from collections.abc import Iterable, Mapping
from typing import Protocol

from horux_core.fiscal.isr.model import Cuentas, DocumentoIsr, MesIsr, Movimiento
from horux_core.kernel.periodo import Periodo


class LibroIsr(Protocol):
    """The movements of one taxpayer and the months they add up to."""

    def connected(self, uuids: Iterable[str]) -> Mapping[str, DocumentoIsr]:
        """Those documents and all that payments and relations tie to them, however far, in either direction."""

    def replace(self, uuids: Iterable[str], movimientos: Iterable[Movimiento]) -> frozenset[Periodo]:
        """Put these movements in place of all those of the documents named.

        Answers the months that lost or gained one.
        """

    def cuentas(self, anio: int) -> Cuentas:
        """The movements of a year, added up by régimen and month; only of those with one."""

    def anios(self) -> tuple[int, ...]:
        """The years with a movement or a month put down, oldest first."""

    def movimientos(self, desde: Periodo, hasta: Periodo) -> tuple[Movimiento, ...]:
        """Those of the months from one to the other, ordered by day, then document."""

    def meses(self, anio: int) -> tuple[MesIsr, ...]:
        """Those put down for the year, by month, then régimen."""

    def guardar_meses(self, anio: int, meses: Iterable[MesIsr]) -> None:
        """Put these in place of every month of the year, of any régimen."""
