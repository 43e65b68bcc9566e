"""No page leads to where nothing is: every link and every form of every page, followed from the frame on."""

from collections import Counter
from collections.abc import Iterator
from urllib.parse import urljoin, urlsplit

import pytest

from contracts.pages import PAGES
from contracts.samples import UN_UUID
from horux_core.plans.model import Plan
from tests.http.browsing import Page
from tests.http.paged import address, browser
from tests.http.stage import Stage, staged

MANY = 400
OFF = "ancestor-or-self::*[self::button or self::input or self::fieldset][@disabled]"
MADE_UP = {f"/cfdi/{UN_UUID}"}
"""The document of the stage's alert: the books have none such."""


@pytest.fixture(scope="module")
def stage(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Stage]:
    with staged(tmp_path_factory.mktemp("datos")) as built:
        built.put_back(Plan.ENTERPRISE, "authorized")
        yield built


def leads_to(page: Page, place: str) -> list[str]:
    """Addresses of this site that its links and forms that read have, and those that its script asks for."""
    found = page.every("//a[not(@download)]/@href | //form[not(@method)]/@action | //@hx-get")
    joined = (urljoin(f"http://testserver.local{place}", str(each)) for each in found)
    parts = [urlsplit(each) for each in joined]
    return [f"{p.path}?{p.query}" if p.query else p.path for p in parts if p.netloc == "testserver.local"]


def seen(stage: Stage, who: str) -> tuple[dict[str, int], dict[str, str]]:
    """What each address was answered with, and the page that led to it."""
    own = browser(stage, who)
    rows = [row for row in PAGES if row.reads and who in row.passes and row.done == 200 and row.looked != ()]
    whence = {address(stage, row): "la tabla de páginas" for row in rows}
    answered: dict[str, int] = {}
    waiting = list(whence)
    kinds = Counter[str]()
    while waiting and len(answered) < MANY:
        place = waiting.pop(0)
        path = urlsplit(place).path
        # Of a page with other filters, or of another month, one is as good as all: ten of each kind.
        kind = "/".join("#" if any(each.isdigit() for each in part) else part for part in path.split("/"))
        if place in answered or kinds[kind] >= 10 or path.startswith("/tema"):
            continue
        kinds[kind] += 1
        page = own.get(place)
        answered[place] = page.status
        if page.status == 200 and "text/html" in page.answer.headers.get("content-type", ""):
            for to in leads_to(page, place):
                whence.setdefault(to, place)
                waiting.append(to)
    return answered, whence


@pytest.mark.parametrize("who", ["visor", "contador", "owner", "operator", "operator-viewing"])
def test_no_link_is_dead(stage: Stage, who: str) -> None:
    answered, whence = seen(stage, who)
    assert len(answered) > 3
    wrong = {
        f"{place} (desde {whence[place]})": status
        for place, status in answered.items()
        if status not in (200, 303) and place not in MADE_UP
    }
    assert wrong == {}


def test_forms_send_to_pages_of_the_table(stage: Stage) -> None:
    routes = {row.route.partition(" ")[2] for row in PAGES if not row.reads}
    for row in PAGES:
        if not row.reads or row.done != 200 or row.looked == ():
            continue
        who = next(who for who in ("anonymous", "owner", "operator") if who in row.passes)
        place = address(stage, row)
        for action in browser(stage, who).get(place).every("//form[translate(@method, 'POST', 'post')='post']/@action"):
            path = urlsplit(str(action)).path or urlsplit(place).path
            assert any(matches(route, path) for route in routes), (place, action)


def matches(route: str, path: str) -> bool:
    mine, theirs = route.split("/"), path.split("/")
    return len(mine) == len(theirs) and all(a.startswith("{") or a == b for a, b in zip(mine, theirs, strict=True))


@pytest.fixture
def paused(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Stage]:
    with staged(tmp_path_factory.mktemp("datos")) as built:
        built.put_back(Plan.ENTERPRISE, "paused")
        yield built


def test_in_read_only_mode_what_would_be_refused_is_disabled(paused: Stage) -> None:
    """And says why: what is disabled is described by something on the page."""
    own = browser(paused, "owner")
    stands = {row.route.partition(" ")[2]: row.stands or not row.of_a_client for row in PAGES if not row.reads}
    wrong, met = [], 0
    for row in PAGES:
        if not row.reads or row.done != 200 or row.looked == () or "owner" not in row.passes or row.public:
            continue
        place = address(paused, row)
        for form in own.get(place).every("//form[translate(@method, 'POST', 'post')='post']"):
            path = urlsplit(form.get("action") or place).path
            if all(stood for route, stood in stands.items() if matches(route, path)):
                continue
            met += 1
            buttons = form.xpath(".//button[not(@type='button')] | .//input[@type='submit']")
            wrong += [f"{place}: {path}" for button in buttons if not button.xpath(OFF)]
    assert wrong == []
    assert met > 2
