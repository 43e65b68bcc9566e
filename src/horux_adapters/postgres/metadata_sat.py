"""What the SAT says of a taxpayer's CFDIs, in the taxpayer's own database."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from operator import attrgetter
from typing import Any, LiteralString

from psycopg import sql

from horux_adapters.postgres.cambios import marcar
from horux_adapters.postgres.copying import dia_de, listed
from horux_adapters.postgres.pools import Connection
from horux_adapters.postgres.replacing import folios
from horux_core.fiscal.cfdi.model import Direccion, Estado, Tipo
from horux_core.fiscal.paquetes.model import ArchivoMetadata, RenglonMetadata, ResumenCfdi
from horux_core.kernel.periodo import Periodo

_DE_RENGLON = tuple(RenglonMetadata.__dataclass_fields__)[1:]
_DE_ARCHIVO = tuple(ArchivoMetadata.__dataclass_fields__)
_DE_RESUMEN = tuple(ResumenCfdi.__dataclass_fields__)[1:]
_RENGLON, _ARCHIVO = attrgetter("uuid", *_DE_RENGLON), attrgetter(*_DE_ARCHIVO)
_RENGLONES = sql.SQL("SELECT uuid_fiscal::text, {} FROM metadata_sat").format(listed(_DE_RENGLON))
_RESUMENES = sql.SQL("SELECT uuid_fiscal::text, {} FROM cfdis").format(listed(_DE_RESUMEN))
_ESTADO_SAT = 1 + _DE_RENGLON.index("estado")
_SENTIDOS, _EFECTOS = {one.value: one for one in Direccion}, {one.value: one for one in Tipo}
_ESTADOS = {one.value: one for one in Estado}
_DE_UUID = sql.SQL(" WHERE uuid_fiscal = ANY(%s::uuid[])")
_DEL_MES = sql.SQL(" WHERE fecha_emision >= %s AND fecha_emision < %s")
_TIPOS: tuple[LiteralString, ...] = (
    *("text", "text", "text", "text", "text", "timestamp", "timestamp", "numeric", "text", "text", "timestamp"),
    *("numeric", "text", "text"),
)
_GUARDA = sql.SQL(
    "INSERT INTO metadata_sat (uuid_fiscal, {}) SELECT * FROM unnest({}) ON CONFLICT (uuid_fiscal) DO UPDATE SET {}"
).format(
    listed(_DE_RENGLON),
    sql.SQL(", ").join(sql.SQL(f"%s::{kind}[]") for kind in ("uuid", *_TIPOS)),
    sql.SQL(", ").join(sql.SQL("{0} = excluded.{0}").format(sql.Identifier(name)) for name in _DE_RENGLON),
)


@dataclass(frozen=True, slots=True)
class PostgresMetadataSat:
    conn: Connection

    def de(self, uuids: Iterable[str]) -> dict[str, RenglonMetadata]:
        rows: list[tuple[Any, ...]] = self.conn.execute(_RENGLONES + _DE_UUID, (list(uuids),)).fetchall()
        return {row[0]: _renglon(row) for row in rows}

    def del_periodo(self, periodo: Periodo) -> tuple[RenglonMetadata, ...]:
        query = _RENGLONES + _DEL_MES + sql.SQL(" ORDER BY fecha_emision, uuid_fiscal")
        return tuple(map(_renglon, self.conn.execute(query, _mes(periodo)).fetchall()))

    def guardar(self, renglones: Iterable[RenglonMetadata]) -> None:
        """One statement, a column an array: the role of the books makes no tables, not even for a moment."""
        columns = [list(column) for column in zip(*map(_RENGLON, renglones), strict=True)]
        if columns:
            self.conn.execute(_GUARDA, columns)
            marcar(self.conn, folios(columns[0]))

    def desde(self, dia: date) -> tuple[RenglonMetadata, ...]:
        query = _RENGLONES + sql.SQL(" WHERE fecha_emision >= %s")
        return tuple(map(_renglon, self.conn.execute(query, (dia,)).fetchall()))

    def anotar(self, archivo: ArchivoMetadata) -> None:
        query = sql.SQL("INSERT INTO metadata_archivos ({}) VALUES ({}) ON CONFLICT DO NOTHING").format(
            listed(_DE_ARCHIVO), sql.SQL(", ").join(sql.Placeholder() * len(_DE_ARCHIVO))
        )
        self.conn.execute(query, _ARCHIVO(archivo))

    def archivos(self) -> tuple[ArchivoMetadata, ...]:
        query = sql.SQL('SELECT {} FROM metadata_archivos ORDER BY archivo COLLATE "C", huella').format(
            listed(_DE_ARCHIVO)
        )
        rows: list[tuple[Any, ...]] = self.conn.execute(query).fetchall()
        return tuple(ArchivoMetadata(row[0], row[1], Direccion(row[2]), *row[3:]) for row in rows)

    def resumenes(self, uuids: Iterable[str]) -> tuple[ResumenCfdi, ...]:
        return tuple(map(_resumen, self.conn.execute(_RESUMENES + _DE_UUID, (list(uuids),)).fetchall()))

    def resumenes_del_periodo(self, periodo: Periodo) -> tuple[ResumenCfdi, ...]:
        return tuple(map(_resumen, self.conn.execute(_RESUMENES + _DEL_MES, _mes(periodo)).fetchall()))


def _mes(periodo: Periodo) -> tuple[object, object]:
    return dia_de(periodo), dia_de(periodo.siguiente())


def _renglon(row: tuple[Any, ...]) -> RenglonMetadata:
    values, at = list(row), _ESTADO_SAT
    values[at - 1 : at + 1] = _EFECTOS[row[at - 1]], _ESTADOS[row[at]]
    return RenglonMetadata(*values)


def _resumen(row: tuple[Any, ...]) -> ResumenCfdi:
    values = list(row)
    values[1:3], values[-2] = (_SENTIDOS[row[1]], _EFECTOS[row[2]]), _ESTADOS[row[-2]]
    return ResumenCfdi(*values)
