"""A list as a file: a workbook, or text that any spreadsheet opens, in which no cell can be a formula."""

from collections.abc import Iterable, Sequence

from litestar import Response

from horux_core.fiscal.reportes.hojas import Celda, Columna, Hoja, Renglones
from horux_core.fiscal.reportes.ports import Hojas
from horux_http.browser.csv_text import CSV, csv_of

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
KINDS = ("xlsx", "csv")

Rows = Iterable[tuple[Celda, ...]]


def download(
    kind: str, hojas: Hojas, name: str, title: Sequence[str], columns: Sequence[Columna], rows: Rows
) -> Response[bytes]:
    """`name` is the file's, without its ending; `title` stands above the headings of a workbook."""
    if kind == "csv":
        content, media = csv_of([c.titulo for c in columns], rows), CSV
    else:
        sheet = Hoja(title[0][:31], tuple(title), tuple(columns), Renglones(rows))
        content, media = hojas.libro([sheet]), XLSX
    headers = {"Content-Disposition": f'attachment; filename="{name}.{kind}"'}
    return Response(content, media_type=media, headers=headers)


def in_file(rfc: str) -> str:
    """An RFC in the letters that a file's name keeps in any browser."""
    return rfc.replace("Ñ", "N").replace("&", "Y")
