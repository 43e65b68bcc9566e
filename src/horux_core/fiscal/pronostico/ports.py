"""What a forecast needs of a taxpayer's documents, few columns of thousands."""

from datetime import date
from typing import Protocol

from horux_core.fiscal.pronostico.model import Comprobante, Liquidado


class LibroPronostico(Protocol):
    """One taxpayer's documents as a forecast sees them. An auto-factura is on both sides."""

    def liquidado(self, desde: date, hasta: date) -> tuple[Liquidado, ...]:
        """What payments with FechaPago from one day to the other, both included, settle of invoices of the same side
        that are kept; any order."""

    def gastos(self, desde: date, hasta: date) -> tuple[Comprobante, ...]:
        """Vigente PUE received, with Fecha from one day to the other, both included; any order."""
