"""Every page of the table in a real browser, in both themes at both widths: axe, width, weight, and no complaint."""

from collections.abc import Iterator
from itertools import product as every
from typing import Any
from urllib.parse import urlsplit

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, BrowserContext, Page

from tests.browser.looking import THEMES, WIDTHS, enter, window
from tests.browser.shots import Sight, sights, wider

KB_150 = 150 * 1024
SIGHTS = sights()
NARROW = min(WIDTHS)


@pytest.fixture(scope="module")
def windows(chrome: Browser, sample_url: str) -> Iterator["Windows"]:
    kept = Windows(chrome, sample_url)
    yield kept
    kept.close()


class Windows:
    """One for each who looks, theme and width: who is in stays in."""

    def __init__(self, chrome: Browser, url: str) -> None:
        self._chrome, self._url = chrome, url
        self._kept: dict[tuple[str, str, int], BrowserContext] = {}

    def of(self, who: str, theme: str, width: int) -> BrowserContext:
        found = self._kept.get((who, theme, width))
        if found is None:
            found = self._kept[who, theme, width] = window(self._chrome, self._url, width=width, theme=theme)
            if who != "anonymous":
                enter(found, who)
        return found

    def close(self) -> None:
        for opened in self._kept.values():
            opened.close()


def violations(page: Page) -> list[str]:
    """What axe finds, in a line each."""
    found: Any = Axe().run(page).response["violations"]
    return [
        f"{each['id']}: {node['html'][:160]} {' '.join(node.get('failureSummary', '').split())[:300]}"
        for each in found
        for node in each["nodes"]
    ]


@pytest.mark.parametrize(("theme", "width"), list(every(THEMES, WIDTHS)))
@pytest.mark.parametrize("sight", SIGHTS, ids=lambda sight: sight.name)
def test_nothing_is_wrong_with_a_page(windows: Windows, sight: Sight, theme: str, width: int) -> None:
    page, complaints = windows.of(sight.who, theme, width).new_page(), list[str]()
    page.on("console", lambda told: complaints.append(told.text) if told.type in ("error", "warning") else None)
    page.on("pageerror", lambda error: complaints.append(str(error)))
    try:
        answer = page.goto(sight.address, wait_until="load")
        assert answer is not None
        assert answer.status == sight.status
        assert urlsplit(page.url).path == urlsplit(sight.address).path
        assert page.evaluate("document.documentElement.dataset.theme") == {"claro": "light", "oscuro": "dark"}[theme]
        assert wider(page) <= 0, "se desborda a lo ancho"
        assert weight(page) <= KB_150
        assert violations(page) == []
        expected = "Failed to load resource" if sight.status >= 400 else "nada"
        assert [told for told in complaints if not told.startswith(expected)] == []
        if width == NARROW:
            page.set_viewport_size({"width": 320, "height": 640})
            assert wider(page) <= 0, "no cabe en 320 px"
    finally:
        page.close()


def weight(page: Page) -> int:
    """Of the page, plain, and of what it asked for, as it travelled."""
    found: int = page.evaluate(
        "performance.getEntriesByType('navigation')[0].decodedBodySize + "
        "performance.getEntriesByType('resource').reduce((sum, each) => sum + each.encodedBodySize, 0)"
    )
    return found


def test_what_axe_looks_for_is_seen(chrome: Browser) -> None:
    with chrome.new_context() as opened:
        page = opened.new_page()
        page.set_content("<main><h1>x</h1><img src='x'><input></main>")
        assert {line.partition(":")[0] for line in violations(page)} >= {"image-alt", "label", "html-has-lang"}
