"""Complemento Nómina 1.1 and 1.2 (FISCAL.md 2.6)."""

from collections.abc import Callable
from dataclasses import replace
from decimal import Decimal

from lxml.etree import _Element

from horux_adapters.sat.atributos import (
    CERO,
    fecha,
    fecha_opcional,
    importe,
    importe_opcional,
    texto,
)
from horux_adapters.sat.partes import hijos
from horux_core.fiscal.cfdi.model import Nomina

NS_11 = "{http://www.sat.gob.mx/nomina}"
NS_12 = "{http://www.sat.gob.mx/nomina12}"
_ISR = frozenset({"002", "101"})
_IMSS = frozenset({"001"})
_SUBSIDIO = "002"
_ACUMULABLES = (
    "total_percepciones",
    "total_deducciones",
    "total_otros_pagos",
    "total_gravado",
    "total_exento",
    "isr_retenido",
    "imss",
    "subsidio",
)


def lee_nomina(nodo: _Element, ns: str) -> Nomina:
    """Amounts as declared in 1.2; 1.1 declares no totals, so its rows are added up. Raises CfdiRejected."""
    partes = hijos(nodo, ns)
    receptor = (partes.get("Receptor") or [nodo])[0]
    de_fila = _importe_12 if ns == NS_12 else _importe_11
    percepciones = _filas(partes, "Percepciones", ns + "Percepcion")
    deducciones = _filas(partes, "Deducciones", ns + "Deduccion")
    otros = _filas(partes, "OtrosPagos", ns + "OtroPago")
    gravado = _suma(percepciones, lambda fila: importe(fila, "ImporteGravado"))
    exento = _suma(percepciones, lambda fila: importe(fila, "ImporteExento"))
    return Nomina(
        tipo_nomina=texto(nodo, "TipoNomina") or "O",
        fecha_pago=fecha(nodo, "FechaPago"),
        periodo_inicial=fecha_opcional(nodo, "FechaInicialPago"),
        periodo_final=fecha_opcional(nodo, "FechaFinalPago"),
        dias=importe_opcional(nodo, "NumDiasPagados"),
        total_percepciones=_declarado(nodo, "TotalPercepciones", gravado + exento),
        total_deducciones=_declarado(nodo, "TotalDeducciones", _suma(deducciones, de_fila)),
        total_otros_pagos=_declarado(nodo, "TotalOtrosPagos", _suma(otros, de_fila)),
        total_gravado=gravado,
        total_exento=exento,
        isr_retenido=_suma([d for d in deducciones if texto(d, "TipoDeduccion") in _ISR], de_fila),
        imss=_suma([d for d in deducciones if texto(d, "TipoDeduccion") in _IMSS], de_fila),
        subsidio=_suma([s for o in otros if texto(o, "TipoOtroPago") == _SUBSIDIO for s in o], _causado),
        curp=texto(receptor, "Curp") or texto(receptor, "CURP"),
        num_empleado=texto(receptor, "NumEmpleado"),
        regimen=texto(receptor, "TipoRegimen"),
    )


def _filas(partes: dict[str, list[_Element]], grupo: str, nombre: str) -> list[_Element]:
    return [fila for nodo in partes.get(grupo, ()) for fila in nodo if fila.tag == nombre]


def _suma(filas: list[_Element], de_fila: Callable[[_Element], Decimal]) -> Decimal:
    return sum((de_fila(fila) for fila in filas), CERO)


def _importe_12(fila: _Element) -> Decimal:
    return importe(fila, "Importe")


def _importe_11(fila: _Element) -> Decimal:
    return importe(fila, "ImporteGravado") + importe(fila, "ImporteExento")


def _causado(nodo: _Element) -> Decimal:
    return importe(nodo, "SubsidioCausado")


def _declarado(nodo: _Element, nombre: str, sumado: Decimal) -> Decimal:
    declarado = importe_opcional(nodo, nombre)
    return sumado if declarado is None else declarado


def juntas(una: Nomina, otra: Nomina) -> Nomina:
    """Two payroll complements of one CFDI: amounts added, dates and worker of the first."""
    return replace(una, **{nombre: getattr(una, nombre) + getattr(otra, nombre) for nombre in _ACUMULABLES})
