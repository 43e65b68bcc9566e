"""The children of many documents, read back in bulk."""

from collections.abc import Collection
from typing import Any, LiteralString

from horux_adapters.postgres.copying import COLUMNAS_DOCTO
from horux_adapters.postgres.pools import Connection
from horux_core.fiscal.cfdi.model import Cubetas, DoctoPagado, Pago, Relacion

_RELACIONES: LiteralString = "SELECT uuid_fiscal::text, tipo_relacion, uuid_relacionado FROM cfdi_relaciones"
_PAGOS: LiteralString = (
    "SELECT uuid_fiscal::text, n, fecha_pago, forma_pago_p, moneda_p, tipo_cambio_p, monto, num_operacion "
    "FROM cfdi_pagos"
)
_DOCTOS: LiteralString = "SELECT uuid_fiscal::text, pago, " + ", ".join(COLUMNAS_DOCTO) + " FROM cfdi_pagos_doctos"  # type: ignore[assignment]
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
        docto = DoctoPagado(*row[2:_PROPIOS], Cubetas(*row[_PROPIOS:]))
        doctos.setdefault((row[0], row[1]), []).append(docto)
    found: dict[str, list[Pago]] = {}
    for uuid, n, *propio in _rows(conn, _PAGOS, "uuid_fiscal, n", uuids):
        found.setdefault(uuid, []).append(Pago(*propio, tuple(doctos.get((uuid, n), ()))))
    return {uuid: tuple(suyos) for uuid, suyos in found.items()}


def _rows(
    conn: Connection, select: LiteralString, order: LiteralString, uuids: Collection[str] | None
) -> list[tuple[Any, ...]]:
    if uuids is None:
        return conn.execute(select + " ORDER BY " + order).fetchall()
    where: LiteralString = " WHERE uuid_fiscal = ANY(%s::uuid[]) ORDER BY "
    return conn.execute(select + where + order, (list(uuids),)).fetchall()
