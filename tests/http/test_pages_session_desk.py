"""Several tabs of one session: what was shown of one company does nothing in another, and nothing is mixed up."""

from collections.abc import Iterator
from time import time
from urllib.parse import unquote

import pytest

from contracts.pages import PAGES, PageRow
from contracts.routes import CLIENT, OTHER
from horux_core.identity.model import Membership, Role
from horux_core.kernel.rfc import Rfc
from horux_core.plans.model import Plan
from horux_http.browser import viewing
from tests.http.browsing import ORIGIN, Browser, Page, entered
from tests.http.paged import address, browser
from tests.http.stage import Stage, staged

FORM = {"Origin": ORIGIN, "Sec-Fetch-Site": "same-origin", "Content-Type": "application/x-www-form-urlencoded"}
TITLE = "Este formulario era de otra empresa"
OF_A_CLIENT = [row for row in PAGES if not row.reads and row.of_a_client and row.route != "POST /empresas"]


@pytest.fixture(scope="module")
def stage(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Stage]:
    """With an owner of two companies."""
    with staged(tmp_path_factory.mktemp("datos")) as stage:
        stage.put_back(Plan.ENTERPRISE, "authorized")
        gateways = stage.product.horux.gateways
        with gateways.directory().transaction() as tx:
            owner = tx.users.by_email("owner@cascabel.mx")
            tx.memberships.add(Membership(owner.id, gateways.registry().find(Rfc(OTHER)).id, Role.OWNER))
        yield stage


@pytest.fixture
def own(stage: Stage) -> Browser:
    found = entered(stage.product, "owner")
    if CLIENT not in found.get("/teclas").text:
        found.done("/empresas", {"rfc": CLIENT})
    return found


@pytest.mark.parametrize("row", OF_A_CLIENT, ids=lambda row: row.route)
def test_a_form_of_one_client_writes_nothing_in_the_next(stage: Stage, row: PageRow) -> None:
    operator = browser(stage, "operator").view(CLIENT)
    old = operator.csrf
    operator.view(OTHER).get("/teclas")
    before = stage.kept_but_the_trail()
    page = operator.submit(address(stage, row), row.fields, csrf=old, files=row.files)
    assert (page.status, page.h1) == (403, TITLE), page.text[:300]
    assert stage.kept_but_the_trail() == before


def test_after_the_company_changed_in_another_tab_a_form_says_where_one_is(stage: Stage, own: Browser) -> None:
    old = own.csrf
    own.done("/empresas", {"rfc": OTHER})
    before = stage.kept_but_the_trail()
    page = own.submit("/calendario/liga/revocar", csrf=old)
    name = stage.product.horux.gateways.registry().find(Rfc(OTHER)).nombre
    assert (page.status, page.h1) == (403, TITLE)
    assert f"Ahora estás en {name}; este formulario era de otra empresa. No se cambió nada." in page.text
    assert page.texts("//a[@href='/']")[-1] == f"Seguir en {name}"
    assert stage.kept_but_the_trail() == before
    assert own.submit("/calendario/liga/revocar").status == 303


def test_what_is_the_same_everywhere_works_from_any_tab(stage: Stage, own: Browser) -> None:
    old = own.csrf
    own.done("/empresas", {"rfc": OTHER})
    assert own.submit("/teclas", {"sueltas": "no"}, csrf=old).status == 303
    assert own.submit("/cuenta/sesiones", csrf=old).status == 303
    assert own.submit("/empresas", {"rfc": CLIENT}, csrf=old).status == 303
    assert own.submit("/salir", csrf=old).location == "/entrar"
    operator = browser(stage, "operator").view(CLIENT)
    old = operator.csrf
    assert operator.view(OTHER).submit("/op/vista/salir", csrf=old).status == 303
    assert "horux_vista" not in operator.cookies


def test_a_view_that_ended_meanwhile_is_told(stage: Stage) -> None:
    operator = browser(stage, "operator").view(CLIENT)
    old = operator.csrf
    del operator.cookies["horux_vista"]
    page = operator.submit("/calendario/liga/revocar", csrf=old)
    assert page.status in (303, 403)
    if page.status == 303:
        assert "No se guardó nada" in operator.follow(page).told


def test_a_piece_is_not_put_into_another_company_s_page(stage: Stage, own: Browser) -> None:
    old = own.get("/iva/2026").every("//body/@data-desk")[0]
    assert own.get("/iva/2026/1", **{"HX-Request": "true", "X-Desk": old}).status == 200
    own.done("/empresas", {"rfc": OTHER})
    new = own.get("/teclas").every("//body/@data-desk")[0]
    assert old != new
    for script in ({"HX-Request": "true"}, {}):
        page = own.get("/iva/2026/1?cifra=x", **{**script, "X-Desk": old})
        assert (page.status, page.answer.headers["hx-redirect"]) == (204, "/iva/2026/1?cifra=x")
        assert not page.answer.content
    sent = {**FORM, "X-Desk": old, "Referer": f"{ORIGIN}/carga"}
    page = own.ask("POST", "/calendario/liga/revocar", sent, content=b"csrf=x")
    assert (page.status, page.answer.headers["hx-redirect"]) == (204, "/carga")
    assert "No se guardó nada" in own.get("/carga").told
    assert own.get("/iva/2026").status == 200
    assert own.get("/iva/2026", **{"HX-Request": "true", "X-Desk": new}).status == 200


@pytest.mark.parametrize(
    "place",
    [
        "/cuenta",
        "/op/clientes",
        "/op/precios",
        "/op/no-existe",
        "/no-existe",
        "/iva/x",
        "/teclas",
        "/op/clientes/ZZZ010101ZZ0",
    ],
)
def test_each_page_says_that_a_view_lasts(stage: Stage, place: str) -> None:
    page = browser(stage, "operator-viewing").get(place)
    assert CLIENT in page.texts("//*[@class='viewing']")[0]
    assert not browser(stage, "operator").get(place).every("//*[@class='viewing']")


def test_a_view_dies_with_its_session_and_after_eight_hours(stage: Stage, monkeypatch: pytest.MonkeyPatch) -> None:
    first = entered(stage.product, "operator")
    first.done("/op/vista", {"rfc": CLIENT})
    assert looked_into(first.get("/iva/2026"))
    second = entered(stage.product, "operator")
    second.cookies["horux_vista"] = first.cookies["horux_vista"]
    assert second.get("/iva/2026").location == "/op/clientes"
    assert not second.get("/op/clientes").every("//*[@class='viewing']")
    cookie = first.cookies["horux_vista"]
    first.cookies["horux_vista"] = cookie.replace(CLIENT, OTHER)
    assert first.get("/iva/2026").location == "/op/clientes"
    first.cookies["horux_vista"] = cookie
    now = time()
    monkeypatch.setattr("horux_http.browser.viewing.time", lambda: now + viewing.LONGEST - 60)
    assert looked_into(first.get("/iva/2026"))
    monkeypatch.setattr("horux_http.browser.viewing.time", lambda: now + viewing.LONGEST + 1)
    assert first.get("/iva/2026").location == "/op/clientes"


def test_logging_in_again_in_the_same_browser_views_nobody(stage: Stage) -> None:
    operator = entered(stage.product, "operator").view(CLIENT)
    assert operator.enter("operador@horux360.example").status == 303
    assert "horux_vista" not in operator.cookies


def looked_into(page: Page) -> bool:
    return page.status == 200 and bool(page.every("//*[@class='viewing']"))


def test_a_late_request_of_the_company_left_ends_nothing(stage: Stage, own: Browser) -> None:
    old = Browser(stage.product, dict(own.cookies))
    own.done("/empresas", {"rfc": OTHER})
    dead = dict(old.cookies)
    sent = {**FORM, "Referer": f"{ORIGIN}/carga"}
    for page in (old.ask("POST", "/calendario/liga/revocar", sent, content=b"csrf=x"), old.get("/iva/2026")):
        assert (page.status, page.h1) == (403, "Ahora estás en otra empresa")
        assert page.every("//a[@href='/entrar']")
        assert "Tu sesión terminó" not in page.text
        assert old.cookies == dead
    for script in ({"HX-Request": "true"}, {"X-Desk": "x"}):
        page = old.ask("POST", "/carga", {**sent, **script}, content=b"")
        assert (page.status, page.answer.headers["hx-redirect"]) == (204, "/carga")
        assert unquote(old.cookies.pop("horux_aviso")).startswith("No se guardó nada")
        assert old.get("/iva/2026", **script).answer.headers["hx-redirect"] == "/iva/2026"
        assert old.cookies == dead
    assert own.get("/teclas").status == 200
    assert old.ask("POST", "/salir", sent, content=b"").location == "/entrar"
    assert "horux_sesion" not in old.cookies


def test_a_piece_of_another_company_s_page_says_where_one_is(stage: Stage, own: Browser) -> None:
    old = own.get("/iva/2026").every("//body/@data-desk")[0]
    own.done("/empresas", {"rfc": OTHER})
    own.get("/iva/2026/1", **{"HX-Request": "true", "X-Desk": old})
    name = stage.product.horux.gateways.registry().find(Rfc(OTHER)).nombre
    assert own.get("/iva/2026/1").told == f"Ahora estás en {name}."


def test_a_secret_is_shown_in_its_company_alone(stage: Stage, own: Browser) -> None:
    assert own.submit("/calendario/liga").status == 303
    own.done("/empresas", {"rfc": OTHER})
    page = own.get("/calendario")
    assert (page.status, page.every("//*[@id='url']")) == (200, [])
    own.done("/empresas", {"rfc": CLIENT})
    assert own.get("/calendario").every("//*[@id='url']")


def test_a_file_of_another_company_is_not_given_in_silence(stage: Stage, own: Browser) -> None:
    for place in ("/configuracion/auditoria", "/pronostico", "/configuracion/sat"):
        own.done("/empresas", {"rfc": CLIENT})
        links = own.get(place).every("//a[@data-file]/@href")
        assert links, place
        assert all("mesa=" in link for link in links)
        assert own.get(links[0]).answer.headers["content-disposition"].startswith("attachment")
        assert entered(stage.product, "owner").get(links[0]).status == 200
        own.done("/empresas", {"rfc": OTHER})
        page = own.get(links[0])
        assert (page.status, page.h1) == (403, "Este archivo era de otra empresa")
        name = stage.product.horux.gateways.registry().find(Rfc(OTHER)).nombre
        assert f"Ahora estás en {name}" in page.text
        assert page.texts("//a[@href='/']")[-1] == f"Seguir en {name}"


def test_a_form_sent_after_the_session_ended_is_not_lost_in_silence(stage: Stage) -> None:
    lost = "Tu sesión terminó: lo que enviaste no se guardó. Entra y envíalo otra vez."
    nobody = Browser(stage.product)
    sent = {**FORM, "Referer": f"{ORIGIN}/isr/2026/1?regimen=601"}
    page = nobody.ask("POST", "/isr/2026/1/coeficiente", sent, content=b"coeficiente=0.2")
    assert (page.status, page.location) == (303, "/entrar?a=%2Fisr%2F2026%2F1%3Fregimen%3D601")
    shown = nobody.get(page.location)
    assert lost in shown.text
    assert shown.value_of("a") == "/isr/2026/1?regimen=601"
    assert lost not in nobody.get(page.location).text
    for script in ({"HX-Request": "true", "HX-Current-URL": f"{ORIGIN}/carga"}, {"X-Desk": "x"}):
        page = nobody.ask("POST", "/carga", {**sent, **script}, content=b"")
        assert page.status == 204
        assert lost in nobody.get(page.answer.headers["hx-redirect"]).text
    assert nobody.ask("POST", "/salir", sent, content=b"").location == "/entrar"
    assert lost not in nobody.get("/entrar").text
    assert lost not in nobody.follow(nobody.get("/iva/2026")).text
