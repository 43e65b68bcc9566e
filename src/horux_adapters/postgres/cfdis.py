"""The documents of one taxpayer, in its own database."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, fields
from datetime import date, timedelta
from decimal import Decimal
from typing import Any, LiteralString

import psycopg
from psycopg import sql
from psycopg.rows import dict_row

from horux_adapters.postgres import copying, locks, pulling
from horux_adapters.postgres.copying import DE_CUBETAS, PROPIAS, listed
from horux_adapters.postgres.pools import Connection
from horux_core.fiscal.cfdi.errors import CfdiNoGuardable
from horux_core.fiscal.cfdi.importes import total_mxn
from horux_core.fiscal.cfdi.model import (
    Advertencia,
    Cfdi,
    Cubetas,
    DestinoIva,
    Direccion,
    DocumentoRetenciones,
    Estado,
    Impuesto,
    Nomina,
    Tipo,
)
from horux_core.fiscal.cfdi.paging import cursor_tras, entre, folio, junto, lugar
from horux_core.fiscal.cfdi.stored import Correction, Entered, Entry, Filter, Grupo, Original, StoredCfdi
from horux_core.fiscal.errors import CfdiMissing
from horux_core.kernel.pages import Page
from horux_core.kernel.periodo import Periodo
from horux_core.kernel.same import SAME

_COLUMNS = (
    *PROPIAS,
    *("id", "direccion", "estado", "fecha_cancelacion", "global_periodo", "global_periodicidad"),
    *("total_mxn", "destino_iva", "acreditable_pct", "tipo_cambio_capturado", "advertencias"),
)
_SELECT = sql.SQL("SELECT uuid_fiscal::text AS uuid, {} FROM cfdis")
_OF_A_LIST, _WHOLE = _SELECT.format(listed(_COLUMNS)), _SELECT.format(listed((*_COLUMNS, *DE_CUBETAS)))
_PARTE: LiteralString = (
    r"'%%' || replace(replace(replace(sin_acentos(%(nombre)s), '\', '\\'), '%%', '\%%'), '_', '\_') || '%%'"
)
_NOMBRADO: LiteralString = f"(sin_acentos(nombre_emisor) LIKE {_PARTE} OR sin_acentos(nombre_receptor) LIKE {_PARTE})"
_JUNTO: LiteralString = "replace(replace(upper(coalesce(serie, '') || coalesce(folio, '')), '-', ''), ' ', '')"
_SOLO_FOLIO: LiteralString = "replace(replace(upper(coalesce(folio, '')), '-', ''), ' ', '')"
# Apart, so that each kind of text is looked up by the index it has.
_TEXTO: LiteralString = (
    f"id IN (SELECT id FROM cfdis WHERE {_NOMBRADO}"  # noqa: S608
    " UNION ALL SELECT id FROM cfdis WHERE uuid_fiscal BETWEEN %(primero)s::uuid AND %(ultimo)s::uuid"
    " UNION ALL SELECT id FROM cfdis WHERE %(clave)s <> '' AND (starts_with(rfc_emisor, %(clave)s)"
    f" OR starts_with(rfc_receptor, %(clave)s) OR starts_with({_JUNTO}, %(clave)s)"
    f" OR starts_with({_SOLO_FOLIO}, %(clave)s)))"
).replace("%(nombre)s", "%(texto)s")
_REVISAR: LiteralString = (
    "(estado = 'vigente' AND (CASE WHEN advertencias IS NULL THEN false WHEN tipo_cambio_capturado IS NULL"
    " THEN advertencias <> '[]' ELSE jsonb_path_exists(advertencias, '$[*] ? (@.codigo != \"TC_SOSPECHOSO\")') END"
    " OR uuid_fiscal IN (SELECT uuid_fiscal FROM cfdi_avisos)))"
)
_SUMAS = sql.SQL(
    "SELECT direccion, tipo, estado, count(*), coalesce(sum(total_mxn), 0), count(*) FILTER (WHERE total_mxn IS NULL),"
    " count(*) FILTER (WHERE {}) FROM cfdis WHERE {} GROUP BY direccion, tipo, estado"
)
_CONDITIONS: dict[str, LiteralString] = {
    "desde": "fecha_emision >= %(desde)s",
    "hasta": "fecha_emision < %(hasta)s",
    "tipo": "tipo = %(tipo)s",
    "rfc": "(rfc_emisor = %(rfc)s OR rfc_receptor = %(rfc)s)",
    "metodo_pago": "metodo_pago = %(metodo_pago)s",
    "estado": "estado = %(estado)s",
    "direccion": "direccion IN (%(direccion)s, 'ambas')",
    "nombre": _NOMBRADO,
    "texto": _TEXTO,
    "por_revisar": _REVISAR,
    "fecha": "(fecha_emision, id) < (%(fecha)s, %(id)s)",
}
_MARCA = (
    "INSERT INTO iva_pendientes (uuid_fiscal) VALUES (%s) ON CONFLICT (uuid_fiscal) DO UPDATE SET por_regla = false"
)
_CORRECTIONS: dict[str, LiteralString] = {
    "estado": "estado = %(estado)s",
    "fecha_cancelacion": "fecha_cancelacion = %(fecha_cancelacion)s",
    "destino_iva": "destino_iva = %(destino_iva)s",
    "acreditable_pct": "acreditable_pct = %(acreditable_pct)s",
    "tipo_cambio_capturado": "tipo_cambio_capturado = %(tipo_cambio_capturado)s, total_mxn = %(total_mxn)s",
}


def lock_books(conn: Connection) -> None:
    """Be the only one that changes these books until the transaction ends. Raises DatabaseUnavailable: too long."""
    locks.wait(conn, locks.BOOKS, "Otra carga o recálculo de estos libros sigue en curso.")


@dataclass(frozen=True, slots=True)
class PostgresCfdis:
    conn: Connection

    def enter(self, batch: Sequence[Entry]) -> Entered:
        """Under the lock nobody else can enter the same UUID, so that new rows go straight to their tables by COPY."""
        lock_books(self.conn)
        kept = self._hashes([entry.cfdi.uuid for entry in batch])
        inserted: list[int] = []
        duplicates: list[int] = []
        conflicts: list[int] = []
        for position, entry in enumerate(batch):
            known = kept.get(entry.cfdi.uuid)
            if known is None:
                kept[entry.cfdi.uuid] = entry.original.sha256
                inserted.append(position)
            elif known == entry.original.sha256:
                duplicates.append(position)
            else:
                conflicts.append(position)
        if inserted:
            self._copied([batch[position] for position in inserted])
        return Entered(tuple(inserted), tuple(duplicates), tuple(conflicts))

    def _copied(self, entries: Sequence[Entry]) -> None:
        try:
            copying.copy_entries(self.conn, entries)
        except (psycopg.DataError, psycopg.errors.ProgramLimitExceeded) as error:
            raise CfdiNoGuardable from error

    def count(self) -> int:
        row = self.conn.execute("SELECT count(*) FROM cfdis").fetchone()
        return 0 if row is None else int(str(row[0]))

    def get(self, uuid: str) -> StoredCfdi:
        uuid = folio(uuid)
        with self.conn.cursor(row_factory=dict_row) as cursor:
            row = cursor.execute(_WHOLE + sql.SQL(" WHERE uuid_fiscal = %s"), (uuid,)).fetchone()
        if row is None:
            raise CfdiMissing
        cubetas = Cubetas(ieps=row["ieps"], **{name: row[name] for name in DE_CUBETAS})
        return _stored(row, {**self._children(uuid), "cubetas": cubetas})

    def original(self, uuid: str) -> Original:
        row: tuple[Any, ...] | None = self.conn.execute(
            "SELECT sha256, tamano, xml_zstd FROM cfdi_xml WHERE uuid_fiscal = %s", (folio(uuid),)
        ).fetchone()
        if row is None:
            raise CfdiMissing
        return Original(*row)

    def search(self, wanted: Filter, cursor: str | None, limit: int) -> Page[StoredCfdi]:
        values = _narrowing(wanted)
        if cursor is not None:
            values["fecha"], values["id"] = lugar(cursor)
        query = sql.SQL("{} WHERE {} ORDER BY fecha_emision DESC, id DESC LIMIT %(limit)s").format(
            _OF_A_LIST, _where(values)
        )
        with self.conn.cursor(row_factory=dict_row) as cur:
            rows = cur.execute(query, {**values, "limit": limit + 1}).fetchall()
        shown = rows[:limit]
        more = cursor_tras(shown[-1]["fecha_emision"], shown[-1]["id"]) if len(rows) > limit else None
        return Page(tuple(_stored(row, {}) for row in shown), more)

    def sumas(self, wanted: Filter) -> tuple[Grupo, ...]:
        values = _narrowing(wanted)
        rows: list[tuple[Any, ...]] = self.conn.execute(
            _SUMAS.format(sql.SQL(_REVISAR), _where(values)), values
        ).fetchall()
        return tuple(Grupo(Direccion(d), Tipo(t), Estado(e), *counted) for d, t, e, *counted in rows)

    def con_avisos(self, uuids: Sequence[str]) -> frozenset[str]:
        rows: list[tuple[Any, ...]] = self.conn.execute(
            "SELECT DISTINCT uuid_fiscal::text FROM cfdi_avisos WHERE uuid_fiscal = ANY(%s::uuid[])", (list(uuids),)
        ).fetchall()
        return frozenset(row[0] for row in rows)

    def montos(self, uuids: Sequence[str]) -> Mapping[str, tuple[Decimal, str]]:
        rows: list[tuple[Any, ...]] = self.conn.execute(
            "SELECT uuid_fiscal::text, sum(monto), min(moneda_p) FROM cfdi_pagos WHERE uuid_fiscal = ANY(%s::uuid[])"
            " GROUP BY uuid_fiscal HAVING min(moneda_p) = max(moneda_p)",
            (list(uuids),),
        ).fetchall()
        return {uuid: (monto, moneda) for uuid, monto, moneda in rows}

    def correct(self, uuid: str, correction: Correction) -> None:
        uuid = folio(uuid)
        values = {name: getattr(correction, name) for name in _CORRECTIONS}
        changed = {name: value for name, value in values.items() if value is not SAME}
        changes = [sql.SQL(_CORRECTIONS[name]) for name in changed] or [sql.SQL("estado = estado")]
        if "tipo_cambio_capturado" in changed:
            changed["total_mxn"] = total_mxn(self.get(uuid).cfdi, changed["tipo_cambio_capturado"])
        query = sql.SQL("UPDATE cfdis SET {} WHERE uuid_fiscal = %(uuid)s").format(sql.SQL(", ").join(changes))
        if self.conn.execute(query, {**changed, "uuid": uuid}).rowcount == 0:
            raise CfdiMissing
        self.conn.execute(_MARCA, (uuid,))

    def avisos(self, uuid: str) -> tuple[Advertencia, ...]:
        rows: list[tuple[Any, ...]] = self.conn.execute(
            "SELECT codigo, detalle FROM cfdi_avisos WHERE uuid_fiscal = %s ORDER BY n", (folio(uuid),)
        ).fetchall()
        return tuple(Advertencia(*row) for row in rows)

    def _hashes(self, uuids: list[str]) -> dict[str, bytes]:
        rows: list[tuple[Any, ...]] = self.conn.execute(
            "SELECT uuid_fiscal::text, sha256 FROM cfdi_xml WHERE uuid_fiscal = ANY(%s::uuid[])", (uuids,)
        ).fetchall()
        return dict(rows)

    def _children(self, uuid: str) -> dict[str, Any]:
        one = (uuid,)
        impuestos = self._rows(copying.COLUMNAS_IMPUESTO, "cfdi_impuestos", one)
        nomina = self._rows(copying.NOMINA, "cfdi_nomina", one)
        retenciones = self._rows(copying.COLUMNAS_RETENCIONES, "cfdi_retenciones", one)
        return {
            "impuestos": tuple(Impuesto(*row) for row in impuestos),
            "relaciones": pulling.relaciones(self.conn, one).get(uuid, ()),
            "pagos": pulling.pagos(self.conn, one).get(uuid, ()),
            "nomina": Nomina(*nomina[0]) if nomina else None,
            "retenciones": DocumentoRetenciones(*retenciones[0]) if retenciones else None,
        }

    def _rows(self, columns: tuple[str, ...], table: str, uuid: tuple[str]) -> list[tuple[Any, ...]]:
        order = sql.SQL(" ORDER BY n") if table == "cfdi_impuestos" else sql.SQL("")
        query = sql.SQL("SELECT {} FROM {} WHERE uuid_fiscal = %s").format(listed(columns), sql.Identifier(table))
        return self.conn.execute(query + order, uuid).fetchall()


def _narrowing(wanted: Filter) -> dict[str, Any]:
    """What the filter asks, by the name of its condition; `hasta` is turned into the day it must be before."""
    asked = {field.name: getattr(wanted, field.name) for field in fields(wanted)}
    values = {name: value for name, value in asked.items() if value is not None and value is not False}
    if wanted.texto is not None:
        values["primero"], values["ultimo"] = entre(wanted.texto) or (None, None)
        values["clave"] = junto(wanted.texto)
    if wanted.hasta == date.max:
        del values["hasta"]
    elif wanted.hasta is not None:
        values["hasta"] = wanted.hasta + timedelta(days=1)
    return values


def _where(values: dict[str, Any]) -> sql.Composable:
    conditions = [sql.SQL(_CONDITIONS[name]) for name in values if name in _CONDITIONS]
    return sql.SQL(" AND ").join(conditions) if conditions else sql.SQL("true")


def _stored(row: dict[str, Any], children: dict[str, Any]) -> StoredCfdi:
    periodo, destino = row["global_periodo"], row["destino_iva"]
    propias = {name: row[name] for name in PROPIAS}
    propias["tipo"] = Tipo(row["tipo"])
    cfdi = Cfdi(
        uuid=row["uuid"],
        **propias,
        periodo_global=None if periodo is None else Periodo.of(periodo),
        periodicidad_global=row["global_periodicidad"],
        advertencias=tuple(Advertencia(a["codigo"], a["detalle"]) for a in row["advertencias"] or ()),
        **children,
    )
    return StoredCfdi(
        cfdi,
        Direccion(row["direccion"]),
        Estado(row["estado"]),
        row["fecha_cancelacion"],
        row["total_mxn"],
        None if destino is None else DestinoIva(destino),
        row["acreditable_pct"],
        row["tipo_cambio_capturado"],
    )
