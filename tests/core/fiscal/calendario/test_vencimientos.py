"""Due dates to the day: fechas_limite_2026.json, the tables of FISCAL.md 5, and what holds of every date."""

import json
import re
from datetime import date
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from horux_core.fiscal.calendario.inhabiles import DECLARACIONES
from horux_core.fiscal.calendario.vencimientos import (
    PRORROGA,
    SIN_SEXTO_DIGITO,
    OpcionesVencimiento,
    Regla,
    dia_base,
    dias_de_prorroga,
    vencimiento,
)
from horux_core.kernel.periodo import Periodo
from horux_core.kernel.rfc import Rfc
from tests.core.fiscal.calendario.libros import FISICA, MORAL
from tests.samples import shared

NORMALES = OpcionesVencimiento()
MESES = [f"2026-{n:02d}" for n in range(1, 12)] + ["2025-12"]
POR_DIAS = {0: None, 1: "1", 2: "3", 3: "5", 4: "7", 5: "9"}
MENSUAL = Regla.DIA_17_SEXTO_VIERNES
OTROS = {
    "rep_complemento_pago": (Regla.DIA_5_NATURAL, MORAL),
    "diot_fin_de_mes": (Regla.FIN_MES_SIGUIENTE, MORAL),
    "imss_cuotas": (Regla.DIA_17_HABIL, MORAL),
    "infonavit_bimestral": (Regla.DIA_17_HABIL, MORAL),
    "balanza_pm": (Regla.TERCER_DIA_HABIL, MORAL),
    "balanza_pf": (Regla.QUINTO_DIA_HABIL, FISICA),
}
ANUALES = {
    "anual_pm": (Regla.MARZO_31_VIERNES, MORAL),
    "anual_pf": (Regla.ABRIL_30_VIERNES, FISICA),
    "balanza_13_pm": (Regla.ABRIL_20, MORAL),
    "balanza_13_pf": (Regla.MAYO_22, FISICA),
    "cancelacion_cfdi_pm": (Regla.FIN_MES_ANUAL, MORAL),
    "cancelacion_cfdi_pf": (Regla.FIN_MES_ANUAL, FISICA),
}


def vectores(nombre: str = "fechas_limite_2026.json") -> Any:
    return json.loads(shared("domain", nombre).read_text())


def con_sexto(digito: str | None) -> tuple[Rfc, OpcionesVencimiento]:
    if digito is None:
        return MORAL, OpcionesVencimiento(sexto_digito=False)
    return Rfc(f"EKU90031{digito}3C9"), NORMALES


def limite(regla: Regla, periodo: str, rfc: Rfc = MORAL, opciones: OpcionesVencimiento = NORMALES, **c: Any) -> str:
    return vencimiento(regla, Periodo.parse(periodo), rfc, opciones, **c).isoformat()


@pytest.mark.parametrize("periodo", MESES)
@pytest.mark.parametrize(("tabla", "con_pago"), [("mensual", True), ("mensual_sin_viernes", False)])
def test_the_monthly_dates_are_those_of_the_vectors(periodo: str, tabla: str, con_pago: bool) -> None:
    for dias, esperada in vectores()[tabla][periodo].items():
        rfc, opciones = con_sexto(POR_DIAS[int(dias)])
        assert dias_de_prorroga(rfc, opciones) == int(dias)
        assert limite(MENSUAL, periodo, rfc, opciones, con_pago=con_pago) == esperada


def test_the_extension_by_digit_and_who_has_none_are_those_of_the_vectors() -> None:
    assert {str(digito): dias for digito, dias in PRORROGA.items()} == vectores()["sexto_digito_a_dias"]
    assert list(SIN_SEXTO_DIGITO) == vectores("calendario_obligaciones.json")["sin_sexto_digito"]


def test_the_rfcs_of_the_vectors_have_their_dates() -> None:
    for caso in vectores()["casos_rfc"]:
        rfc = Rfc(caso["rfc"])
        assert (str(rfc.sexto_digito), dias_de_prorroga(rfc, NORMALES)) == (
            caso["sexto_digito"],
            caso["dias_habiles_extra"],
        )
        for periodo in ("2026-03", "2026-10"):
            assert limite(MENSUAL, periodo, rfc) == caso[f"limite_periodo_{periodo.replace('-', '_')}"]


@pytest.mark.parametrize("periodo", MESES)
def test_the_other_dates_of_a_month_are_those_of_the_vectors(periodo: str) -> None:
    for nombre, esperada in vectores()["otros_por_periodo"][periodo].items():
        regla, rfc = OTROS[nombre]
        assert limite(regla, periodo, rfc) == esperada, nombre


def test_the_yearly_dates_are_those_of_the_vectors() -> None:
    for nombre, esperada in vectores()["anuales"].items():
        hallado = re.fullmatch(r"(.*?)_(20\d\d)(_p[mf])?", nombre)
        assert hallado is not None
        regla, rfc = ANUALES[hallado[1] + (hallado[3] or "")]
        assert limite(regla, f"{hallado[2]}-12", rfc) == esperada, nombre


def test_every_row_of_the_monthly_table_of_the_law_document() -> None:
    filas = re.findall(r"^\| (20\d\d-\d\d) \| (.*) \|$", shared("domain", "FISCAL.md").read_text(), re.MULTILINE)
    assert len(filas) == 12
    for periodo, celdas in filas:
        for digito, celda in zip([None, "2", "4", "6", "8", "0"], celdas.split(" | "), strict=True):
            rfc, opciones = con_sexto(digito)
            assert limite(MENSUAL, periodo, rfc, opciones)[-5:] == celda[-5:], (periodo, digito)


@pytest.mark.parametrize(
    ("regla", "periodo", "rfc", "esperada"),
    [
        (Regla.DIA_5_NATURAL, "2026-03", MORAL, "2026-04-05"),
        (Regla.FIN_MES_SIGUIENTE, "2026-01", MORAL, "2026-03-02"),
        (Regla.TERCER_DIA_HABIL, "2026-01", MORAL, "2026-03-04"),
        (Regla.QUINTO_DIA_HABIL, "2026-01", FISICA, "2026-03-06"),
        (Regla.TERCER_DIA_HABIL, "2026-09", MORAL, "2026-11-04"),
        (Regla.QUINTO_DIA_HABIL, "2026-09", FISICA, "2026-11-06"),
        (Regla.ABRIL_20, "2025-12", MORAL, "2026-04-20"),
        (Regla.MAYO_22, "2025-12", FISICA, "2026-05-22"),
        (Regla.MARZO_31_VIERNES, "2025-12", MORAL, "2026-03-31"),
        (Regla.MARZO_31_VIERNES, "2026-12", MORAL, "2027-03-31"),
        (Regla.ABRIL_30_VIERNES, "2025-12", FISICA, "2026-04-30"),
        (Regla.ABRIL_30_VIERNES, "2026-12", FISICA, "2027-05-03"),
        (Regla.DIA_17_HABIL, "2025-12", MORAL, "2026-01-19"),
    ],
)
def test_every_row_of_the_other_obligations(regla: Regla, periodo: str, rfc: Rfc, esperada: str) -> None:
    assert limite(regla, periodo, rfc) == esperada


def test_every_rule_of_the_vectors_has_its_own() -> None:
    assert set(Regla) == set(vectores("calendario_obligaciones.json")["reglas"])


def test_the_unconfirmed_readings_are_settings() -> None:
    tres = Rfc("EKU9003153C9")
    conserva = OpcionesVencimiento(viernes_en_prorroga=False)
    assert limite(MENSUAL, "2026-01", tres, conserva) == "2026-02-20"
    sin_prorroga = OpcionesVencimiento(sexto_digito=False, viernes_en_prorroga=False)
    assert limite(MENSUAL, "2026-03", tres, sin_prorroga) == "2026-04-20"
    desde_habil = OpcionesVencimiento(prorroga_desde_habil=True)
    assert limite(MENSUAL, "2026-04", Rfc("EKU9003113C9")) == "2026-05-18"
    assert limite(MENSUAL, "2026-04", Rfc("EKU9003113C9"), desde_habil) == "2026-05-19"


PERIODOS = st.builds(Periodo, st.integers(2020, 2060), st.integers(1, 12))
RFCS = st.integers(0, 9).map(lambda digito: con_sexto(str(digito))[0])
OPCIONES = st.builds(OpcionesVencimiento, st.booleans(), st.booleans(), st.booleans())
CORRIDAS = st.sampled_from(sorted(set(Regla) - {Regla.DIA_5_NATURAL, Regla.FIN_MES_ANUAL}))


@given(CORRIDAS, PERIODOS, RFCS, OPCIONES, st.booleans())
def test_is_a_working_day_and_never_before_the_base_day(
    regla: Regla, periodo: Periodo, rfc: Rfc, opciones: OpcionesVencimiento, con_pago: bool
) -> None:
    dia = vencimiento(regla, periodo, rfc, opciones, con_pago)
    assert DECLARACIONES.habil(dia)
    assert dia >= dia_base(regla, periodo, rfc)


@given(
    st.sampled_from([MENSUAL, Regla.MARZO_31_VIERNES, Regla.ABRIL_30_VIERNES]),
    PERIODOS,
    RFCS,
    st.builds(OpcionesVencimiento, st.booleans(), st.booleans()),
)
def test_a_payment_is_never_due_on_a_friday(
    regla: Regla, periodo: Periodo, rfc: Rfc, opciones: OpcionesVencimiento
) -> None:
    assert vencimiento(regla, periodo, rfc, opciones).isoweekday() not in (5, 6, 7)


@given(PERIODOS, OPCIONES, st.booleans())
def test_a_longer_extension_is_never_due_before(periodo: Periodo, opciones: OpcionesVencimiento, pago: bool) -> None:
    fechas = [vencimiento(MENSUAL, periodo, con_sexto(d)[0], opciones, pago) for d in "13579"]
    sin_ella = OpcionesVencimiento(False, opciones.prorroga_desde_habil, opciones.viernes_en_prorroga)
    assert [vencimiento(MENSUAL, periodo, MORAL, sin_ella, pago), *fechas] == sorted(
        [vencimiento(MENSUAL, periodo, MORAL, sin_ella, pago), *fechas]
    )


@given(PERIODOS, RFCS, OPCIONES)
def test_without_payment_it_is_never_later(periodo: Periodo, rfc: Rfc, opciones: OpcionesVencimiento) -> None:
    assert vencimiento(MENSUAL, periodo, rfc, opciones, con_pago=False) <= vencimiento(MENSUAL, periodo, rfc, opciones)


@given(st.sampled_from([Regla.DIA_5_NATURAL, Regla.FIN_MES_ANUAL]), PERIODOS)
def test_some_are_never_moved(regla: Regla, periodo: Periodo) -> None:
    assert vencimiento(regla, periodo, MORAL, NORMALES) == dia_base(regla, periodo, MORAL)
    assert isinstance(dia_base(regla, periodo, FISICA), date)
