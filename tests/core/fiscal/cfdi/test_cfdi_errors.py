"""Every reason to refuse a CFDI has its own code and title, and says what to do."""

import inspect
import re
from typing import Any

from horux_core.fiscal.cfdi import errors
from horux_core.kernel.errors import Conflict, HoruxError, TooLarge

REASONS: list[Any] = [c for _, c in inspect.getmembers(errors, inspect.isclass) if c.__module__ == errors.__name__]


def _made(reason: Any) -> HoruxError:
    needed = [p for p in inspect.signature(reason).parameters.values() if p.kind is p.POSITIONAL_OR_KEYWORD]
    made: HoruxError = reason(*(1 if p.annotation in (int, int | None) else p.name for p in needed))
    return made


def test_codes_and_titles_are_unique_and_stable_in_form() -> None:
    codes = [reason.code for reason in REASONS]
    assert len(set(codes)) == len(codes)
    assert len({reason.title for reason in REASONS}) == len(REASONS)
    assert all(re.fullmatch(r"[a-z]+(-[a-z]+)*", code) for code in codes)


def test_every_sentence_says_what_is_wrong_and_what_to_do() -> None:
    for reason in REASONS:
        if reason is not errors.CfdiRejected:
            sentences = str(_made(reason)).split(". ")
            assert len(sentences) >= 2, reason
            assert sentences[-1].endswith(".")


def test_categories() -> None:
    assert issubclass(errors.UuidConOtroContenido, Conflict)
    assert issubclass(errors.ArchivoDemasiadoGrande, TooLarge)
    others = set(REASONS) - {errors.UuidConOtroContenido}
    assert all(issubclass(reason, errors.CfdiRejected) for reason in others)
