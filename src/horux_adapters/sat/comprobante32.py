"""CFDI 3.2 (until 2017): attributes in lower case, taxes only in the summary, currency and methods in words."""

from dataclasses import dataclass
from decimal import Decimal

from lxml.etree import _Element

from horux_adapters.sat import complementos as complemento
from horux_adapters.sat.atributos import (
    CERO,
    fecha_hora,
    importe,
    importe_opcional,
    importe_requerido,
    tasa,
    texto,
    texto_requerido,
)
from horux_adapters.sat.complementos import Anexos
from horux_adapters.sat.comprobante import cuadra
from horux_adapters.sat.conceptos import IVA, clave_impuesto
from horux_adapters.sat.impuestos import IEPS, Balde, suma
from horux_adapters.sat.monedas import MXN, moneda, tipo_cambio
from horux_adapters.sat.partes import hijos, nodo, rfc
from horux_adapters.sat.timbre import lee_timbre
from horux_core.fiscal.cfdi import advertencias as aviso
from horux_core.fiscal.cfdi.errors import AtributoInvalido
from horux_core.fiscal.cfdi.model import Advertencia, Cfdi, Cubetas, Impuesto, Tipo

_TIPOS = {"ingreso": Tipo.INGRESO, "egreso": Tipo.EGRESO, "traslado": Tipo.TRASLADO}
_CIEN = Decimal(100)
_TOLERANCIA = Decimal("0.05")


@dataclass(frozen=True, slots=True)
class _Importes:
    subtotal: Decimal
    descuento: Decimal
    total: Decimal
    trasladados: Decimal
    retenidos: Decimal


def lee_comprobante32(raiz: _Element, ns: str, avisos: list[Advertencia]) -> Cfdi:
    """`metodo_pago` and `forma_pago` are what the attributes of those names say: in 3.2 the key of the form of payment
    stands in metodoDePago, and formaDePago is free text. Raises CfdiRejected."""
    partes = hijos(raiz, ns)
    timbre = lee_timbre(partes.get("Complemento", ()))
    emisor, receptor = nodo(partes, "Emisor"), nodo(partes, "Receptor")
    divisa = moneda(raiz, "Moneda", avisos) if texto(raiz, "Moneda") else MXN
    anexos = complemento.lee(partes.get("Complemento", ()), avisos)
    impuestos = _impuestos(partes, ns)
    importes = _importes(raiz, partes, impuestos)
    tipo = _tipo(raiz, anexos)
    esperado = importes.subtotal - importes.descuento + importes.trasladados - importes.retenidos + anexos.locales
    cuadra(importes.total, esperado, avisos)
    return Cfdi(
        uuid=timbre.uuid,
        version="3.2",
        tipo=tipo,
        fecha_emision=fecha_hora(raiz, "fecha"),
        rfc_emisor=rfc(texto_requerido(emisor, "rfc"), "emisor", avisos),
        rfc_receptor=rfc(texto_requerido(receptor, "rfc"), "receptor", avisos),
        moneda=divisa,
        tipo_cambio=tipo_cambio(raiz, "TipoCambio", divisa, avisos),
        subtotal=importes.subtotal,
        descuento=importes.descuento,
        total=importes.total,
        serie=texto(raiz, "serie"),
        folio=texto(raiz, "folio"),
        fecha_timbrado=timbre.fecha,
        rfc_pac=timbre.rfc_pac,
        metodo_pago=texto(raiz, "metodoDePago"),
        forma_pago=texto(raiz, "formaDePago"),
        condiciones_pago=texto(raiz, "condicionesDePago"),
        lugar_expedicion=texto(raiz, "LugarExpedicion"),
        nombre_emisor=texto(emisor, "nombre"),
        regimen_emisor=next((texto(hijo, "Regimen") for hijo in emisor if hijo.tag == ns + "RegimenFiscal"), None),
        nombre_receptor=texto(receptor, "nombre"),
        iva_trasladado=suma(impuestos, "traslado", IVA),
        iva_retenido=suma(impuestos, "retencion", IVA),
        isr_retenido=suma(impuestos, "retencion", "001"),
        ieps=suma(impuestos, "traslado", IEPS),
        loc_traslados=anexos.loc_traslados,
        loc_retenciones=anexos.loc_retenciones,
        cubetas=_cubetas(impuestos, importes, avisos) if tipo in (Tipo.INGRESO, Tipo.EGRESO) else Cubetas(),
        impuestos=impuestos + anexos.impuestos_locales,
        nomina=anexos.nomina,
        advertencias=tuple(avisos),
        tipo_cambio_declarado=tasa(raiz, "TipoCambio"),
    )


def _tipo(raiz: _Element, anexos: Anexos) -> Tipo:
    """3.2 had no type for payroll: it was an egreso with the complement."""
    tipo = _TIPOS.get(texto_requerido(raiz, "tipoDeComprobante").lower())
    if tipo is None:
        raise AtributoInvalido("Comprobante", "tipoDeComprobante")
    return Tipo.NOMINA if tipo is Tipo.EGRESO and anexos.nomina is not None else tipo


def _impuestos(partes: dict[str, list[_Element]], ns: str) -> tuple[Impuesto, ...]:
    """The rows of the summary; rates come in percent."""
    filas: list[Impuesto] = []
    for grupo in (grupo for impuestos in partes.get("Impuestos", ()) for grupo in impuestos):
        for hijo in grupo:
            codigo = clave_impuesto(texto(hijo, "impuesto"))
            if hijo.tag == ns + "Traslado":
                porciento = tasa(hijo, "tasa") or CERO
                monto = importe(hijo, "importe")
                filas.append(Impuesto("traslado", "federal", codigo, "Tasa", porciento / _CIEN, None, monto))
            elif hijo.tag == ns + "Retencion":
                filas.append(Impuesto("retencion", "federal", codigo, None, None, None, importe(hijo, "importe")))
    return tuple(filas)


def _importes(raiz: _Element, partes: dict[str, list[_Element]], impuestos: tuple[Impuesto, ...]) -> _Importes:
    resumen = partes["Impuestos"][0] if "Impuestos" in partes else raiz
    trasladados = importe_opcional(resumen, "totalImpuestosTrasladados")
    retenidos = importe_opcional(resumen, "totalImpuestosRetenidos")
    if trasladados is None:
        trasladados = sum((fila.importe for fila in impuestos if fila.clase == "traslado"), CERO)
    if retenidos is None:
        retenidos = sum((fila.importe for fila in impuestos if fila.clase == "retencion"), CERO)
    return _Importes(
        importe_requerido(raiz, "subTotal"),
        importe(raiz, "descuento"),
        importe_requerido(raiz, "total"),
        trasladados,
        retenidos,
    )


def _cubetas(impuestos: tuple[Impuesto, ...], importes: _Importes, avisos: list[Advertencia]) -> Cubetas:
    """Amounts of the rows. The base is the whole net amount plus IEPS (LIVA 12, 18), and only where one IVA rate
    explains it; a mix cannot be told apart, for 3.2 says no tax per Concepto: then `base_sin_desglose` holds it."""
    balde = Balde()
    tasas: dict[Decimal, Decimal] = {}
    for fila in impuestos:
        if fila.clase == "retencion":
            balde.retencion(fila.impuesto, fila.importe)
            continue
        balde.traslado((fila.impuesto, fila.factor, fila.tasa), CERO, fila.importe)
        if fila.impuesto == IVA and fila.tasa is not None:
            tasas[fila.tasa] = tasas.get(fila.tasa, CERO) + fila.importe
    neto = max(importes.subtotal - importes.descuento, CERO)
    base = neto + suma(impuestos, "traslado", IEPS)
    if len(tasas) == 1:
        (tasa_iva, iva) = next(iter(tasas.items()))
        if abs(base * tasa_iva - iva) <= max(_TOLERANCIA, iva / _CIEN / _CIEN):
            balde.traslado((IVA, "Tasa", tasa_iva), base, CERO)
            return balde.cubetas()
    balde.suma("base_sin_desglose", neto)
    if tasas:
        detalle = "El CFDI 3.2 no dice qué parte de su importe causó cada tasa de IVA: la base queda sin desglose."
        avisos.append(Advertencia(aviso.BASES_SIN_DESGLOSE, detalle))
    return balde.cubetas()
