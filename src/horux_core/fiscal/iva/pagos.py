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
    UNO,
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
from horux_core.kernel.importe import CENTAVO, CERO, centavos
from horux_core.kernel.periodo import Periodo

_SIN_IVA = {**dict.fromkeys(("01", "04", "06", "07", "08"), "base_no_objeto"), "03": "base_sin_desglose"}
"""The bucket of what a payment settles without taxes, by ObjetoImpDR, instead of a proration (FISCAL.md 2.4, 2.5)."""
TC_SOSPECHOSO = "TC_SOSPECHOSO"
PAGO_SIN_FACTURA = "PAGO_SIN_FACTURA"
PAGO_INCONSISTENTE = "PAGO_INCONSISTENTE"
PAGO_DE_CANCELADA = "PAGO_DE_CANCELADA"
PAGO_EXCEDE_SALDO = "PAGO_EXCEDE_SALDO"

_HOLGURA = Decimal("0.01")
"""Of the proportion between a payment's taxes and its invoice's, and of an amount converted: what rates round away."""

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
        """Not of an own invoice that charges IVA: its collection causes it whatever the payment says (LIVA 1-B).

        Nor of an invoice nobody knows: that waits for its XML.
        """
        propia = self.documento.emitido and self.niega_los_de_su_factura
        if self.factura is None or self.docto.con_impuestos or propia:
            return None
        return _SIN_IVA.get(self.docto.objeto_imp or "")

    @property
    def niega_los_de_su_factura(self) -> bool:
        """Whether it says that what it settles bears no IVA, of an invoice that does."""
        negados = not self.docto.con_impuestos and self.docto.objeto_imp in _SIN_IVA
        return negados and self.factura is not None and _lleva_iva(self.factura)

    @property
    def contradice_a_su_factura(self) -> bool:
        """Whether its own taxes are others than its invoice's in the proportion that it pays."""
        factura, docto = self.factura, self.docto
        if not docto.con_impuestos or factura is None or docto.moneda != factura.moneda or factura.total <= 0:
            return False
        parte = self.pagado / factura.total
        de_pago, de_factura = _impuestos(docto.cubetas), _impuestos(factura.cubetas)
        return any(
            abs(suyo - propio * parte) > max(UNO, abs(propio * parte) * _HOLGURA)
            for suyo, propio in zip(de_pago, de_factura, strict=True)
        )

    @property
    def remedio(self) -> str:
        return "sustituye el complemento" if self.documento.emitido else "pide que sustituyan el complemento"


def eventos_de_pago(documento: Documento, saldos: Saldos, opciones: OpcionesIva) -> tuple[list[Evento], list[Aviso]]:
    """The events of a vigente P, each on its FechaPago, and what to look at in it."""
    eventos: list[Evento] = []
    avisos: list[Aviso] = []
    for i, pago in enumerate(documento.pagos):
        for j, (docto, pagado) in enumerate(zip(pago.doctos, pagados(pago), strict=True)):
            factura = saldos.factura(docto.id_documento, documento)
            parte = _Parte(documento, (i, j), pago, docto, pagado, factura)
            avisos += _avisos(parte, saldos)
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


def _avisos(parte: _Parte, saldos: Saldos) -> list[Aviso]:
    return [Aviso(codigo, parte.documento.uuid, detalle) for codigo, detalle in _observado(parte, saldos)]


def _observado(parte: _Parte, saldos: Saldos) -> Iterator[tuple[str, str]]:
    pago, docto, factura = parte.pago, parte.docto, parte.factura
    if cambio_de_docto(pago, docto) is None:
        yield (
            TC_SOSPECHOSO,
            f"Falta el tipo de cambio entre el pago en {pago.moneda}, la factura en {docto.moneda} y el peso: "
            f"{parte.remedio}.",
        )
    if factura is None:
        yield PAGO_SIN_FACTURA, _sin_factura(docto)
        return
    yield from _ante_su_factura(parte, factura)
    holgura = CENTAVO if docto.moneda == factura.moneda else factura.total * _HOLGURA
    if saldos.pagado(factura) > factura.total + holgura:
        yield (
            PAGO_EXCEDE_SALDO,
            f"Los pagos vigentes de la factura {factura.uuid} suman más que su total: revisa si alguno está repetido "
            "y cancélalo, o pide que lo cancelen.",
        )


def _ante_su_factura(parte: _Parte, factura: Documento) -> Iterator[tuple[str, str]]:
    """What the payment says otherwise than its invoice."""
    docto = parte.docto
    if not factura.vigente:
        yield (
            PAGO_DE_CANCELADA,
            f"El pago es vigente y su factura {factura.uuid} está cancelada: cancela el pago o "
            "relaciónalo con la factura que la sustituye.",
        )
    if docto.moneda != factura.moneda:
        yield (
            PAGO_INCONSISTENTE,
            f"La factura {factura.uuid} está en {factura.moneda} y el pago la da en {docto.moneda}: {parte.remedio}.",
        )
    if parte.niega_los_de_su_factura:
        contado = "se contó el de la factura" if parte.documento.emitido else "no se acreditó IVA"
        yield (
            PAGO_INCONSISTENTE,
            f"El pago no trae los impuestos de la factura {factura.uuid}, y ella sí los desglosa: {contado}. Para que "
            f"cuadren, {parte.remedio}.",
        )
    if parte.contradice_a_su_factura:
        yield (
            PAGO_INCONSISTENTE,
            f"Los impuestos del pago no son los de la factura {factura.uuid} en la proporción que paga: se contaron "
            f"los del pago. Si están mal, {parte.remedio}.",
        )


def _lleva_iva(factura: Documento) -> bool:
    c = factura.cubetas
    return any((c.base_16, c.base_8, c.base_0, c.base_exento, c.base_otra_tasa))


def _impuestos(c: Cubetas) -> tuple[Decimal, ...]:
    return c.iva_16 + c.iva_8 + c.iva_otra_tasa, c.ret_iva, c.base_exento, c.base_8


def _sin_factura(docto: DoctoPagado) -> str:
    if not _UUID.fullmatch(docto.id_documento):
        return f"El pago se relaciona con «{docto.id_documento}», que no es un folio fiscal: pide que lo corrijan."
    return f"El pago se relaciona con la factura {docto.id_documento}, que no está guardada: sube su XML."
