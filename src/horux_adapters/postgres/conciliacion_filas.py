"""From the bank's rows in the database to how they stand, and back."""

from collections.abc import Iterable, Sequence
from typing import Any

from horux_adapters.postgres.copying import Table
from horux_adapters.postgres.pools import Connection
from horux_core.fiscal.cfdi.model import Tipo
from horux_core.fiscal.conciliacion.libro import (
    Conciliable,
    CuentaBancaria,
    FilaBancaria,
    FilaMostrada,
    Guardado,
    documento,
    identidad,
    pago_de,
    uuid_de,
)
from horux_core.fiscal.conciliacion.model import EstadoRenglon, Parte, Propuesta, Regla, Renglon, Resultado, Signo

Rows = Iterable[tuple[Any, ...]]
_PROPUESTAS = Table(
    "conciliacion_propuestas",
    ("renglon", "orden", "id", "estado", "regla", "puntaje", "diferencia", "contrarenglon"),
)
_PARTES = Table("conciliacion_partes", ("renglon", "orden", "n", "uuid_fiscal", "pago", "importe"))
_PROPIAS = 10
"""Columns of a row that say how it stands."""


def copiar(conn: Connection, cambian: Sequence[Guardado]) -> None:
    """The proposals of rows that have none."""
    ordenadas = [(orden, p) for g in cambian for orden, p in enumerate(g.resultado.propuestas)]
    _PROPUESTAS.copy(
        conn,
        (
            (p.renglon, orden, identidad(p), p.estado, p.regla, p.puntaje, p.diferencia, p.contrarenglon)
            for orden, p in ordenadas
        ),
    )
    _PARTES.copy(
        conn,
        (
            (p.renglon, orden, n, uuid_de(parte.documento), pago_de(parte.documento), parte.importe)
            for orden, p in ordenadas
            for n, parte in enumerate(p.partes)
        ),
    )


def guardados(renglones: Rows, propuestas: Rows, partes: Rows) -> tuple[Guardado, ...]:
    """The rows in their order; proposals and parts are in theirs."""
    de_propuesta: dict[tuple[str, int], list[Parte]] = {}
    for renglon, orden, uuid, pago, importe in partes:
        de_propuesta.setdefault((renglon, orden), []).append(Parte(documento(uuid, pago), importe))
    de_renglon: dict[str, list[Propuesta]] = {}
    for renglon, orden, estado, regla, puntaje, diferencia, contrarenglon in propuestas:
        suyas = tuple(de_propuesta.get((renglon, orden), ()))
        propuesta = Propuesta(renglon, EstadoRenglon(estado), Regla(regla), suyas, puntaje, diferencia, contrarenglon)
        de_renglon.setdefault(renglon, []).append(propuesta)
    return tuple(_guardado(row, tuple(de_renglon.get(row[0], ()))) for row in renglones)


def _guardado(row: tuple[Any, ...], propuestas: tuple[Propuesta, ...]) -> Guardado:
    ident, cuenta, fecha, monto, signo, descripcion, referencia, moneda, estado, aceptada = row[:_PROPIAS]
    renglon = Renglon(ident, cuenta, fecha, monto, Signo(signo), descripcion, referencia, moneda)
    return Guardado(renglon, Resultado(ident, EstadoRenglon(estado), propuestas), aceptada)


def mostrada(row: tuple[Any, ...], guardado: Guardado) -> tuple[int, FilaMostrada]:
    """Its number, and the row."""
    n, importe, saldo, linea, *cuenta = row[_PROPIAS:]
    fila = FilaBancaria(guardado.renglon, importe, saldo, linea)
    return n, FilaMostrada(fila, guardado, CuentaBancaria(*cuenta))


def conciliable(row: tuple[Any, ...]) -> Conciliable:
    uuid, tipo, direccion, estado, fecha, moneda, cambio, total, metodo, *partes = row
    rfc_emisor, nombre_emisor, rfc_receptor, nombre_receptor, serie, folio = partes
    emitido = direccion != "recibido"
    return Conciliable(
        uuid,
        Tipo(tipo),
        emitido,
        direccion != "emitido",
        estado == "vigente",
        fecha,
        moneda,
        cambio,
        total,
        metodo,
        rfc_receptor if emitido else rfc_emisor,
        (nombre_receptor if emitido else nombre_emisor) or "",
        "-".join(parte for parte in (serie, folio) if parte),
    )
