"""What every page of the operator's panel has in common: how its lists are asked for, and prices are read."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from enum import StrEnum
from typing import TypeVar
from urllib.parse import urlencode

from horux_core.billing.errors import PriceInvalid
from horux_core.fiscal.errors import FiltroInvalido
from horux_core.identity.model import Permission
from horux_http.browser.entering import OWN_FRAME
from horux_http.browser.forms import NOTHING, Refused
from horux_http.browser.typed import AMOUNT, Mistyped
from horux_http.session import NEEDS

_E = TypeVar("_E", bound=StrEnum)

LONGEST_TEXT = 100

OPERATION = {OWN_FRAME: True, NEEDS: Permission.OPERATE}
"""For the routes of this panel: nobody is looked into there, and nobody else comes in."""


def address(path: str, given: Mapping[str, object], **changed: object) -> str:
    """Where a list is with what it is narrowed by; what is empty is left out."""
    asked = {name: value for name, value in {**given, **changed}.items() if value not in (None, "")}
    return f"{path}?{urlencode(asked)}" if asked else path


@dataclass(frozen=True, slots=True)
class Asked:
    """What a list is narrowed by, as it was written. Where something of it is refused, nothing is listed."""

    values: Mapping[str, str]
    wrong: dict[str, str] = field(default_factory=dict)

    def one_of(self, name: str, kind: type[_E]) -> _E | None:
        """None for nothing, and for what is refused."""
        text = self.values[name]
        found = next((each for each in kind if each.value == text), None)
        if text and found is None:
            self.refuse(name, f"No existe «{text[:40]}» aquí. Elige de la lista.")
        return found

    def word(self, name: str, known: Collection[str]) -> str:
        text = self.values[name]
        if text and text not in known:
            self.refuse(name, f"No existe «{text[:40]}» aquí. Elige de la lista.")
        return text

    def text(self, name: str, most: int = LONGEST_TEXT) -> str:
        text = self.values[name].strip()
        if len(text) > most:
            self.refuse(name, f"Escribe {most} letras a lo más.")
        elif not text.isprintable():
            self.refuse(name, "Trae caracteres que no se buscan.")
        return text

    def refuse(self, name: str, sentence: str) -> None:
        self.wrong[name] = sentence

    @property
    def refused(self) -> Refused:
        return Refused(next(iter(self.wrong.values()), ""), FiltroInvalido.code, self.wrong) if self.wrong else NOTHING

    @property
    def status(self) -> int:
        return 422 if self.wrong else 200

    def require(self) -> None:
        """For what leaves the page: a file of everything is not what was asked for. Raises FiltroInvalido."""
        for name, sentence in self.wrong.items():
            raise FiltroInvalido(sentence, parametro=name)


def amount(text: str) -> Decimal | None:
    """None for nothing. Raises PriceInvalid."""
    try:
        return AMOUNT.maybe(text, "amount")
    except Mistyped as error:
        raise PriceInvalid(str(error)) from error
