"""Statements of those who wish us ill: refused, and nothing kept of them."""

import io
from collections.abc import Iterator
from pathlib import Path
from zipfile import ZIP_DEFLATED, ZipFile

import pytest

from contracts.ports.conciliacion import statement_form
from tests.http.banco import code, csv, listed, uploaded
from tests.http.whole import Whole, whole


@pytest.fixture(scope="module")
def product(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Whole]:
    path: Path = tmp_path_factory.mktemp("datos")
    with whole(path) as built:
        yield built


def bomb() -> bytes:
    place = io.BytesIO()
    with ZipFile(place, "w", ZIP_DEFLATED) as archive:
        archive.writestr("xl/worksheets/sheet1.xml", b"0" * (80 * 1024 * 1024))
    return place.getvalue()


@pytest.mark.parametrize(
    ("content", "expected"),
    [
        (bomb(), (413, "estado-cuenta-demasiado-grande")),
        (b"%PDF-1.7 nada", (422, "formato-no-reconocido")),
        (b"", (422, "estado-cuenta-vacio")),
        (b"PK\x03\x04roto", (422, "xlsx-danado")),
        (b"<?xml version='1.0'?><!DOCTYPE x [<!ENTITY a 'b'>]><OFX></OFX>", (422, "formato-no-reconocido")),
        (b"OFXHEADER:100\n\n<!ENTITY a 'b'><OFX></OFX>", (422, "ofx-no-permitido")),
        (b"Fecha,Concepto,Importe\n" + b"11/01/2026,X,1.00\n" * 50_001, (413, "demasiados-renglones")),
        (b"Fecha,Concepto,Importe\n11/01/2026,a\0b,1.00\n", (422, "codificacion-ilegible")),
    ],
)
def test_hostile_files_are_refused_and_nothing_kept(product: Whole, content: bytes, expected: tuple[int, str]) -> None:
    assert code(uploaded(product, content)) == expected
    assert listed(product)["items"] == []
    assert [f for f in product.spool.rglob("*") if f.is_file()] == []


def test_a_csv_of_200_mb_is_refused_before_it_has_come(product: Whole) -> None:
    form, kind = statement_form(b"x")
    piece = b"11/01/2026,X,1.00\n" * 60_000
    sent = 0

    def body() -> Iterator[bytes]:
        nonlocal sent
        yield form.removesuffix(b"\r\n--linde-7f3a91--\r\n")
        for _ in range(200):
            sent += len(piece)
            yield piece

    headers = {**product.credential("contador"), "Content-Type": kind}
    answer = product.http.post("/api/conciliacion/estado-cuenta", content=body(), headers=headers)
    assert code(answer) == (413, "carga-demasiado-grande")
    announced = {**headers, "Content-Length": str(200 * 1024 * 1024)}
    assert product.http.post("/api/conciliacion/estado-cuenta", content=b"", headers=announced).status_code == 413
    assert [f for f in product.spool.rglob("*") if f.is_file()] == []


def test_a_formula_of_a_workbook_is_the_value_it_had(product: Whole) -> None:
    """And one that was never worked out is no amount."""
    from openpyxl import Workbook

    libro = Workbook()
    libro.active.append(["Fecha", "Concepto", "Importe"])  # type: ignore[union-attr]
    libro.active.append(["11/01/2026", '=HYPERLINK("http://x")', "=1+1"])  # type: ignore[union-attr]
    place = io.BytesIO()
    libro.save(place)
    assert code(uploaded(product, place.getvalue())) == (422, "renglon-ilegible")
    uploaded(product, csv("11/01/2026,=cmd|'/c calc'!A1,1.00,,"))
    assert listed(product)["items"][0]["descripcion"] == "=cmd|'/c calc'!A1"
