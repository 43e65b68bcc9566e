"""A list as a file: a workbook, or text that any spreadsheet opens, in which no cell can be a formula."""

import re
from collections.abc import Iterable, Sequence
from typing import Literal, get_args
from urllib.parse import quote

from litestar import Response

from horux_core.fiscal.reportes.hojas import Celda, Columna, Hoja, Renglones
from horux_core.fiscal.reportes.ports import Hojas
from horux_http.browser.csv_text import CSV, csv_of

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
Kind = Literal["xlsx", "csv"]
KINDS: tuple[Kind, ...] = get_args(Kind)

_UNSAFE = re.compile(r"[^A-Za-z0-9 ._-]")

Rows = Iterable[tuple[Celda, ...]]


def download(
    kind: Kind, hojas: Hojas, name: str, title: Sequence[str], columns: Sequence[Columna], rows: Rows
) -> Response[bytes]:
    """`name` is the file's, without its ending; `title` stands above the headings of a workbook."""
    if kind == "csv":
        content, media = csv_of([c.titulo for c in columns], rows), CSV
    else:
        sheet = Hoja(title[0][:31], tuple(title), tuple(columns), Renglones(rows))
        content, media = hojas.libro([sheet]), XLSX
    return attachment(f"{name}.{kind}", media, content)


def attachment(name: str, media: str, content: bytes) -> Response[bytes]:
    headers = {"Content-Disposition": disposition(name), "X-Content-Type-Options": "nosniff"}
    return Response(content, media_type=media, headers=headers)


def disposition(name: str) -> str:
    """The file's name as a header takes it (RFC 6266): as it is if it can, and otherwise also encoded."""
    plain = _UNSAFE.sub("_", name)
    encoded = "" if plain == name else f"; filename*=UTF-8''{quote(name, safe='', errors='replace')}"
    return f'attachment; filename="{plain}"{encoded}'


def in_file(rfc: str) -> str:
    """An RFC in the letters that a file's name keeps in any browser."""
    return rfc.replace("Ñ", "N").replace("&", "Y")
