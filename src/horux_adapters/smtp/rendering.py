"""A letter as its two texts: HTML that Outlook and Gmail can draw, and the same in plain text."""

import re
from dataclasses import dataclass, field, fields
from pathlib import Path
from typing import Any

from css_inline import CSSInliner
from jinja2 import Environment, FileSystemLoader, StrictUndefined

from horux_adapters.smtp.wording import FILTERS, unlinked
from horux_core.identity.temporary_passwords import VALID
from horux_core.notifications.letters import LETTERS, Letter, one_line

_ADDRESSES = ("login_url", "pay_url", "reset_url", "calendar_url", "email", "uploaded_by", "password")
_BLANKS = re.compile(r"\s*\n\s*")
_GAPS = re.compile(r"\n{3,}")


@dataclass(frozen=True, slots=True)
class Rendered:
    subject: str
    html: str = field(repr=False)
    text: str = field(repr=False)


class Rendering:
    """Draws letters. `replies`: whether somebody reads what is answered to them."""

    def __init__(self) -> None:
        self._inliner = CSSInliner(load_remote_stylesheets=False)
        html, text = _environment(autoescape=True), _environment(autoescape=False)
        self._templates = {
            kind: (html.get_template(f"{name(kind)}.html"), text.get_template(f"{name(kind)}.txt")) for kind in LETTERS
        }

    def __call__(self, letter: Letter, *, replies: bool = False) -> Rendered:
        html, text = self._templates[type(letter)]
        told = facts(letter) | {"subject": one_line(letter.subject), "replies": replies}
        drawn = self._inliner.inline(html.render(told))
        return Rendered(told["subject"], _BLANKS.sub("\n", drawn), _GAPS.sub("\n\n", text.render(told)).strip() + "\n")


def name(kind: type[Letter]) -> str:
    """What a kind of letter's files are called."""
    return re.sub(r"(?<=[a-z])(?=[A-Z])", "_", kind.__name__).lower()


def facts(letter: Letter) -> dict[str, Any]:
    """What a letter tells, by name, its words each in one line; only addresses are left able to be a link."""
    return {each.name: _harmless(each.name, getattr(letter, each.name)) for each in fields(letter)}


def _harmless(fact: str, value: object) -> object:
    if type(value) is not str:
        return value
    return one_line(value) if fact in _ADDRESSES else unlinked(value)


def _environment(*, autoescape: bool) -> Environment:
    environment = Environment(
        loader=FileSystemLoader(Path(__file__).parent / "templates"),
        autoescape=autoescape,  # noqa: S701 the other part is plain text
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.filters.update(FILTERS)
    environment.globals.update(temporary_days=VALID.days)
    return environment
