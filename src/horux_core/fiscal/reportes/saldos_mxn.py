"""What is owed of each invoice on a day, in MXN (FISCAL.md 2.5, 3.3)."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import date
from decimal import Decimal

from horux_core.fiscal.cfdi.model import Tipo
from horux_core.fiscal.iva.conversion import cambio_de, entero
from horux_core.fiscal.iva.model import Documento
from horux_core.fiscal.iva.notas_credito import devuelto
from horux_core.fiscal.iva.saldos import Saldos
from horux_core.kernel.importe import CERO, centavos


def hasta_el(documentos: Mapping[str, Documento], dia: date) -> dict[str, Documento]:
    """The documents as they stood at the end of a day: without later invoices and notes, nor later payments."""
    vistos: dict[str, Documento] = {}
    for uuid, documento in documentos.items():
        if documento.tipo is Tipo.PAGO:
            pagos = tuple(p for p in documento.pagos if p.fecha_pago.date() <= dia)
            if pagos:
                vistos[uuid] = replace(documento, pagos=pagos)
        elif documento.fecha.date() <= dia:
            vistos[uuid] = documento
    return vistos


class SaldosMxn:
    """`documentos` holds every payment and note that names an invoice, and the invoices those name."""

    __slots__ = ("_saldos", "documentos")

    def __init__(self, documentos: Mapping[str, Documento], saldos: Saldos | None = None) -> None:
        """`saldos` are those of the documents when they are known."""
        self.documentos = documentos
        self._saldos = saldos or Saldos(documentos)

    def saldo(self, uuid: str, al: date = date.max) -> Decimal:
        """Zero for what is paid at once, cancelled, no invoice, or without a rate; below zero when overpaid.

        `al`: without what was paid and credited after that day.
        """
        factura = self.documentos.get(uuid)
        return CERO if factura is None or not self.abierta(factura) else self.de(factura, al)

    def de(self, factura: Documento, al: date = date.max) -> Decimal:
        """The same of one that is known to be open."""
        return self._en_mxn(factura, self._saldos.de(factura, al))

    def abierta(self, documento: Documento) -> bool:
        """Whether it is a vigente invoice that is settled by its payments."""
        return documento.tipo is Tipo.INGRESO and documento.vigente and self._saldos.por_pagos(documento)

    def dias(self, factura: Documento) -> list[date]:
        """Those on which something of it was paid or credited."""
        return self._saldos.dias(factura)

    def relacionadas(self, nota: Documento) -> list[Documento]:
        """The known invoices that a credit note names."""
        return self._saldos.relacionadas(nota)

    def movido(self, uuid: str) -> Decimal:
        """What was collected or paid of an invoice; of a note, what it gave back in money, below zero."""
        documento = self.documentos.get(uuid)
        if documento is None or not documento.vigente:
            return CERO
        if documento.tipo is Tipo.EGRESO:
            return -self._en_mxn(documento, devuelto(documento, self._saldos))
        if documento.tipo is not Tipo.INGRESO:
            return CERO
        if not self._saldos.por_pagos(documento):
            return self._en_mxn(documento, documento.total)
        return self._en_mxn(documento, self._saldos.pagado(documento))

    def _en_mxn(self, documento: Documento, importe: Decimal) -> Decimal:
        cambio = cambio_de(documento)
        return CERO if cambio is None else centavos(entero(cambio(importe)))
