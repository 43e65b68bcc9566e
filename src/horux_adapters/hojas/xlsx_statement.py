"""Statements as an Excel workbook; a formula counts as the value it had when it was saved."""

import io
import warnings
import zlib
from collections.abc import Iterator
from datetime import date, datetime
from decimal import Decimal
from typing import Any
from zipfile import BadZipFile, ZipFile

from openpyxl.packaging.relationship import get_rels_path
from openpyxl.reader.excel import ExcelReader, _find_workbook_part  # type: ignore[attr-defined]
from openpyxl.styles.stylesheet import apply_stylesheet
from openpyxl.worksheet._read_only import ReadOnlyWorksheet
from openpyxl.xml.constants import ARC_CONTENT_TYPES, ARC_STYLE

from horux_adapters.hojas.columnas import Renglon, encontradas
from horux_adapters.hojas.cotas import MAX_BYTES, MAX_COLUMNAS, MAX_ETIQUETAS_DE_ARBOL, MAX_HOJAS, MAX_RENGLONES
from horux_adapters.hojas.tabla import estado_de
from horux_adapters.hojas.zip_seguro import inflado, revisar
from horux_core.fiscal.conciliacion.errors import (
    ColumnasNoReconocidas,
    DemasiadosRenglones,
    EstadoCuentaDemasiadoGrande,
    EstadoCuentaVacio,
    FormatoNoReconocido,
    XlsAntiguo,
    XlsxDanado,
    XlsxSospechoso,
)
from horux_core.fiscal.conciliacion.importando import EstadoCuenta

_ZIP = b"PK\x03\x04"
_DE_CELDAS = "/worksheet"
_OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_DE_OPENPYXL = (
    BadZipFile, zlib.error, EOFError, OSError, SyntaxError, KeyError, IndexError, ValueError, TypeError,
    AttributeError, OverflowError, RecursionError, NotImplementedError, RuntimeError,
)  # fmt: skip
"""What the library raises, here or there, for a workbook that is not as it should be."""


class XlsxStatementReader:
    """The first sheet with the headings of a statement."""

    def recognises(self, content: bytes) -> bool:
        return content.startswith((_ZIP, _OLE))

    def weighs(self, content: bytes) -> int:
        return max(len(content), inflado(content))

    def read(self, content: bytes) -> EstadoCuenta:
        if not content.strip():
            raise EstadoCuentaVacio
        if len(content) > MAX_BYTES:
            raise EstadoCuentaDemasiadoGrande(MAX_BYTES)
        if content.startswith(_OLE):
            raise XlsAntiguo
        if not self.recognises(content):
            raise FormatoNoReconocido
        revisar(content)
        for renglones in _hojas(content):
            if encontradas(renglones) is not None:
                return estado_de(renglones)
        raise ColumnasNoReconocidas


def _hojas(content: bytes) -> Iterator[list[Renglon]]:
    """The lines of each sheet, read as they are asked for. Raises XlsxDanado, XlsxSospechoso or DemasiadosRenglones."""
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            libro = ExcelReader(io.BytesIO(content), read_only=True, data_only=True, keep_links=False)
            with libro.archive:
                yield from _de(libro)
    except _DE_OPENPYXL as error:
        raise XlsxDanado from error


def _de(libro: Any) -> Iterator[list[Renglon]]:
    """Without what the library reads of a workbook besides its cells, sheet by sheet."""
    _cabe_en_memoria(libro.archive, ARC_CONTENT_TYPES)
    libro.read_manifest()
    del_libro = _find_workbook_part(libro.package).PartName[1:]
    for parte in (del_libro, get_rels_path(del_libro), ARC_STYLE):  # type: ignore[no-untyped-call]
        _cabe_en_memoria(libro.archive, parte)
    libro.read_workbook()
    hojas = [(hoja.name, parte.target) for hoja, parte in libro.parser.find_sheets() if _DE_CELDAS in parte.Type]
    if not hojas:
        raise XlsxDanado
    if len(hojas) > MAX_HOJAS or len({parte for _, parte in hojas}) != len(hojas):
        raise XlsxSospechoso
    libro.read_strings()
    apply_stylesheet(libro.archive, libro.wb)
    for nombre, parte in hojas:
        yield _renglones(ReadOnlyWorksheet(libro.wb, nombre, parte, libro.shared_strings))


def _cabe_en_memoria(archivo: ZipFile, parte: str) -> None:
    """The library makes a tree of a part that is neither a sheet nor its texts, of 800 bytes a tag."""
    if parte in archivo.namelist() and archivo.read(parte).count(b"<") > MAX_ETIQUETAS_DE_ARBOL:
        raise XlsxSospechoso


def _renglones(hoja: Any) -> list[Renglon]:
    """Its lines with something in them, by their number; the sheet's own word on its size is not believed."""
    hechos: list[Renglon] = []
    filas = hoja.iter_rows(max_col=MAX_COLUMNAS, max_row=2 * MAX_RENGLONES + 1, values_only=True)
    for linea, valores in enumerate(filas, 1):
        celdas = [_celda(valor) for valor in valores]
        if any(celda not in (None, "") for celda in celdas):
            hechos.append(Renglon(linea, celdas))
        if len(hechos) > MAX_RENGLONES or linea > 2 * MAX_RENGLONES:
            raise DemasiadosRenglones(MAX_RENGLONES)
    return hechos


def _celda(valor: object) -> object:
    if isinstance(valor, datetime):
        return valor.date()
    if isinstance(valor, date):
        return valor
    if isinstance(valor, (int, float)) and not isinstance(valor, bool):
        return Decimal(repr(valor))
    return None if valor is None else str(valor)
