"""The settings of a year in a form: what its fields hold, and how what was written in them is read."""

from collections.abc import Mapping
from decimal import Decimal
from typing import Any

from horux_core.fiscal.configuracion.adjusting import Adjustment
from horux_core.fiscal.configuracion.model import MARZO
from horux_core.fiscal.isr.model import DescuentoEnFactura
from horux_core.fiscal.iva.model import Apertura, ModoNotas, OpcionesIva
from horux_core.kernel.importe import CERO
from horux_core.kernel.periodo import Periodo, PeriodoMalformed
from horux_http.browser.formats import importe
from horux_http.browser.forms import Form
from horux_http.browser.typed import AMOUNT, Mistyped, Writing, integer
from horux_http.fiscal.wire_ajustes import ConfiguracionOut

COEFFICIENT = Writing("el coeficiente", "0.2145", decimals=4, whole=1)
_MOST_LINES = 500
_PREDIAL = ("mes e importe, como 1 1200.00", 2)
_DEDUCCION = ("régimen, mes e importe, como 612 1 2500.00", 3)


def read(form: Form, anio: int) -> Adjustment:
    """Raises Mistyped."""
    return Adjustment(**_regimen(form), **_isr(form, anio), **_iva(form), **_calendario(form))


def shown(c: ConfiguracionOut, anio: int) -> dict[str, Any]:
    """What each field holds, by its name."""
    return {**_of_regimen(c), **_of_isr(c, anio), **_of_iva(c), **_of_apertura(c), **_of_calendario(c)}


def kept(form: Form, before: Mapping[str, Any]) -> dict[str, Any]:
    """What was sent, to be shown again in the same fields."""
    again: dict[str, Any] = {}
    for name, value in before.items():
        if isinstance(value, bool):
            again[name] = _si(form, name)
        else:
            again[name] = form.every(name) if isinstance(value, tuple) else form[name]
    return again


def _regimen(f: Form) -> dict[str, Any]:
    return {
        "regimenes": tuple(dict.fromkeys(f.every("regimenes"))),
        "inicio_actividades": _periodo(f, "inicioActividades"),
        "regimen_ingresos": f["regimenIngresos"] or None,
        "regimen_gastos": f["regimenGastos"] or None,
    }


def _isr(f: Form, anio: int) -> dict[str, Any]:
    desde = f["coeficienteNuevoDesde"]
    return {
        "coeficiente_utilidad": COEFFICIENT.maybe(f["coeficienteUtilidad"], "coeficienteUtilidad"),
        "coeficientes": tuple(_coeficientes(f, anio)),
        "coeficiente_nuevo_desde": _mes(desde, "coeficienteNuevoDesde") if desde else MARZO,
        "perdidas": _importe(f, "perdidas") or CERO,
        "ptu": _importe(f, "ptu") or CERO,
        "ptu_mes": _mes(f["ptuMes"], "ptuMes") if f["ptuMes"] else None,
        "descuento_en_factura": _uno(f, "descuentoEnFactura", DescuentoEnFactura),
        "prestaciones_disminuyeron": _si(f, "prestacionesDisminuyeron"),
        "claves_retenciones": frozenset(_lista(f, "clavesRetenciones")),
        "arrendamiento_opcional": _si(f, "arrendamientoOpcional"),
        "arrendamiento_trimestral": _si(f, "arrendamientoTrimestral"),
        "predial": tuple(_pagado("predial", r) for r in _renglones(f, "predial", *_PREDIAL)),
        "otras_deducciones": tuple(
            (r[0], *_pagado("otrasDeducciones", r[1:])) for r in _renglones(f, "otrasDeducciones", *_DEDUCCION)
        ),
    }


def _iva(f: Form) -> dict[str, Any]:
    tope = _importe(f, "efectivoTope")
    return {
        "notas": _uno(f, "notas", ModoNotas),
        "no_objeto_en_factor": _si(f, "noObjetoEnFactor"),
        "retencion_enterada": _si(f, "retencionEnterada"),
        "efectivo_tope": OpcionesIva().efectivo_tope if tope is None else tope,
        "usos_no_acreditables": frozenset(_lista(f, "usosNoAcreditables")),
        "apertura": _apertura(f),
    }


def _calendario(f: Form) -> dict[str, Any]:
    return {
        "sexto_digito": _si(f, "sextoDigito"),
        "codigo_postal": f["codigoPostal"] or None,
        "ingresos_anteriores": _importe(f, "ingresosAnteriores"),
        "solo_exentos": _si(f, "soloExentos"),
        "prorroga_desde_habil": _si(f, "prorrogaDesdeHabil"),
        "viernes_en_prorroga": _si(f, "viernesEnProrroga"),
    }


def _of_regimen(c: ConfiguracionOut) -> dict[str, Any]:
    return {
        "regimenes": tuple(c.regimenes),
        "inicioActividades": c.inicio_actividades or "",
        "regimenIngresos": c.regimen_ingresos or "",
        "regimenGastos": c.regimen_gastos or "",
    }


def _of_isr(c: ConfiguracionOut, anio: int) -> dict[str, Any]:
    return {
        "coeficienteUtilidad": c.coeficiente_utilidad or "",
        **{f"coeficiente-{e}": c.coeficientes.get(str(e), "") for e in (anio - 1, anio - 2)},
        "coeficientes-otros": " ".join(f"{e}:{v}" for e, v in c.coeficientes.items() if int(e) < anio - 2),
        "coeficienteNuevoDesde": str(c.coeficiente_nuevo_desde),
        "perdidas": importe(c.perdidas),
        "ptu": importe(c.ptu),
        "ptuMes": str(c.ptu_mes or ""),
        "descuentoEnFactura": c.descuento_en_factura.value,
        "prestacionesDisminuyeron": c.prestaciones_disminuyeron,
        "clavesRetenciones": " ".join(c.claves_retenciones),
        "arrendamientoOpcional": c.arrendamiento_opcional,
        "arrendamientoTrimestral": c.arrendamiento_trimestral,
        "predial": "\n".join(f"{p.mes} {p.importe}" for p in c.predial),
        "otrasDeducciones": "\n".join(f"{d.regimen} {d.mes} {d.importe}" for d in c.otras_deducciones),
    }


def _of_iva(c: ConfiguracionOut) -> dict[str, Any]:
    return {
        "notas": c.notas,
        "noObjetoEnFactor": c.no_objeto_en_factor,
        "retencionEnterada": c.retencion_enterada,
        "efectivoTope": importe(c.efectivo_tope),
        "usosNoAcreditables": " ".join(c.usos_no_acreditables),
    }


def _of_apertura(c: ConfiguracionOut) -> dict[str, Any]:
    apertura = c.apertura
    return {
        "apertura-periodo": apertura.periodo if apertura else "",
        "apertura-saldoAFavor": importe(apertura.saldo_a_favor) if apertura else "",
        "apertura-retenidoMesAnterior": importe(apertura.retenido_mes_anterior) if apertura else "",
    }


def _of_calendario(c: ConfiguracionOut) -> dict[str, Any]:
    return {
        "sextoDigito": c.sexto_digito,
        "codigoPostal": c.codigo_postal or "",
        "ingresosAnteriores": importe(c.ingresos_anteriores) if c.ingresos_anteriores else "",
        "soloExentos": c.solo_exentos,
        "prorrogaDesdeHabil": c.prorroga_desde_habil,
        "viernesEnProrroga": c.viernes_en_prorroga,
    }


def _importe(f: Form, name: str) -> Decimal | None:
    return AMOUNT.maybe(f[name], name)


def _si(f: Form, name: str) -> bool:
    return f[name] == "si"


def _uno(f: Form, name: str, kind: Any) -> Any:
    found = next((each for each in kind if each.value == f[name]), None)
    if found is None:
        raise Mistyped(name, "Elige una de las opciones.")
    return found


def _lista(f: Form, name: str) -> list[str]:
    return f[name].upper().replace(",", " ").split()


def _renglones(f: Form, name: str, how: str, parts: int) -> list[list[str]]:
    lines = [line.split() for line in f[name].splitlines() if line.strip()]
    if any(len(line) != parts for line in lines) or len(lines) > _MOST_LINES:
        raise Mistyped(name, f"Cada renglón lleva {how}.")
    return lines


def _pagado(name: str, line: list[str]) -> tuple[int, Decimal]:
    mes, pagado = line
    return _mes(mes, name), AMOUNT.read(pagado, name)


def _mes(text: str, name: str) -> int:
    try:
        return integer(text, name, 1, most=2)
    except Mistyped as error:
        raise Mistyped(name, "El mes es un número de 1 a 12.") from error


def _periodo(f: Form, name: str) -> Periodo | None:
    if not f[name]:
        return None
    try:
        return Periodo.parse(f[name])
    except (PeriodoMalformed, ValueError) as error:
        raise Mistyped(name, "El mes se escribe AAAA-MM, por ejemplo 2026-03.") from error


def _coeficientes(f: Form, anio: int) -> list[tuple[int, Decimal]]:
    found = [(e, COEFFICIENT.maybe(f[f"coeficiente-{e}"], f"coeficiente-{e}")) for e in (anio - 2, anio - 1)]
    older = [pair.partition(":") for pair in f["coeficientes-otros"].split()]
    rest = [(integer(e, "coeficienteUtilidad", 2023), COEFFICIENT.read(c, "coeficienteUtilidad")) for e, _, c in older]
    return sorted([*rest, *((e, c) for e, c in found if c is not None)])


def _apertura(f: Form) -> Apertura | None:
    saldo = _importe(f, "apertura-saldoAFavor") or CERO
    retenido = _importe(f, "apertura-retenidoMesAnterior") or CERO
    periodo = _periodo(f, "apertura-periodo")
    if periodo is None and (saldo or retenido):
        raise Mistyped("apertura-periodo", "Di de qué mes es: AAAA-MM.")
    return None if periodo is None else Apertura(periodo, saldo, retenido)
