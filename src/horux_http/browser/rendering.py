"""From a template and what it shows to the bytes of a page."""

import re
from pathlib import Path
from typing import Any

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from markupsafe import Markup

from horux_http.browser.assets import address
from horux_http.browser.formats import FILTROS

_TEMPLATES = Path(__file__).parent.parent / "templates"
_USED = re.compile(r'href="#i-([a-z-]+)"')
_END = "</body>"
_SYMBOLS = {
    found[1]: found[0]
    for found in re.finditer(r'<symbol id="i-([a-z-]+)".*?</symbol>', (_TEMPLATES / "icons.svg").read_text("utf-8"))
}
"""The drawings, each on a grid of 16, by name."""


def _environment() -> Environment:
    environment = Environment(
        loader=FileSystemLoader(_TEMPLATES),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        auto_reload=False,
    )
    environment.filters.update(FILTROS)
    environment.globals.update(asset=address, icon=icon)
    return environment


def icon(name: str, label: str = "") -> Markup:
    """A drawing; with a label it says something, without it is left out for who cannot see it."""
    told = Markup('role="img" aria-label="{}"').format(label) if label else Markup('aria-hidden="true"')
    return Markup('<svg class="icon" {}><use href="#i-{}"/></svg>').format(told, name)


_ENVIRONMENT = _environment()


def rendered(template: str, values: dict[str, Any]) -> str:
    """The page, and at its end the drawings that it uses."""
    page = _ENVIRONMENT.get_template(template).render(values)
    used = sorted(set(_USED.findall(page)))
    symbols = "".join(_SYMBOLS[name] for name in used)
    head, end, tail = page.rpartition(_END)
    return f"{head}<svg hidden>{symbols}</svg>\n{end}{tail}" if end and used else page
