"""What is still owed of each invoice: its payments and credit notes, in its own currency (FISCAL.md 2.5, 3.3)."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal

from horux_core.fiscal.cfdi.model import PPD, DoctoPagado, Pago, Tipo
from horux_core.fiscal.iva.conversion import cambio_de, en_su_moneda, pagado_en_moneda_de, pagados
from horux_core.fiscal.iva.model import Documento
from horux_core.kernel.importe import CERO, centavos

RELACIONES_DE_NOTA = frozenset({"01", "03", "07"})
"""TipoRelacion of a credit note, a return, and the application of an advance."""


@dataclass(frozen=True, slots=True)
class Abono:
    """One DoctoRelacionado of a vigente P as its invoice sees it.

    `pagado` is in MonedaDR, `importe` in the invoice's currency.
    """

    fecha: datetime
    parcialidad: int
    uuid: str
    pago: int
    docto: int
    pagado: Decimal
    importe: Decimal
    complemento: Pago
    detalle: DoctoPagado

    @property
    def orden(self) -> tuple[datetime, int, str, int, int]:
        return (self.fecha, self.parcialidad, self.uuid, self.pago, self.docto)


@dataclass(frozen=True, slots=True)
class Aplicacion:
    """How a credit note was used up: whether it lowered any balance, and what is left, in its own currency.

    `resto` is None when a rate is missing to compare it with an invoice in another currency.
    """

    bajo_saldo: bool
    resto: Decimal | None


def mismo_lado(uno: Documento, otro: Documento) -> bool:
    """Whether the taxpayer stands on the same side of both, so that one can settle the other."""
    return (uno.emitido and otro.emitido) or (uno.recibido and otro.recibido)


class Saldos:
    """The balances of a set of documents that holds everything they relate to; worked out once, read many times."""

    __slots__ = ("_abonos", "_aplicaciones", "_aplicadas", "_doctos", "_documentos", "_notas", "_pagados", "_previos")

    def __init__(self, documentos: Mapping[str, Documento]) -> None:
        self._documentos = documentos
        self._doctos: dict[str, list[tuple[Documento, int, int, Decimal]]] = {}
        self._abonos: dict[str, tuple[Abono, ...]] = {}
        self._previos: dict[str, dict[tuple[str, int, int], Decimal]] = {}
        self._notas: dict[str, list[tuple[date, Decimal]]] = {}
        self._aplicadas: dict[str, list[tuple[Documento, Decimal]]] = {}
        self._aplicaciones: dict[str, Aplicacion] = {}
        self._pagados: dict[str, Decimal] = {}
        for nota in sorted(self._leer(), key=lambda n: (n.fecha, n.uuid)):
            self._aplicaciones[nota.uuid] = self._aplicar(nota)

    def _leer(self) -> list[Documento]:
        notas = []
        for documento in self._documentos.values():
            if documento.tipo is Tipo.EGRESO:
                if documento.vigente:
                    notas.append(documento)
            elif documento.tipo is Tipo.PAGO and documento.vigente:
                for i, pago in enumerate(documento.pagos):
                    for j, (docto, pagado) in enumerate(zip(pago.doctos, pagados(pago), strict=True)):
                        self._doctos.setdefault(docto.id_documento, []).append((documento, i, j, pagado))
        return notas

    def factura(self, uuid: str, desde: Documento) -> Documento | None:
        """The invoice that a payment or credit note names, if it is known and on the same side."""
        factura = self._documentos.get(uuid)
        if factura is None or factura.tipo is not Tipo.INGRESO or not mismo_lado(factura, desde):
            return None
        return factura

    def por_pagos(self, factura: Documento) -> bool:
        """Whether its IVA follows its payments: a PPD, or a PUE that a vigente P points at."""
        return factura.metodo_pago == PPD or (factura.uuid in self._doctos and bool(self.abonos(factura)))

    def abonos(self, factura: Documento) -> tuple[Abono, ...]:
        """Its payments by FechaPago and NumParcialidad."""
        hechos = self._abonos.get(factura.uuid)
        if hechos is None:
            hechos = tuple(sorted(self._abonar(factura), key=lambda a: a.orden))
            self._abonos[factura.uuid] = hechos
        return hechos

    def _abonar(self, factura: Documento) -> Iterator[Abono]:
        for documento, i, j, pagado in self._doctos.get(factura.uuid, ()):
            if mismo_lado(factura, documento):
                pago = documento.pagos[i]
                docto = pago.doctos[j]
                importe = pagado_en_moneda_de(factura, pago, docto, pagado) or CERO
                parcialidad = docto.parcialidad or 0
                yield Abono(pago.fecha_pago, parcialidad, documento.uuid, i, j, pagado, importe, pago, docto)

    def pagado_antes(self, factura: Documento, clave: tuple[str, int, int]) -> Decimal:
        """What had been settled before a payment: earlier ones, and credit notes of earlier days."""
        previos = self._previos.get(factura.uuid)
        if previos is None:
            previos, acumulado = {}, CERO
            notas = self._notas.get(factura.uuid, [])
            for abono in self.abonos(factura):
                dia = abono.fecha.date()
                aplicado = sum((importe for fecha, importe in notas if fecha < dia), CERO)
                previos[abono.uuid, abono.pago, abono.docto] = acumulado + aplicado
                acumulado += abono.importe
            self._previos[factura.uuid] = previos
        return previos[clave]

    def aplicacion(self, nota: Documento) -> Aplicacion:
        """What a vigente credit note of the set did to the balances of its invoices."""
        return self._aplicaciones[nota.uuid]

    def notas(self, factura: Documento) -> tuple[tuple[Documento, Decimal], ...]:
        """The credit notes that lowered its balance, each with how much, in the invoice's currency; oldest first."""
        return tuple(self._aplicadas.get(factura.uuid, ()))

    def relacionadas(self, nota: Documento) -> list[Documento]:
        """The known invoices a credit note names with 01, 03 or 07, once each, in document order."""
        uuids = dict.fromkeys(r.uuid for r in nota.relaciones if r.tipo in RELACIONES_DE_NOTA)
        return [f for f in (self.factura(uuid, nota) for uuid in uuids) if f is not None]

    def de(self, factura: Documento, al: date = date.max) -> Decimal:
        """Total − payments − credit notes up to a day; below zero when more was paid than owed.

        With the decimals of the invoice's currency (c_Moneda).
        """
        pagado = self.pagado(factura)
        if al != date.max:
            pagado = sum((a.importe for a in self.abonos(factura) if a.fecha.date() <= al), CERO)
        acreditado = sum((importe for dia, importe in self._notas.get(factura.uuid, ()) if dia <= al), CERO)
        return en_su_moneda(factura.total - pagado - acreditado, factura.moneda)

    def dias(self, factura: Documento) -> list[date]:
        """Those on which something of it was paid or credited."""
        return [a.fecha.date() for a in self.abonos(factura)] + [dia for dia, _ in self._notas.get(factura.uuid, ())]

    def pagado(self, factura: Documento) -> Decimal:
        """What all its payments settle of it, in its currency."""
        if factura.uuid not in self._pagados:
            self._pagados[factura.uuid] = sum((a.importe for a in self.abonos(factura)), CERO)
        return self._pagados[factura.uuid]

    def _saldo_al(self, factura: Documento, dia: date) -> Decimal:
        """What was owed at the end of a day, after the credit notes applied so far; never below zero."""
        pagado = sum((a.importe for a in self.abonos(factura) if a.fecha.date() <= dia), CERO)
        acreditado = sum((importe for _, importe in self._notas.get(factura.uuid, ())), CERO)
        return max(factura.total - pagado - acreditado, CERO)

    def _aplicar(self, nota: Documento) -> Aplicacion:
        resto, bajo = nota.total, False
        for factura in self.relacionadas(nota):
            if resto <= 0:
                break
            if not factura.vigente or not self.por_pagos(factura):
                continue
            saldo = self._saldo_al(factura, nota.fecha.date())
            if saldo <= 0:
                continue
            partes = _partes(nota, resto, factura, saldo)
            if partes is None:
                return Aplicacion(bajo, None)
            self._notas.setdefault(factura.uuid, []).append((nota.fecha.date(), partes[1]))
            self._aplicadas.setdefault(factura.uuid, []).append((nota, partes[1]))
            resto, bajo = resto - partes[0], True
        return Aplicacion(bajo, resto)


def _partes(nota: Documento, resto: Decimal, factura: Documento, saldo: Decimal) -> tuple[Decimal, Decimal] | None:
    """What a note gives to a balance, in the note's currency and in the invoice's; None when a rate is missing."""
    if nota.moneda == factura.moneda:
        parte = min(resto, saldo)
        return parte, parte
    de_nota, de_factura = cambio_de(nota), cambio_de(factura)
    if de_nota is None or de_factura is None:
        return None
    resto_mxn, saldo_mxn = de_nota(resto), de_factura(saldo)
    if resto_mxn <= saldo_mxn:
        return resto, min(saldo, centavos(resto_mxn / de_factura.por))
    return saldo_mxn / de_nota.por, saldo


def saldo(documento: Documento, documentos: Mapping[str, Documento]) -> Decimal:
    """Saldo insoluto of an invoice in its own currency (RMF 2026 2.7.1.32; FISCAL.md 2.5).

    `documentos` holds every payment and credit note that names it, and the invoices those name. Zero for a PUE that no
    payment names, for a cancelled invoice and for any other document; below zero when more was paid than owed.
    """
    if documento.tipo is not Tipo.INGRESO or not documento.vigente:
        return CERO
    saldos = Saldos(documentos)
    return saldos.de(documento) if saldos.por_pagos(documento) else CERO
