"""Cookies that no script and no other site gets at, and forms that only our own pages can send."""

import hmac
from collections.abc import Iterator, Mapping
from contextlib import ExitStack
from datetime import UTC, datetime
from hashlib import sha256
from urllib.parse import urlencode

import msgspec
import pytest
from litestar.testing import TestClient

from contracts.pages import PAGES, PageRow
from contracts.routes import CLIENT, OTHER, PASSWORD
from horux_core.plans.model import Plan
from horux_http.app import Options, create_app
from horux_http.asgi import CONTROLLERS, assembled, dependencies
from horux_http.browser.options import BROWSER, Browser
from horux_http.browser.site import site
from horux_http.pages import PAGES as CONTROLLED
from tests.http.browsing import ORIGIN, Page, entered
from tests.http.browsing import Browser as Browsing
from tests.http.paged import address, browser, proof
from tests.http.stage import Stage, staged
from tests.http.whole import settings, whole

FORM = "application/x-www-form-urlencoded"
OURS = {"Origin": ORIGIN, "Sec-Fetch-Site": "same-origin"}
POSTS = [row for row in PAGES if not row.reads]


@pytest.fixture(scope="module")
def built(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Stage]:
    with staged(tmp_path_factory.mktemp("datos")) as stage:
        yield stage


@pytest.fixture
def stage(built: Stage) -> Stage:
    built.put_back(Plan.ENTERPRISE, "authorized")
    return built


def one_who_may(row: PageRow) -> str:
    return next(who for who in ("anonymous", "owner", "operator") if who in row.passes)


def encoded(row: PageRow, **more: str) -> bytes:
    return urlencode({**more, **row.fields}).encode()


def refused(stage: Stage, row: PageRow, headers: Mapping[str, str], body: bytes, cookies: Mapping[str, str]) -> Page:
    before = stage.kept_but_the_trail()
    page = Browsing(stage.product, dict(cookies)).ask("POST", address(stage, row), headers, content=body)
    assert page.status == 403, (page.status, page.location)
    assert page.h1 == "Formulario vencido"
    assert stage.kept_but_the_trail() == before
    return page


ELSEWHERE: Mapping[str, Mapping[str, str]] = {
    "otro sitio": {"Origin": "https://malo.example", "Sec-Fetch-Site": "cross-site"},
    "otro origen, sin más": {"Origin": "https://malo.example"},
    "otro sitio con nuestro origen": {"Origin": ORIGIN, "Sec-Fetch-Site": "cross-site"},
    "un subdominio": {"Origin": ORIGIN, "Sec-Fetch-Site": "same-site"},
    "escrito a mano": {"Sec-Fetch-Site": "none"},
    "un origen opaco": {"Origin": "null"},
    "un origen opaco que se dice nuestro": {"Origin": "null", "Sec-Fetch-Site": "same-origin"},
    "un nombre que empieza igual": {"Origin": f"{ORIGIN}.malo.example"},
    "otro puerto": {"Origin": f"{ORIGIN}:8443"},
    "el nuestro como usuario": {"Origin": "http://testserver.local@malo.example"},
    "basura": {"Origin": "http://[::1"},
    "nada": {},
}


@pytest.mark.parametrize("whence", ELSEWHERE)
@pytest.mark.parametrize("row", POSTS, ids=lambda row: row.route)
def test_another_site_changes_nothing_although_it_has_the_proof(stage: Stage, row: PageRow, whence: str) -> None:
    own = browser(stage, one_who_may(row))
    given = proof(own, row)
    sent = {**ELSEWHERE[whence], "Content-Type": FORM, "X-CSRF-Token": given}
    refused(stage, row, sent, encoded(row, csrf=given), own.cookies)


@pytest.mark.parametrize("row", POSTS, ids=lambda row: row.route)
def test_without_its_proof_no_form_is_taken(stage: Stage, row: PageRow) -> None:
    own = browser(stage, one_who_may(row))
    given, stranger = proof(own, row), browser(stage, "visor")
    others = {stranger.csrf, Browsing(stage.product).get("/entrar").csrf, given[:-1], given.upper(), "0" * 64, "ñ"}
    assert given not in others, "cada sesión y cada visita tiene la suya"
    cookies = dict(own.cookies)
    for wrong in others:
        refused(stage, row, {**OURS, "Content-Type": FORM}, encoded(row, csrf=wrong), cookies)
    refused(stage, row, {**OURS, "Content-Type": FORM}, encoded(row), cookies)
    for kind in ("text/plain", "application/json", ""):
        refused(stage, row, {**OURS, "Content-Type": kind}, encoded(row, csrf=given), cookies)
    refused(stage, row, OURS, b"", cookies)


@pytest.mark.parametrize("row", [row for row in POSTS if not row.public], ids=lambda row: row.route)
def test_the_proof_in_the_address_is_none(stage: Stage, row: PageRow) -> None:
    own = browser(stage, one_who_may(row))
    before = stage.kept_but_the_trail()
    page = own.ask(
        "POST", f"{address(stage, row)}?csrf={own.csrf}", {**OURS, "Content-Type": FORM}, content=encoded(row)
    )
    assert (page.status, page.h1) == (403, "Formulario vencido")
    assert stage.kept_but_the_trail() == before


def test_a_script_of_ours_may_carry_the_proof_in_a_header(stage: Stage) -> None:
    own = browser(stage, "owner")
    sent = {**OURS, "Content-Type": FORM, "X-CSRF-Token": own.csrf}
    page = own.ask("POST", "/teclas", sent, content=b"sueltas=no")
    assert (page.status, own.cookies["horux_teclas"]) == (303, "no")


def test_a_bearer_opens_no_page_and_a_cookie_no_api(stage: Stage) -> None:
    """What a form elsewhere could send along by itself, the API does not look at."""
    own = browser(stage, "owner")
    assert own.ask("GET", "/api/auth/me").status == 401
    assert own.ask("POST", "/api/auth/logout", OURS).status == 401
    nobody = Browsing(stage.product)
    page = nobody.get("/teclas", **stage.credentials["owner"])
    assert (page.status, page.location) == (303, "/entrar?a=%2Fteclas")


@pytest.mark.parametrize("mark", ["%ff", "", "x", "%C3%B1" * 43, "A" * 44, "A" * 42 + "%0a"])
def test_a_visitor_s_mark_is_one_of_ours(stage: Stage, mark: str) -> None:
    own = Browsing(stage.product, {"horux_visita": mark})
    assert own.get("/entrar").status == 200
    assert len(made := own.cookies["horux_visita"]) == 43
    assert own.get("/entrar").status == 200
    assert own.cookies["horux_visita"] == made
    assert own.enter("owner@cascabel.mx").status == 303
    assert own.cookies["horux_visita"] != made


def test_a_visitor_s_proof_is_never_a_session_s(stage: Stage) -> None:
    own = browser(stage, "owner")
    own.cookies["horux_visita"] = "A" * 43
    key = own.product.http.app.state[BROWSER].key
    proof = hmac.new(key, f"visita:{'A' * 43}".encode(), sha256).hexdigest()
    assert own.get("/entrar").csrf == proof


def lines(page: Page) -> list[str]:
    return list(page.answer.headers.get_list("set-cookie"))


def written(stage: Stage) -> list[str]:
    """Every cookie that the frame writes, in and out."""
    own = Browsing(stage.product)
    own.product.http.headers.pop("cookie", None)
    found = lines(own.get("/entrar")) + lines(own.enter("owner@cascabel.mx", PASSWORD)) + lines(own.get("/tema/oscuro"))
    token = own.csrf
    for path, fields in (("/teclas", {"sueltas": "no"}), ("/empresas", {"rfc": CLIENT}), ("/salir", {})):
        found += lines(own.submit(path, fields, csrf=token))
    return [*found, *lines(Browsing(stage.product).get("/teclas"))]


def parts(line: str) -> tuple[str, set[str]]:
    name, *rest = (part.strip() for part in line.split(";"))
    return name.partition("=")[0], {part.lower() for part in rest}


def test_over_plain_http_cookies_have_no_prefix_and_the_rest_of_it(stage: Stage) -> None:
    found = [parts(line) for line in written(stage)]
    names = {name for name, _ in found}
    assert names == {f"horux_{name}" for name in ("visita", "sesion", "vista", "tema", "teclas", "aviso")}
    for name, said in found:
        assert {"httponly", "samesite=lax", "path=/"} <= said, name
        assert "secure" not in said
        assert not any(each.startswith("domain") for each in said)


def test_encrypted_every_cookie_is_of_this_host_alone(stage: Stage) -> None:
    product = stage.product
    app = create_app(
        (*CONTROLLERS, site(CONTROLLED)), dependencies(product.horux), ready=product.horux.gateways.ready(),
        clock=lambda: datetime.now(UTC), options=Options(browser=Browser(key=bytes(32))),
    )  # fmt: skip
    with TestClient(app, base_url="https://testserver.local") as http:
        own = {"Origin": "https://testserver.local", "Accept": "text/html"}
        shown = Page(http.get("/entrar", headers=own))
        form = {"email": "owner@cascabel.mx", "password": PASSWORD, "csrf": shown.csrf}
        came = Page(http.post("/entrar", data=form, headers=own, follow_redirects=False))
        found = [parts(line) for line in (*lines(shown), *lines(came))]
        assert Page(http.get("/teclas", headers=own)).h1 == "Teclas"
    assert {name for name, _ in found} == {f"__Host-horux_{name}" for name in ("visita", "sesion", "vista")}
    for _, said in found:
        assert {"secure", "httponly", "samesite=lax", "path=/"} <= said
        assert not any(each.startswith("domain") for each in said)


@pytest.mark.parametrize(("env", "encrypted"), [("development", False), ("production", True)])
def test_production_serves_encrypted_pages(stage: Stage, env: str, encrypted: bool) -> None:
    given = msgspec.structs.replace(settings(stage.product.spool.parent), horux_env=env)
    options = assembled(stage.product.horux, given, ExitStack()).state[BROWSER]
    assert isinstance(options, Browser)
    assert options.encrypted is encrypted
    assert len(options.key) == 32
    assert given.jwt_secret.reveal() not in repr(options)


def test_a_cookie_without_the_prefix_is_none_where_it_is_due(stage: Stage) -> None:
    product = stage.product
    app = create_app(
        (*CONTROLLERS, site(CONTROLLED)), dependencies(product.horux), ready=product.horux.gateways.ready(),
        clock=lambda: datetime.now(UTC), options=Options(browser=Browser(key=bytes(32))),
    )  # fmt: skip
    token = stage.credentials["owner"]["Authorization"].removeprefix("Bearer ")
    with TestClient(app, base_url="https://testserver.local") as http:
        for name, status in (("horux_sesion", 303), ("__Host-horux_sesion", 200)):
            sent = {"Accept": "text/html", "Cookie": f"{name}={token}"}
            assert http.get("/teclas", headers=sent, follow_redirects=False).status_code == status


@pytest.mark.parametrize("who", ["visor", "owner"])
def test_only_the_staff_looks_into_another_by_a_cookie(stage: Stage, who: str) -> None:
    own = browser(stage, who).view(OTHER)
    page = own.get("/iva/2026")
    assert page.status == 200
    assert (CLIENT in page.text, OTHER in page.text) == (True, False)
    assert not page.every("//*[@class='viewing']")


@pytest.mark.parametrize("rfc", ["ZZZ010101ZZ0", "<script>", "", "%00", "CAS2408138W2x"])
def test_a_view_of_nobody_is_none(stage: Stage, rfc: str) -> None:
    own = browser(stage, "operator").view(rfc)
    page = own.get("/iva/2026")
    assert (page.status, page.location) == (303, "/op/clientes")
    assert own.get("/teclas").status == 200


def test_each_page_says_that_the_staff_looks(stage: Stage) -> None:
    page = browser(stage, "operator-viewing").get("/iva/2026")
    assert CLIENT in page.texts("//*[@class='viewing']")[0]
    assert page.every("//form[@action='/op/vista/salir']")


@pytest.mark.parametrize("rfc", ["ÑAB010101AA6", "A&B010101AA3"])
def test_a_client_with_any_rfc_is_looked_into(tmp_path_factory: pytest.TempPathFactory, rfc: str) -> None:
    with whole(tmp_path_factory.mktemp("datos")) as product:
        product.take_in(rfc)
        own = entered(product, "operator")
        assert own.submit("/op/vista", {"rfc": rfc}).status == 303
        page = own.get("/iva/2026")
        assert (page.status, page.texts("//*[@class='viewing']//span[@class='mono']")) == (200, [rfc])
