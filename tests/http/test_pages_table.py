"""Every page in every case: who looks, on what plan, with what subscription; generated from the table of pages."""

from collections.abc import Iterator
from dataclasses import replace
from urllib.parse import quote

import pytest
from litestar import Litestar
from litestar.routes import HTTPRoute

from contracts.pages import PAGES, PageRow
from contracts.routes import ACTORS
from horux_core.plans.catalogue import CATALOGUE
from horux_core.plans.model import Plan
from horux_http.browser.credential import PAGE
from horux_http.session import FOR_NEWCOMERS
from tests.http.browsing import Page
from tests.http.paged import address, asked, browser
from tests.http.stage import STATES, WRITING, Stage, staged

INACTIVE = "Suscripción inactiva. Contacta soporte para reactivar."
NOT_IN_PLAN = "Tu plan no incluye esta función. Contacta soporte para upgrade."
BARE = "bare"
"""A plan with nothing in it."""
OF_CLIENTS = [row for row in PAGES if row.of_a_client]


@pytest.fixture(scope="module")
def built(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Stage]:
    with staged(tmp_path_factory.mktemp("datos")) as stage:
        yield stage


@pytest.fixture
def stage(built: Stage) -> Stage:
    built.put_back(Plan.ENTERPRISE, "authorized")
    return built


def routes(app: Litestar) -> dict[str, dict[str, object]]:
    """The options of each route that is a page."""
    return {
        f"{method} {route.path_format}": dict(handler[0].opt)
        for route in app.routes
        if isinstance(route, HTTPRoute)
        for method, handler in route.route_handler_map.items()
        if method != "OPTIONS" and handler[0].opt.get(PAGE)
    }


def test_the_table_has_every_page_and_no_other(stage: Stage) -> None:
    assert set(routes(stage.product.app)) ^ {row.route for row in PAGES} == set()
    assert len({row.route for row in PAGES}) == len(PAGES)


def answered(stage: Stage, row: PageRow, who: str) -> tuple[Page, bool]:
    """What was answered, and whether anything that is kept changed."""
    browsing = browser(stage, who)
    before = stage.kept_but_the_trail()
    page = asked(stage, browsing, row)
    return page, stage.kept_but_the_trail() != before


@pytest.mark.parametrize("who", ACTORS)
@pytest.mark.parametrize("row", PAGES, ids=lambda row: row.route)
def test_who_passes_and_who_is_sent_where(stage: Stage, row: PageRow, who: str) -> None:
    page, changed = answered(stage, row, who)
    passed = False
    if who in row.passes:
        assert page.status == row.done, (page.status, page.text[:500])
        assert not page.location.startswith(("/entrar?", "/op/clientes?"))
        passed = True
    elif who == "anonymous":
        back = f"?a={quote(address(stage, row), safe='')}" if row.reads and row.address != "/" else ""
        assert (page.status, page.location) == (303, f"/entrar{back}")
    elif who == "operator" and row.of_a_client and page.status == 303:
        assert page.location == "/op/clientes"
    else:
        assert page.status == 403, (page.status, page.location, page.text[:300])
        assert NOT_IN_PLAN not in page.text
        assert page.h1
    assert not changed or (passed and not row.reads)


@pytest.mark.parametrize("plan", [*(plan.value for plan in Plan), BARE])
@pytest.mark.parametrize("row", [row for row in OF_CLIENTS if row.feature], ids=lambda row: row.route)
def test_what_the_plan_lacks_is_offered(stage: Stage, monkeypatch: pytest.MonkeyPatch, row: PageRow, plan: str) -> None:
    has = frozenset() if plan == BARE else CATALOGUE[Plan(plan)].features
    monkeypatch.setitem(CATALOGUE, Plan.STARTER, replace(CATALOGUE[Plan.STARTER], features=has))
    stage.put_back(Plan.STARTER, "authorized")
    page, changed = answered(stage, row, "owner")
    if row.feature in has:
        assert page.status == row.done
        return
    assert page.status == 403
    assert NOT_IN_PLAN in page.text
    assert page.every("//nav[@id='menu']"), "sin marco no se sabe a dónde ir"
    assert not changed


@pytest.mark.parametrize("state", ["paused", "cancelled", "unpaid", "none"])
@pytest.mark.parametrize("row", OF_CLIENTS, ids=lambda row: row.route)
def test_without_a_subscription_it_reads_and_does_not_write(stage: Stage, row: PageRow, state: str) -> None:
    assert state in STATES
    assert state not in WRITING
    stage.put_back(Plan.ENTERPRISE, state)
    page, changed = answered(stage, row, "owner")
    if row.reads or row.stands:
        assert page.status == row.done, page.text[:500]
        if row.reads and row.done == 200 and "text/html" in page.answer.headers["content-type"]:
            assert INACTIVE in page.text
        return
    assert page.status in (403, 422), page.status
    assert INACTIVE in page.text
    assert not changed


@pytest.mark.parametrize("who", ["temporal", "operator-temporal"])
@pytest.mark.parametrize("row", [row for row in PAGES if not row.public], ids=lambda row: row.route)
def test_a_temporary_password_leads_to_the_choice_of_another(stage: Stage, row: PageRow, who: str) -> None:
    browsing = browser(stage, who)
    page = asked(stage, browsing, row)
    if routes(stage.product.app)[row.route].get(FOR_NEWCOMERS):
        assert page.location != "/entrar/nueva"
        assert page.status in (200, 303)
    else:
        assert (page.status, page.location) == (303, "/entrar/nueva")


def test_a_plain_client_is_shown_its_year(stage: Stage) -> None:
    """What the cases prove is worth nothing unless those let through see something."""
    page = browser(stage, "visor").get("/iva/2026")
    assert page.h1 == "IVA de 2026"
    assert len(page.every("//tbody/tr")) == 12
