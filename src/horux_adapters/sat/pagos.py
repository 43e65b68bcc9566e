"""Complemento Pagos 1.0 and 2.0 (FISCAL.md 2.5)."""

import re
from collections.abc import Iterable
from decimal import ROUND_HALF_UP, Decimal
from typing import NamedTuple

from lxml.etree import _Element

from horux_adapters.sat.atributos import (
    CERO,
    UNO,
    entero,
    es_uuid,
    fecha_hora,
    importe,
    importe_opcional,
    importe_requerido,
    local,
    tasa,
    texto,
    texto_requerido,
)
from horux_adapters.sat.conceptos import Clave, clave_impuesto
from horux_adapters.sat.impuestos import Balde
from horux_adapters.sat.monedas import MXN, moneda, tipo_cambio
from horux_core.fiscal.cfdi import advertencias as aviso
from horux_core.fiscal.cfdi.errors import AtributoFaltante, AtributoInvalido
from horux_core.fiscal.cfdi.model import CUBETAS, Advertencia, Cubetas, DoctoPagado, Pago

NS_10 = "{http://www.sat.gob.mx/Pagos}"
NS_20 = "{http://www.sat.gob.mx/Pagos20}"
_OPERACION = re.compile(r"[0-9]{3}-[0-9]{2}-[0-9]{9}")
_UN_POR_CIENTO = Decimal("0.01")
_MAS_UNO_POR_CIENTO = Decimal("1.01")
_SEIS_DECIMALES = Decimal("0.000001")
_MAXIMO = Decimal(10) ** 18
_TOLERANCIA = Decimal("0.05")
_TOTALES = {
    "TotalTrasladosBaseIVA16": "base_16",
    "TotalTrasladosImpuestoIVA16": "iva_16",
    "TotalTrasladosBaseIVA8": "base_8",
    "TotalTrasladosImpuestoIVA8": "iva_8",
    "TotalTrasladosBaseIVA0": "base_0",
    "TotalTrasladosBaseIVAExento": "base_exento",
    "TotalRetencionesISR": "ret_isr",
    "TotalRetencionesIVA": "ret_iva",
    "TotalRetencionesIEPS": "ret_ieps",
}


class _Cobro(NamedTuple):
    """What a document must know of its payment; `unico` is the amount when it is the only document."""

    moneda: str
    tipo_cambio: Decimal | None
    unico: Decimal | None


def lee_pagos(complemento: _Element, ns: str, avisos: list[Advertencia]) -> tuple[Pago, ...]:
    """The `Pago` nodes of a `Pagos` node, in order. Raises CfdiRejected."""
    pagos: list[Pago] = []
    totales: _Element | None = None
    for hijo in complemento:
        if hijo.tag == ns + "Pago":
            pagos.append(_pago(hijo, ns, avisos))
        elif hijo.tag == ns + "Totales":
            totales = hijo
    if totales is not None:
        _comprueba_totales(totales, pagos, avisos)
    return tuple(pagos)


def _pago(nodo: _Element, ns: str, avisos: list[Advertencia]) -> Pago:
    divisa = moneda(nodo, "MonedaP", avisos)
    monto = importe_requerido(nodo, "Monto")
    nodos = [hijo for hijo in nodo if hijo.tag == ns + "DoctoRelacionado"]
    cambio = tipo_cambio(nodo, "TipoCambioP", divisa, avisos)
    cobro = _Cobro(divisa, cambio, monto if len(nodos) == 1 else None)
    doctos = tuple(_docto(hijo, ns, cobro, avisos) for hijo in nodos)
    _rechaza_desmesura(nodo, doctos, cambio)
    return Pago(
        fecha_pago=fecha_hora(nodo, "FechaPago"),
        forma_pago=texto_requerido(nodo, "FormaDePagoP"),
        moneda=divisa,
        tipo_cambio=cambio,
        monto=monto,
        num_operacion=texto(nodo, "NumOperacion"),
        doctos=_en_su_moneda(doctos, divisa, monto, avisos),
    )


def _docto(nodo: _Element, ns: str, cobro: _Cobro, avisos: list[Advertencia]) -> DoctoPagado:
    divisa = moneda(nodo, "MonedaDR", avisos) if texto(nodo, "MonedaDR") else cobro.moneda
    equivalencia = _equivalencia(nodo, ns, divisa, cobro.moneda, avisos)
    con_impuestos, cubetas = _impuestos(nodo, ns)
    return DoctoPagado(
        id_documento=_id_documento(nodo, avisos),
        moneda=divisa,
        equivalencia=equivalencia,
        parcialidad=entero(nodo, "NumParcialidad", range(10_000)) if texto(nodo, "NumParcialidad") else None,
        saldo_anterior=importe_opcional(nodo, "ImpSaldoAnt"),
        pagado=_pagado(nodo, divisa, equivalencia, cobro),
        saldo_insoluto=importe_opcional(nodo, "ImpSaldoInsoluto"),
        objeto_imp=texto(nodo, "ObjetoImpDR"),
        con_impuestos=con_impuestos,
        cubetas=cubetas,
    )


def _id_documento(nodo: _Element, avisos: list[Advertencia]) -> str:
    escrito = texto_requerido(nodo, "IdDocumento").lower()
    if not es_uuid(escrito) and not _OPERACION.fullmatch(escrito):
        detalle = f"El documento pagado «{escrito[:60]}» no es un UUID ni un número de operación."
        avisos.append(Advertencia(aviso.UUID_RELACIONADO_RARO, detalle))
    return escrito


def _equivalencia(nodo: _Element, ns: str, divisa: str, divisa_pago: str, avisos: list[Advertencia]) -> Decimal:
    """Units of MonedaDR per unit of MonedaP; absent is 1."""
    nombre = "EquivalenciaDR" if ns == NS_20 else "TipoCambioDR"
    declarada = tasa(nodo, nombre)
    if declarada == CERO:
        raise AtributoInvalido(local(nodo), nombre)
    if divisa not in (divisa_pago, MXN) and (declarada is None or declarada == UNO):
        detalle = (
            f"El documento pagado está en {divisa} y el pago en {divisa_pago}, sin tipo de cambio entre ambas: "
            "pide que sustituyan el complemento."
        )
        avisos.append(Advertencia(aviso.TC_SOSPECHOSO, detalle))
    return declarada or UNO


def _pagado(nodo: _Element, divisa: str, equivalencia: Decimal, cobro: _Cobro) -> Decimal:
    """ImpPagado; 1.0 may leave it out where the payment has one document: then it is the whole payment."""
    declarado = importe_opcional(nodo, "ImpPagado")
    if declarado is not None:
        return declarado
    factor = _por_unidad(divisa, equivalencia, cobro)
    if cobro.unico is None or factor is None:
        raise AtributoFaltante(local(nodo), "ImpPagado")
    return cobro.unico if factor == UNO else _seis_decimales(cobro.unico * factor)


def _por_unidad(divisa: str, equivalencia: Decimal, cobro: _Cobro) -> Decimal | None:
    """Units of MonedaDR that one of MonedaP is; None when nobody wrote it. TipoCambioDR to pesos says 1 (CRP220)."""
    if divisa == cobro.moneda:
        return UNO
    if divisa == MXN and cobro.tipo_cambio is not None:
        return cobro.tipo_cambio
    return None if equivalencia == UNO else equivalencia


def _impuestos(docto: _Element, ns: str) -> tuple[bool, Cubetas]:
    balde = Balde()
    con_impuestos = False
    for impuestos in docto:
        if impuestos.tag != ns + "ImpuestosDR":
            continue
        con_impuestos = True
        for grupo in impuestos:
            if grupo.tag == ns + "TrasladosDR":
                for fila in grupo:
                    balde.traslado(_clave(fila), importe(fila, "BaseDR"), importe(fila, "ImporteDR"))
            elif grupo.tag == ns + "RetencionesDR":
                for fila in grupo:
                    balde.retencion(clave_impuesto(texto(fila, "ImpuestoDR")), importe(fila, "ImporteDR"))
    return con_impuestos, balde.cubetas()


def _clave(fila: _Element) -> Clave:
    factor = texto(fila, "TipoFactorDR")
    return (
        clave_impuesto(texto(fila, "ImpuestoDR")),
        factor,
        None if factor == "Exento" else tasa(fila, "TasaOCuotaDR"),
    )


def _rechaza_desmesura(nodo: _Element, doctos: Iterable[DoctoPagado], cambio: Decimal | None) -> None:
    """No real amount nears this in pesos; a crafted rate could take sums past what decimals here can hold."""
    for docto in doctos:
        mayor = max(docto.pagado, *(getattr(docto.cubetas, nombre) for nombre in CUBETAS))
        if mayor / docto.equivalencia * (cambio or UNO) >= _MAXIMO:
            raise AtributoInvalido(local(nodo), "ImpPagado")


def _en_su_moneda(
    doctos: tuple[DoctoPagado, ...], divisa: str, monto: Decimal, avisos: list[Advertencia]
) -> tuple[DoctoPagado, ...]:
    """Real files write ImpPagado in the payment's currency: told by shares that add up to the payment only unconverted.

    Balances and taxes of such a document follow its ImpPagado: whoever wrote one wrote all in that currency.
    """
    if all(docto.equivalencia == UNO for docto in doctos):
        return doctos
    convertido = sum((docto.pagado / docto.equivalencia for docto in doctos), CERO)
    escrito = sum((docto.pagado for docto in doctos), CERO)
    if convertido <= monto * _MAS_UNO_POR_CIENTO or abs(escrito - monto) > monto * _UN_POR_CIENTO:
        return doctos
    detalle = f"Los importes pagados vienen en {divisa}, la moneda del pago, y no en la del documento: se convirtieron."
    avisos.append(Advertencia(aviso.PAGO_INCONSISTENTE, detalle))
    return tuple(_convertido(docto) for docto in doctos)


def _convertido(docto: DoctoPagado) -> DoctoPagado:
    def pasa(monto: Decimal) -> Decimal:
        return _seis_decimales(monto * docto.equivalencia)

    def pasa_saldo(saldo: Decimal | None) -> Decimal | None:
        return None if saldo is None else pasa(saldo)

    return DoctoPagado(
        id_documento=docto.id_documento,
        moneda=docto.moneda,
        equivalencia=docto.equivalencia,
        parcialidad=docto.parcialidad,
        saldo_anterior=pasa_saldo(docto.saldo_anterior),
        pagado=pasa(docto.pagado),
        saldo_insoluto=pasa_saldo(docto.saldo_insoluto),
        objeto_imp=docto.objeto_imp,
        con_impuestos=docto.con_impuestos,
        cubetas=Cubetas(*(pasa(getattr(docto.cubetas, nombre)) for nombre in CUBETAS)),
    )


def _seis_decimales(monto: Decimal) -> Decimal:
    return monto.quantize(_SEIS_DECIMALES, ROUND_HALF_UP)


def _comprueba_totales(totales: _Element, pagos: list[Pago], avisos: list[Advertencia]) -> None:
    """Totales, in MXN, against the documents' own detail, which stays (tolerance 0.05)."""
    if any(pago.tipo_cambio is None for pago in pagos):
        return
    sumas = dict.fromkeys(_TOTALES.values(), CERO)
    monto = CERO
    for pago in pagos:
        cambio = pago.tipo_cambio or UNO
        monto += pago.monto * cambio
        for docto in pago.doctos:
            factor, divisor = (UNO, UNO) if docto.moneda == MXN else (cambio, docto.equivalencia)
            for nombre in sumas:
                sumas[nombre] += getattr(docto.cubetas, nombre) * factor / divisor
    declarados = [(importe(totales, nombre), sumas[cubeta]) for nombre, cubeta in _TOTALES.items()]
    declarados.append((importe(totales, "MontoTotalPagos"), monto))
    if any(abs(declarado - suma) > _TOLERANCIA for declarado, suma in declarados):
        detalle = "Los totales del complemento de pagos no coinciden con sus documentos: se usó el detalle."
        avisos.append(Advertencia(aviso.TOTALES_PAGOS_DIFIEREN, detalle))
