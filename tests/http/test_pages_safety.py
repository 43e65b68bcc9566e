"""What no page may have in it, whatever is in the books; and how it fails, ends and goes on."""

import re
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import NoReturn
from urllib.parse import urljoin, urlsplit

import pytest

from contracts.pages import PAGES, PageRow
from contracts.routes import CLIENT, PASSWORD
from contracts.samples import UnConcepto, an_xml
from horux_core.fiscal.iva.consulting import ShowIvaYear
from horux_core.identity.model import User
from horux_core.plans.model import Plan
from horux_core.tenancy.errors import ConnectionsExhausted
from horux_http.browser.assets import ASSETS
from horux_http.headers import CONTENT_SECURITY_POLICY
from tests.http.browsing import ORIGIN, Browser, Page, entered
from tests.http.paged import SESSION, address, asked, browser
from tests.http.stage import Stage, staged
from tests.http.whole import whole

HOSTILE = "<script>alert(1)</script>\"'><img src=x onerror=alert(2)>{{7*7}}</title>"
KB_150 = 150 * 1024
READ = [row for row in PAGES if row.reads and row.done == 200 and row.looked != ()]
VOID = re.compile(r"(?i)^(on\w+|style|hx-on.*|hx-vals|hx-vars|srcdoc|formaction)$")


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


def hostile(stage: Stage) -> None:
    """Names that others wrote, everywhere they may be."""
    with stage.product.horux.gateways.memory().transaction() as tables:
        tables["tenants"][stage.tenant] = replace(tables["tenants"][stage.tenant], nombre=HOSTILE)
        for ident, found in list(tables["users"].items()):
            if isinstance(found, User):
                tables["users"][ident] = replace(found, nombre=HOSTILE)
    paper = an_xml(
        uuid="5a1c2b54-0f3e-4d0a-9c1e-7d2f8a3b6cee", rfc_emisor=CLIENT, fecha="2026-01-20T10:00:00",
        nombre_receptor=HOSTILE, serie="<b>", folio="\"'><i>", conceptos=[UnConcepto("100.00")],
    )  # fmt: skip
    kind = {**stage.credentials["owner"], "Content-Type": "application/xml"}
    assert stage.product.http.post("/api/cfdi", content=paper, headers=kind).status_code == 201


def clean(page: Page) -> None:
    """Nothing in it that the policy would have to stop, and nothing that a browser would not see as ours."""
    assert page.answer.headers["content-security-policy"] == CONTENT_SECURITY_POLICY
    assert page.answer.headers["content-type"] == "text/html; charset=utf-8"
    assert page.answer.headers["cache-control"] == "no-store"
    assert page.html.lstrip().startswith("<!doctype html>")
    for script in page.every("//script"):
        assert str(script.get("src", "")).startswith("/static/")
        assert not (script.text or "").strip()
    assert not page.every("//style | //iframe | //object | //embed | //base | //meta[@http-equiv]")
    for element in page.every("//*"):
        for name, value in element.attrib.items():
            assert not VOID.match(name), (element.tag, name)
            if name in ("href", "src", "action", "hx-get", "hx-post") and element.tag != "use":
                scheme = urlsplit(value.strip()).scheme
                assert scheme in ("", "https", "mailto", "webcal"), value
    idents = page.every("//@id")
    assert len(idents) == len(set(idents)), sorted(each for each in set(idents) if idents.count(each) > 1)
    assert len(page.every("//h1")) == 1
    assert page.every("/html/@lang") == ["es-MX"]
    assert page.texts("//title")[0].removesuffix(" - Horux360").strip()
    for form in page.every("//form[translate(@method, 'POST', 'post')='post']"):
        assert form.xpath(".//input[@name='csrf']/@value"), form.get("action")
    for name in page.every("//*[@aria-labelledby]/@aria-labelledby | //*[@aria-describedby]/@aria-describedby"):
        assert set(str(name).split()) <= set(idents), name
    for name in page.every("//@popovertarget | //label/@for"):
        assert name in idents, name
    for drawn in page.every("//*[local-name()='use']/@href"):
        assert str(drawn).removeprefix("#") in idents, drawn


@pytest.mark.parametrize("row", READ, ids=lambda row: row.route)
def test_no_page_has_anything_inline(stage: Stage, row: PageRow) -> None:
    page = asked(stage, browser(stage, one_who_may(row)), row)
    assert page.status == 200
    clean(page)


@pytest.mark.parametrize("row", READ, ids=lambda row: row.route)
def test_what_others_wrote_is_text(stage: Stage, row: PageRow) -> None:
    hostile(stage)
    own, place = browser(stage, one_who_may(row)), address(stage, row)
    page = own.get(place)
    assert page.status == 200
    clean(page)
    assert "<script>alert" not in page.html
    asked_for = own.ask(
        "GET", place, params=dict.fromkeys(("q", "cifra", "a", "token", "tipo", "cursor", "mes"), HOSTILE)
    )
    assert asked_for.status < 500
    if asked_for.status != 303:
        clean(asked_for)
        assert "<script>alert" not in asked_for.html


@pytest.mark.parametrize("row", READ, ids=lambda row: row.route)
def test_no_page_weighs_more_than_150_kb_with_all_it_asks_for(stage: Stage, row: PageRow) -> None:
    page = asked(stage, browser(stage, one_who_may(row)), row)
    assert weight(page) <= KB_150


def weight(page: Page) -> int:
    """As it travels: the page plain, the files packed."""
    names = {urlsplit(str(at)).path.rpartition("/")[2] for at in page.every("//script/@src | //link/@href")}
    return len(page.answer.content) + sum(len(ASSETS[name].packed) for name in names)


@pytest.mark.parametrize("name", sorted(ASSETS))
def test_the_files_of_pages_are_kept_for_good_by_their_version(stage: Stage, name: str) -> None:
    http = stage.product.http
    known = http.get(f"/static/{name}?v={ASSETS[name].version}")
    assert (known.status_code, known.content) == (200, ASSETS[name].content)
    assert "immutable" in known.headers["cache-control"]
    for other in ("", "?v=", "?v=0"):
        assert http.get(f"/static/{name}{other}").headers["cache-control"] == "no-cache"


def test_own_script_stays_within_its_budget() -> None:
    assert (
        sum(len(asset.content) for name, asset in ASSETS.items() if name.endswith(".js") and name != "htmx.js")
        <= 14_336
    )


@pytest.mark.parametrize(
    "place", ["../layout.html", "..%2flayout.html", "x.css", "horux.css/x", "%2e%2e/pages.py", "."]
)
def test_nothing_else_is_served_as_a_file(stage: Stage, place: str) -> None:
    assert stage.product.http.get(f"/static/{place}", follow_redirects=False).status_code == 404


EVIL = (
    "//malo.example", "/\\malo.example", "\\\\malo.example", "https://malo.example", "https:malo.example",
    "/\t/malo.example", "\t//malo.example", "/\n/malo.example", " //malo.example", "%2f%2fmalo.example",
    "javascript:alert(1)", "///malo.example", "/x\r\nSet-Cookie: a=b", "malo.example", "/" + "x" * 600, "//", "/\\",
    "/.//malo.example/..//\\x",
)  # fmt: skip


@pytest.mark.parametrize("back", EVIL)
def test_after_the_log_in_nobody_is_sent_to_another_site(stage: Stage, back: str) -> None:
    own = Browser(stage.product)
    shown = own.ask("GET", "/entrar", params={"a": back})
    assert shown.status == 200
    assert inside(shown.value_of("a") or "/")
    page = own.enter("owner@cascabel.mx", PASSWORD, back)
    assert page.status == 303
    assert inside(page.location)
    assert not [line for line in page.answer.headers.get_list("set-cookie") if line.startswith("a=")]
    assert inside(browser(stage, "owner").ask("GET", "/tema/oscuro", params={"a": back}).location)


def inside(location: str) -> bool:
    went = urljoin("http://testserver.local/entrar", location.replace("\\", "/"))
    return urlsplit(went).netloc == "testserver.local" and location.startswith("/")


def test_after_the_log_in_one_is_where_one_wanted(stage: Stage) -> None:
    own = Browser(stage.product)
    sent_away = own.get("/iva/2026/1?cifra=ivaTrasladado&x=á b")
    assert sent_away.location.startswith("/entrar?a=%2Fiva%2F2026%2F1%3Fcifra%3DivaTrasladado")
    shown = own.get(sent_away.location)
    came = own.enter("owner@cascabel.mx", PASSWORD, shown.value_of("a"))
    assert own.follow(came).h1 == "IVA de enero 2026"


@pytest.mark.parametrize("row", [row for row in PAGES if not row.public], ids=lambda row: row.route)
def test_an_ended_session_is_nowhere_one(stage: Stage, row: PageRow) -> None:
    who = one_who_may(row)
    headers = stage.product.credential(who)
    own = Browser(stage.product, {SESSION: headers["Authorization"].removeprefix("Bearer ")})
    token = own.csrf
    assert stage.product.http.post("/api/auth/logout", headers=headers).status_code == 204
    for cookie in (own.cookies[SESSION], own.cookies[SESSION][:-2], "x", "a.b.c"):
        ended = Browser(stage.product, {SESSION: cookie})
        page = (
            ended.get(address(stage, row)) if row.reads else ended.submit(address(stage, row), row.fields, csrf=token)
        )
        assert page.status == 303
        assert page.location.partition("?")[0] == "/entrar"
        assert (SESSION in ended.cookies) is (row.route != "POST /salir"), "otra pestaña puede tener ya una viva"


def test_a_piece_of_a_page_sends_all_of_it_to_the_log_in(stage: Stage) -> None:
    nobody = Browser(stage.product)
    asked_for = {"HX-Request": "true", "HX-Current-URL": "http://testserver.local/iva/2026/2?cifra=x"}
    page = nobody.get("/iva/2026/1", **asked_for)
    assert (page.status, page.answer.headers["hx-redirect"]) == (204, "/entrar?a=%2Fiva%2F2026%2F2%3Fcifra%3Dx")
    for evil in ("https://malo.example/iva", "//malo.example", "http://[::1", ""):
        page = nobody.get("/iva/2026/1", **{**asked_for, "HX-Current-URL": evil})
        back = page.answer.headers["hx-redirect"]
        assert back.startswith("/entrar")
        assert "malo" not in back
    temporal = browser(stage, "temporal").get("/teclas", **{"HX-Request": "true"})
    assert (temporal.status, temporal.answer.headers["hx-redirect"]) == (204, "/entrar/nueva")


def test_a_session_goes_on_while_it_is_used_and_ends_when_it_is_not(tmp_path_factory: pytest.TempPathFactory) -> None:
    now = [datetime.now(UTC)]
    with whole(tmp_path_factory.mktemp("datos"), clock=lambda: now[0]) as product:
        own = entered(product, "owner")
        first = own.cookies[SESSION]
        now[0] += timedelta(minutes=50)
        own.get("/teclas")
        assert own.cookies[SESSION] == first
        for _ in range(6):
            now[0] += timedelta(hours=20)
            assert own.get("/teclas").status == 200
        assert own.cookies[SESSION] != first
        now[0] += timedelta(hours=25)
        assert own.get("/teclas").location == "/entrar?a=%2Fteclas"


@pytest.mark.parametrize("place", ["/no-existe", "/iva/x", "/iva/2026/13", "/iva/2026/1/2", "/static/x", "/cfdi/../x"])
def test_what_is_not_there_is_a_page_that_says_so(stage: Stage, place: str) -> None:
    page = browser(stage, "owner").get(place)
    assert page.status in (404, 422)
    clean(page)
    assert page.every("//a[@href='/']")


def test_what_fails_tells_nothing_of_why(stage: Stage, monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(*_: object) -> NoReturn:
        raise RuntimeError("secreto: SELECT 1")

    monkeypatch.setattr(ShowIvaYear, "__call__", broken)
    page = browser(stage, "owner").get("/iva/2026")
    assert page.status == 500
    clean(page)
    for told in ("secreto", "SELECT", "Traceback", "RuntimeError", "horux_", ".py"):
        assert told not in page.text
    assert page.answer.headers["x-request-id"] in page.text


def test_a_form_that_was_not_taken_leads_back_to_its_page(stage: Stage) -> None:
    own = browser(stage, "owner")
    sent = {"Origin": ORIGIN, "Sec-Fetch-Site": "same-origin", "Content-Type": "application/x-www-form-urlencoded"}
    for referer, back in (
        (f"{ORIGIN}/iva/2026?x=1", ["/iva/2026?x=1"]),
        ("https://malo.example/iva", []),
        (f"{ORIGIN}.malo.example/iva", []),
        ("http://[::1", []),
        ("javascript:alert(1)", []),
    ):
        page = own.ask("POST", "/teclas", {**sent, "Referer": referer}, content=b"csrf=x")
        clean(page)
        assert page.every("//a[text()='Volver a la página']/@href") == back


def test_who_must_wait_is_told_how_long(stage: Stage, monkeypatch: pytest.MonkeyPatch) -> None:
    def busy(*_: object) -> NoReturn:
        raise ConnectionsExhausted("La base está ocupada.")

    monkeypatch.setattr(ShowIvaYear, "__call__", busy)
    page = browser(stage, "owner").get("/iva/2026")
    assert page.status == 503
    clean(page)
    wait = page.answer.headers["retry-after"]
    assert page.answer.headers["refresh"] == wait
    assert f"se vuelve a pedir sola en {wait} segundos" in page.text


def test_a_program_is_answered_as_one(stage: Stage) -> None:
    http = stage.product.http
    for sent in ({}, {"Accept": "application/json"}):
        assert http.get("/no-existe", headers=sent).headers["content-type"] == "application/problem+json"
    found = http.get("/api/no-existe", headers={"Accept": "text/html"})
    assert found.headers["content-type"] == "application/problem+json"
