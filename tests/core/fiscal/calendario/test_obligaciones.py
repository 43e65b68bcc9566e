"""The obligations are those of calendario_obligaciones.json, each for whom it binds."""

import json
from decimal import Decimal
from typing import Any

import pytest

from horux_core.fiscal.calendario.obligaciones import (
    OBLIGACIONES,
    RELEVO_PF,
    Obligacion,
    Periodicidad,
    Situacion,
    periodicidad_de,
    regimenes_de,
)
from horux_core.kernel.periodo import Periodo
from horux_core.kernel.rfc import Rfc
from tests.core.fiscal.calendario.libros import FISICA, MORAL
from tests.samples import shared

POR_CLAVE = {o.clave: o for o in OBLIGACIONES}
CONDICIONES = {
    "hay CFDI N emitidos en el mes": "nomina",
    "hay CFDI N emitidos": "nomina",
    "hay retenciones 001 en CFDI recibidos pagados": "retencion_isr",
    "hay retenciones 002 en CFDI recibidos pagados": "retencion_iva",
    "hay cobros de PPD en el mes": "cobro_ppd",
}


def vectores() -> list[dict[str, Any]]:
    leidos: list[dict[str, Any]] = json.loads(shared("domain", "calendario_obligaciones.json").read_text())[
        "obligaciones"
    ]
    return leidos


def test_every_obligation_of_the_vectors_is_here_and_no_other() -> None:
    assert [o.clave for o in OBLIGACIONES] == [v["clave"] for v in vectores()]


def test_each_is_to_the_letter_that_of_the_vectors() -> None:
    for v in vectores():
        o = POR_CLAVE[v["clave"]]
        assert (o.nombre, list(o.regimenes), str(o.regla), o.fundamento) == (
            v["nombre"],
            v["regimenes"],
            v["regla"],
            v["fundamento"],
        )
        assert o.periodicidad.name.lower() == v["periodicidad"].removesuffix(" o trimestral")
        assert (o.condicion and str(o.condicion)) == CONDICIONES.get(v.get("si", "")), o.clave


def test_the_relief_of_small_fisicas_is_that_of_the_constants() -> None:
    constantes = json.loads(shared("domain", "constantes.json").read_text())
    assert constantes["diot_contabilidad_relevo_pf_ingresos"] == str(RELEVO_PF)
    relevadas = {v["clave"] for v in vectores() if "4,000,000" in v.get("excepto", "")}
    assert {o.clave for o in OBLIGACIONES if o.relevo_pf} == relevadas | {"CONTA_BALANZA13_PF"}


def de(clave: str) -> Obligacion:
    return POR_CLAVE[clave]


def claves(rfc: Rfc, **campos: Any) -> set[str]:
    situacion = Situacion(**campos)
    return {o.clave for o in OBLIGACIONES if o.condicion is None and regimenes_de(o, situacion, rfc)}


@pytest.mark.parametrize(
    ("rfc", "regimen", "esperadas"),
    [
        (
            MORAL,
            "601",
            {"ISR_PROV_PM", "IVA_MENSUAL", "DIOT", "CONTA_BALANZA_PM", "CONTA_BALANZA13_PM", "ANUAL_PM"},
        ),
        (MORAL, "603", {"IVA_MENSUAL", "DIOT", "CONTA_BALANZA_PM", "CONTA_BALANZA13_PM"}),
        (MORAL, "626", {"ISR_PROV_RESICO_PM", "IVA_MENSUAL", "ANUAL_PM"}),
        (FISICA, "626", {"ISR_MENSUAL_RESICO_PF", "IVA_MENSUAL"}),
        (FISICA, "605", {"ANUAL_PF"}),
        (FISICA, "621", set()),
    ],
)
def test_a_regimen_has_its_own(rfc: Rfc, regimen: str, esperadas: set[str]) -> None:
    assert claves(rfc, regimenes=(regimen,)) == esperadas | {"CANCELACION_CFDI"}


def test_a_small_fisica_is_released_from_diot_and_balanza() -> None:
    relevadas = {"DIOT", "CONTA_BALANZA_PF", "CONTA_BALANZA13_PF"}
    grande = claves(FISICA, regimenes=("612",), ingresos_anteriores=RELEVO_PF + Decimal("0.01"))
    chica = claves(FISICA, regimenes=("612",), ingresos_anteriores=RELEVO_PF)
    assert grande - chica == relevadas
    assert relevadas <= claves(FISICA, regimenes=("612",))
    assert "DIOT" in claves(MORAL, regimenes=("601",), ingresos_anteriores=Decimal(1))


def test_who_performs_only_exempt_acts_files_no_iva() -> None:
    con, sin = (claves(FISICA, regimenes=("606",), solo_exentos=solo) for solo in (False, True))
    assert con - sin == {"IVA_MENSUAL"}


def test_a_return_shared_by_regimenes_names_them_all() -> None:
    situacion = Situacion(("612", "606", "626"))
    assert regimenes_de(de("IVA_MENSUAL"), situacion, FISICA) == ("612", "606", "626_PF")
    assert regimenes_de(de("ISR_PROV_606"), situacion, FISICA) == ("606",)


def test_rent_may_be_paid_by_quarters_and_its_iva_when_nothing_else_brings_it() -> None:
    renta = Situacion(("606",), renta_trimestral=True)
    assert periodicidad_de(de("ISR_PROV_606"), ("606",), renta) is Periodicidad.TRIMESTRAL
    assert periodicidad_de(de("IVA_MENSUAL"), ("606",), renta) is Periodicidad.TRIMESTRAL
    assert periodicidad_de(de("IVA_MENSUAL"), ("606", "612"), renta) is Periodicidad.MENSUAL
    assert periodicidad_de(de("DIOT"), ("606",), renta) is Periodicidad.MENSUAL
    assert periodicidad_de(de("ISR_PROV_606"), ("606",), Situacion(("606",))) is Periodicidad.MENSUAL


def test_a_period_ends_where_the_law_says() -> None:
    terminan = {p: [m for m in range(1, 13) if p.termina_en(Periodo(2026, m))] for p in Periodicidad}
    assert terminan == {
        Periodicidad.MENSUAL: list(range(1, 13)),
        Periodicidad.BIMESTRAL: [2, 4, 6, 8, 10, 12],
        Periodicidad.TRIMESTRAL: [3, 6, 9, 12],
        Periodicidad.ANUAL: [12],
    }
    assert Periodicidad.BIMESTRAL.meses(Periodo(2026, 2)) == (Periodo(2026, 2), Periodo(2026, 1))
