"""A real browser, the system's Chromium, in front of a product that is served."""

import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from playwright.sync_api import Browser, BrowserContext, sync_playwright

from tests.browser.sample import PASSWORD

WIDTHS = {1440: 900, 390: 844}
THEMES = ("claro", "oscuro")
_NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")


def program() -> Path | None:
    """CHROMIUM's, else the first found."""
    given = os.environ.get("CHROMIUM")
    found = given or next((path for path in map(shutil.which, _NAMES) if path), None)
    return Path(found) if found else None


@contextmanager
def chromium() -> Iterator[Browser]:
    """Skips out loud where there is none, which CI does not let pass."""
    path = program()
    if path is None:
        pytest.skip("falta Chromium: instálalo, o di en CHROMIUM dónde está")
    with sync_playwright() as play:
        browser = play.chromium.launch(
            executable_path=path, args=["--no-sandbox", "--disable-dev-shm-usage", "--lang=es-MX"]
        )
        try:
            yield browser
        finally:
            browser.close()


def window(
    browser: Browser, url: str, *, width: int = 1440, theme: str = "claro", script: bool = True
) -> BrowserContext:
    """A clean one, in a theme. What waits longer than ten seconds fails."""
    opened = browser.new_context(
        base_url=url, viewport={"width": width, "height": WIDTHS.get(width, 900)}, locale="es-MX",
        timezone_id="America/Mexico_City", java_script_enabled=script, reduced_motion="reduce",
        has_touch=width < 500, is_mobile=width < 500,
    )  # fmt: skip
    opened.set_default_timeout(10_000)
    opened.add_cookies([{"name": "horux_tema", "value": theme, "url": url}])
    return opened


def enter(opened: BrowserContext, email: str, password: str = PASSWORD) -> None:
    """By the form of the log-in."""
    page = opened.new_page()
    page.goto("/entrar")
    page.get_by_label("Correo").fill(email)
    page.get_by_label("Contraseña", exact=True).fill(password)
    page.get_by_role("button", name="Entrar").click()
    page.wait_for_load_state()
    assert not page.url.endswith("/entrar"), page.inner_text("main")
    page.close()
