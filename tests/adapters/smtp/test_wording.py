from datetime import UTC, date, datetime
from decimal import Decimal

import pytest

from horux_adapters.smtp.wording import dia, forma, importe, momento, papel, plan, plazo
from horux_core.identity.model import Role
from horux_core.plans.model import Plan


@pytest.mark.parametrize(
    ("amount", "told"),
    [("1234.5", "$1,234.50 MXN"), ("0", "$0.00 MXN"), ("1234567.005", "$1,234,567.01 MXN"), ("-1.5", "$-1.50 MXN")],
)
def test_money(amount: str, told: str) -> None:
    assert importe(Decimal(amount)) == told


def test_a_moment_is_told_as_it_was_in_mexico() -> None:
    night = datetime(2026, 5, 1, 5, 59, tzinfo=UTC)
    assert momento(night) == "30 abr 2026, 23:59 (hora del centro)"
    assert (dia(night), plazo(night)) == ("30 abr 2026", "jueves 30 abr 2026")


def test_a_day_stays_the_day_it_is() -> None:
    assert plazo(date(2026, 1, 3)) == "sábado 3 ene 2026"
    assert [dia(date(2026, month, 1))[2:5] for month in (1, 4, 8, 12)] == ["ene", "abr", "ago", "dic"]


def test_words_kept_as_codes_are_told_in_spanish_and_unknown_ones_as_they_are() -> None:
    assert (forma("credit_card"), forma("trueque")) == ("tarjeta de crédito", "trueque")
    assert {papel(role) for role in Role} == {
        "dueño de la cuenta",
        "contador",
        "visor (consulta todo y no cambia nada)",
    }
    assert [plan(each) for each in Plan] == ["Starter", "Business", "Professional", "Enterprise"]
