"""Lists as files: no cell of theirs is ever a formula."""

import csv
import io
from collections.abc import Sequence
from datetime import date
from decimal import Decimal

import pytest

from horux_core.fiscal.reportes.hojas import Celda, Columna, Formula, Hoja
from horux_http.browser.tables import attachment, download, in_file

HOSTILE = [
    "|cmd",
    "%x",
    "=1+1",
    "+1",
    "-1",
    "@SUM(A1)",
    "\t=1",
    "\r=1",
    "\n=1",
    "  =1+1",
    '=HYPERLINK("http://malo","ver")',
]


class Wrote:
    """Keeps what it is asked to write."""

    def __init__(self) -> None:
        self.sheets: Sequence[Hoja] = ()

    def libro(self, hojas: Sequence[Hoja]) -> bytes:
        self.sheets = hojas
        return b"PK"


def written(*cells: str) -> list[list[str]]:
    made = download("csv", Wrote(), "lista", ("Lista",), (Columna("Qué"),), [(cell,) for cell in cells])
    return list(csv.reader(io.StringIO(bytes(made.content).decode("utf-8-sig"), newline="")))


@pytest.mark.parametrize("cell", HOSTILE)
def test_a_text_that_a_spreadsheet_would_run_is_marked(cell: str) -> None:
    assert written(cell) == [["Qué"], [f"'{cell}"]]


@pytest.mark.parametrize("cell", ["hola", "a=b", "1+1", "correo@cascabel.mx", "", 'Ñandú, "S.A."', "<script>"])
def test_any_other_is_written_as_it_is(cell: str) -> None:
    assert written(cell) == [["Qué"], [cell]]


@pytest.mark.parametrize(
    ("cell", "text"),
    [(-5, "-5"), (Decimal("-1284.50"), "-1284.50"), (Decimal("1E+3"), "1000"), (Decimal("1E-7"), "0.0000001"),
     (Formula("A1+B1", Decimal("1E+3")), "1000"), (date(2026, 3, 31), "2026-03-31"), (None, '""')],
)  # fmt: skip
def test_a_number_or_a_day_stays_one(cell: Celda, text: str) -> None:
    made = download("csv", Wrote(), "n", ("N",), (Columna("N"),), [(cell,)])
    assert bytes(made.content).decode("utf-8-sig").split() == ["N", text]


def test_a_workbook_has_its_title_above_and_a_name_that_fits() -> None:
    hojas = Wrote()
    made = download("xlsx", hojas, "lista", ("L" * 40, "Cascabel"), (Columna("Qué"),), [("=1",)])
    (sheet,) = hojas.sheets
    assert (sheet.nombre, sheet.titulo) == ("L" * 31, ("L" * 40, "Cascabel"))
    assert made.headers["Content-Disposition"] == 'attachment; filename="lista.xlsx"'


@pytest.mark.parametrize(
    ("name", "header"),
    [
        ("lista 1.csv", 'attachment; filename="lista 1.csv"'),
        ('a";x=1.pdf', "attachment; filename=\"a__x_1.pdf\"; filename*=UTF-8''a%22%3Bx%3D1.pdf"),
        ("Ñu\r\n\\.csv", "attachment; filename=\"_u___.csv\"; filename*=UTF-8''%C3%91u%0D%0A%5C.csv"),
    ],
)
def test_a_file_s_name_stays_in_its_quotes(name: str, header: str) -> None:
    assert attachment(name, "text/csv", b"").headers["Content-Disposition"] == header


def test_a_file_s_name_has_letters_that_every_browser_keeps() -> None:
    assert in_file("ÑA&080808HL8") == "NAY080808HL8"
