"""The branches of an error page: what it offers, whether it comes again by itself, and what it keeps to itself."""

from collections.abc import Iterator
from typing import NoReturn

import pytest
from litestar.exceptions import HTTPException

from horux_core.fiscal.calendario.consultando import ShowCalendario
from horux_core.fiscal.calendario.publicando import RevokeFeed
from horux_core.kernel.errors import HoruxError
from horux_core.plans.model import Plan
from horux_core.tenancy.errors import DatabaseUnavailable
from tests.http.browsing import ORIGIN, Page
from tests.http.paged import browser
from tests.http.stage import Stage, staged

BACK = "//a[.='Volver a la página']/@href"
MENU = "//nav[@id='menu']"


class Unplaced(HoruxError):
    code = "sin-lugar"
    title = "De ninguna clase"


@pytest.fixture(scope="module")
def built(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Stage]:
    with staged(tmp_path_factory.mktemp("datos")) as stage:
        yield stage


@pytest.fixture
def stage(built: Stage) -> Stage:
    built.put_back(Plan.ENTERPRISE, "authorized")
    return built


def failing(monkeypatch: pytest.MonkeyPatch, case: type, error: Exception) -> None:
    def fails(*_: object) -> NoReturn:
        raise error

    monkeypatch.setattr(case, "__call__", fails)


def refused_from(stage: Stage, referer: str) -> Page:
    own = browser(stage, "owner")
    sent = {"Origin": ORIGIN, "Sec-Fetch-Site": "same-origin", "X-CSRF-Token": own.csrf}
    return own.ask("POST", "/empresas", {**sent, **({"Referer": referer} if referer else {})}, data={"rfc": "x"})


def test_a_form_s_refusal_leads_back_to_its_page(stage: Stage) -> None:
    assert refused_from(stage, f"{ORIGIN}/iva/2026?a=b").every(BACK) == ["/iva/2026?a=b"]


@pytest.mark.parametrize(
    "referer", ["", "https://evil.example/iva/2026", "http://[", f"{ORIGIN}", "http://testserver.local:1/iva"]
)
def test_it_leads_back_to_nothing_else(stage: Stage, referer: str) -> None:
    page = refused_from(stage, referer)
    assert page.status in (403, 422)
    assert not page.every(BACK)
    assert page.every("//a[.='Ir al inicio' and contains(@class, 'btn--primary')]")


def test_what_was_only_asked_for_leads_back_nowhere(stage: Stage) -> None:
    page = browser(stage, "owner").get("/iva/nunca", Referer=f"{ORIGIN}/iva/2026")
    assert page.status == 404
    assert not page.every(BACK)


@pytest.mark.parametrize(("seconds", "words"), [(1, "1 segundo."), (7, "7 segundos.")])
def test_what_passes_is_asked_for_again_by_itself(
    stage: Stage, monkeypatch: pytest.MonkeyPatch, seconds: int, words: str
) -> None:
    failing(monkeypatch, ShowCalendario, DatabaseUnavailable("No responde.", retryAfter=seconds))
    page = browser(stage, "owner").get("/calendario")
    assert (page.status, page.answer.headers["refresh"]) == (503, str(seconds))
    assert page.texts("//p[@role='status']") == [f"La página se vuelve a pedir sola en {words}"]
    assert page.every(MENU)


def test_what_stays_is_not_asked_for_again(stage: Stage) -> None:
    page = browser(stage, "owner").get("/no-existe")
    assert page.status == 404
    assert "refresh" not in page.answer.headers
    assert "segundo" not in page.text


@pytest.mark.parametrize("error", [Unplaced("secreto"), HTTPException("secreto", status_code=500), OSError("secreto")])
def test_a_fault_of_ours_says_nothing_of_itself_and_stands_alone(
    stage: Stage, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture, error: Exception
) -> None:
    own = browser(stage, "owner")
    for case in (ShowCalendario, RevokeFeed):
        failing(monkeypatch, case, error)
        caplog.clear()
        page = own.get("/calendario") if case is ShowCalendario else own.submit("/calendario/liga/revocar")
        assert page.status == 500
        assert [record.exc_info[1] for record in caplog.records if record.exc_info] == [error]
        assert "secreto" not in page.html
        assert not page.every(MENU), "lo que falló puede ser lo que dibuja el marco"


@pytest.mark.parametrize(
    ("path", "accept", "kind"),
    [
        ("/no-existe", "text/html", "text/html"),
        ("/no-existe", "application/json", "application/problem+json"),
        ("/api/no-existe", "text/html", "application/problem+json"),
    ],
)
def test_what_is_nowhere_is_told_to_who_looks_and_to_a_program(stage: Stage, path: str, accept: str, kind: str) -> None:
    page = browser(stage, "anonymous").get(path, Accept=accept)
    assert page.status == 404
    assert page.answer.headers["content-type"].partition(";")[0] == kind
