"""Stable codes of what is odd in an accepted CFDI. Capitals: the alert of the same name in FISCAL.md 6."""

from collections.abc import Iterator
from dataclasses import replace
from decimal import Decimal

from horux_core.fiscal.cfdi.model import Advertencia, Cfdi, Pago

TC_SOSPECHOSO = "TC_SOSPECHOSO"
PAGO_INCONSISTENTE = "PAGO_INCONSISTENTE"
VERSION_ASUMIDA = "version_asumida"
MONEDA_ASUMIDA = "moneda_asumida"
CODIFICACION_CORREGIDA = "codificacion_corregida"
TEXTO_ANTES_DEL_XML = "texto_antes_del_xml"
ADDENDA_RETIRADA = "addenda_retirada"
SCHEMALOCATION_CORREGIDO = "schemalocation_corregido"
RFC_MAL_FORMADO = "rfc_mal_formado"
NO_CUADRA = "no_cuadra"
IMPUESTOS_DIFIEREN = "impuestos_difieren"
BASES_SIN_DESGLOSE = "bases_sin_desglose"
UUID_RELACIONADO_RARO = "uuid_relacionado_raro"
PAGO_SIN_COMPLEMENTO = "pago_sin_complemento"
TOTALES_PAGOS_DIFIEREN = "totales_pagos_difieren"
GLOBAL_CON_RECEPTOR = "global_con_receptor"
TASA_IVA_DISTINTA = "tasa_iva_distinta"
EQUIVALENCIA_INVERTIDA = "equivalencia_invertida"

_UNO_POR_CIENTO = Decimal("0.01")


def advertido(cfdi: Cfdi) -> Cfdi:
    """The document with a warning for each of its values that can be read but not trusted."""
    nuevas = tuple(_dudosas(cfdi))
    return replace(cfdi, advertencias=(*cfdi.advertencias, *nuevas)) if nuevas else cfdi


def _dudosas(cfdi: Cfdi) -> Iterator[Advertencia]:
    cubetas = [cfdi.cubetas, *(docto.cubetas for pago in cfdi.pagos for docto in pago.doctos)]
    if any(c.base_otra_tasa or c.iva_otra_tasa for c in cubetas):
        yield Advertencia(
            TASA_IVA_DISTINTA,
            "Lleva IVA a una tasa que no es 16 %, 8 %, 0 % ni exento: ese IVA no se suma a ningún mes. Revísalo con "
            "quien lo emitió.",
        )
    if any(_invertido(pago) for pago in cfdi.pagos):
        yield Advertencia(
            EQUIVALENCIA_INVERTIDA,
            "La equivalencia entre la moneda de un pago y la de sus facturas parece invertida, y el IVA que da no es "
            "confiable: pide que sustituyan el complemento.",
        )


def _invertido(pago: Pago) -> bool:
    """Whether the shares add up to Monto only when multiplied by the units of MonedaDR per unit of MonedaP."""
    entre = multiplicado = Decimal(0)
    for docto in pago.doctos:
        equivalencia = Decimal(1) if docto.moneda == pago.moneda else docto.equivalencia
        entre += docto.pagado / equivalencia
        multiplicado += docto.pagado * equivalencia
    margen = pago.monto * _UNO_POR_CIENTO
    return abs(multiplicado - pago.monto) <= margen < abs(entre - pago.monto)
