"""Workbooks as XLSX (ECMA-376), written as they go: a library takes twice the time that 50,000 lines may take."""

import io
import re
from collections.abc import Iterator, Sequence
from datetime import date, datetime
from decimal import Decimal
from zipfile import ZIP_DEFLATED, ZipFile, ZipInfo

from horux_adapters.hojas.xlsx_estilos import ENCABEZADO, ESTILOS, HOJA_ABRE, TITULO, partes
from horux_core.fiscal.reportes.hojas import Celda, Formato, Formula, Hoja

_LETRAS_POR_CELDA = 32_767
_NIVEL = 3
_IMPOSIBLES = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")
"""Characters that XML cannot hold."""
_ESCAPADO = re.compile(r"_(?=x[0-9A-Fa-f]{4}_)")
"""What applications would read as the escape of a character."""
_MARCAS = str.maketrans({"&": "&amp;", "<": "&lt;", ">": "&gt;", "\r": "&#13;"})
_CERO_DE_EXCEL = date(1899, 12, 30).toordinal()
_DIA = 86_400


class XlsxHojas:
    """Every text is an inline string: an application has nothing to read in it, whatever its first letter."""

    def libro(self, hojas: Sequence[Hoja]) -> bytes:
        salida = io.BytesIO()
        with ZipFile(salida, "w", ZIP_DEFLATED, compresslevel=_NIVEL) as zip_:
            for lugar, texto in partes([hoja.nombre for hoja in hojas]).items():
                zip_.writestr(_entrada(lugar), texto, ZIP_DEFLATED, _NIVEL)
            for i, hoja in enumerate(hojas, 1):
                entrada = _entrada(f"xl/worksheets/sheet{i}.xml")
                entrada.compress_type, entrada._compresslevel = ZIP_DEFLATED, _NIVEL  # type: ignore[attr-defined]
                with zip_.open(entrada, "w", force_zip64=True) as parte:
                    for trozo in _hoja(hoja):
                        parte.write(trozo.encode())
        return salida.getvalue()


def _entrada(lugar: str) -> ZipInfo:
    """With one date for all: the same sheets give the same bytes."""
    return ZipInfo(lugar, (1980, 1, 1, 0, 0, 0))


def _hoja(hoja: Hoja) -> Iterator[str]:
    anchos = "".join(
        f'<col min="{i}" max="{i}" width="{columna.ancho}" customWidth="1"/>'
        for i, columna in enumerate(hoja.columnas, 1)
    )
    encabezado = len(hoja.titulo) + 1
    yield (
        f'{HOJA_ABRE}<sheetViews><sheetView workbookViewId="0"><pane ySplit="{encabezado}" '
        f'topLeftCell="A{encabezado + 1}" activePane="bottomLeft" state="frozen"/></sheetView></sheetViews>'
        f"<cols>{anchos}</cols><sheetData>"
    )
    for i, linea in enumerate(hoja.titulo, 1):
        yield f'<row r="{i}">{_texto(f"A{i}", linea, TITULO)}</row>'
    letras = [letra(i) for i in range(len(hoja.columnas))]
    titulos = (_texto(f"{a}{encabezado}", c.titulo, ENCABEZADO) for a, c in zip(letras, hoja.columnas, strict=True))
    yield f'<row r="{encabezado}">{"".join(titulos)}</row>'
    yield from _filas(hoja, letras)
    yield "</sheetData></worksheet>"


def _filas(hoja: Hoja, letras: Sequence[str]) -> Iterator[str]:
    propios = [(letra_, ESTILOS[c.formato]) for letra_, c in zip(letras, hoja.columnas, strict=True)]
    distintos = hoja.renglones.formatos
    for i, fila in enumerate(hoja.renglones.filas):
        n = hoja.primera + i
        celdas = []
        for j, ((letra_, estilo), celda) in enumerate(zip(propios, fila, strict=True)):
            if celda is not None:
                otro: Formato | None = distintos.get((i, j)) if distintos else None
                celdas.append(_celda(f"{letra_}{n}", celda, estilo if otro is None else ESTILOS[otro]))
        yield f'<row r="{n}">{"".join(celdas)}</row>'


def _celda(lugar: str, celda: Celda, estilo: int) -> str:
    if isinstance(celda, str):
        return _texto(lugar, celda, ESTILOS[Formato.TEXTO])
    if isinstance(celda, Formula):
        return f'<c r="{lugar}" s="{estilo}"><f>{_plano(celda.texto)}</f><v>{celda.valor:f}</v></c>'
    if isinstance(celda, Decimal | int):
        return f'<c r="{lugar}" s="{estilo}"><v>{celda:f}</v></c>'
    if celda is None:
        return ""
    return f'<c r="{lugar}" s="{ESTILOS[Formato.FECHA]}"><v>{_serial(celda)}</v></c>'


def _texto(lugar: str, texto: str, estilo: int) -> str:
    plano = _plano(_ESCAPADO.sub("_x005F_", texto[:_LETRAS_POR_CELDA]))
    return f'<c r="{lugar}" s="{estilo}" t="inlineStr"><is><t xml:space="preserve">{plano}</t></is></c>'


def _plano(texto: str) -> str:
    return _IMPOSIBLES.sub("", texto).translate(_MARCAS)


def _serial(dia: date) -> str:
    entero = dia.toordinal() - _CERO_DE_EXCEL
    if not isinstance(dia, datetime):
        return str(entero)
    return format(entero + (dia.hour * 3600 + dia.minute * 60 + dia.second) / _DIA, ".10f")


def letra(columna: int) -> str:
    """The name of a column, from 0."""
    nombre = ""
    while columna >= 0:
        nombre = chr(ord("A") + columna % 26) + nombre
        columna = columna // 26 - 1
    return nombre
