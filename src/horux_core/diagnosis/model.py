"""What a doctor says: of each thing that was looked at, how it is and what to do."""

from dataclasses import dataclass
from enum import StrEnum
from typing import Protocol


class Verdict(StrEnum):
    BIEN = "ok"
    AVISO = "warn"
    FALLA = "fail"


@dataclass(frozen=True, slots=True)
class Finding:
    """`said` is a Spanish sentence, `advice` what to do about it; nothing where all is well."""

    check: str
    verdict: Verdict
    said: str
    advice: str = ""


class Check(Protocol):
    """One thing that an operator would look at."""

    @property
    def name(self) -> str: ...

    def __call__(self) -> Finding:
        """Raises what keeps it from being looked at, as a HoruxError."""


def well(check: Check, said: str) -> Finding:
    return Finding(check.name, Verdict.BIEN, said)


def warned(check: Check, said: str, advice: str) -> Finding:
    return Finding(check.name, Verdict.AVISO, said, advice)


def failed(check: Check, said: str, advice: str) -> Finding:
    return Finding(check.name, Verdict.FALLA, said, advice)


def named(things: tuple[str, ...], most: int = 5) -> str:
    """Some of them, and how many there are besides."""
    more = len(things) - most
    return ", ".join(things[:most]) + (f" y {more} más" if more > 0 else "")
