"""The tariffs, to the last digit of the shared tables."""

import json
from decimal import Decimal
from functools import cache
from itertools import pairwise
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from horux_core.fiscal.isr.errors import EjercicioSinTarifa
from horux_core.fiscal.isr.tarifas import ULTIMO_PUBLICADO, Tarifa, acumulada, anual, isr, mensual, tasa_resico
from horux_core.kernel.importe import centavos
from tests.samples import shared

D = Decimal


@cache
def _tablas() -> dict[str, Any]:
    leidas: dict[str, Any] = json.loads(shared("domain", "isr_tarifas.json").read_text(encoding="utf-8"))
    return leidas


def _escrita(tarifa: Tarifa) -> list[list[str | None]]:
    return [
        [
            str(f.limite_inferior),
            None if f.limite_superior is None else str(f.limite_superior),
            str(f.cuota_fija),
            str(f.porciento),
        ]
        for f in tarifa
    ]


@pytest.mark.parametrize("anio", [2023, 2024, 2025, 2026])
def test_the_tariffs_of_the_month_and_the_year_are_those_published(anio: int) -> None:
    assert _escrita(mensual(anio)) == _tablas()["mensual"][str(anio)]
    assert _escrita(anual(anio)) == _tablas()["anual"][str(anio)]


@pytest.mark.parametrize("anio", [2025, 2026])
@pytest.mark.parametrize("mes", range(1, 13))
def test_the_cumulative_tariffs_are_those_published(anio: int, mes: int) -> None:
    assert _escrita(acumulada(anio, mes)) == _tablas()["acumulada"][str(anio)][str(mes)]


def test_every_vector_of_the_tariffs_comes_out() -> None:
    for vector in _tablas()["vectores"]:
        anio, mes = vector["anio"], vector["mes"]
        tarifa = {"mensual": mensual(anio), "acumulada": acumulada(anio, mes), "anual": anual(anio)}[vector["tabla"]]
        assert str(isr(tarifa, D(vector["base"]))) == vector["isr"], vector


def test_every_vector_of_resico_comes_out() -> None:
    tablas = json.loads(shared("domain", "resico_pf.json").read_text(encoding="utf-8"))
    for vector in tablas["vectores"]:
        ingresos = D(vector["ingresos_cobrados_mes"])
        assert str(tasa_resico(ingresos)) == vector["tasa_pct"]
        assert str(centavos(ingresos * tasa_resico(ingresos) / 100)) == vector["isr_causado"]
    for hasta, tasa in tablas["mensual"]:
        assert str(tasa_resico(D(hasta))) == tasa


def test_a_base_is_rounded_before_it_is_looked_up() -> None:
    assert isr(mensual(2026), D("17533.6449")) == D("1856.85")
    assert isr(mensual(2026), D("17533.645")) == D("1856.84")


@pytest.mark.parametrize("base", ["0", "-0.01", "-500000", "0.004"])
def test_nothing_is_owed_of_nothing(base: str) -> None:
    assert isr(mensual(2026), D(base)) == 0


def test_a_year_older_than_the_tariffs_kept_is_refused() -> None:
    with pytest.raises(EjercicioSinTarifa, match="2022"):
        mensual(2022)
    with pytest.raises(EjercicioSinTarifa):
        acumulada(2022, 12)


def test_a_later_year_keeps_the_last_tariff() -> None:
    assert mensual(ULTIMO_PUBLICADO + 1) == mensual(ULTIMO_PUBLICADO)
    assert acumulada(ULTIMO_PUBLICADO + 1, 12) == anual(ULTIMO_PUBLICADO)


@pytest.mark.parametrize("anio", [2023, 2026])
@pytest.mark.parametrize("mes", range(1, 13))
def test_a_cumulative_tariff_has_no_gap_and_no_jump_but_cents(anio: int, mes: int) -> None:
    tarifa = acumulada(anio, mes)
    for antes, fila in pairwise(tarifa):
        hasta = antes.limite_superior
        assert hasta is not None
        assert fila.limite_inferior == hasta + D("0.01")
        assert fila.porciento > antes.porciento
        assert abs(isr(tarifa, fila.limite_inferior) - isr(tarifa, hasta)) <= D("0.02") * mes


@given(st.integers(1, 12), st.integers(0, 10**9), st.integers(0, 10**9))
def test_more_base_never_owes_less_but_for_a_tariffs_own_cents(mes: int, una: int, otra: int) -> None:
    menor, mayor = sorted((D(una) / 100, D(otra) / 100))
    tarifa = acumulada(2026, mes)
    assert isr(tarifa, mayor) >= isr(tarifa, menor) - D("0.02") * mes
    assert isr(tarifa, mayor) - isr(tarifa, menor) <= (mayor - menor) * D("0.35") + D("0.03") * mes
