"""What every writer of workbooks promises, read back by another hand; a subclass brings the `hojas` fixture."""

import io
from datetime import date, datetime
from decimal import Decimal
from typing import Any

import pytest
from openpyxl import load_workbook
from openpyxl.utils.escape import unescape

from horux_core.fiscal.reportes.hojas import Celda, Columna, Formato, Formula, Hoja, Renglones
from horux_core.fiscal.reportes.ports import Hojas

D = Decimal
HOSTILE = (
    '=HYPERLINK("http://x.mx","ver")', "+1+1", "-2+3", "@SUM(A1)", "\t=1+1", "\r=1+1", "\n=1+1", "=cmd|'/c calc'!A0",
    "{=1+1}", "'=1+1", "＝1+1", "<f>1+1</f>", "</t></is></c><c><f>1</f></c>", "&amp;", "_x000D_=1", "ñ «á» 'q'", " x ",
    "{{7*7}}", "1e5", "001", "2026-01-01", "TRUE", "",
)  # fmt: skip


def a_sheet(*cells: Celda, nombre: str = "Hoja", formato: Formato = Formato.TEXTO) -> Hoja:
    return Hoja(nombre, ("Título",), (Columna("=Encabezado", formato, 21),), Renglones([(cell,) for cell in cells]))


def opened(content: bytes, *, values: bool = False) -> Any:
    return load_workbook(io.BytesIO(content), data_only=values)


class HojasContract:
    @pytest.mark.parametrize("text", HOSTILE)
    def test_a_text_is_never_a_formula(self, hojas: Hojas, text: str) -> None:
        sheet = opened(hojas.libro([a_sheet(text)]))["Hoja"]
        cell = sheet["A3"]
        assert cell.data_type == "s"
        assert unescape(cell.value or "") == text
        if text:
            assert cell.quotePrefix is True
        assert sheet["A2"].data_type == "s"

    def test_a_hostile_sheet_name_or_title_is_a_text_too(self, hojas: Hojas) -> None:
        sheet = Hoja('A&B "x"', ("=1+1", "+2"), (Columna("a"),), Renglones([("b",)]))
        book = opened(hojas.libro([sheet]))
        cells = [book['A&B "x"'][place] for place in ("A1", "A2", "A3", "A4")]
        assert [(c.data_type, c.value) for c in cells] == [("s", "=1+1"), ("s", "+2"), ("s", "a"), ("s", "b")]

    def test_drops_what_xml_cannot_hold_and_what_a_cell_cannot(self, hojas: Hojas) -> None:
        sheet = opened(hojas.libro([a_sheet("a\x00b\x1f\ud800c\uffff", "x" * 40_000)]))["Hoja"]
        assert sheet["A3"].value == "abc"
        assert len(sheet["A4"].value) == 32_767

    def test_drops_every_character_that_xml_cannot_hold_and_no_other(self, hojas: Hojas) -> None:
        cannot = [*range(9), 11, 12, *range(14, 32), *range(0xD800, 0xE000), 0xFFFE, 0xFFFF]
        cans = "\t\n\r \x7f\x85\xa0\u2028\ufeff\ufffd\U0001f600\U0010ffff"
        sheet = opened(hojas.libro([a_sheet("".join(map(chr, cannot)) + "=1", cans)]))["Hoja"]
        assert (sheet["A3"].data_type, sheet["A3"].value) == ("s", "=1")
        assert sheet["A4"].value == cans

    def test_numbers_are_numbers_and_dates_dates_with_a_format(self, hojas: Hojas) -> None:
        money = a_sheet(D("1234567.89"), D("-0.10"), 7, D("1E+3"), None, nombre="m", formato=Formato.IMPORTE)
        days = a_sheet(date(2026, 2, 28), datetime(2026, 2, 28, 13, 5, 7), nombre="d", formato=Formato.FECHA)
        book = opened(hojas.libro([money, days]))
        values = [book["m"][f"A{n}"].value for n in range(3, 8)]
        assert values == [1234567.89, -0.1, 7, 1000, None]
        assert {book["m"][f"A{n}"].number_format for n in range(3, 7)} == {"#,##0.00"}
        assert [book["d"][f"A{n}"].value for n in (3, 4)] == [datetime(2026, 2, 28), datetime(2026, 2, 28, 13, 5, 7)]
        assert book["d"]["A3"].is_date

    def test_a_cell_may_have_a_format_of_its_own(self, hojas: Hojas) -> None:
        filas = Renglones([(D("0.5"),), (D("0.5"),)], {(1, 0): Formato.FACTOR})
        sheet = opened(hojas.libro([Hoja("h", (), (Columna("a", Formato.PESOS),), filas)]))["h"]
        assert [sheet[place].number_format for place in ("A2", "A3")] == ["#,##0", "0.0000"]

    def test_a_formula_is_live_and_has_its_value(self, hojas: Hojas) -> None:
        content = hojas.libro([a_sheet(D(2), Formula('IF(A3<=2,A3&"",A3*2)', D("4.00")), formato=Formato.IMPORTE)])
        assert opened(content)["Hoja"]["A4"].value == '=IF(A3<=2,A3&"",A3*2)'
        assert opened(content)["Hoja"]["A4"].data_type == "f"
        assert opened(content, values=True)["Hoja"]["A4"].value == 4

    def test_headings_are_bold_and_stay_in_sight_and_columns_have_their_width(self, hojas: Hojas) -> None:
        sheet = opened(hojas.libro([a_sheet("x")]))["Hoja"]
        assert sheet["A2"].font.b
        assert sheet["A2"].fill.fgColor.rgb == "FFD9E1F2"
        assert sheet.freeze_panes == "A3"
        assert sheet.column_dimensions["A"].width == 21

    def test_goes_past_column_z_and_gives_the_same_bytes_again(self, hojas: Hojas) -> None:
        columns = tuple(Columna(f"c{n}") for n in range(60))
        sheet = Hoja("ancha", (), columns, Renglones([tuple(f"v{n}" for n in range(60))]))
        content = hojas.libro([sheet])
        assert opened(content)["ancha"]["BH2"].value == "v59"
        assert hojas.libro([sheet]) == content
