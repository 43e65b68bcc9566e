"""The settings of a year in a form: what its fields hold, and how what was written in them is read."""

from collections.abc import Mapping
from decimal import Decimal, InvalidOperation
from typing import Any

from horux_core.fiscal.configuracion.adjusting import Adjustment
from horux_core.fiscal.isr.model import DescuentoEnFactura
from horux_core.fiscal.iva.model import Apertura, ModoNotas
from horux_core.kernel.periodo import Periodo, PeriodoMalformed
from horux_http.browser.forms import Form
from horux_http.fiscal.wire_ajustes import ConfiguracionOut


class CampoIlegible(ValueError):
    """What was written cannot be read as what its field, `campo`, asks for."""

    def __init__(self, campo: str, message: str) -> None:
        super().__init__(message)
        self.campo = campo


_DIGITS = 20
"""Of a number that somebody may have meant; what is allowed is the rule's to say."""


def read(form: Form, anio: int) -> Adjustment:
    """Raises CampoIlegible."""
    f = form
    return Adjustment(
        regimenes=tuple(dict.fromkeys(f.every("regimenes"))),
        inicio_actividades=_periodo(f, "inicioActividades"),
        regimen_ingresos=f["regimenIngresos"] or None,
        regimen_gastos=f["regimenGastos"] or None,
        coeficiente_utilidad=_numero(f, "coeficienteUtilidad"),
        coeficientes=tuple(_coeficientes(f, anio)),
        coeficiente_nuevo_desde=int(_entero(f, "coeficienteNuevoDesde") or 3),
        perdidas=_numero(f, "perdidas") or Decimal("0.00"),
        ptu=_numero(f, "ptu") or Decimal("0.00"),
        ptu_mes=_entero(f, "ptuMes"),
        descuento_en_factura=_uno(f, "descuentoEnFactura", DescuentoEnFactura),
        prestaciones_disminuyeron=_si(f, "prestacionesDisminuyeron"),
        claves_retenciones=frozenset(_lista(f, "clavesRetenciones")),
        arrendamiento_opcional=_si(f, "arrendamientoOpcional"),
        arrendamiento_trimestral=_si(f, "arrendamientoTrimestral"),
        predial=tuple((_mes(r[0], "predial"), _decimal(r[1], "predial")) for r in _renglones(f, "predial", 2)),
        otras_deducciones=tuple(
            (r[0], _mes(r[1], "otrasDeducciones"), _decimal(r[2], "otrasDeducciones"))
            for r in _renglones(f, "otrasDeducciones", 3)
        ),
        notas=_uno(f, "notas", ModoNotas),
        no_objeto_en_factor=_si(f, "noObjetoEnFactor"),
        retencion_enterada=_si(f, "retencionEnterada"),
        efectivo_tope=_numero(f, "efectivoTope") or Decimal("0.00"),
        usos_no_acreditables=frozenset(_lista(f, "usosNoAcreditables")),
        apertura=_apertura(f),
        sexto_digito=_si(f, "sextoDigito"),
        codigo_postal=f["codigoPostal"] or None,
        ingresos_anteriores=_numero(f, "ingresosAnteriores"),
        solo_exentos=_si(f, "soloExentos"),
        prorroga_desde_habil=_si(f, "prorrogaDesdeHabil"),
        viernes_en_prorroga=_si(f, "viernesEnProrroga"),
    )


def shown(c: ConfiguracionOut, anio: int) -> dict[str, Any]:
    """What each field holds, by its name."""
    apertura = c.apertura
    return {
        "regimenes": tuple(c.regimenes),
        "inicioActividades": c.inicio_actividades or "",
        "regimenIngresos": c.regimen_ingresos or "",
        "regimenGastos": c.regimen_gastos or "",
        "coeficienteUtilidad": c.coeficiente_utilidad or "",
        **{f"coeficiente-{e}": c.coeficientes.get(str(e), "") for e in (anio - 1, anio - 2)},
        "coeficientes-otros": " ".join(f"{e}:{v}" for e, v in c.coeficientes.items() if int(e) < anio - 2),
        "coeficienteNuevoDesde": str(c.coeficiente_nuevo_desde),
        "perdidas": c.perdidas,
        "ptu": c.ptu,
        "ptuMes": str(c.ptu_mes or ""),
        "descuentoEnFactura": c.descuento_en_factura.value,
        "prestacionesDisminuyeron": c.prestaciones_disminuyeron,
        "clavesRetenciones": " ".join(c.claves_retenciones),
        "arrendamientoOpcional": c.arrendamiento_opcional,
        "arrendamientoTrimestral": c.arrendamiento_trimestral,
        "predial": "\n".join(f"{p.mes} {p.importe}" for p in c.predial),
        "otrasDeducciones": "\n".join(f"{d.regimen} {d.mes} {d.importe}" for d in c.otras_deducciones),
        "notas": c.notas,
        "noObjetoEnFactor": c.no_objeto_en_factor,
        "retencionEnterada": c.retencion_enterada,
        "efectivoTope": c.efectivo_tope,
        "usosNoAcreditables": " ".join(c.usos_no_acreditables),
        "apertura-periodo": apertura.periodo if apertura else "",
        "apertura-saldoAFavor": apertura.saldo_a_favor if apertura else "",
        "apertura-retenidoMesAnterior": apertura.retenido_mes_anterior if apertura else "",
        "sextoDigito": c.sexto_digito,
        "codigoPostal": c.codigo_postal or "",
        "ingresosAnteriores": c.ingresos_anteriores or "",
        "soloExentos": c.solo_exentos,
        "prorrogaDesdeHabil": c.prorroga_desde_habil,
        "viernesEnProrroga": c.viernes_en_prorroga,
    }


def kept(form: Form, before: Mapping[str, Any]) -> dict[str, Any]:
    """What was sent, to be shown again in the same fields."""
    again: dict[str, Any] = {}
    for name, value in before.items():
        if isinstance(value, bool):
            again[name] = _si(form, name)
        else:
            again[name] = form.every(name) if isinstance(value, tuple) else form[name]
    return again


def _importe(text: str, name: str) -> Decimal | None:
    """As people write it, `1,234.56` or `$1234`; None for nothing. Raises CampoIlegible."""
    bare = text.replace(",", "").replace("$", "").replace(" ", "").replace("−", "-")
    return _decimal(bare, name) if bare else None


def _decimal(text: str, name: str) -> Decimal:
    told = f"Escribe una cantidad, por ejemplo {'0.2145' if name.startswith('coeficiente') else '1,234.56'}."
    try:
        found = Decimal(text.replace(",", ""))
    except InvalidOperation as error:
        raise CampoIlegible(name, told) from error
    if not found.is_finite() or abs(found.adjusted()) > _DIGITS:
        raise CampoIlegible(name, told)
    return found


def _numero(f: Form, name: str) -> Decimal | None:
    return _importe(f[name], name)


def _entero(f: Form, name: str) -> int | None:
    return int(f[name]) if f[name].isascii() and f[name].isdigit() and len(f[name]) < 3 else None


def _si(f: Form, name: str) -> bool:
    return f[name] == "si"


def _uno(f: Form, name: str, kind: Any) -> Any:
    found = next((each for each in kind if each.value == f[name]), None)
    if found is None:
        raise CampoIlegible(name, "Elige una de las opciones.")
    return found


def _lista(f: Form, name: str) -> list[str]:
    return f[name].upper().replace(",", " ").split()


def _renglones(f: Form, name: str, parts: int) -> list[list[str]]:
    lines = [line.split() for line in f[name].splitlines() if line.strip()]
    if any(len(line) != parts for line in lines) or len(lines) > 500:
        how = "mes e importe, como 1 1200.00" if parts == 2 else "régimen, mes e importe, como 612 1 2500.00"
        raise CampoIlegible(name, f"Cada renglón lleva {how}.")
    return lines


def _mes(text: str, name: str) -> int:
    if not (text.isascii() and text.isdigit() and len(text) < 3):
        raise CampoIlegible(name, "El mes es un número de 1 a 12.")
    return int(text)


def _periodo(f: Form, name: str) -> Periodo | None:
    if not f[name]:
        return None
    try:
        return Periodo.parse(f[name])
    except (PeriodoMalformed, ValueError) as error:
        raise CampoIlegible(name, "El mes se escribe AAAA-MM, por ejemplo 2026-03.") from error


def _coeficientes(f: Form, anio: int) -> list[tuple[int, Decimal]]:
    found = [(e, _numero(f, f"coeficiente-{e}")) for e in (anio - 2, anio - 1)]
    older = [pair.partition(":") for pair in f["coeficientes-otros"].split()]
    rest = [(int(e), _decimal(c, "coeficienteUtilidad")) for e, _, c in older if e.isascii() and e.isdigit()]
    return sorted([*rest, *((e, c) for e, c in found if c is not None)])


def _apertura(f: Form) -> Apertura | None:
    saldo = _numero(f, "apertura-saldoAFavor") or Decimal("0.00")
    retenido = _numero(f, "apertura-retenidoMesAnterior") or Decimal("0.00")
    periodo = _periodo(f, "apertura-periodo")
    if periodo is None and (saldo or retenido):
        raise CampoIlegible("apertura-periodo", "Di de qué mes es: AAAA-MM.")
    return None if periodo is None else Apertura(periodo, saldo, retenido)
