"""The public list of problems, contracts/problems.md, made from the classes of the errors."""

import importlib
import pkgutil
import re
from collections.abc import Iterator
from itertools import groupby
from pathlib import Path
from typing import NamedTuple

import horux_core
import horux_http
from horux_core.kernel.errors import HoruxError
from horux_http.problems import HOST_REFUSED, HTTP_KINDS, STATUS

_OURS = ("horux_core.", "horux_http.")
_STARTS_THE_WHOLE = ("horux_http.asgi", "horux_http.__main__")
_HEADER = """# Problems

What `code` (and, after `/problems/`, `type`) of a problem document may be, with its status and title.
Made by `make openapi` from the classes of the errors; a test compares.

| code | status | title | when |
|---|---|---|---|
"""


class Row(NamedTuple):
    code: str
    status: int
    title: str
    when: str


def rows() -> list[Row]:
    """All problems there are, by code; errors that answer the same make one. Raises ValueError: one has no category."""
    found = {Row(kind.code, status, kind.title, kind.when) for status, kind in HTTP_KINDS.items()}
    found.add(Row(HOST_REFUSED.code, 400, HOST_REFUSED.title, HOST_REFUSED.when))
    found.update(_row(error) for error in errors() if "code" in vars(error))
    same = groupby(sorted(found), key=lambda row: (row.code, row.status, row.title))
    return [Row(code, status, title, "; ".join(row.when for row in group)) for (code, status, title), group in same]


def errors() -> list[type[HoruxError]]:
    """Every error of the business, its categories left out."""
    for package in (horux_core, horux_http):
        for module in pkgutil.walk_packages(package.__path__, f"{package.__name__}."):
            if module.name not in _STARTS_THE_WHOLE:
                importlib.import_module(module.name)
    ours = [error for error in _below(HoruxError) if error.__module__.startswith(_OURS)]
    return [error for error in dict.fromkeys(ours) if error.__module__ != HoruxError.__module__]


def document() -> str:
    return _HEADER + "".join(f"| `{row.code}` | {row.status} | {row.title} | {row.when} |\n" for row in rows())


def path() -> Path:
    return Path(__file__).resolve().parents[2] / "contracts" / "problems.md"


def rewrite() -> None:
    path().write_text(document(), encoding="utf-8")


def _row(error: type[HoruxError]) -> Row:
    status = next((STATUS[category] for category in STATUS if issubclass(error, category)), None)
    if status is None:
        raise ValueError(f"{error.__name__} no es de ninguna categoría")
    return Row(error.code, status, error.title, _when(error))


def _when(error: type[HoruxError]) -> str:
    told = (vars(error).get("__doc__") or "").strip()
    if told:
        return " ".join(told.split("\n\n")[0].split()).replace("|", "/")
    return re.sub(r"(?<=[a-z])(?=[A-Z])", " ", error.__name__).lower()


def _below(kind: type[HoruxError]) -> Iterator[type[HoruxError]]:
    for child in kind.__subclasses__():
        yield child
        yield from _below(child)


if __name__ == "__main__":
    rewrite()
