"""The children of many documents, read back in bulk."""

from collections.abc import Collection
from typing import Any, LiteralString

from psycopg import sql

from horux_adapters.postgres.copying import COLUMNAS_DOCTO, COLUMNAS_PAGO, listed
from horux_adapters.postgres.pools import Connection
from horux_core.fiscal.cfdi.model import Cubetas, DoctoPagado, Pago, Relacion

_RELACIONES = sql.SQL("SELECT uuid_fiscal::text, tipo_relacion, uuid_relacionado FROM cfdi_relaciones")
_PAGOS = sql.SQL("SELECT uuid_fiscal::text, n, {} FROM cfdi_pagos").format(listed(COLUMNAS_PAGO))
_DOCTOS = sql.SQL("SELECT uuid_fiscal::text, pago, {} FROM cfdi_pagos_doctos").format(listed(COLUMNAS_DOCTO))
_PROPIOS = 11


def relaciones(conn: Connection, uuids: Collection[str] | None) -> dict[str, tuple[Relacion, ...]]:
    """By document, in its order; of every document when None."""
    found: dict[str, list[Relacion]] = {}
    for uuid, tipo, otro in _rows(conn, _RELACIONES, "uuid_fiscal, n", uuids):
        found.setdefault(uuid, []).append(Relacion(tipo, otro))
    return {uuid: tuple(suyas) for uuid, suyas in found.items()}


def pagos(conn: Connection, uuids: Collection[str] | None) -> dict[str, tuple[Pago, ...]]:
    """By document, in its order; of every document when None."""
    doctos: dict[tuple[str, int], list[DoctoPagado]] = {}
    for row in _rows(conn, _DOCTOS, "uuid_fiscal, pago, n", uuids):
        doctos.setdefault((row[0], row[1]), []).append(DoctoPagado(*(*row[2:_PROPIOS], Cubetas(*row[_PROPIOS:]))))
    found: dict[str, list[Pago]] = {}
    for uuid, n, *pago in _rows(conn, _PAGOS, "uuid_fiscal, n", uuids):
        found.setdefault(uuid, []).append(Pago(*(*pago, tuple(doctos.get((uuid, n), ())))))
    return {uuid: tuple(suyos) for uuid, suyos in found.items()}


def _rows(
    conn: Connection, select: sql.Composable, order: LiteralString, uuids: Collection[str] | None
) -> list[tuple[Any, ...]]:
    if uuids is None:
        return conn.execute(sql.SQL("{} ORDER BY ").format(select) + sql.SQL(order)).fetchall()
    named = sql.SQL("{} WHERE uuid_fiscal = ANY(%s::uuid[]) ORDER BY ").format(select) + sql.SQL(order)
    return conn.execute(named, (list(uuids),)).fetchall()
