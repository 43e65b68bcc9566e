"""A secret that a form made travels sealed to the page that shows it, and is then gone."""

from collections.abc import Iterator
from time import time

import pytest

from horux_core.plans.model import Plan
from horux_http.browser import once
from tests.http.browsing import Browser
from tests.http.paged import browser
from tests.http.stage import Stage, staged

NAME = "horux_una_vez"


@pytest.fixture(scope="module")
def built(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Stage]:
    with staged(tmp_path_factory.mktemp("datos")) as stage:
        yield stage


@pytest.fixture
def stage(built: Stage) -> Stage:
    built.put_back(Plan.ENTERPRISE, "authorized")
    return built


PLACES: tuple[tuple[str, str, dict[str, str], str], ...] = (
    ("/configuracion/api", "/configuracion/api", {"nombre": "Caja", "scopes": "cfdi:read"}, "//*[@id='secreto']"),
    ("/calendario/liga", "/calendario", {}, "//*[@id='url']"),
)


@pytest.mark.parametrize(("form", "place", "fields", "where"), PLACES)
def test_it_is_shown_once_on_its_page(stage: Stage, form: str, place: str, fields: dict[str, str], where: str) -> None:
    own = browser(stage, "owner")
    page = own.submit(form, fields)
    assert (page.status, page.location.partition("#")[0], page.answer.content) == (303, place, b"")
    (line,) = (each for each in page.answer.headers.get_list("set-cookie") if each.startswith(NAME))
    parts = {part.strip().lower() for part in line.split(";")}
    assert {"path=/", "max-age=60", "httponly", "samesite=lax"} <= parts
    sealed = own.cookies[NAME]
    shown = own.get(place)
    (secret,) = shown.texts(where)
    for hidden in (page.location, sealed, *page.answer.headers.values()):
        assert secret not in hidden
    assert NAME not in own.cookies, "se olvida al mostrarse"
    again = own.get(place)
    assert not again.every(where)
    assert secret not in again.html


def carrying(stage: Stage) -> Browser:
    own = browser(stage, "owner")
    assert own.submit("/calendario/liga").status == 303
    return own


def test_only_the_page_that_shows_it_uses_it_up(stage: Stage) -> None:
    own = carrying(stage)
    for place in ("/calendario?anio=x", "/calendario?mes=trece", "/configuracion/api", "/no-existe"):
        own.get(place)
        assert NAME in own.cookies, place
    assert own.get("/calendario").every("//*[@id='url']")
    for junk in ("x", "%ff", "A" * 200):
        own.cookies[NAME] = junk
        assert own.get("/teclas").status == 200
        assert NAME not in own.cookies


def test_it_is_of_its_session_its_page_and_its_minute(stage: Stage, monkeypatch: pytest.MonkeyPatch) -> None:
    own = carrying(stage)
    sealed = own.cookies[NAME]
    other = Browser(stage.product, {"horux_sesion": stage.product.credential("owner")["Authorization"][7:]})
    for wrong in (sealed[:-4], "x" + sealed, sealed[::-1], "", "AAAA", "A" * 200):
        own.cookies[NAME] = wrong
        assert not own.get("/calendario").every("//*[@id='url']")
    other.cookies[NAME] = sealed
    assert not other.get("/calendario").every("//*[@id='url']")
    own.cookies[NAME] = sealed
    assert not own.get("/configuracion/api").every("//*[@id='secreto']")
    now = time()
    monkeypatch.setattr("horux_http.browser.once.time", lambda: now + once.SECONDS + 1)
    assert not own.get("/calendario").every("//*[@id='url']")
    monkeypatch.setattr("horux_http.browser.once.time", lambda: now)
    own.cookies[NAME] = sealed
    assert own.get("/calendario").every("//*[@id='url']")
