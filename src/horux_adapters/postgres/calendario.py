"""What people said of a taxpayer's obligations, and the reminders it was sent, in its own database."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from psycopg import sql

from horux_adapters.postgres import locks
from horux_adapters.postgres.control import ControlDatabase
from horux_adapters.postgres.copying import dia_de, listed
from horux_adapters.postgres.pools import Connection
from horux_core.fiscal.calendario.generando import Clave, EstadoObligacion, Vencimiento
from horux_core.fiscal.calendario.obligaciones import Condicion, Periodicidad
from horux_core.fiscal.calendario.recordatorios import Momento
from horux_core.kernel.ids import TenantId, UserId
from horux_core.kernel.periodo import Periodo

_COLUMNAS = (
    *("obligacion", "periodo", "nombre", "periodicidad", "regimenes", "limite", "fundamento", "estado"),
    *("aviso", "prevista", "presentada_en", "nota"),
)
_MARCADAS = sql.SQL(
    'SELECT {} FROM calendario_fiscal WHERE periodo BETWEEN %s AND %s ORDER BY periodo, obligacion COLLATE "C"'
).format(listed(_COLUMNAS))
_MARCA = sql.SQL(
    "INSERT INTO calendario_fiscal ({}) VALUES ({}) ON CONFLICT (obligacion, periodo) DO UPDATE SET {}"
).format(
    listed(_COLUMNAS),
    sql.SQL(", ").join(sql.Placeholder() * len(_COLUMNAS)),
    sql.SQL(", ").join(sql.SQL("{0} = excluded.{0}").format(sql.Identifier(name)) for name in _COLUMNAS[2:]),
)
_CONDICIONES = """
    SELECT mes::date, condicion FROM generate_series(%(desde)s::date, %(hasta)s::date, '1 month') mes
    CROSS JOIN LATERAL (
        SELECT 'nomina' AS condicion WHERE EXISTS (
            SELECT FROM cfdi_nomina n JOIN cfdis c USING (uuid_fiscal)
            WHERE n.fecha_pago >= mes AND n.fecha_pago < mes + interval '1 month'
            AND c.estado = 'vigente' AND c.direccion <> 'recibido')
        UNION ALL
        SELECT 'cobro_ppd' WHERE EXISTS (
            SELECT FROM cfdi_pagos p JOIN cfdis c USING (uuid_fiscal)
            WHERE p.fecha_pago >= mes AND p.fecha_pago < mes + interval '1 month'
            AND c.estado = 'vigente' AND c.direccion <> 'recibido')
        UNION ALL
        SELECT unnest(array_remove(ARRAY[CASE WHEN sum(ret_isr) > 0 THEN 'retencion_isr' END,
                                         CASE WHEN sum(ret_iva + retenido_no_acreditable) > 0 THEN 'retencion_iva' END],
                                   NULL))
        FROM iva_eventos
        WHERE lado = 'recibido' AND periodo = mes AND (ret_isr <> 0 OR ret_iva <> 0 OR retenido_no_acreditable <> 0)
    ) mostradas
"""


@dataclass(frozen=True, slots=True)
class PostgresCalendario:
    conn: Connection

    def marcadas(self, desde: Periodo, hasta: Periodo) -> tuple[Vencimiento, ...]:
        rows: list[tuple[Any, ...]] = self.conn.execute(_MARCADAS, (dia_de(desde), dia_de(hasta))).fetchall()
        return tuple(map(_vencimiento, rows))

    def marcar(self, vencimiento: Vencimiento) -> None:
        v = vencimiento
        self.conn.execute(
            _MARCA,
            (
                *(v.clave.obligacion, dia_de(v.clave.periodo), v.nombre, int(v.periodicidad), list(v.regimenes)),
                *(v.limite, v.fundamento, v.estado, v.aviso, v.prevista, v.presentada_en, v.nota),
            ),
        )

    def condiciones(self, desde: Periodo, hasta: Periodo) -> Mapping[Periodo, frozenset[Condicion]]:
        meses = {"desde": dia_de(desde), "hasta": dia_de(hasta)}
        rows: list[tuple[Any, ...]] = self.conn.execute(_CONDICIONES, meses).fetchall()
        hechas: dict[Periodo, set[Condicion]] = {}
        for dia, condicion in rows:
            hechas.setdefault(Periodo.of(dia), set()).add(Condicion(condicion))
        return {periodo: frozenset(suyas) for periodo, suyas in hechas.items()}

    def recordados(self, desde: Periodo) -> frozenset[tuple[Clave, Momento]]:
        query = "SELECT obligacion, periodo, momento FROM calendario_recordatorios WHERE periodo >= %s"
        return frozenset(map(_recordatorio, self.conn.execute(query, (dia_de(desde),)).fetchall()))

    def lock(self) -> None:
        self.conn.execute("SELECT pg_advisory_xact_lock(%s)", (locks.CALENDARIO,))

    def anotar_recordatorios(self, lote: UUID, recordatorios: Iterable[tuple[Clave, Momento]]) -> None:
        with self.conn.cursor() as cursor:
            cursor.executemany(
                "INSERT INTO calendario_recordatorios (obligacion, periodo, momento, lote) VALUES (%s, %s, %s, %s) "
                "ON CONFLICT DO NOTHING",
                [(clave.obligacion, dia_de(clave.periodo), momento, lote) for clave, momento in recordatorios],
            )

    def recordatorios(self, lote: UUID) -> tuple[tuple[Clave, Momento], ...]:
        query = (
            "SELECT obligacion, periodo, momento FROM calendario_recordatorios "
            'WHERE lote = %s ORDER BY periodo, obligacion COLLATE "C", momento COLLATE "C"'
        )
        return tuple(map(_recordatorio, self.conn.execute(query, (lote,)).fetchall()))


@dataclass(frozen=True, slots=True)
class PostgresFeeds:
    control: ControlDatabase

    def poner(self, tenant: TenantId, token_hash: str, por: UserId, en: datetime) -> None:
        with self.control.transaction() as connection:
            connection.execute(
                "INSERT INTO calendario_feeds (tenant_id, token_hash, creado_por, creado_en) VALUES (%s, %s, %s, %s) "
                "ON CONFLICT (tenant_id) DO UPDATE SET token_hash = excluded.token_hash, "
                "creado_por = excluded.creado_por, creado_en = excluded.creado_en",
                (tenant, token_hash, por, en),
            )

    def quitar(self, tenant: TenantId) -> bool:
        with self.control.transaction() as connection:
            return connection.execute("DELETE FROM calendario_feeds WHERE tenant_id = %s", (tenant,)).rowcount > 0

    def puesta(self, tenant: TenantId) -> datetime | None:
        with self.control.transaction() as connection:
            row: tuple[Any, ...] | None = connection.execute(
                "SELECT creado_en FROM calendario_feeds WHERE tenant_id = %s", (tenant,)
            ).fetchone()
        return None if row is None else row[0]

    def de(self, token_hash: str) -> tuple[TenantId, UserId] | None:
        with self.control.transaction() as connection:
            row = connection.execute(
                "SELECT tenant_id, creado_por FROM calendario_feeds WHERE token_hash = %s", (token_hash,)
            ).fetchone()
        return None if row is None else (TenantId(row[0]), UserId(row[1]))


def _vencimiento(row: tuple[Any, ...]) -> Vencimiento:
    obligacion, periodo, nombre, periodicidad, regimenes, limite, fundamento, estado, *resto = row
    aviso, prevista, presentada_en, nota = resto
    return Vencimiento(
        Clave(obligacion, Periodo.of(periodo)),
        nombre,
        Periodicidad(periodicidad),
        tuple(regimenes),
        limite,
        fundamento,
        EstadoObligacion(estado),
        aviso,
        prevista,
        por_persona=True,
        presentada_en=presentada_en,
        nota=nota,
    )


def _recordatorio(row: tuple[Any, ...]) -> tuple[Clave, Momento]:
    obligacion, periodo, momento = row
    return Clave(obligacion, Periodo.of(periodo)), Momento(momento)
