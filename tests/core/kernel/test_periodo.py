from datetime import UTC, date, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from horux_core.kernel.clock import dia_fiscal
from horux_core.kernel.periodo import Periodo, PeriodoMalformed

months = st.builds(Periodo, st.integers(1991, 2199), st.integers(1, 12))


@given(months)
def test_the_next_s_month_before_is_this_one(month: Periodo) -> None:
    assert month.siguiente().anterior() == month.anterior().siguiente() == month
    assert month.anterior() < month < month.siguiente()


@given(months)
def test_is_read_as_it_is_written(month: Periodo) -> None:
    assert Periodo.parse(str(month)) == month
    assert len(str(month)) == 7


@given(st.dates(date(1990, 1, 1), date(2200, 12, 31)))
def test_a_day_is_in_its_month(day: date) -> None:
    assert (Periodo.of(day).anio, Periodo.of(day).mes) == (day.year, day.month)


def test_a_year_ends_in_december() -> None:
    assert str(Periodo(2200, 12).siguiente().siguiente()) == "2201-02"
    assert Periodo(2025, 12).siguiente() == Periodo(2026, 1)
    assert Periodo(2026, 1).anterior() == Periodo(2025, 12)


@pytest.mark.parametrize(("anio", "mes"), [(2026, 0), (2026, 13), (1989, 12), (2201, 1), (2026, -1)])
def test_refuses_what_is_no_month(anio: int, mes: int) -> None:
    with pytest.raises(PeriodoMalformed):
        Periodo(anio, mes)


@pytest.mark.parametrize("text", ["", "2026", "2026-", "-3", "2026-3x", "٢٠٢٦-03", "2026-13", "2026-03-01", "+2026-03"])
def test_refuses_a_text_that_is_none(text: str) -> None:
    for malo in (text, f"{'9' * 5000}{text}", f"{text}{'1' * 5000}"):
        with pytest.raises(PeriodoMalformed):
            Periodo.parse(malo)


@pytest.mark.parametrize(
    ("moment", "day"),
    [
        (datetime(2026, 1, 1, 5, 59, tzinfo=UTC), date(2025, 12, 31)),
        (datetime(2026, 1, 1, 6, 0, tzinfo=UTC), date(2026, 1, 1)),
        (datetime(2021, 7, 1, 4, 59, tzinfo=UTC), date(2021, 6, 30)),
        (datetime(2021, 7, 1, 5, 0, tzinfo=UTC), date(2021, 7, 1)),
    ],
)
def test_the_fiscal_day_is_mexico_city_s(moment: datetime, day: date) -> None:
    assert dia_fiscal(moment) == day
