"""The bank of one taxpayer in its own database."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, time
from typing import Any, LiteralString
from uuid import UUID

from psycopg import sql

from horux_adapters.postgres import locks
from horux_adapters.postgres.cambios import marcar
from horux_adapters.postgres.conciliacion_filas import conciliable, copiar, guardados, mostrada
from horux_adapters.postgres.pools import Connection
from horux_adapters.postgres.replacing import folios
from horux_core.fiscal.cfdi.paging import cursor_tras, lugar
from horux_core.fiscal.conciliacion.libro import (
    Carga,
    Cobro,
    Conciliable,
    CuentaBancaria,
    FilaBancaria,
    FilaMostrada,
    Filtro,
    Guardado,
    identidad,
)
from horux_core.fiscal.conciliacion.model import Rechazo
from horux_core.kernel.pages import Page

_RENGLON: LiteralString = (
    "r.id::text, r.cuenta::text, r.fecha, r.monto, r.signo, r.descripcion, r.referencia, c.moneda, r.estado, r.aceptada"
)
_DE_RENGLONES: LiteralString = " FROM conciliacion_renglones r JOIN conciliacion_cuentas c ON c.id = r.cuenta"
_RENGLONES: LiteralString = "SELECT " + _RENGLON + _DE_RENGLONES
_MOSTRADAS: LiteralString = (
    "SELECT " + _RENGLON + ", r.n, r.importe, r.saldo, r.linea, c.id, c.clave, c.nombre, c.moneda" + _DE_RENGLONES
)
_PROPUESTAS: LiteralString = (
    "SELECT p.renglon::text, p.orden, p.estado, p.regla, p.puntaje, p.diferencia, p.contrarenglon::text"
    " FROM conciliacion_propuestas p"
)
_PARTES: LiteralString = (
    "SELECT p.renglon::text, p.orden, p.uuid_fiscal::text, p.pago, p.importe FROM conciliacion_partes p"
)
_ENTRE: LiteralString = (
    " WHERE p.renglon IN (SELECT id FROM conciliacion_renglones WHERE fecha BETWEEN %s AND %s) ORDER BY 1, 2"
)
_DE: LiteralString = " WHERE p.renglon = ANY(%s::uuid[]) ORDER BY 1, 2"
_POR_REVISAR: LiteralString = (
    "(r.estado = 'conciliado' AND EXISTS (SELECT FROM conciliacion_partes p JOIN cfdis d USING (uuid_fiscal)"
    " WHERE p.renglon = r.id AND p.orden = 0 AND d.estado = 'cancelado'))"
)
_CONDICIONES: dict[str, LiteralString] = {
    "desde": "r.fecha >= %(desde)s",
    "hasta": "r.fecha <= %(hasta)s",
    "cuenta": "r.cuenta = %(cuenta)s",
    "estado": "r.estado = %(estado)s",
    "por_revisar": _POR_REVISAR + " = %(por_revisar)s",
    "dia": "(r.fecha, r.n) < (%(dia)s, %(n)s)",
}
_ENTRA: LiteralString = """
    INSERT INTO conciliacion_renglones
    (id, cuenta, carga, fecha, importe, monto, signo, descripcion, referencia, saldo, linea, estado)
    SELECT id, %s, %s, fecha, importe, monto, signo, descripcion, referencia, saldo, linea, 'sin_documento'
    FROM unnest(%s::uuid[], %s::date[], %s::numeric[], %s::numeric[], %s::text[], %s::text[], %s::text[],
                %s::numeric[], %s::integer[])
    WITH ORDINALITY AS t(id, fecha, importe, monto, signo, descripcion, referencia, saldo, linea, lugar)
    ORDER BY lugar ON CONFLICT (id) DO NOTHING
"""
_CONCILIABLE: LiteralString = (
    "SELECT d.uuid_fiscal::text, d.tipo, d.direccion, d.estado, coalesce(n.fecha_pago, d.fecha_emision::date),"
    " d.moneda, coalesce(d.tipo_cambio_capturado, d.tipo_cambio), d.total, d.metodo_pago, d.rfc_emisor,"
    " d.nombre_emisor, d.rfc_receptor, d.nombre_receptor, d.serie, d.folio"
    " FROM cfdis d LEFT JOIN cfdi_nomina n ON n.uuid_fiscal = d.uuid_fiscal AND d.tipo = 'N'"
)
_EN_FECHA: LiteralString = """
    WHERE d.estado = 'vigente' AND (
        (d.tipo = 'I' AND d.fecha_emision >= %(emitida)s AND d.fecha_emision < %(hasta_emitida)s::date + 1)
        OR (d.tipo = 'N' AND n.fecha_pago BETWEEN %(pagada)s AND %(hasta_pagada)s)
        OR (d.tipo = 'P' AND d.uuid_fiscal IN (
            SELECT uuid_fiscal FROM cfdi_pagos WHERE fecha_pago >= %(pagada)s
            AND fecha_pago < %(hasta_pagada)s::date + 1)))
"""
_COBROS: LiteralString = (
    "SELECT p.uuid_fiscal::text, p.pago, r.fecha, p.importe, r.id::text FROM conciliacion_renglones r"
    " JOIN conciliacion_partes p ON p.renglon = r.id AND p.orden = 0 WHERE r.estado = 'conciliado'"
)
Rows = list[tuple[Any, ...]]


@dataclass(frozen=True, slots=True)
class PostgresConciliacion:
    conn: Connection
    locked: list[bool] = field(default_factory=list)
    """Something once it was to be told of."""

    def lock(self, *, followed: bool = False) -> None:
        locks.wait(self.conn, locks.CONCILIACION, "Otra conciliación de estos libros sigue en curso.")
        if not followed:
            self.locked.append(True)

    def cuentas(self) -> tuple[CuentaBancaria, ...]:
        rows: Rows = self.conn.execute("SELECT id, clave, nombre, moneda FROM conciliacion_cuentas").fetchall()
        return tuple(CuentaBancaria(*row) for row in rows)

    def guardar_cuenta(self, cuenta: CuentaBancaria) -> None:
        self.conn.execute(
            "INSERT INTO conciliacion_cuentas (id, clave, nombre, moneda) VALUES (%s, %s, %s, %s) ON CONFLICT (id)"
            " DO UPDATE SET clave = excluded.clave, nombre = excluded.nombre, moneda = excluded.moneda",
            (cuenta.id, cuenta.clave, cuenta.nombre, cuenta.moneda),
        )

    def entrar(self, carga: Carga, filas: Sequence[FilaBancaria]) -> int:
        self.conn.execute(
            "INSERT INTO conciliacion_cargas (id, cuenta, archivo, desde, hasta, cargada_en)"
            " VALUES (%s, %s, %s, %s, %s, %s)",
            (carga.id, carga.cuenta, carga.archivo, carga.desde, carga.hasta, carga.cargada_en),
        )
        renglones = [fila.renglon for fila in filas]
        columnas = (
            [r.id for r in renglones],
            [r.fecha for r in renglones],
            [fila.importe for fila in filas],
            [r.monto for r in renglones],
            [r.signo.value for r in renglones],
            [r.descripcion for r in renglones],
            [r.referencia for r in renglones],
            [fila.saldo for fila in filas],
            [fila.linea for fila in filas],
        )
        return self.conn.execute(_ENTRA, (carga.cuenta, carga.id, *columnas)).rowcount

    def cargas(self) -> tuple[Carga, ...]:
        query = "SELECT id, cuenta, archivo, desde, hasta, cargada_en FROM conciliacion_cargas"
        rows: Rows = self.conn.execute(query).fetchall()
        return tuple(Carga(*row) for row in rows)

    def dia_del_ultimo(self, cuantos: int) -> date | None:
        query = (
            "SELECT min(fecha) FROM"
            " (SELECT fecha FROM conciliacion_renglones ORDER BY fecha DESC, n DESC LIMIT %s) AS ultimos"
        )
        row: tuple[Any, ...] | None = self.conn.execute(query, (cuantos,)).fetchone()
        return None if row is None else row[0]

    def guardados(self, desde: date, hasta: date = date.max) -> tuple[Guardado, ...]:
        query: LiteralString = _RENGLONES + " WHERE r.fecha BETWEEN %s AND %s ORDER BY r.fecha, r.id"
        dias = (desde, hasta)
        rows: Rows = self.conn.execute(query, dias).fetchall()
        propuestas: Rows = self.conn.execute(_PROPUESTAS + _ENTRE, dias).fetchall()
        partes: Rows = self.conn.execute(_PARTES + _ENTRE + ", p.n", dias).fetchall()
        return guardados(rows, propuestas, partes)

    def de_renglones(self, renglones: Iterable[str]) -> tuple[Guardado, ...]:
        return self._guardados("r.id = ANY(%s::uuid[])", list(renglones))

    def de_propuesta(self, ident: UUID) -> tuple[Guardado, ...]:
        return self._guardados("r.id IN (SELECT renglon FROM conciliacion_propuestas WHERE id = %s)", ident)

    def con_documentos(self, uuids: Iterable[str]) -> tuple[Guardado, ...]:
        return self._guardados(
            "r.id IN (SELECT renglon FROM conciliacion_partes WHERE uuid_fiscal = ANY(%s::uuid[]))", list(uuids)
        )

    def guardar(self, resultados: Iterable[Guardado]) -> None:
        cambian = list(resultados)
        if not cambian:
            return
        ids = [g.renglon.id for g in cambian]
        antes = self._cobrado(ids)
        self.conn.execute("DELETE FROM conciliacion_partes WHERE renglon = ANY(%s::uuid[])", (ids,))
        self.conn.execute("DELETE FROM conciliacion_propuestas WHERE renglon = ANY(%s::uuid[])", (ids,))
        self.conn.execute(
            "UPDATE conciliacion_renglones r SET estado = t.estado, aceptada = t.aceptada"
            " FROM unnest(%s::uuid[], %s::text[], %s::uuid[]) AS t(id, estado, aceptada) WHERE r.id = t.id",
            (ids, [g.resultado.estado.value for g in cambian], [g.aceptada for g in cambian]),
        )
        copiar(self.conn, cambian)
        marcar(self.conn, folios({cobro.uuid for cobro in antes ^ self._cobrado(ids)}))

    def _cobrado(self, renglones: list[str]) -> set[Cobro]:
        query: LiteralString = _COBROS + " AND r.id = ANY(%s::uuid[])"
        rows: Rows = self.conn.execute(query, (renglones,)).fetchall()
        return {Cobro(*row) for row in rows}

    def rechazos(self) -> frozenset[Rechazo]:
        query = "SELECT renglon::text, documentos, contrarenglon::text FROM conciliacion_rechazos"
        rows: Rows = self.conn.execute(query).fetchall()
        return frozenset(Rechazo(renglon, frozenset(documentos), otro) for renglon, documentos, otro in rows)

    def rechazar(self, rechazo: Rechazo, en: datetime) -> None:
        self.conn.execute(
            "INSERT INTO conciliacion_rechazos (id, renglon, contrarenglon, documentos, rechazado_en)"
            " VALUES (%s, %s, %s, %s, %s) ON CONFLICT DO NOTHING",
            (identidad(rechazo), rechazo.renglon, rechazo.contrarenglon, sorted(rechazo.documentos), en),
        )

    def pagina(self, filtro: Filtro, cursor: str | None, limit: int) -> Page[FilaMostrada]:
        pedido = {nombre: getattr(filtro, nombre) for nombre in Filtro.__dataclass_fields__}
        values: dict[str, Any] = {nombre: valor for nombre, valor in pedido.items() if valor is not None}
        if cursor is not None:
            momento, values["n"] = lugar(cursor)
            values["dia"] = momento.date()
        condiciones = [sql.SQL(_CONDICIONES[nombre]) for nombre in values if nombre in _CONDICIONES]
        donde = sql.SQL(" AND ").join(condiciones) if condiciones else sql.SQL("true")
        rows = self._mostradas(donde, {**values, "limit": limit + 1}, sql.SQL(" LIMIT %(limit)s"))
        shown = rows[:limit]
        more = None
        if len(rows) > limit:
            more = cursor_tras(datetime.combine(shown[-1][1].fila.renglon.fecha, time()), shown[-1][0])
        return Page(tuple(fila for _, fila in shown), more)

    def mostradas(self, renglones: Iterable[str]) -> tuple[FilaMostrada, ...]:
        donde = sql.SQL("r.id = ANY(%(ids)s::uuid[])")
        return tuple(fila for _, fila in self._mostradas(donde, {"ids": list(renglones)}, sql.SQL("")))

    def conciliables(self, emitidas: tuple[date, date], pagadas: tuple[date, date]) -> tuple[Conciliable, ...]:
        dias = {
            "emitida": emitidas[0],
            "hasta_emitida": emitidas[1],
            "pagada": pagadas[0],
            "hasta_pagada": pagadas[1],
        }
        rows: Rows = self.conn.execute(_CONCILIABLE + _EN_FECHA, dias).fetchall()
        return tuple(map(conciliable, rows))

    def conciliables_de(self, uuids: Iterable[str]) -> tuple[Conciliable, ...]:
        query: LiteralString = _CONCILIABLE + " WHERE d.uuid_fiscal = ANY(%s::uuid[])"
        return tuple(map(conciliable, self.conn.execute(query, (list(uuids),)).fetchall()))

    def cobros(self) -> tuple[Cobro, ...]:
        rows: Rows = self.conn.execute(_COBROS).fetchall()
        return tuple(Cobro(*row) for row in rows)

    def _guardados(self, donde: LiteralString, valor: object) -> tuple[Guardado, ...]:
        query: LiteralString = _RENGLONES + " WHERE " + donde + " ORDER BY r.fecha, r.id"
        rows: Rows = self.conn.execute(query, (valor,)).fetchall()
        return guardados(rows, *self._propuestas([row[0] for row in rows]))

    def _propuestas(self, renglones: list[str]) -> tuple[Rows, Rows]:
        propuestas: Rows = self.conn.execute(_PROPUESTAS + _DE, (renglones,)).fetchall()
        partes: Rows = self.conn.execute(_PARTES + _DE + ", p.n", (renglones,)).fetchall()
        return propuestas, partes

    def _mostradas(self, donde: sql.Composable, values: dict[str, Any], fin: sql.SQL) -> list[tuple[int, FilaMostrada]]:
        query = sql.SQL("{} WHERE {} ORDER BY r.fecha DESC, r.n DESC").format(sql.SQL(_MOSTRADAS), donde) + fin
        rows: Rows = self.conn.execute(query, values).fetchall()
        suyos = {g.renglon.id: g for g in guardados(rows, *self._propuestas([row[0] for row in rows]))}
        return [mostrada(row, suyos[row[0]]) for row in rows]
