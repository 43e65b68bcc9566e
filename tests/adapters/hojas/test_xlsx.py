"""Workbooks of banks, and of those who wish us ill."""

import io
import time
import zipfile
from datetime import date, datetime
from decimal import Decimal

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from horux_adapters.hojas.cotas import (
    MAX_BYTES,
    MAX_ENTRADAS,
    MAX_ETIQUETAS,
    MAX_ETIQUETAS_DE_ARBOL,
    MAX_HOJAS,
    MAX_INFLADO,
    MIB,
)
from horux_adapters.hojas.xlsx_statement import XlsxStatementReader
from horux_core.fiscal.conciliacion.errors import (
    ColumnasNoReconocidas,
    DemasiadosRenglones,
    EstadoCuentaDemasiadoGrande,
    EstadoCuentaRechazado,
    RenglonIlegible,
    XlsAntiguo,
    XlsxDanado,
    XlsxSospechoso,
)
from tests.adapters.hojas.hojas import cambiado, la_parte, renombrado, un_xlsx

D = Decimal
HOJA, ESTILOS, CADENAS = "xl/worksheets/sheet1.xml", "xl/styles.xml", "xl/sharedStrings.xml"
CABEZA = ("Fecha", "Concepto", "Importe")
LEER = XlsxStatementReader().read


def hoja(filas: str, tamano: str = "A1:C3") -> bytes:
    """A sheet in XML whose first line are the headings."""
    ns = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
    textos = "".join(f'<c r="{c}1" t="inlineStr"><is><t>{t}</t></is></c>' for c, t in zip("ABC", CABEZA, strict=True))
    return (
        f'<worksheet xmlns="{ns}"><dimension ref="{tamano}"/><sheetData><row r="1">{textos}</row>{filas}</sheetData>'
        "</worksheet>"
    ).encode()


FILA = '<row r="2"><c r="A2"><v>46027</v></c><c r="B2" t="str"><v>X</v></c><c r="C2"><f>2+3</f><v>5</v></c></row>'


def con_hoja(filas: str, tamano: str = "A1:C3") -> bytes:
    return cambiado(un_xlsx([CABEZA]), HOJA, hoja(filas, tamano))


def test_a_formula_counts_as_its_saved_value_and_a_bare_number_as_the_day_it_is() -> None:
    (movimiento,) = LEER(con_hoja(FILA)).movimientos
    assert (movimiento.fecha, movimiento.importe) == (date(2026, 1, 5), D("5.00"))


def test_a_formula_that_was_never_worked_out_is_refused() -> None:
    with pytest.raises(RenglonIlegible) as refused:
        LEER(con_hoja(FILA.replace("<v>5</v>", "")))
    assert refused.value.facts == {"linea": 2, "columna": "importe"}


@pytest.mark.parametrize("valor", ['t="e"><v>#REF!</v>', 't="b"><v>1</v>', 't="str"><v>1.234</v>'])
def test_an_error_or_a_truth_is_no_amount(valor: str) -> None:
    with pytest.raises(RenglonIlegible):
        LEER(con_hoja(FILA.replace("><f>2+3</f><v>5</v>", f" {valor}")))


def test_floats_are_cents_and_texts_are_read_as_in_a_csv() -> None:
    filas = [CABEZA, (datetime(2026, 1, 5, 10, 30), "X", 0.1 + 0.2), ("05-ene-2026", "Y", "-1,234.50")]
    assert [m.importe for m in LEER(un_xlsx(filas)).movimientos] == [D("0.30"), D("-1234.50")]


def test_the_sheet_with_the_headings_is_found_among_others() -> None:
    assert len(LEER(un_xlsx([CABEZA, (date(2026, 1, 5), "X", 1)], "Portada", "Notas")).movimientos) == 1
    with pytest.raises(ColumnasNoReconocidas):
        LEER(un_xlsx([("a", "b"), (1, 2)]))


@pytest.mark.parametrize("tamano", ["A1:XFD1048576", "A1", "A1:A1", "Z99:A1"])
def test_the_sheet_s_own_word_on_its_size_is_not_believed(tamano: str) -> None:
    assert len(LEER(con_hoja(FILA, tamano)).movimientos) == 1


def test_a_cell_at_the_far_corner_costs_nothing() -> None:
    antes = time.process_time()
    lejos = FILA + '<row r="3"><c r="XFD3"><v>1</v></c></row>'
    assert len(LEER(con_hoja(lejos)).movimientos) == 1
    with pytest.raises(DemasiadosRenglones):
        LEER(con_hoja(FILA + '<row r="1048576"><c r="XFD1048576"><v>1</v></c></row>'))
    assert time.process_time() - antes < 20


def _bomba(tamano: int) -> bytes:
    salida = io.BytesIO()
    with zipfile.ZipFile(salida, "w", zipfile.ZIP_DEFLATED) as libro, libro.open("xl/workbook.xml", "w") as parte:
        for _ in range(tamano // MIB):
            parte.write(b" " * MIB)
    return salida.getvalue()


def _zip(*nombres: str) -> bytes:
    salida = io.BytesIO()
    with zipfile.ZipFile(salida, "w") as libro:
        for nombre in nombres:
            libro.writestr(nombre, b"<x/>")
    return salida.getvalue()


def _mentiroso() -> bytes:
    """A bomb whose directory says that it is small."""
    bomba = _bomba(MAX_INFLADO + 4 * MIB)
    tamano = (MAX_INFLADO + 4 * MIB).to_bytes(4, "little")
    assert bomba.count(tamano) == 2
    return bomba.replace(tamano, (100).to_bytes(4, "little"))


def _con_directorio_largo() -> bytes:
    """Its end says that the directory is longer than any workbook's."""
    bueno = un_xlsx()
    fin = bueno.rfind(b"PK\x05\x06") + 12
    return bueno[:fin] + (9 * MIB).to_bytes(4, "little") + bueno[fin + 4 :]


def _de_64_bits() -> bytes:
    """A locator of 64 bits leads the library to another directory than the one that is looked at."""
    bueno = un_xlsx()
    fin = bueno.rfind(b"PK\x05\x06")
    return bueno[:fin] + b"PK\x06\x07" + b"\0" * 16 + bueno[fin:]


def _cifrado() -> bytes:
    """Every entry of the directory says that it is encrypted."""
    bueno = bytearray(un_xlsx())
    en = bueno.find(b"PK\x01\x02")
    while en >= 0:
        bueno[en + 8] |= 1
        en = bueno.find(b"PK\x01\x02", en + 1)
    return bytes(bueno)


DTD = b'<?xml version="1.0"?><!DOCTYPE x [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;">]><x>&b;</x>'
EXTERNA = b'<?xml version="1.0"?><!DOCTYPE x [<!ENTITY a SYSTEM "file:///etc/passwd">]><x>&a;</x>'


@pytest.mark.parametrize(
    ("content", "motivo"),
    [
        (lambda: b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 600, XlsAntiguo),
        (lambda: b"PK\x03\x04" + b"\0" * (MAX_BYTES + 1), EstadoCuentaDemasiadoGrande),
        (lambda: b"PK\x03\x04", XlsxDanado),
        (lambda: un_xlsx()[:-30], XlsxDanado),
        (lambda: _zip("a.txt"), XlsxDanado),
        (lambda: _bomba(MAX_INFLADO + MIB), EstadoCuentaDemasiadoGrande),
        (_mentiroso, XlsxDanado),
        (lambda: _zip(*(f"xl/{i}.xml" for i in range(MAX_ENTRADAS + 1))), XlsxSospechoso),
        (_con_directorio_largo, XlsxSospechoso),
        (_de_64_bits, XlsxSospechoso),
        (_cifrado, XlsxSospechoso),
        (lambda: _zip("xl/uno.xml", "xl/dos.xml").replace(b"xl/dos.xml", b"xl/uno.xml"), XlsxSospechoso),
        (lambda: cambiado(un_xlsx(), CADENAS, DTD), XlsxSospechoso),
        (lambda: cambiado(un_xlsx(), HOJA, EXTERNA), XlsxSospechoso),
        (lambda: cambiado(un_xlsx(), ESTILOS, DTD.decode().encode("utf-16")), XlsxSospechoso),
        (lambda: cambiado(un_xlsx(), HOJA, la_parte(un_xlsx(), HOJA)[:-40]), XlsxDanado),
        (lambda: cambiado(un_xlsx(), "xl/workbook.xml", b"<x/>"), XlsxDanado),
    ],
    ids=lambda value: value.__name__,
)
def test_each_bad_workbook_has_its_reason(content: object, motivo: type[EstadoCuentaRechazado]) -> None:
    assert callable(content)
    with pytest.raises(motivo):
        LEER(content())


def test_a_workbook_without_styles_as_banks_write_it_is_read() -> None:
    sin_formato = b'<styleSheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"/>'
    assert len(LEER(cambiado(con_hoja(FILA), ESTILOS, sin_formato)).movimientos) == 1


@settings(max_examples=40, deadline=None)
@given(
    st.lists(
        st.tuples(
            st.dates(date(2000, 1, 1), date(2100, 12, 31)),
            st.integers(-(10**11), 10**11).filter(bool).map(lambda n: D(n) / 100),
            st.text(st.characters(codec="utf-8", exclude_categories=["C", "Z"]), max_size=20).map(lambda t: f"x{t}"),
        ),
        min_size=1,
        max_size=6,
    )
)
def test_what_is_written_is_what_is_read(hechos: list[tuple[date, Decimal, str]]) -> None:
    filas = [CABEZA, *((dia, texto, importe) for dia, importe, texto in hechos)]
    leidos = [(m.fecha, m.importe, m.descripcion) for m in LEER(un_xlsx(filas)).movimientos]
    assert leidos == hechos


@pytest.mark.parametrize("fila", ["<row/>", f"<row>{'<c/>' * 64}</row>", f"<row>{'<c><v>1</v></c>' * 64}</row>"])
def test_a_sheet_of_more_tags_than_are_read_is_refused_before_it_is_parsed(fila: str) -> None:
    cuantas = (MAX_ETIQUETAS + 10) // fila.count("<") + 1
    assert cuantas * len(fila) < MAX_INFLADO
    start = time.process_time()
    with pytest.raises(DemasiadosRenglones):
        LEER(con_hoja(fila * cuantas))
    assert time.process_time() - start < 2


OTRO = "xl/worksheets/sheet1.bin"
LIBRO = "xl/workbook.xml"


@pytest.mark.parametrize(
    "parte",
    [
        EXTERNA,
        DTD.decode().encode("utf-16"),
        DTD.decode().encode("utf-16-be"),
        b'<?xml version="1.0" encoding="UTF-7"?>+ADwAIQ-DOCTYPE x+AD4-<x/>',
        DTD.decode().encode("cp037"),
    ],
    ids=["utf-8", "utf-16", "utf-16-be", "utf-7", "ebcdic"],
)
def test_a_part_is_looked_at_whatever_its_name(parte: bytes) -> None:
    with pytest.raises(XlsxSospechoso):
        LEER(cambiado(renombrado(un_xlsx(), HOJA, OTRO), OTRO, parte))


def test_tags_are_counted_in_a_part_of_any_name() -> None:
    muchas = hoja("<row/>" * MAX_ETIQUETAS)
    start = time.process_time()
    with pytest.raises(DemasiadosRenglones):
        LEER(cambiado(renombrado(un_xlsx(), HOJA, OTRO), OTRO, muchas))
    assert time.process_time() - start < 2


def test_a_sheet_of_another_name_and_what_is_no_text_are_read_as_ever() -> None:
    raro = cambiado(
        renombrado(con_hoja(FILA), HOJA, OTRO), "xl/printerSettings/printerSettings1.bin", b"H\0P\0<\0" * 99
    )
    assert len(LEER(raro).movimientos) == 1


def _con_hojas(cuantas: int, rid: str) -> bytes:
    """The workbook with so many sheets, whose parts are those of `rid`."""
    libro = la_parte(un_xlsx([("a",)]), LIBRO)
    comienzo, fin = libro.index(b"<sheets>"), libro.index(b"</sheets>")
    ns = 'xmlns:r="http://schemas.openxmlformats.org/officeDocument/2006/relationships"'
    hojas = "".join(f'<sheet {ns} name="S{n}" sheetId="{n}" r:id="{rid}"/>' for n in range(1, cuantas + 1))
    return cambiado(un_xlsx([("a",)]), LIBRO, libro[: comienzo + 8] + hojas.encode() + libro[fin:])


def test_a_part_is_read_as_one_sheet_only() -> None:
    with pytest.raises(XlsxSospechoso):
        LEER(_con_hojas(2, "rId1"))


def test_no_more_sheets_than_a_bank_s_are_opened() -> None:
    nombres = [f"N{n}" for n in range(MAX_HOJAS - 1)]
    assert len(LEER(un_xlsx(None, *nombres)).movimientos) == 4
    with pytest.raises(XlsxSospechoso):
        LEER(un_xlsx(None, *nombres, "otra"))


def test_what_follows_the_sheet_with_the_headings_is_not_read() -> None:
    libro = un_xlsx([("a",)], "antes")
    primera, segunda = "xl/worksheets/sheet1.xml", "xl/worksheets/sheet2.xml"
    bueno = cambiado(cambiado(libro, primera, hoja(FILA)), segunda, b"<x")
    assert len(LEER(bueno).movimientos) == 1
    with pytest.raises(XlsxDanado):
        LEER(cambiado(cambiado(libro, segunda, hoja(FILA)), primera, b"<x"))


def test_a_workbook_weighs_what_it_inflates_to() -> None:
    chico = un_xlsx()
    grande = con_hoja("<row/>" * 100_000)
    assert len(grande) < 3 * len(chico)
    assert XlsxStatementReader().weighs(grande) > 600_000 > 20 * XlsxStatementReader().weighs(chico)
    assert XlsxStatementReader().weighs(b"PK\x03\x04") == 4


@pytest.mark.parametrize("parte", [ESTILOS, LIBRO, "xl/_rels/workbook.xml.rels", "[Content_Types].xml"])
def test_a_part_that_holds_no_lines_is_not_as_long_as_one_that_does(parte: str) -> None:
    larga = la_parte(un_xlsx(), parte).rpartition(b"</")
    start = time.process_time()
    with pytest.raises(XlsxSospechoso):
        LEER(cambiado(un_xlsx(), parte, larga[0] + b"<x/>" * (MAX_ETIQUETAS_DE_ARBOL + 1) + larga[1] + larga[2]))
    assert time.process_time() - start < 1
