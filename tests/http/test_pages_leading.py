"""Where an error page and the log-in lead back to shows something, also after a form that was not taken."""

from collections.abc import Iterator
from urllib.parse import quote

import pytest
from litestar import Litestar, get, post
from litestar.params import FromPath

from contracts.routes import CLIENT
from horux_core.plans.model import Plan
from horux_http.browser.leading import by_link
from tests.http.browsing import ORIGIN
from tests.http.paged import browser
from tests.http.stage import Stage, staged

UUID = "5a1c2b54-0f3e-4d0a-9c1e-7d2f8a3b6c01"


@pytest.fixture(scope="module")
def built(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Stage]:
    with staged(tmp_path_factory.mktemp("datos")) as stage:
        yield stage


@pytest.fixture
def stage(built: Stage) -> Stage:
    built.put_back(Plan.ENTERPRISE, "authorized")
    return built


FORMS = (
    ("/isr/2026/1/declaracion?anio=x", "/isr/2026/1"),
    ("/iva/2026/1/declaracion", "/iva/2026/1"),
    (f"/alertas/{UUID}", "/alertas"),
    ("/calendario/liga/revocar", "/calendario"),
    (f"/conciliacion/{UUID}/aceptar", "/conciliacion"),
    ("/salir", ""),
)


@pytest.mark.parametrize(("form", "page"), FORMS)
def test_of_what_only_takes_a_form_the_page_above_it(stage: Stage, form: str, page: str) -> None:
    assert by_link(stage.product.app, form) == page
    if page:
        assert browser(stage, "owner").get(page).status in (200, 303)


@pytest.mark.parametrize(
    "address",
    ["/iva/2026?a=b", f"/cfdi/{UUID}", "/op/clientes/EKU9003173C9", "/", "/no-existe/nada", "/iva/muchos/1", "/ñ%20€"],
)
def test_what_shows_something_or_is_nowhere_stays(stage: Stage, address: str) -> None:
    assert by_link(stage.product.app, address) == address


def test_a_name_goes_before_what_may_be_anything() -> None:
    @get("/a/{each:str}", sync_to_thread=False)
    def shown(each: FromPath[str]) -> None: ...

    @post("/a/{each:str}/b", sync_to_thread=False)
    def below(each: FromPath[str]) -> None: ...

    @post("/a/form", sync_to_thread=False)
    def form() -> None: ...

    app = Litestar([form, shown, below])
    assert by_link(app, "/a/form") == ""
    assert by_link(app, "/a/other/b") == "/a/other"


@pytest.mark.parametrize(("form", "page"), FORMS[:-1])
def test_the_log_in_leads_back_to_the_page_of_a_form(stage: Stage, form: str, page: str) -> None:
    """The refused form was shown at its own address; sent again from there, the session had ended."""
    own = browser(stage, "owner")
    own.cookies.pop("horux_sesion")
    answer = own.ask("POST", "/calendario/liga", {"Origin": ORIGIN, "Referer": ORIGIN + form})
    assert (answer.status, answer.location) == (303, f"/entrar?a={quote(page, safe='')}")


def test_the_way_back_from_an_error_is_no_form(stage: Stage) -> None:
    own = browser(stage, "owner")
    sent = {"Origin": ORIGIN, "Sec-Fetch-Site": "same-origin", "Referer": f"{ORIGIN}/isr/2026/1/declaracion"}
    page = own.ask("POST", "/empresas", {**sent, "X-CSRF-Token": own.csrf}, data={"rfc": CLIENT[:4]})
    assert page.every("//a[.='Volver a la página']/@href") == ["/isr/2026/1"]
