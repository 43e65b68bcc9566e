"""How full a limit is."""

import pytest

from horux_core.plans.catalogue import CATALOGUE, first_with
from horux_core.plans.fullness import Level, fullness
from horux_core.plans.model import Feature, Plan


@pytest.mark.parametrize(
    ("used", "limit", "percent", "level"),
    [
        (0, 100, 0, Level.CALM), (79, 100, 79, Level.CALM), (80, 100, 80, Level.NEAR), (94, 100, 94, Level.NEAR),
        (95, 100, 95, Level.FULL), (300, 100, 100, Level.FULL), (0, 0, 100, Level.FULL),
    ],
)  # fmt: skip
def test_is_told_before_it_is_full(used: int, limit: int, percent: float, level: Level) -> None:
    found = fullness(used, limit)
    assert found is not None
    assert (found.percent, found.level) == (percent, level)


def test_is_nothing_without_a_limit() -> None:
    assert fullness(10, -1) is None


def test_the_first_with_plan_with_a_feature_is_known() -> None:
    assert first_with(Feature.IVA_ISR) is Plan.STARTER
    assert first_with(Feature.CALENDARIO) is Plan.BUSINESS
    assert first_with(Feature.API_EXTERNA) is Plan.ENTERPRISE
    assert all(feature in CATALOGUE[first_with(feature)].features for feature in Feature)
