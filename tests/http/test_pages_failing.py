"""What is told when something cannot be done now: nothing that will not happen, and all that can be known anyway."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import NoReturn
from urllib.parse import quote, unquote, urljoin, urlsplit

import pytest

from contracts.routes import CLIENT, PASSWORD
from horux_core.fiscal.calendario.publicando import RevokeFeed
from horux_core.operations.clients import Usage
from horux_core.plans.model import Plan
from horux_core.tenancy.errors import ConnectionsExhausted, DatabaseUnavailable
from horux_http.browser.formats import momento
from tests.http.browsing import ORIGIN, Browser
from tests.http.paged import browser
from tests.http.stage import Stage, staged


@pytest.fixture(scope="module")
def built(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Stage]:
    with staged(tmp_path_factory.mktemp("datos")) as stage:
        yield stage


@pytest.fixture
def stage(built: Stage) -> Stage:
    built.put_back(Plan.ENTERPRISE, "authorized")
    return built


def test_a_form_is_not_said_to_be_sent_again_nor_to_be_safe(stage: Stage, monkeypatch: pytest.MonkeyPatch) -> None:
    own = browser(stage, "owner")

    def busy(*_: object) -> NoReturn:
        raise ConnectionsExhausted("La base está ocupada.")

    def broken(*_: object) -> NoReturn:
        raise RuntimeError("secreto")

    monkeypatch.setattr(RevokeFeed, "__call__", busy)
    page = own.submit("/calendario/liga/revocar")
    assert page.status == 503
    assert "refresh" not in page.answer.headers
    assert "se vuelve a pedir" not in page.text
    assert f"Intenta otra vez en {page.answer.headers['retry-after']} segundos." in page.text
    monkeypatch.setattr(RevokeFeed, "__call__", broken)
    page = own.submit("/calendario/liga/revocar")
    assert page.status == 500
    assert "No sabemos si quedó hecho: revísalo antes de repetir." in page.text
    assert "a salvo" not in page.text
    assert "Intenta de nuevo" not in page.text


def test_a_client_whose_books_do_not_open_is_still_looked_after(stage: Stage, monkeypatch: pytest.MonkeyPatch) -> None:
    def down(*_: object) -> NoReturn:
        raise DatabaseUnavailable("No responde.")

    gateways, operator = stage.product.horux.gateways, browser(stage, "operator")
    monkeypatch.setattr(type(gateways.books()), "open", down)
    place = f"/op/clientes/{CLIENT}"
    assert "Todavía no se ha podido medir" in operator.get(place).text
    at = datetime.now(UTC) - timedelta(hours=30)
    gateways.clients().measured(stage.tenant, Usage(4321, 2048, at))
    page = operator.get(place)
    assert "4,321" in page.text
    assert f"Medido el {momento(at)}" in page.text
    for tab in ("/pagos", "/usuarios", "/efirma", "/auditoria"):
        assert operator.get(place + tab).status == 200, tab


@pytest.mark.parametrize(
    "place", ["/calendario?anio=muchos", "/calendario?mes=trece", "/iva/2026?cursor=%00&anio=x", "/calendario?anio=0"]
)
def test_a_bad_address_is_told_in_the_frame_and_in_its_words(stage: Stage, place: str) -> None:
    page = browser(stage, "owner").get(place)
    assert page.every("//nav[@id='menu']")
    for api in ("cuerpo", "`", "solicitud", "encabezado", "Accept"):
        assert api not in page.texts("//main")[0].replace("Solicitud", "")


def test_the_address_of_a_form_is_told_as_one(stage: Stage) -> None:
    page = browser(stage, "owner").get("/salir")
    assert (page.status, page.h1) == (405, "Esta dirección es de un formulario")


@pytest.mark.parametrize("rfc", ["", "x", "ZZZ010101ZZ0"])
def test_a_company_that_is_none_is_told_without_the_api_s_words(stage: Stage, rfc: str) -> None:
    page = browser(stage, "owner").submit("/empresas", {"rfc": rfc})
    assert page.status in (403, 422)
    assert "`" not in page.text
    assert "cuerpo" not in page.text
    assert page.every("//nav[@id='menu']")


@pytest.mark.parametrize("path", ["//evil.example/x", "/\\evil.example", "///evil.example", "/\\/evil.example?a=b"])
def test_the_way_back_from_an_error_is_of_this_site(stage: Stage, path: str) -> None:
    own = browser(stage, "owner")
    sent = {"Origin": ORIGIN, "Sec-Fetch-Site": "same-origin", "Referer": f"{ORIGIN}{path}"}
    page = own.ask("POST", "/empresas", {**sent, "X-CSRF-Token": own.csrf}, data={"rfc": "x"})
    links = page.every("//a[.='Volver a la página']/@href")
    assert links
    assert all(urlsplit(urljoin(ORIGIN, link)).netloc == "testserver.local" for link in links)


@pytest.mark.parametrize("kind", ["%ff", "pdf", 'pdf";x=1', "a%0d%0ab", "", "CSV"])
@pytest.mark.parametrize(
    ("who", "place"),
    [("owner", "/configuracion/auditoria/archivo"), ("owner", "/configuracion/sat/usos"),
     ("operator", "/op/clientes/archivo"), ("operator", "/op/auditoria/archivo")],
)  # fmt: skip
def test_a_file_of_an_unknown_kind_is_no_page(stage: Stage, who: str, place: str, kind: str) -> None:
    page = browser(stage, who).get(f"{place}?formato={kind}")
    assert (page.status, page.h1) == (400, "Esta dirección no se entiende")
    assert "content-disposition" not in page.answer.headers


@pytest.mark.parametrize("back", ["/ñ€", "/buscar?q=ñandú€"])
def test_any_letters_lead_back_after_the_log_in(stage: Stage, back: str) -> None:
    own = Browser(stage.product)
    assert own.get("/entrar?a=" + quote(back)).status == 200
    page = own.enter("owner@cascabel.mx", PASSWORD, back)
    assert page.status == 303
    assert unquote(page.location) == back
