"""What every page of the operator's panel has in common: how its lists are asked for, and amounts are read."""

from collections.abc import Mapping
from decimal import Decimal, InvalidOperation
from enum import StrEnum
from typing import TypeVar
from urllib.parse import urlencode

from litestar.di import NamedDependency
from litestar.params import SkipValidation

from horux_core.billing.errors import PriceInvalid
from horux_core.identity.model import Permission
from horux_http.browser.entering import OWN_FRAME
from horux_http.browser.forms import Form
from horux_http.browser.frame import Frame
from horux_http.session import NEEDS

Framed = NamedDependency[SkipValidation[Frame]]
Sent = NamedDependency[SkipValidation[Form]]
_E = TypeVar("_E", bound=StrEnum)

OPERATION = {OWN_FRAME: True, NEEDS: Permission.OPERATE}
"""For the routes of this panel: nobody is looked into there, and nobody else comes in."""


def address(path: str, given: Mapping[str, object], **changed: object) -> str:
    """Where a list is with what it is narrowed by; what is empty is left out."""
    asked = {name: value for name, value in {**given, **changed}.items() if value not in (None, "")}
    return f"{path}?{urlencode(asked)}" if asked else path


def one_of(kind: type[_E], text: str) -> _E | None:
    """None for what is none of them: a list is then not narrowed by it."""
    return next((each for each in kind if each.value == text), None)


def amount(text: str) -> Decimal | None:
    """As people write it: `1,490.00` or `$1490`; None for nothing. Raises PriceInvalid."""
    bare = text.replace(",", "").replace("$", "").replace(" ", "")
    if not bare:
        return None
    try:
        return Decimal(bare)
    except InvalidOperation as error:
        raise PriceInvalid("Escribe el monto en pesos con dos decimales, por ejemplo 1,490.00.") from error
