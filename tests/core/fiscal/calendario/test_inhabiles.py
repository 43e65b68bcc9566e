"""Non-working days: CFF 12 and RMF 2.1.6, year by year."""

import json
from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from horux_core.fiscal.calendario.inhabiles import (
    ANIOS_LEIDOS,
    DECLARACIONES,
    PLAZOS_POR_DIAS,
    PUBLICADOS,
    DiaPublicado,
    Inhabiles,
)
from tests.samples import shared

DIAS = st.dates(date(2015, 1, 1), date(2060, 12, 31))


@pytest.mark.parametrize("anio", range(2023, 2029))
def test_has_the_named_days_of_each_year(anio: int) -> None:
    esperados = json.loads(shared("domain", "dias_inhabiles.json").read_text())["inhabiles"][str(anio)]
    assert sorted(dia.isoformat() for dia in DECLARACIONES.del_anio(anio)) == sorted(esperados)


def test_says_which_published_days_were_read() -> None:
    leidos = {p.dia.year for p in PUBLICADOS if p.leida}
    assert leidos == ANIOS_LEIDOS
    vectores = json.loads(shared("domain", "dias_inhabiles.json").read_text())["inhabiles"]
    dudosos = {d for anio in vectores.values() for d, motivo in anio.items() if "UNCONFIRMED" in motivo}
    assert {p.dia.isoformat() for p in PUBLICADOS if not p.leida} == dudosos


def test_the_handover_is_every_six_years_by_the_text_in_force() -> None:
    assert [a for a in range(2020, 2045) if date(a, 12, 1) in DECLARACIONES.del_anio(a)] == [2030, 2036, 2042]


def test_the_holidays_of_the_sat_move_no_return() -> None:
    assert DECLARACIONES.habil(date(2026, 7, 20))
    assert not PLAZOS_POR_DIAS.habil(date(2026, 7, 20))
    assert PLAZOS_POR_DIAS.siguiente(date(2026, 7, 20)) == date(2026, 8, 3)


def test_tells_why_a_day_does_not_count() -> None:
    assert DECLARACIONES.motivo(date(2026, 4, 2)) == "RMF 2026 regla 2.1.6"
    assert DECLARACIONES.motivo(date(2026, 4, 6)) is None


def test_a_day_published_later_can_be_added() -> None:
    nuevos = Inhabiles((*PUBLICADOS, DiaPublicado(date(2027, 3, 25), "RMF 2027 regla 2.1.6")))
    assert DECLARACIONES.habil(date(2027, 3, 25))
    assert nuevos.siguiente(date(2027, 3, 25)) == date(2027, 3, 26)


@given(DIAS, st.integers(0, 40))
def test_counts_exactly_the_working_days_between(dia: date, cuantos: int) -> None:
    fin = DECLARACIONES.sumar(dia, cuantos)
    entre = [dia + timedelta(days=n) for n in range(1, (fin - dia).days + 1)]
    assert sum(DECLARACIONES.habil(d) for d in entre) == cuantos
    assert not cuantos or DECLARACIONES.habil(fin)


@given(DIAS)
def test_the_next_working_day_is_the_first_from_it(dia: date) -> None:
    siguiente = DECLARACIONES.siguiente(dia)
    assert DECLARACIONES.habil(siguiente)
    assert not any(DECLARACIONES.habil(dia + timedelta(days=n)) for n in range((siguiente - dia).days))
