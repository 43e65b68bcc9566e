"""The SAT's CSV of CFF 69-B: lines before the header, Windows letters, and rows that cannot be read, each named."""

import csv
import io
import re
import unicodedata
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from itertools import islice

from horux_core.fiscal.alertas.efos import Lectura69B, Lista69B, Listado, RenglonMalo, Situacion, por_rfc
from horux_core.fiscal.alertas.errors import Lista69BNoReconocida
from horux_core.kernel.periodo import MESES
from horux_core.kernel.rfc import Rfc, RfcMalformed

_RENGLONES_DE_ENCABEZADO = 20
_SEPARADORES = ",;\t"
_MESES = {mes: n for n, mes in enumerate(MESES, 1)}
_FECHA_EN_PALABRAS = re.compile(r"(\d{1,2}) de ([a-z]+) del? (\d{4})")
_NUMERADO = re.compile(rf"\d+[{_SEPARADORES}]")
_FECHA = re.compile(r"(\d{1,2})/(\d{1,2})/(\d{4})")
_RAIZ = {
    Situacion.PRESUNTO: "presunto",
    Situacion.DESVIRTUADO: "desvirtuado",
    Situacion.DEFINITIVO: "definitivo",
    Situacion.SENTENCIA_FAVORABLE: "sentencia favorable",
}
_POR_NOMBRE = {nombre: situacion for situacion, nombre in _RAIZ.items()}


@dataclass(frozen=True, slots=True)
class _Columnas:
    """Where each thing is, by the name of its column; the DOF's dates by situation."""

    rfc: int
    nombre: int | None
    situacion: int
    publicado: dict[Situacion, int]


class SatLectorLista:
    def __call__(self, contenido: bytes) -> Lectura69B:
        return lee_lista_69b(contenido)


def lee_lista_69b(contenido: bytes) -> Lectura69B:
    """A pure function of the file's bytes. Raises Lista69BNoReconocida."""
    renglones = _renglones(_texto(contenido))
    al_dia: date | None = None
    for _, renglon in islice(renglones, _RENGLONES_DE_ENCABEZADO):
        columnas = _columnas(renglon)
        if columnas is not None:
            break
        al_dia = al_dia or _fecha_en_palabras(" ".join(renglon))
    else:
        raise Lista69BNoReconocida
    listados: list[Listado] = []
    malos: list[RenglonMalo] = []
    for linea, renglon in renglones:
        for hecho in _listado(renglon, columnas, linea):
            if isinstance(hecho, Listado):
                listados.append(hecho)
            else:
                malos.append(hecho)
    return Lectura69B(Lista69B(al_dia, por_rfc(listados)), tuple(malos))


def _renglones(texto: str) -> Iterator[tuple[int, list[str]]]:
    """Each row with the number of its first line. A quote left open never swallows the numbered rows after it."""
    separador = _separador(texto)
    empezado: list[str] = []
    comillas = n = 0
    for n, linea in enumerate(io.StringIO(texto), 1):
        if empezado and _NUMERADO.match(linea):
            yield n - len(empezado), _celdas(empezado, separador)
            empezado, comillas = [], 0
        empezado.append(linea)
        comillas += linea.count('"')
        if comillas % 2 == 0:
            yield n - len(empezado) + 1, _celdas(empezado, separador)
            empezado, comillas = [], 0
    if empezado:
        yield n - len(empezado) + 1, _celdas(empezado, separador)


def _celdas(lineas: Sequence[str], separador: str) -> list[str]:
    texto = "".join(lineas)
    try:
        return next(csv.reader([texto], delimiter=separador), [])
    except csv.Error:
        return texto.split(separador)


def _listado(renglon: Sequence[str], columnas: _Columnas, linea: int) -> Iterator[Listado | RenglonMalo]:
    """The taxpayer of a row, and what is wrong with it; nothing of an empty one."""
    if not any(celda.strip() for celda in renglon):
        return
    crudo = _celda(renglon, columnas.rfc)
    situacion = _POR_NOMBRE.get(_llano(_celda(renglon, columnas.situacion)).removesuffix("s"))
    try:
        rfc = Rfc(crudo)
    except RfcMalformed:
        yield RenglonMalo(linea, crudo, "El RFC no tiene la forma correcta.")
        return
    if situacion is None:
        dicho = _celda(renglon, columnas.situacion)
        yield RenglonMalo(linea, rfc, f"La situación «{dicho}» no es ninguna de las cuatro de la lista.")
        return
    publicado = _fecha(_celda(renglon, columnas.publicado.get(situacion)))
    yield Listado(rfc, _celda(renglon, columnas.nombre), situacion, publicado)
    if publicado is None:
        yield RenglonMalo(linea, rfc, f"No se lee la fecha del DOF como {situacion}.", conservado=True)


def _columnas(renglon: Sequence[str]) -> _Columnas | None:
    """None when the row is not the header."""
    nombres = [_llano(celda) for celda in renglon]
    situacion = _primera(nombres, "situacion")
    if "rfc" not in nombres or situacion is None:
        return None
    publicado = {s: n for s, raiz in _RAIZ.items() if (n := _primera(nombres, "publicacion", "dof", raiz)) is not None}
    return _Columnas(nombres.index("rfc"), _primera(nombres, "nombre"), situacion, publicado)


def _primera(nombres: Sequence[str], *palabras: str) -> int | None:
    return next((n for n, nombre in enumerate(nombres) if all(p in nombre for p in palabras)), None)


def _texto(contenido: bytes) -> str:
    """UTF-8, or else Windows-1252, which has the Spanish letters of 1250 in the same places and Ñ besides."""
    for codificacion in ("utf-8-sig", "cp1252"):
        try:
            return contenido.decode(codificacion)
        except UnicodeDecodeError:
            continue
    return contenido.decode("latin-1")


def _separador(texto: str) -> str:
    inicio = texto[:10_000]
    return max(_SEPARADORES, key=inicio.count)


def _llano(texto: str) -> str:
    """Lower case, without accents, one space between words."""
    sin_acentos = "".join(c for c in unicodedata.normalize("NFD", texto) if not unicodedata.combining(c))
    return " ".join(sin_acentos.lower().split())


def _celda(renglon: Sequence[str], columna: int | None) -> str:
    return " ".join(renglon[columna].split()) if columna is not None and columna < len(renglon) else ""


def _fecha(celda: str) -> date | None:
    """The last one, when a cell holds the dates of several publications."""
    halladas = _FECHA.findall(celda)
    return _dia(*map(int, reversed(halladas[-1]))) if halladas else None


def _fecha_en_palabras(texto: str) -> date | None:
    hallada = _FECHA_EN_PALABRAS.search(_llano(texto))
    mes = _MESES.get(hallada[2]) if hallada else None
    return _dia(int(hallada[3]), mes, int(hallada[1])) if hallada and mes else None


def _dia(anio: int, mes: int, dia: int) -> date | None:
    try:
        return date(anio, mes, dia)
    except ValueError:
        return None
