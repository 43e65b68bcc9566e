"""The cash events of a complemento de pago: the share of each invoice, in MXN (FISCAL.md 2.5)."""

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from decimal import Decimal

from horux_core.fiscal.cfdi.model import Cubetas, DoctoPagado, Pago
from horux_core.fiscal.iva.acreditamiento import FACTURA_CANCELADA, Juicio, juicio, rechazo_por_efectivo
from horux_core.fiscal.iva.asientos import PAGO, PAGO_PRORRATEADO, PENDIENTE, asentar
from horux_core.fiscal.iva.conversion import (
    A_LA_PAR,
    cambio_de,
    cambio_de_docto,
    en_mxn,
    escritos_en_moneda_del_pago,
    pagado_en_moneda_de,
    pagados,
    valores,
)
from horux_core.fiscal.iva.model import Aviso, Documento, Evento, OpcionesIva
from horux_core.fiscal.iva.saldos import Saldos
from horux_core.kernel.importe import CERO, centavos
from horux_core.kernel.periodo import Periodo

_SIN_IVA = {"01": "base_no_objeto", "03": "base_sin_desglose"}
"""The bucket of what a payment settles without taxes, by ObjetoImpDR, instead of a proration (FISCAL.md 2.4, 2.5)."""
TC_SOSPECHOSO = "TC_SOSPECHOSO"
PAGO_SIN_FACTURA = "PAGO_SIN_FACTURA"
PAGO_INCONSISTENTE = "PAGO_INCONSISTENTE"
PAGO_DE_CANCELADA = "PAGO_DE_CANCELADA"

_UUID = re.compile(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}")


@dataclass(frozen=True, slots=True)
class _Parte:
    """One DoctoRelacionado being worked out, with its invoice where that is known; `pagado` is in MonedaDR."""

    documento: Documento
    indice: tuple[int, int]
    pago: Pago
    docto: DoctoPagado
    pagado: Decimal
    factura: Documento | None

    @property
    def cubeta_sin_iva(self) -> str | None:
        """Not of an own invoice that charges IVA: its collection causes it whatever the payment says (LIVA 1-B)."""
        propia = self.documento.emitido and self.niega_los_de_su_factura
        return None if self.docto.con_impuestos or propia else _SIN_IVA.get(self.docto.objeto_imp or "")

    @property
    def niega_los_de_su_factura(self) -> bool:
        """Whether it says that what it settles bears no IVA, of an invoice that does."""
        negados = not self.docto.con_impuestos and self.docto.objeto_imp in _SIN_IVA
        return negados and self.factura is not None and _lleva_iva(self.factura)


def eventos_de_pago(documento: Documento, saldos: Saldos, opciones: OpcionesIva) -> tuple[list[Evento], list[Aviso]]:
    """The events of a vigente P, each on its FechaPago, and what to look at in it."""
    eventos: list[Evento] = []
    avisos: list[Aviso] = []
    for i, pago in enumerate(documento.pagos):
        for j, (docto, pagado) in enumerate(zip(pago.doctos, pagados(pago), strict=True)):
            factura = saldos.factura(docto.id_documento, documento)
            parte = _Parte(documento, (i, j), pago, docto, pagado, factura)
            avisos += _avisos(parte)
            eventos += _eventos(parte, saldos, opciones)
        avisos += _avisos_del_pago(documento, pago)
    return eventos, avisos


def _avisos_del_pago(documento: Documento, pago: Pago) -> list[Aviso]:
    if not pago.doctos:
        return [Aviso(PAGO_SIN_FACTURA, documento.uuid, "El pago no dice qué factura paga: pide que lo sustituyan.")]
    if escritos_en_moneda_del_pago(pago):
        detalle = (
            "Los importes pagados están en la moneda del pago y no en la de cada factura: pide que sustituyan "
            "el complemento."
        )
        return [Aviso(PAGO_INCONSISTENTE, documento.uuid, detalle)]
    return []


def prorrateo(cubetas: Cubetas, total: Decimal, antes: Decimal, pagado: Decimal) -> Cubetas:
    """The part of an invoice's buckets that a payment settles, in the invoice's currency (RMF 2026 2.7.1.32).

    The payment applies in proportion to every concept; shares are differences of rounded accumulated amounts, so
    that those of a fully paid invoice add up to its buckets. `antes` is what had been settled before it.
    """
    if total <= 0:
        return Cubetas()
    desde = min(max(antes, CERO), total)
    hasta = min(max(antes + pagado, CERO), total)
    return Cubetas(
        *[centavos(v * hasta / total) - centavos(v * desde / total) if v else CERO for v in valores(cubetas)]
    )


def _eventos(parte: _Parte, saldos: Saldos, opciones: OpcionesIva) -> list[Evento]:
    cubetas, regla = _importes(parte, saldos)
    if cubetas is None:
        return []
    dia = parte.pago.fecha_pago.date()
    return list(
        asentar(parte.documento, parte.indice, (Periodo.of(dia), dia), cubetas, regla, _juicio(parte, opciones))
    )


def _importes(parte: _Parte, saldos: Saldos) -> tuple[Cubetas | None, str]:
    """The share in MXN and the rule that gave it; None when no rate is known."""
    pago, docto, factura = parte.pago, parte.docto, parte.factura
    cambio = cambio_de_docto(pago, docto)
    if cambio is None:
        return None, PENDIENTE
    if docto.con_impuestos:
        propias = en_mxn(docto.cubetas, cambio)
        if factura is None or not (factura.cubetas.base_no_objeto or factura.cubetas.base_sin_desglose):
            return propias, PAGO
        resto = _prorrateadas(parte, factura, saldos)
        if resto is None:
            return propias, PAGO
        sin_iva = {"base_no_objeto": resto.base_no_objeto, "base_sin_desglose": resto.base_sin_desglose}
        return replace(propias, **sin_iva), PAGO
    if parte.cubeta_sin_iva is not None:
        return en_mxn(Cubetas(**{parte.cubeta_sin_iva: parte.pagado}), cambio), PAGO
    prorrateadas = None if factura is None else _prorrateadas(parte, factura, saldos)
    return (Cubetas(), PENDIENTE) if prorrateadas is None else (prorrateadas, PAGO_PRORRATEADO)


def _prorrateadas(parte: _Parte, factura: Documento, saldos: Saldos) -> Cubetas | None:
    """The share by proration, in MXN; None when no rate relates the payment to the invoice's currency."""
    pago, docto = parte.pago, parte.docto
    pagado = pagado_en_moneda_de(factura, pago, docto, parte.pagado)
    misma = docto.moneda == factura.moneda
    cambio = cambio_de_docto(pago, docto) if misma else cambio_de(factura)
    if pagado is None or cambio is None:
        return None
    if docto.saldo_anterior is not None and misma:
        antes = factura.total - docto.saldo_anterior
    else:
        antes = saldos.pagado_antes(factura, (parte.documento.uuid, *parte.indice))
    return en_mxn(prorrateo(factura.cubetas, factura.total, antes, pagado), cambio)


def _juicio(parte: _Parte, opciones: OpcionesIva) -> Juicio:
    """A payment is judged as its invoice; unknown, by what its own keeper said, for its UsoCFDI is always CP01."""
    if not parte.documento.recibido:
        return Juicio()
    factura = parte.factura or replace(parte.documento, uso_cfdi=None)
    cambio = cambio_de_docto(parte.pago, parte.docto) or A_LA_PAR
    por_forma = rechazo_por_efectivo(factura, parte.pago.forma_pago, cambio(parte.pagado), opciones)
    hecho = juicio(factura, por_forma, opciones, parte.documento.efos_definitivo)
    return hecho if factura.vigente else replace(hecho, motivo=FACTURA_CANCELADA)


def _avisos(parte: _Parte) -> list[Aviso]:
    return [Aviso(codigo, parte.documento.uuid, detalle) for codigo, detalle in _observado(parte)]


def _observado(parte: _Parte) -> Iterator[tuple[str, str]]:
    pago, docto, factura = parte.pago, parte.docto, parte.factura
    if cambio_de_docto(pago, docto) is None:
        yield (
            TC_SOSPECHOSO,
            f"Falta el tipo de cambio entre el pago en {pago.moneda}, la factura en {docto.moneda} y el peso: "
            "pide que sustituyan el complemento.",
        )
    if factura is None:
        yield PAGO_SIN_FACTURA, _sin_factura(docto)
        return
    if not factura.vigente:
        yield (
            PAGO_DE_CANCELADA,
            f"El pago es vigente y su factura {factura.uuid} está cancelada: cancela el pago o "
            "relaciónalo con la factura que la sustituye.",
        )
    if docto.moneda != factura.moneda:
        yield (
            PAGO_INCONSISTENTE,
            f"La factura {factura.uuid} está en {factura.moneda} y el pago la da en {docto.moneda}: "
            "pide que sustituyan el complemento.",
        )
    if parte.niega_los_de_su_factura:
        contado = "se contó el de la factura" if parte.documento.emitido else "no se acreditó IVA"
        yield (
            PAGO_INCONSISTENTE,
            f"El pago dice que lo pagado de la factura {factura.uuid} no es objeto de IVA o no lo desglosa, y la "
            f"factura sí lo lleva: {contado}. Pide que sustituyan el complemento.",
        )


def _lleva_iva(factura: Documento) -> bool:
    c = factura.cubetas
    return any((c.base_16, c.base_8, c.base_0, c.base_exento, c.base_otra_tasa))


def _sin_factura(docto: DoctoPagado) -> str:
    if not _UUID.fullmatch(docto.id_documento):
        return f"El pago se relaciona con «{docto.id_documento}», que no es un folio fiscal: pide que lo corrijan."
    return f"El pago se relaciona con la factura {docto.id_documento}, que no está guardada: sube su XML."
