"""The taxes' pages without a subscription: what would be refused cannot be pressed, and says why."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from horux_core.billing.model import SubscriptionStatus
from horux_core.plans.model import Plan
from horux_http.browser.formats import fecha
from tests.http.paged import browser
from tests.http.stage import Stage, staged

PLACES = ("/iva/2026/1", "/isr/2026/1", "/calendario?anio=2026&mes=2", "/alertas?ver={alerta}", "/xml-sat/2026/1")
FORMS = "//main//form[@method='post'][not(contains(@action, 'revocar'))]"


@pytest.fixture(scope="module")
def stage(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Stage]:
    with staged(tmp_path_factory.mktemp("datos")) as built:
        yield built


@pytest.mark.parametrize("state", ["authorized", "paused"])
@pytest.mark.parametrize("place", PLACES)
def test_only_who_pays_may_press(stage: Stage, place: str, state: str) -> None:
    stage.put_back(Plan.ENTERPRISE, state)
    page = browser(stage, "owner").get(place.format(**stage.known))
    assert page.status == 200
    buttons = page.every(f"{FORMS}//button")
    assert buttons
    off = [button for button in buttons if button.get("disabled") is not None]
    assert off == (buttons if state == "paused" else [])
    assert (page.text.lower().count("solo lectura") > 1) == (state == "paused")


def test_the_staff_that_looks_into_it_may(stage: Stage) -> None:
    stage.put_back(Plan.ENTERPRISE, "paused")
    page = browser(stage, "operator-viewing").get("/iva/2026/1")
    assert page.every(f"{FORMS}//button[not(@disabled)]")


def test_an_address_of_the_calendar_is_revoked_all_the_same(stage: Stage) -> None:
    stage.put_back(Plan.ENTERPRISE, "paused")
    page = browser(stage, "owner").get("/calendario")
    assert page.every("//form[@action='/calendario/liga/revocar']//button[not(@disabled)]")


BANNER = "//main/*[@class='notice']"


def stopped(stage: Stage, state: str) -> datetime:
    """Its agreement came to that state twelve days ago, in the middle of a period."""
    stage.put_back(Plan.ENTERPRISE, state)
    now = datetime.now(UTC)
    with stage.product.horux.gateways.memory().transaction() as tables:
        for ident, one in tables["subscriptions"].items():
            if one.tenant == stage.tenant:
                tables["subscriptions"][ident] = replace(
                    one, agreement_state=SubscriptionStatus(state), agreement_changed_at=now - timedelta(days=12),
                    entered_at=now - timedelta(days=50), current_period_end=now + timedelta(days=7),
                )  # fmt: skip
    return now - timedelta(days=12)


@pytest.mark.parametrize("state", ["paused", "cancelled"])
def test_the_banner_tells_the_day_of_the_pause_or_the_end(stage: Stage, state: str) -> None:
    since = stopped(stage, state)
    told = browser(stage, "owner").get("/iva/2026/1").texts(BANNER)[0]
    assert told.startswith(f"Solo lectura desde el {fecha(since)}.")


def test_the_banner_tells_the_end_of_the_grace(stage: Stage) -> None:
    stage.put_back(Plan.ENTERPRISE, "unpaid")
    told = browser(stage, "owner").get("/iva/2026/1").texts(BANNER)[0]
    assert told.startswith(f"Solo lectura desde el {fecha(datetime.now(UTC) - timedelta(days=1))}.")


def test_the_banner_tells_no_day_that_nobody_knows(stage: Stage) -> None:
    stage.put_back(Plan.ENTERPRISE, "paused")
    assert browser(stage, "owner").get("/iva/2026/1").texts(BANNER)[0].startswith("Solo lectura. ")


def test_the_staff_is_told_that_it_may_write(stage: Stage) -> None:
    stage.put_back(Plan.ENTERPRISE, "paused")
    for path in ("/iva/2026/1", "/configuracion"):
        page = browser(stage, "operator-viewing").get(path)
        assert "sí puedes cargar y cambiar" in page.texts(BANNER)[0]
        assert "no se puede cargar" not in page.text
        assert "Cargar CFDI, conciliar, invitar" not in page.text


@pytest.mark.parametrize("path", ["/inicio/2026/1", "/cfdi"])
def test_the_way_to_load_is_shut_and_says_how_to_open_it(stage: Stage, path: str) -> None:
    stage.put_back(Plan.ENTERPRISE, "paused")
    page = browser(stage, "owner").get(path)
    assert not page.every("//main//a[@href='/carga']")
    (shut,) = page.every("//main//button[contains(., 'Cargar CFDI')]")
    assert shut.get("disabled") is not None
    assert page.every(f"//*[@id='{shut.get('aria-describedby')}']//a[@href='/configuracion#pagar']")
    stage.put_back(Plan.ENTERPRISE, "authorized")
    assert browser(stage, "owner").get(path).every("//main//a[@href='/carga']")
