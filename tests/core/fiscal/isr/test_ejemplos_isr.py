"""Every figure of the worked examples, to the cent (ejemplos_isr.json; FISCAL.md 4)."""

import json
from dataclasses import replace
from decimal import Decimal
from functools import cache
from itertools import pairwise
from typing import Any

import pytest

from horux_core.fiscal.isr.general_pm import coeficiente
from horux_core.fiscal.isr.model import Clase, Cuenta, MesIsr, OpcionesIsr
from tests.core.fiscal.isr.libros import PF, PM, de_cuentas, meses, movidos, nomina, suma
from tests.samples import shared

D = Decimal
_RESICO_PF = OpcionesIsr(moral=False, regimenes=("626",))
_RESICO_PM = OpcionesIsr(moral=True, regimenes=("626",))
_ARRENDAMIENTO = OpcionesIsr(moral=False, regimenes=("606",))


@cache
def _ejemplo(regimen: str) -> dict[str, Any]:
    todos = json.loads(shared("domain", "ejemplos_isr.json").read_text(encoding="utf-8"))["ejemplos"]
    hallado: dict[str, Any] = next(e for e in todos if e["regimen"] == regimen)
    return hallado


def _cuentas(*columnas: list[str]) -> list[Cuenta]:
    """Month by month: income, deductions and what was withheld."""
    return [Cuenta(ingresos=D(i), deducciones=D(d), retenciones=D(r)) for i, d, r in zip(*columnas, strict=True)]


def _leido(mes: MesIsr, figuras: dict[str, str], esperado: dict[str, Any]) -> dict[str, str]:
    return {clave: str(getattr(mes, columna)) for clave, columna in figuras.items() if clave in esperado}


def _iguales(propios: tuple[MesIsr, ...], figuras: dict[str, str], ejemplo: dict[str, Any]) -> None:
    for esperado in ejemplo["esperado"]:
        obtenido = {"mes": esperado["mes"], **_leido(propios[esperado["mes"] - 1], figuras, esperado)}
        assert obtenido == esperado


def test_601() -> None:
    ejemplo = _ejemplo("601")
    opciones = replace(
        PM,
        coeficientes=tuple((int(anio), D(c)) for anio, c in ejemplo["coeficientes"].items()),
        perdidas=D(ejemplo["perdidas_pendientes"]),
        ptu=D(ejemplo["ptu_pagada"]),
    )
    nominales = ejemplo["ingresos_nominales"]
    propios = de_cuentas("601", [Cuenta(ingresos=D(i)) for i in nominales], opciones)
    figuras = {
        "ingresos_nominales_mes": "ingresos_mes",
        "ingresos_nominales_acum": "ingresos_acum",
        "coeficiente_utilidad": "coeficiente",
        "ptu_aplicada_acum": "ptu",
        "perdidas_fiscales": "perdidas",
        "base": "base",
        "isr_causado_acum": "isr_causado",
        "pagos_provisionales_anteriores": "pagos_previos",
        "retenciones_acum": "retenciones",
        "isr_a_pagar": "isr_a_pagar",
        "isr_a_pagar_pesos": "a_pagar_pesos",
    }
    for esperado in ejemplo["esperado"]:
        propio = propios[esperado["mes"] - 1]
        estimada = str(propio.base + propio.ptu + propio.perdidas)
        obtenido = {"mes": esperado["mes"], "utilidad_fiscal_estimada": estimada, **_leido(propio, figuras, esperado)}
        assert obtenido == esperado


def test_coefficients() -> None:
    for vector in _ejemplo("601")["vectores_coeficiente"]:
        hallado = coeficiente(D(vector["utilidad_fiscal"]), D(vector["ingresos_nominales"]))
        assert str(hallado) == vector["coeficiente"]


def test_612() -> None:
    ejemplo = _ejemplo("612")
    columnas = ("ingresos_cobrados", "deducciones_pagadas", "isr_retenido")
    entrada = _cuentas(*([m[c] for m in ejemplo["meses"]] for c in columnas))
    figuras = {
        "ingresos_acum": "ingresos_acum",
        "deducciones_acum": "deducciones_acum",
        "base": "base",
        "isr_tarifa_acum": "isr_causado",
        "pagos_provisionales_anteriores": "pagos_previos",
        "retenciones_acum": "retenciones",
        "isr_a_pagar": "isr_a_pagar",
        "isr_a_pagar_pesos": "a_pagar_pesos",
    }
    _iguales(de_cuentas("612", entrada, PF), figuras, ejemplo)


def test_606() -> None:
    ejemplo = _ejemplo("606")
    esperados = ejemplo["esperado"]
    predial = tuple((m["mes"], D(m["predial_pagado"])) for m in esperados)
    entrada = [Cuenta(ingresos=D(m["ingresos_cobrados"]), retenciones=D(m["isr_retenido_mes"])) for m in esperados]
    propios = de_cuentas("606", entrada, replace(_ARRENDAMIENTO, predial=predial))
    for esperado, propio in zip(esperados, propios, strict=False):
        assert propio.pagos_previos == 0
        obtenido = {
            "mes": propio.periodo.mes,
            "ingresos_cobrados": str(propio.ingresos_mes),
            "deduccion_opcional_35": str(propio.deducciones_mes - dict(predial)[propio.periodo.mes]),
            "predial_pagado": esperado["predial_pagado"],
            "base": str(propio.base),
            "isr_tarifa_mensual": str(propio.isr_causado),
            "isr_retenido_mes": str(propio.retenciones),
            "isr_a_pagar": str(propio.isr_a_pagar),
            "retencion_excedente_no_trasladable": str(propio.retencion_excedente),
        }
        assert obtenido == esperado


def test_626_of_a_fisica() -> None:
    ejemplo = _ejemplo("626_PF")
    esperados = ejemplo["esperado"]
    entrada = [Cuenta(ingresos=D(m["ingresos_cobrados"]), retenciones=D(m["isr_retenido_1_25"])) for m in esperados]
    figuras = {
        "ingresos_cobrados": "ingresos_mes",
        "tasa_pct": "tasa_pct",
        "isr_causado": "isr_causado",
        "isr_retenido_1_25": "retenciones",
        "isr_a_pagar": "isr_a_pagar",
    }
    for esperado, propio in zip(esperados, de_cuentas("626", entrada, _RESICO_PF), strict=False):
        de_morales = D(esperado["ingresos_de_personas_morales"])
        assert D(esperado["isr_retenido_1_25"]) == de_morales * D("0.0125")
        assert {k: v for k, v in esperado.items() if k in figuras} == _leido(propio, figuras, esperado)


def test_626_of_a_moral() -> None:
    ejemplo = _ejemplo("626_PM")
    acumulados = [
        (D(0), D(0)),
        *((D(m["ingresos_cobrados_acum"]), D(m["deducciones_pagadas_acum"])) for m in ejemplo["esperado"]),
    ]
    entrada = [Cuenta(ingresos=b[0] - a[0], deducciones=b[1] - a[1]) for a, b in pairwise(acumulados)]
    figuras = {
        "ingresos_cobrados_acum": "ingresos_acum",
        "deducciones_pagadas_acum": "deducciones_acum",
        "base": "base",
        "isr_causado_acum": "isr_causado",
        "pagos_provisionales_anteriores": "pagos_previos",
        "isr_a_pagar": "isr_a_pagar",
    }
    propios = de_cuentas("626", entrada, _RESICO_PM)
    assert propios[0].coeficiente is None
    _iguales(propios, figuras, ejemplo)


def test_605() -> None:
    ejemplo = _ejemplo("605")
    recibos = [
        nomina(f"N{k}", n["fecha_pago"], n["total_gravado"], n["total_exento"], n["isr_retenido_002"], "recibido")
        for k, n in enumerate(ejemplo["entrada"])
    ]
    opciones = OpcionesIsr(moral=False, regimenes=("605",))
    propio = meses(recibos, opciones)["605"][0]
    assert {
        "mes": propio.periodo.mes,
        "gravado": str(propio.base),
        "exento": str(suma(movidos(*recibos, opciones=opciones), Clase.EXENTO)),
        "isr_retenido": str(propio.retenciones),
        "isr_a_pagar": str(propio.isr_a_pagar),
    } == ejemplo["esperado"]
    assert propio.ingresos_mes == D("30800.00")


@pytest.mark.parametrize(("ingresos", "causado"), [("25000.00", "250.00"), ("25000.01", "275.00")])
def test_the_rate_of_resico_falls_on_all_of_the_income(ingresos: str, causado: str) -> None:
    assert de_cuentas("626", [Cuenta(ingresos=D(ingresos))], _RESICO_PF)[0].isr_causado == D(causado)


def test_what_resico_had_withheld_above_its_tax_does_not_pass_to_another_month() -> None:
    entrada = _cuentas(["20000.00", "20000.00"], ["0", "0"], ["250.00", "0.00"])
    enero, febrero = de_cuentas("626", entrada, _RESICO_PF)[:2]
    assert (enero.isr_a_pagar, enero.retencion_excedente) == (D("0.00"), D("50.00"))
    assert (febrero.isr_a_pagar, febrero.pagos_previos) == (D("200.00"), D("0.00"))
