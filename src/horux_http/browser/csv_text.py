"""A sheet as CSV that Excel opens as it is, and in which no text is ever a formula."""

import csv
import io
from collections.abc import Iterable, Sequence
from datetime import date, datetime
from decimal import Decimal

from horux_core.fiscal.reportes.hojas import Celda, Formula, Hoja

CSV = "text/csv"
_BOM = "\ufeff"
_BEGINS_FORMULA = ("=", "+", "-", "@", "\t", "\r", "\n", "|", "%")


def inert(text: str) -> str:
    """The text with a mark before it where a spreadsheet would run it."""
    return f"'{text}" if text.lstrip(" ").startswith(_BEGINS_FORMULA) else text


def csv_of(titles: Sequence[str], rows: Iterable[Sequence[Celda]]) -> bytes:
    place = io.StringIO()
    writer = csv.writer(place, lineterminator="\r\n")
    writer.writerow(titles)
    writer.writerows([_cell(cell) for cell in row] for row in rows)
    return f"{_BOM}{place.getvalue()}".encode("utf-8", "replace")


def csv_sheet(sheet: Hoja) -> bytes:
    """Its columns and rows; what stands above them is left out, so that a program reads it."""
    return csv_of([column.titulo for column in sheet.columnas], sheet.renglones.filas)


def _cell(cell: Celda) -> str:
    if cell is None:
        return ""
    if isinstance(cell, str):
        return inert(cell)
    if isinstance(cell, Formula):
        return format(cell.valor, "f")
    if isinstance(cell, Decimal):
        return format(cell, "f")
    if isinstance(cell, datetime):
        return cell.isoformat(sep=" ", timespec="seconds")
    return cell.isoformat() if isinstance(cell, date) else str(cell)
