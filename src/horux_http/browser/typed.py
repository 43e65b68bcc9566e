"""Amounts, numbers and days as people type them in a form: each is read in one way, and nothing else is guessed at."""

import re
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from horux_core.kernel.errors import Invalid
from horux_core.kernel.importe import ENTEROS

_SPACES = " \u00a0"
_NUMBER = re.compile(
    rf"(?P<minus>[-−])?[{_SPACES}]?\$?[{_SPACES}]?"
    r"(?P<whole>[0-9]+|[1-9][0-9]{0,2}(?:,[0-9]{3})+)(?:\.(?P<part>[0-9]+))?"
)
_DAY = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")


class Mistyped(Invalid):
    """What was typed cannot be read as what its field, the fact `campo`, asks for."""

    code = "mistyped"
    title = "Dato mal escrito"

    def __init__(self, campo: str, message: str) -> None:
        super().__init__(message, campo=campo)
        self.campo = campo


@dataclass(frozen=True, slots=True)
class Writing:
    """How a number is written in a field; `example` shows it.

    One of more than two `decimals` has no commas: 18,543 may be eighteen thousand or eighteen and a half.
    """

    what: str
    example: str
    decimals: int = 2
    whole: int = ENTEROS
    negative: bool = False

    @property
    def sentence(self) -> str:
        return f"Escribe {self.what} así: {self.example}."

    def read(self, text: str, campo: str) -> Decimal:
        """Raises Mistyped."""
        found = _NUMBER.fullmatch(text.strip(_SPACES))
        if found is None or not self._allows(found["minus"] or "", found["whole"], found["part"] or ""):
            raise Mistyped(campo, self.sentence)
        sign, part = "-" if found["minus"] else "", f".{found['part']}" if found["part"] else ""
        return Decimal(f"{sign}{found['whole'].replace(',', '')}{part}")

    def maybe(self, text: str, campo: str) -> Decimal | None:
        """None where nothing was typed. Raises Mistyped."""
        return self.read(text, campo) if text.strip(_SPACES) else None

    def _allows(self, minus: str, whole: str, part: str) -> bool:
        if (minus and not self.negative) or (self.decimals > 2 and "," in whole):
            return False
        return len(whole.replace(",", "")) <= self.whole and len(part) <= self.decimals


AMOUNT = Writing("el importe", "5707.50")
BALANCE = Writing("el importe", "5707.50, o -5707.50 si es negativo", whole=12, negative=True)


def integer(text: str, campo: str, example: int, most: int = 4) -> int:
    """A number of up to `most` digits. Raises Mistyped."""
    if not re.fullmatch(rf"[0-9]{{1,{most}}}", text):
        raise Mistyped(campo, f"Escríbelo con números, por ejemplo {example}.")
    return int(text)


def day(text: str) -> date:
    """Written 2026-03-31, as a date field sends it. Raises ValueError."""
    if not _DAY.fullmatch(text):
        raise ValueError(text)
    return date.fromisoformat(text)
