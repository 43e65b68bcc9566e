"""No page leads to where nothing is: every link and every form of every page, followed from the frame on."""

import csv
import json
import re
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import cache, partial
from io import BytesIO, StringIO
from urllib.parse import parse_qs, urljoin, urlsplit

import pytest
from lxml import etree
from openpyxl import load_workbook

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
    found = page.every("//a[not(@data-file)]/@href | //form[not(@method)]/@action | //@hx-get")
    joined = (urljoin(f"http://testserver.local{place}", str(each)) for each in found)
    parts = [urlsplit(each) for each in joined]
    return [f"{p.path}?{p.query}" if p.query else p.path for p in parts if p.netloc == "testserver.local"]


@dataclass(frozen=True)
class Seen:
    """What each address was answered with, the page that led to it, and the files that pages offer."""

    answered: dict[str, int]
    whence: dict[str, str]
    files: dict[str, str]


def kind_of(place: str) -> str:
    """Of a page with other filters, or of another month, one is as good as all."""
    path = urlsplit(place).path
    return "/".join("#" if any(each.isdigit() for each in part) else part for part in path.split("/"))


def seen(stage: Stage, who: str) -> Seen:
    own = browser(stage, who)
    rows = [row for row in PAGES if row.reads and who in row.passes and row.done == 200 and row.looked != ()]
    whence = {address(stage, row): "la tabla de páginas" for row in rows}
    answered: dict[str, int] = {}
    files: dict[str, str] = {}
    waiting = list(whence)
    kinds = Counter[str]()
    while waiting and len(answered) < MANY:
        place = waiting.pop(0)
        kind = kind_of(place)
        if place in answered or kinds[kind] >= 10 or place.startswith("/tema"):
            continue
        kinds[kind] += 1
        page = own.get(place)
        answered[place] = page.status
        if page.status == 200 and "text/html" in page.answer.headers.get("content-type", ""):
            for to in leads_to(page, place):
                whence.setdefault(to, place)
                waiting.append(to)
            for href in page.every("//a[@data-file]/@href"):
                files.setdefault(urljoin(place, str(href)), place)
    return Seen(answered, whence, files)


@pytest.fixture(scope="module")
def crawled(stage: Stage) -> Callable[[str], Seen]:
    return cache(partial(seen, stage))


@pytest.mark.parametrize("who", ["visor", "contador", "owner", "operator", "operator-viewing"])
def test_no_link_is_dead(crawled: Callable[[str], Seen], who: str) -> None:
    found = crawled(who)
    assert len(found.answered) > 3
    wrong = {
        f"{place} (desde {found.whence[place]})": status
        for place, status in found.answered.items()
        if status not in (200, 303) and place not in MADE_UP
    }
    assert wrong == {}


KINDS = {
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet", "csv": "text/csv",
    "xml": "application/xml", "json": "application/json",
}  # fmt: skip
LEAST = {"visor": 6, "contador": 6, "owner": 10, "operator": 4, "operator-viewing": 6}
"""Kinds of file that each is offered at least."""


def opens(ending: str, content: bytes) -> bool:
    """Whether what reads files of that kind makes something of it."""
    if ending == "xlsx":
        book = load_workbook(BytesIO(content), read_only=True)
        return any(cell for sheet in book for row in sheet.iter_rows(values_only=True) for cell in row)
    if ending == "csv":
        header, *rows = csv.reader(StringIO(content.decode("utf-8-sig")))
        return len(header) > 1 and all(header) and all(len(row) == len(header) for row in rows)
    return json.loads(content) is not None if ending == "json" else etree.fromstring(content) is not None


@pytest.mark.parametrize("who", ["visor", "contador", "owner", "operator", "operator-viewing"])
def test_every_file_comes_as_what_it_says(stage: Stage, crawled: Callable[[str], Seen], who: str) -> None:
    own, wrong, kinds = browser(stage, who), [], Counter[str]()
    for place, whence in crawled(who).files.items():
        kind = f"{kind_of(place)} {parse_qs(urlsplit(place).query).get('formato', [''])[0]}"
        kinds[kind] += 1
        if kinds[kind] > 3:
            continue
        answer = own.get(place).answer
        named = re.fullmatch(r'attachment; filename="[\w.-]+\.(\w+)"', answer.headers.get("content-disposition", ""))
        ending = named.group(1) if named else ""
        media = answer.headers["content-type"].partition(";")[0]
        if answer.status_code != 200 or KINDS.get(ending) != media or not opens(ending, answer.content):
            wrong.append(f"{place} (desde {whence}): {answer.status_code} {media} {ending}")
    assert wrong == []
    assert len(kinds) >= LEAST[who], kinds


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
