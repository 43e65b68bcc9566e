"""Every page as a picture, at both widths and in both themes: `make screenshots`.

    python -m tests.browser.shots [--out capturas] [--who EMAIL] [--at 390] [--theme oscuro] [--url URL] [ADDRESS…]

Without addresses, those of contracts/pages.py. Ends with 1 when a page could not be drawn or is wider than its screen.
"""

import argparse
import re
import sys
from collections.abc import Iterable, Sequence
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path

from playwright.sync_api import Browser, Page

from contracts.pages import PAGES, PageRow
from horux_adapters.telemetry.logs import configure
from tests.browser.looking import THEMES, WIDTHS, chromium, enter, window
from tests.browser.sample import OPERATOR, TEMPORARY
from tests.browser.showing import shown

OWNER = "duena@cascabel.mx"
WHO = {"": OWNER, "owner": OWNER, "operator": OPERATOR, "temporal": TEMPORARY}


@dataclass(frozen=True)
class Sight:
    """An address and who looks at it: an e-mail, or anonymous."""

    address: str
    who: str
    status: int = 200

    @property
    def name(self) -> str:
        place = re.sub(r"[^a-z0-9]+", "-", self.address.lower()).strip("-") or "raiz"
        return f"{place}.{self.who.partition('@')[0]}"


STATES = (
    *(
        Sight(at, "pausada@tpr.mx")
        for at in ("/cfdi", "/carga", "/iva/2026/10", "/configuracion", "/configuracion/sat")
    ),
    *(
        Sight(at, "nueva@hegt.mx")
        for at in ("/cfdi", "/carga", "/iva/2026", "/isr/2026", "/alertas", "/configuracion/sat")
    ),
    *(Sight(at, "starter@roem.mx", 403) for at in ("/alertas", "/calendario", "/reportes", "/xml-sat/2026/10")),
    *(Sight(at, "visor@cascabel.mx") for at in ("/cfdi", "/iva/2026/10", "/configuracion")),
    Sight("/no-existe", OWNER, 404),
    Sight("/configuracion/usuarios", "visor@cascabel.mx", 403),
)
"""Pages as who may not write sees them, or has nothing yet, or has another plan; and what fails."""


def sights(rows: Iterable[PageRow] = PAGES) -> list[Sight]:
    """What is drawn of the table; of the operator's panel, by the operator."""
    found = []
    for row in rows:
        by = row.by or ("operator" if not row.passes & {"owner", "anonymous"} else "owner")
        found += [Sight(address, WHO.get(by, by)) for address in row.drawn]
    return [*found, *STATES]


def wider(page: Page) -> int:
    """By how many pixels it is wider than the screen."""
    found: int = page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")
    return found


def whole(page: Page) -> Page:
    """From its beginning, on a screen as tall as it is: what sticks to the foot is at the foot, but for a drawer."""
    page.evaluate("document.activeElement?.blur(); scrollTo(0, 0)")
    if page.locator(".drawer").count():
        return page
    tall = page.evaluate("document.documentElement.scrollHeight")
    size = page.viewport_size
    assert size is not None
    page.set_viewport_size({"width": size["width"], "height": min(max(tall, size["height"]), 8_000)})
    return page


def draw(
    browser: Browser, url: str, seen: Sequence[Sight], out: Path, widths: Iterable[int], themes: Iterable[str]
) -> int:
    """How many went wrong."""
    wrong = 0
    out.mkdir(parents=True, exist_ok=True)
    for who in dict.fromkeys(sight.who for sight in seen):
        for theme in themes:
            for width in widths:
                with window(browser, url, width=width, theme=theme) as opened:
                    if who != "anonymous":
                        enter(opened, who)
                    page = opened.new_page()
                    for sight in (each for each in seen if each.who == who):
                        answer = page.goto(sight.address, wait_until="load")
                        status = answer.status if answer else 0
                        over = wider(page)
                        whole(page).screenshot(path=out / f"{sight.name}.{width}.{theme}.png", full_page=True)
                        page.set_viewport_size({"width": width, "height": WIDTHS[width]})
                        if status != sight.status or over > 0:
                            wrong += 1
                            print(f"{sight.address} ({who}, {width}, {theme}): {status}, {over} px de más")
    return wrong


def main() -> int:
    asked = argparse.ArgumentParser(description="Las páginas en capturas.")
    asked.add_argument("addresses", nargs="*")
    asked.add_argument("--out", type=Path, default=Path("capturas"))
    asked.add_argument("--who", default="")
    asked.add_argument("--at", type=int, choices=sorted(WIDTHS), action="append")
    asked.add_argument("--theme", choices=THEMES, action="append")
    asked.add_argument("--url", default="")
    given = asked.parse_args()
    configure(production=False, level="error")
    seen = [Sight(address, given.who or OWNER) for address in given.addresses]
    if not seen:
        seen = [each for each in sights() if given.who in ("", each.who)]
    with ExitStack() as open_:
        url = given.url or open_.enter_context(shown())
        browser = open_.enter_context(chromium())
        wrong = draw(browser, url, seen, given.out, given.at or WIDTHS, given.theme or THEMES)
    print(f"{len(seen)} páginas en {given.out}/; mal: {wrong}")
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main())
