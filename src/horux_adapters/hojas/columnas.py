"""Which column of a statement is what, from its headings, below whatever the bank prints above them."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import NamedTuple

from horux_adapters.hojas.cotas import MAX_TEXTO
from horux_adapters.hojas.textos import llano

_RENGLONES_DE_PORTADA = 80
_PALABRA = re.compile(r"[A-Z]+")
_FECHA = ("FECHA", "DATE", "DIA")
_CARGO = ("CARGO", "CARGOS", "RETIRO", "RETIROS", "DEBITO", "DEBITOS", "DEBE", "EGRESO", "EGRESOS", "SALIDAS")
_ABONO = ("ABONO", "ABONOS", "DEPOSITO", "DEPOSITOS", "CREDITO", "CREDITOS", "HABER", "INGRESO", "INGRESOS", "ENTRADAS")
_IMPORTE = ("IMPORTE", "MONTO", "CANTIDAD", "AMOUNT")
_SALDO = ("SALDO", "BALANCE")
_REFERENCIA = ("REFERENCIA", "REF", "RASTREO", "FOLIO", "AUTORIZACION")
_DESCRIPCION = ("DESCRIPCION", "CONCEPTO", "DETALLE", "DETALLES", "MOVIMIENTO", "LEYENDA", "DESCRIPTION", "OPERACION")
_TIPO = ("TIPO", "NATURALEZA", "SIGNO")


class Renglon(NamedTuple):
    """A line of the file, with its number from 1."""

    linea: int
    celdas: Sequence[object]


@dataclass(frozen=True, slots=True)
class Columnas:
    """Places, from 0, of what a statement has; `importe` or `cargo` and `abono`, one of them at least."""

    fecha: int
    descripcion: tuple[int, ...]
    referencia: tuple[int, ...]
    importe: int | None
    cargo: int | None
    abono: int | None
    tipo: int | None
    saldo: int | None

    @property
    def de_dinero(self) -> tuple[int, ...]:
        return tuple(c for c in (self.importe, self.cargo, self.abono) if c is not None)


def encontradas(renglones: Sequence[Renglon]) -> tuple[int, Columnas] | None:
    """Where the movements begin, and their columns; None when no line is a heading."""
    for i, renglon in enumerate(renglones[:_RENGLONES_DE_PORTADA]):
        columnas = _columnas(renglon.celdas)
        if columnas is not None:
            return i + 1, columnas
    return None


def _columnas(celdas: Sequence[object]) -> Columnas | None:
    papeles: dict[str, list[int]] = {}
    for lugar, celda in enumerate(celdas):
        papel = _papel(celda)
        if papel:
            papeles.setdefault(papel, []).append(lugar)
    if "mixta" in papeles:
        papeles.setdefault("tipo" if "importe" in papeles else "importe", papeles["mixta"])
    textos = papeles.get("descripcion", []) or papeles.get("referencia", [])
    dinero = [papel for papel in ("importe", "cargo", "abono") if papel in papeles]
    if "fecha" not in papeles or not textos or not dinero:
        return None

    def primera(papel: str) -> int | None:
        return papeles[papel][0] if papel in papeles else None

    partidas = "cargo" in papeles and "abono" in papeles
    return Columnas(
        fecha=papeles["fecha"][0],
        descripcion=tuple(papeles.get("descripcion", ())),
        referencia=tuple(papeles.get("referencia", ())),
        importe=None if partidas else primera("importe"),
        cargo=primera("cargo"),
        abono=primera("abono"),
        tipo=primera("tipo"),
        saldo=primera("saldo"),
    )


def _papel(celda: object) -> str | None:
    """What a heading says its column is; a long text is no heading."""
    if not isinstance(celda, str) or len(celda) > min(60, MAX_TEXTO):
        return None
    palabras = _PALABRA.findall(llano(celda))
    dichas = set(palabras)
    cargo, abono = bool(dichas & set(_CARGO)), bool(dichas & set(_ABONO))
    if cargo and abono:
        return "mixta"
    por_orden = (
        ("fecha", dichas & set(_FECHA)),
        ("saldo", dichas & set(_SALDO)),
        ("tipo", dichas & set(_TIPO)),
        ("referencia", dichas & set(_REFERENCIA)),
        ("cargo", cargo),
        ("abono", abono),
        ("importe", dichas & set(_IMPORTE)),
        ("descripcion", dichas & set(_DESCRIPCION)),
    )
    return next((papel for papel, si in por_orden if si), None)
