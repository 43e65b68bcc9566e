"""What is kept of a taxpayer's documents so that its month is told at once."""

from collections.abc import Iterable, Mapping
from datetime import date
from typing import Protocol

from horux_core.fiscal.reportes.contrapartes import Deuda
from horux_core.fiscal.tablero.model import Conteo, Importe, Resultado, SaldoDelDia, SaldoInsoluto
from horux_core.kernel.periodo import Periodo


class LibroTablero(Protocol):
    """One taxpayer's results and balances, added up as documents are worked out."""

    def replace(self, uuids: Iterable[str], importes: Iterable[Importe], saldos: Iterable[SaldoInsoluto]) -> None:
        """Put these in place of all those of the documents named."""

    def resultados(self, desde: Periodo, hasta: Periodo) -> Mapping[Periodo, Resultado]:
        """Of the months from one to the other that have a document."""

    def saldos(self, periodo: Periodo) -> tuple[SaldoDelDia, ...]:
        """What is owed at the end of a month, by the day of its invoices; any order."""

    def deudas(self, periodo: Periodo | None) -> tuple[Deuda, ...]:
        """The invoices of which something is owed at the end of a month, or when None, after all that is known of
        them: by day, UUID and side, with the names they give."""

    def sin_cambio(self, periodo: Periodo | None) -> tuple[str, ...]:
        """UUIDs, in order, of the vigente PPD with Fecha up to the end of a month, or of all, that have no balance in
        MXN because nobody knows their rate."""

    def conteo(self, desde: date, hasta: date) -> Conteo:
        """The documents with Fecha from one day to the other, both included."""
