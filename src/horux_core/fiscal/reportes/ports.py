"""What reports need: the documents of the books, and who writes a workbook."""

from collections.abc import Iterable, Sequence
from datetime import date
from typing import Protocol

from horux_core.fiscal.reportes.hojas import Hoja
from horux_core.fiscal.reportes.model import Ficha
from horux_core.kernel.periodo import Periodo


class LibroReportes(Protocol):
    """One taxpayer's documents as reports see them, thousands at once."""

    def fichas(self, uuids: Iterable[str] | None = None) -> dict[str, Ficha]:
        """Those of the named that are kept, cancelled ones too; every one when None."""

    def emitidas_entre(self, desde: date, hasta: date) -> tuple[Ficha, ...]:
        """Vigente, with Fecha from one day to the other, both included; by Fecha, then UUID."""

    def nominas_pagadas(self, desde: date, hasta: date) -> tuple[Ficha, ...]:
        """Vigente payroll with FechaPago from one day to the other, both included; by FechaPago, then UUID."""

    def con_movimiento(self, desde: Periodo, hasta: Periodo) -> tuple[str, ...]:
        """UUIDs of the documents with a cash event of IVA in the months from one to the other, once each, in order."""


class Hojas(Protocol):
    """Writes workbooks. What a text says is never run: only a Formula is a formula."""

    def libro(self, hojas: Sequence[Hoja]) -> bytes:
        """The file, its formulas with the values they have now. The same sheets give the same bytes."""
