"""Statements as delimited text."""

import csv
import io
from collections.abc import Sequence
from itertools import islice

from horux_adapters.hojas.columnas import Renglon, encontradas
from horux_adapters.hojas.cotas import MAX_BYTES, MAX_COLUMNAS, MAX_RENGLONES
from horux_adapters.hojas.tabla import estado_de
from horux_adapters.hojas.textos import decodificado
from horux_core.fiscal.conciliacion.errors import (
    DemasiadosRenglones,
    EstadoCuentaDemasiadoGrande,
    EstadoCuentaVacio,
    FormatoNoReconocido,
    RenglonIlegible,
)
from horux_core.fiscal.conciliacion.importando import EstadoCuenta

_SEPARADORES = ",;\t|"
_AJENOS = (b"PK\x03\x04", b"%PDF", b"\xd0\xcf\x11\xe0", b"{\\rtf", b"\x89PNG", b"\xff\xd8\xff", b"GIF8")


class CsvStatementReader:
    """Any of comma, semicolon, tab or bar between cells, in any of the encodings banks use."""

    def recognises(self, content: bytes) -> bool:
        return not content.startswith(_AJENOS) and not content.lstrip().startswith(b"<")

    def weighs(self, content: bytes) -> int:
        return len(content)

    def read(self, content: bytes) -> EstadoCuenta:
        if not content.strip():
            raise EstadoCuentaVacio
        if len(content) > MAX_BYTES:
            raise EstadoCuentaDemasiadoGrande(MAX_BYTES)
        if not self.recognises(content):
            raise FormatoNoReconocido
        return estado_de(_mejor(decodificado(content)))


def _mejor(texto: str) -> Sequence[Renglon]:
    """The lines, cut where it makes the widest heading; where none does, whatever: it will be refused."""
    primeras = "".join(islice(io.StringIO(texto, newline=""), 200))
    anchos = {separador: _ancho(primeras, separador) for separador in _SEPARADORES}
    return _renglones(texto, max(_SEPARADORES, key=lambda separador: anchos[separador]))


def _ancho(texto: str, separador: str) -> int:
    renglones = _renglones(texto, separador, estricto=False)
    hallado = encontradas(renglones)
    return len([c for c in renglones[hallado[0] - 1].celdas if c]) if hallado else 0


def _renglones(texto: str, separador: str, *, estricto: bool = True) -> list[Renglon]:
    lector = csv.reader(io.StringIO(texto, newline=""), delimiter=separador, strict=estricto, skipinitialspace=True)
    renglones: list[Renglon] = []
    try:
        for celdas in lector:
            if any(celda.strip() for celda in celdas):
                if len(renglones) == MAX_RENGLONES:
                    raise DemasiadosRenglones(MAX_RENGLONES)
                renglones.append(Renglon(lector.line_num, celdas[:MAX_COLUMNAS]))
    except csv.Error as error:
        if estricto:
            raise RenglonIlegible(lector.line_num, "comillas") from error
    return renglones
