"""A taxpayer's obligations over a span, and their meeting with what is kept."""

from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from horux_core.fiscal.calendario.generando import (
    EstadoObligacion,
    LibrosDelCalendario,
    Vencimiento,
    generados,
    marcado,
    mezclados,
)
from horux_core.fiscal.calendario.obligaciones import Condicion, Periodicidad, Situacion
from horux_core.fiscal.configuracion.model import Declaracion
from horux_core.kernel.periodo import Periodo
from horux_core.kernel.rfc import Rfc
from tests.core.fiscal.calendario.libros import FISICA, MORAL, TODAS, mes, un_vencimiento, unos_libros

PENDIENTE, PRESENTADA = EstadoObligacion.PENDIENTE, EstadoObligacion.PRESENTADA
VENCIDA, NO_APLICA = EstadoObligacion.VENCIDA, EstadoObligacion.NO_APLICA
HOY = date(2026, 11, 10)
DESPUES = date(2030, 1, 1)


def claves(
    libros: LibrosDelCalendario, desde: str, hasta: str | None = None, hoy: date = DESPUES, rfc: Rfc = MORAL
) -> list[tuple[str, str]]:
    hechos = generados(libros, rfc, mes(desde), mes(hasta or desde), hoy)
    return [(v.clave.obligacion, str(v.clave.periodo)) for v in hechos]


def de(libros: LibrosDelCalendario, obligacion: str, desde: str, hasta: str | None = None, **c: Any) -> list[str]:
    return [periodo for clave, periodo in claves(libros, desde, hasta, **c) if clave == obligacion]


def test_a_month_of_a_company_in_order_of_due_date() -> None:
    libros = unos_libros(siempre=TODAS)
    hechos = generados(libros, MORAL, mes("2026-10"), mes("2026-10"), HOY)
    assert [(v.clave.obligacion, v.limite.isoformat()) for v in hechos] == [
        ("REP", "2026-11-05"),
        ("IMSS", "2026-11-17"),
        ("INFONAVIT", "2026-11-17"),
        ("ISR_PROV_PM", "2026-11-23"),
        ("IVA_MENSUAL", "2026-11-23"),
        ("RET_ISR_SALARIOS", "2026-11-23"),
        ("RET_ISR_TERCEROS", "2026-11-23"),
        ("RET_IVA", "2026-11-23"),
        ("DIOT", "2026-11-30"),
        ("CONTA_BALANZA_PM", "2026-12-03"),
    ]
    assert {v.clave.obligacion: v.aviso for v in hechos if v.aviso} == {"DIOT": date(2026, 11, 17)}


@pytest.mark.parametrize(
    ("condicion", "obligaciones"),
    [
        (Condicion.NOMINA, {"RET_ISR_SALARIOS", "IMSS", "INFONAVIT"}),
        (Condicion.RETENCION_ISR, {"RET_ISR_TERCEROS"}),
        (Condicion.RETENCION_IVA, {"RET_IVA"}),
        (Condicion.COBRO_PPD, {"REP"}),
    ],
)
def test_exist_only_when_their_condition_holds(condicion: Condicion, obligaciones: set[str]) -> None:
    sin = claves(unos_libros(), "2026-10")
    con = claves(unos_libros(meses={mes("2026-10"): frozenset({condicion})}), "2026-10")
    assert {clave for clave, _ in set(con) - set(sin)} == obligaciones


def test_a_period_of_two_months_holds_with_either() -> None:
    libros = unos_libros(meses={mes("2026-09"): frozenset({Condicion.NOMINA})})
    assert de(libros, "INFONAVIT", "2026-07", "2026-12") == ["2026-10"]
    assert de(libros, "IMSS", "2026-07", "2026-12") == ["2026-09"]


def test_yearly_ones_end_in_december_with_the_situation_of_that_year() -> None:
    libros = unos_libros(por_anio={2025: Situacion(("601",)), 2026: Situacion(("626",))})
    assert de(libros, "ANUAL_PM", "2025-01", "2026-12") == ["2025-12", "2026-12"]
    assert de(libros, "CONTA_BALANZA13_PM", "2025-01", "2026-12") == ["2025-12"]


def test_rent_by_quarters_has_four_payments() -> None:
    libros = unos_libros(("606",), campos={"renta_trimestral": True})
    trimestres = ["2026-03", "2026-06", "2026-09", "2026-12"]
    assert de(libros, "ISR_PROV_606", "2026-01", "2026-12", rfc=FISICA) == trimestres
    assert de(libros, "IVA_MENSUAL", "2026-01", "2026-12", rfc=FISICA) == trimestres
    hecho = generados(libros, FISICA, mes("2026-03"), mes("2026-03"), HOY)[0]
    assert hecho.periodicidad is Periodicidad.TRIMESTRAL


def test_what_the_months_before_had_is_expected_until_it_is_due() -> None:
    libros = unos_libros(meses={mes("2026-09"): frozenset({Condicion.NOMINA})})
    assert de(libros, "IMSS", "2026-10", "2027-03", hoy=HOY) == [
        "2026-10", "2026-11", "2026-12", "2027-01", "2027-02", "2027-03",
    ]  # fmt: skip
    previsto = next(
        v for v in generados(libros, MORAL, mes("2026-10"), mes("2026-10"), HOY) if v.clave.obligacion == "IMSS"
    )
    assert previsto.prevista
    assert de(libros, "IMSS", "2026-10", hoy=previsto.limite) == ["2026-10"]
    assert de(libros, "IMSS", "2026-10", hoy=previsto.limite + timedelta(days=1)) == []


def test_what_ceased_three_months_ago_is_not_expected() -> None:
    libros = unos_libros(meses={mes("2026-08"): frozenset({Condicion.NOMINA})})
    assert de(libros, "IMSS", "2026-11", "2027-01", hoy=HOY) == []


def test_what_the_books_show_is_not_merely_expected() -> None:
    hechos = generados(unos_libros(siempre=TODAS), MORAL, mes("2026-10"), mes("2026-12"), HOY)
    assert not any(v.prevista for v in hechos)


def test_no_one_has_an_obligation_of_another_regimen() -> None:
    assert claves(unos_libros(()), "2026-01", "2026-12") == []


def mezcla(nuevos: list[Vencimiento], marcados: list[Vencimiento], hoy: date = HOY) -> tuple[Vencimiento, ...]:
    return mezclados(nuevos, marcados, [], hoy)


def test_is_past_due_from_the_day_after() -> None:
    v = un_vencimiento("2026-11-17")
    assert mezcla([v], [], date(2026, 11, 17))[0].estado is PENDIENTE
    assert mezcla([v], [], date(2026, 11, 18))[0].estado is VENCIDA


@pytest.mark.parametrize("estado", [PRESENTADA, NO_APLICA])
def test_what_a_person_set_stays_while_its_date_is_brought_up_to_date(estado: EstadoObligacion) -> None:
    guardado = marcado(un_vencimiento("2026-11-16"), estado, HOY, nota="acuse 123")
    hecho = mezcla([un_vencimiento("2026-11-17")], [guardado], DESPUES)[0]
    assert (hecho.estado, hecho.nota, hecho.por_persona) == (estado, "acuse 123", True)
    assert hecho.presentada_en == (HOY if estado is PRESENTADA else None)
    assert hecho.limite == date(2026, 11, 17)


def test_the_day_it_was_filed_may_be_another_than_today() -> None:
    assert marcado(un_vencimiento(), PRESENTADA, HOY, date(2026, 11, 3)).presentada_en == date(2026, 11, 3)


def test_what_a_person_set_stays_even_when_the_books_no_longer_show_it() -> None:
    puesta = marcado(un_vencimiento(), PRESENTADA, HOY)
    assert mezcla([], [puesta]) == (puesta,)


def test_a_filed_return_fulfils_its_obligation() -> None:
    iva, pm = un_vencimiento(), un_vencimiento(obligacion="ISR_PROV_PM")
    filed = [Declaracion("iva", mes("2026-10"), date(2026, 11, 9), Decimal(5))]
    por_clave = {v.clave.obligacion: v for v in mezclados([iva, pm], [], filed, DESPUES)}
    assert (por_clave["IVA_MENSUAL"].estado, por_clave["IVA_MENSUAL"].presentada_en) == (PRESENTADA, date(2026, 11, 9))
    assert por_clave["ISR_PROV_PM"].estado is VENCIDA


def test_a_person_who_opens_it_again_is_heard_over_the_return() -> None:
    filed = [Declaracion("iva", mes("2026-10"), date(2026, 11, 9), Decimal(5))]
    reabierta = marcado(replace(un_vencimiento(), estado=PRESENTADA, presentada_en=HOY), PENDIENTE, DESPUES)
    assert (reabierta.estado, reabierta.presentada_en) == (VENCIDA, None)
    assert mezclados([un_vencimiento()], [reabierta], filed, DESPUES)[0].estado is VENCIDA


ESTADOS = st.sampled_from([PENDIENTE, PRESENTADA, NO_APLICA])
MESES = st.builds(Periodo, st.just(2026), st.integers(1, 12))
DIAS = st.dates(date(2026, 1, 1), date(2027, 12, 31))


@given(
    st.dictionaries(MESES, st.frozensets(st.sampled_from(Condicion))),
    st.dictionaries(MESES, st.frozensets(st.sampled_from(Condicion))),
    st.lists(st.tuples(st.integers(0, 100), ESTADOS)),
    DIAS,
    DIAS,
)
def test_no_merge_loses_what_a_person_set_and_merging_again_changes_nothing(
    antes: dict[Periodo, frozenset[Condicion]],
    luego: dict[Periodo, frozenset[Condicion]],
    marcas: list[tuple[int, EstadoObligacion]],
    hoy: date,
    otro: date,
) -> None:
    vistos = mezclados(generados(unos_libros(meses=antes), MORAL, mes("2026-01"), mes("2026-12"), hoy), [], [], hoy)
    marcados = {}
    for posicion, estado in marcas:
        v = vistos[posicion % len(vistos)]
        marcados[v.clave] = marcado(v, estado, hoy)
    puestos = {clave: v.estado for clave, v in marcados.items()}
    nuevos = generados(unos_libros(meses=luego), MORAL, mes("2026-01"), mes("2026-12"), otro)
    hecha = mezclados(nuevos, marcados.values(), [], otro)
    por_clave = {v.clave: v for v in hecha}
    assert len(por_clave) == len(hecha)
    for clave, estado in puestos.items():
        assert por_clave[clave].por_persona
        abierta = estado in (PENDIENTE, VENCIDA)
        al_dia = VENCIDA if otro > por_clave[clave].limite else PENDIENTE
        assert por_clave[clave].estado is (al_dia if abierta else estado)
    assert {v.clave for v in nuevos} | set(puestos) == set(por_clave)
    assert mezclados(nuevos, [v for v in hecha if v.por_persona], [], otro) == hecha
