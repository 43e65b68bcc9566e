"""Reminders: five and two days before, past due, the early warning; each once."""

from datetime import date, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from horux_core.fiscal.calendario.generando import Clave, EstadoObligacion
from horux_core.fiscal.calendario.recordatorios import Momento, recordatorios
from tests.core.fiscal.calendario.libros import un_vencimiento

LIMITE = date(2026, 11, 30)
AVISO = date(2026, 11, 17)


def en(dia: date, enviados: frozenset[tuple[Clave, Momento]] = frozenset(), **campos: Any) -> list[Momento]:
    v = un_vencimiento(LIMITE.isoformat(), aviso=AVISO, **campos)
    return [r.momento for r in recordatorios([v], dia, enviados)]


@pytest.mark.parametrize(
    ("dia", "esperado"),
    [
        (date(2026, 11, 16), []),
        (date(2026, 11, 17), [Momento.AVISO]),
        (date(2026, 11, 24), [Momento.AVISO]),
        (date(2026, 11, 25), [Momento.CINCO_DIAS]),
        (date(2026, 11, 27), [Momento.CINCO_DIAS]),
        (date(2026, 11, 28), [Momento.DOS_DIAS]),
        (date(2026, 11, 30), [Momento.DOS_DIAS]),
        (date(2026, 12, 1), [Momento.VENCIDA]),
        (date(2026, 12, 30), [Momento.VENCIDA]),
        (date(2026, 12, 31), []),
    ],
)
def test_each_day_has_the_most_urgent(dia: date, esperado: list[Momento]) -> None:
    assert en(dia) == esperado


@pytest.mark.parametrize("estado", [EstadoObligacion.PRESENTADA, EstadoObligacion.NO_APLICA])
def test_nothing_is_said_of_what_is_done(estado: EstadoObligacion) -> None:
    assert en(LIMITE, estado=estado) == []


def test_nothing_is_said_early_of_what_has_no_early_warning() -> None:
    assert recordatorios([un_vencimiento(LIMITE.isoformat())], date(2026, 11, 24), frozenset()) == []


def test_another_period_has_its_own() -> None:
    octubre, septiembre = un_vencimiento("2026-11-17"), un_vencimiento("2026-11-17", periodo="2026-09")
    enviados = {r.identidad for r in recordatorios([septiembre], date(2026, 11, 12), frozenset())}
    hechos = recordatorios([octubre, septiembre], date(2026, 11, 13), enviados)
    assert [r.vencimiento for r in hechos] == [octubre]


@given(st.sets(st.integers(0, 60)))
def test_each_is_said_once_however_often_it_is_asked_and_in_order(dias: set[int]) -> None:
    enviados: list[tuple[Clave, Momento]] = []
    v = un_vencimiento(LIMITE.isoformat(), aviso=AVISO)
    for n in sorted(dias):
        for _ in range(2):
            enviados += [r.identidad for r in recordatorios([v], AVISO + timedelta(days=n), frozenset(enviados))]
    momentos = [momento for _, momento in enviados]
    assert momentos == [m for m in Momento if m in momentos]
