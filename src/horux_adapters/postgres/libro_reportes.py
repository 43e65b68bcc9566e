"""A taxpayer's documents as reports see them, in its own database."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from psycopg import sql

from horux_adapters.postgres.copying import NOMINA, dia_de
from horux_adapters.postgres.pools import Connection
from horux_core.fiscal.cfdi.model import CUBETAS, Cubetas, Nomina, Tipo
from horux_core.fiscal.cfdi.paging import es_folio
from horux_core.fiscal.reportes.model import Ficha
from horux_core.kernel.periodo import Periodo

_DE_CFDI = ("metodo_pago", "serie", "folio", "rfc_emisor", "nombre_emisor", "regimen_emisor", "rfc_receptor")
_OTRAS = (*_DE_CFDI, "nombre_receptor", "lugar_expedicion")
_PRIMERA = 11
_FIN = _PRIMERA + len(CUBETAS)
_TIPOS = {tipo.value: tipo for tipo in Tipo}


def _de(tabla: str, columnas: Iterable[str]) -> sql.Composed:
    return sql.SQL(", ").join(sql.Identifier(tabla, columna) for columna in columnas)


_FICHAS = sql.SQL(
    "SELECT c.uuid_fiscal::text, c.tipo, c.direccion, c.estado, c.fecha_emision, c.moneda, "
    "coalesce(c.tipo_cambio_capturado, c.tipo_cambio), c.subtotal, c.descuento, c.total, n.uuid_fiscal IS NOT NULL, "
    "{}, {}, {} FROM cfdis c LEFT JOIN cfdi_nomina n ON n.uuid_fiscal = c.uuid_fiscal "
).format(_de("c", CUBETAS), _de("c", _OTRAS), _de("n", NOMINA))
_ENTRE = sql.SQL(
    "WHERE c.estado = 'vigente' AND c.fecha_emision >= %s AND c.fecha_emision < %s "
    "ORDER BY c.fecha_emision, c.uuid_fiscal"
)
_PAGADAS = sql.SQL("WHERE c.estado = 'vigente' AND n.fecha_pago BETWEEN %s AND %s ORDER BY n.fecha_pago, c.uuid_fiscal")


@dataclass(frozen=True, slots=True)
class PostgresLibroReportes:
    conn: Connection

    def fichas(self, uuids: Iterable[str] | None = None) -> dict[str, Ficha]:
        if uuids is None:
            rows = self.conn.execute(_FICHAS).fetchall()
        else:
            named = [uuid for uuid in dict.fromkeys(uuids) if es_folio(uuid)]
            rows = self.conn.execute(_FICHAS + sql.SQL("WHERE c.uuid_fiscal = ANY(%s::uuid[])"), (named,)).fetchall()
        return {ficha.uuid: ficha for ficha in map(_ficha, rows)}

    def emitidas_entre(self, desde: date, hasta: date) -> tuple[Ficha, ...]:
        dias = (desde, hasta + timedelta(days=1))
        return tuple(map(_ficha, self.conn.execute(_FICHAS + _ENTRE, dias).fetchall()))

    def nominas_pagadas(self, desde: date, hasta: date) -> tuple[Ficha, ...]:
        return tuple(map(_ficha, self.conn.execute(_FICHAS + _PAGADAS, (desde, hasta)).fetchall()))

    def con_movimiento(self, desde: Periodo, hasta: Periodo) -> tuple[str, ...]:
        rows = self.conn.execute(
            "SELECT uuid_fiscal FROM iva_eventos WHERE periodo BETWEEN %s AND %s GROUP BY 1 ORDER BY 1",
            (dia_de(desde), dia_de(hasta)),
        ).fetchall()
        return tuple(str(uuid) for (uuid,) in rows)


def _ficha(row: tuple[Any, ...]) -> Ficha:
    uuid, tipo, direccion, estado, fecha, moneda, cambio, subtotal, descuento, total, con_nomina = row[:_PRIMERA]
    otras = _FIN + len(_OTRAS)
    return Ficha(
        uuid,
        _TIPOS[tipo],
        direccion != "recibido",
        direccion != "emitido",
        estado == "vigente",
        fecha,
        moneda,
        cambio,
        subtotal,
        descuento,
        total,
        Cubetas(*row[_PRIMERA:_FIN]),
        *(*row[_FIN:otras], Nomina(*row[otras:]) if con_nomina else None),
    )
