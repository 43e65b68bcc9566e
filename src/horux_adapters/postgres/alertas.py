"""A taxpayer's alerts in its own database, and the SAT's 69-B list in the central one."""

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
from horux_core.fiscal.alertas.efos import Lista69B, Lista69BCargada, Listado, Situacion
from horux_core.fiscal.alertas.errors import AlertaMissing
from horux_core.fiscal.alertas.model import Alerta, EstadoAlerta, Hallazgo, Severidad
from horux_core.fiscal.alertas.ports import Marca, Revision
from horux_core.kernel.pages import Page, numbered
from horux_core.kernel.periodo import Periodo
from horux_core.kernel.rfc import Rfc

_COLUMNAS = (
    *("codigo", "entidad", "periodo", "severidad", "detalle", "uuids", "limite", "estado"),
    *("abierta_en", "actualizada_en", "atendida_en", "cerrada_en"),
)
_TODAS = sql.SQL("SELECT {} FROM alertas").format(listed(_COLUMNAS))
_PESO = sql.SQL("(array_position(ARRAY['baja', 'media', 'alta', 'crítica'], severidad)::bigint << 48) + n")
_PAGINA = sql.SQL(
    "SELECT {} AS orden, {} FROM alertas WHERE (%(estado)s::text IS NULL OR estado = %(estado)s)"
    " AND (%(severidad)s::text IS NULL OR severidad = %(severidad)s)"
    " AND (%(antes)s::bigint IS NULL OR {} < %(antes)s) ORDER BY orden DESC LIMIT %(limit)s"
).format(_PESO, listed(_COLUMNAS), _PESO)
_GUARDA = sql.SQL("INSERT INTO alertas (id, {}) VALUES (%s, {}) ON CONFLICT (id) DO UPDATE SET {}").format(
    listed(_COLUMNAS),
    sql.SQL(", ").join(sql.Placeholder() * len(_COLUMNAS)),
    sql.SQL(", ").join(sql.SQL("{0} = excluded.{0}").format(sql.Identifier(name)) for name in _COLUMNAS[3:]),
)


@dataclass(frozen=True, slots=True)
class PostgresAlertas:
    conn: Connection

    def lock(self) -> None:
        self.conn.execute("SELECT pg_advisory_xact_lock(%s)", (locks.ALERTAS,))

    def todas(self) -> tuple[Alerta, ...]:
        return tuple(map(_alerta, self.conn.execute(_TODAS).fetchall()))

    def una(self, ident: UUID) -> Alerta:
        row = self.conn.execute(_TODAS + sql.SQL(" WHERE id = %s"), (ident,)).fetchone()
        if row is None:
            raise AlertaMissing
        return _alerta(row)

    def pagina(
        self, estado: EstadoAlerta | None, severidad: Severidad | None, cursor: str | None, limit: int
    ) -> Page[Alerta]:
        asked = {"estado": estado, "severidad": severidad, "antes": numbered(cursor), "limit": limit + 1}
        rows: list[tuple[Any, ...]] = self.conn.execute(_PAGINA, asked).fetchall()
        shown = rows[:limit]
        more = str(shown[-1][0]) if len(rows) > limit else None
        return Page(tuple(_alerta(row[1:]) for row in shown), more)

    def cuantas(self) -> Mapping[tuple[EstadoAlerta, Severidad], int]:
        query = "SELECT estado, severidad, count(*) FROM alertas GROUP BY estado, severidad"
        rows: list[tuple[Any, ...]] = self.conn.execute(query).fetchall()
        return {(EstadoAlerta(estado), Severidad(severidad)): int(n) for estado, severidad, n in rows}

    def guardar(self, alertas: Iterable[Alerta]) -> None:
        with self.conn.cursor() as cursor:
            cursor.executemany(_GUARDA, [_row(alerta) for alerta in alertas])

    def revisadas(self) -> Revision | None:
        row: tuple[Any, ...] | None = self.conn.execute("SELECT leida_en, huella FROM alertas_revision").fetchone()
        return None if row is None else Revision(*row)

    def revisar(self, revision: Revision) -> None:
        self.conn.execute(
            "INSERT INTO alertas_revision (leida_en, huella) VALUES (%s, %s) ON CONFLICT (unica) "
            "DO UPDATE SET leida_en = excluded.leida_en, huella = excluded.huella",
            (revision.leida_en, revision.huella),
        )

    def marcas(self) -> tuple[Marca, ...]:
        query = "SELECT n, uuid_fiscal::text FROM alertas_cambios"
        rows: list[tuple[Any, ...]] = self.conn.execute(query).fetchall()
        return tuple(Marca(*row) for row in rows)

    def vistas(self, marcas: Iterable[Marca]) -> None:
        self.conn.execute("DELETE FROM alertas_cambios WHERE n = ANY(%s)", ([marca.n for marca in marcas],))


@dataclass(frozen=True, slots=True)
class PostgresListas:
    control: ControlDatabase

    def guardar(self, lista: Lista69B, en: datetime) -> None:
        """One statement, a column an array."""
        listados = list(lista.por_rfc.values())
        with self.control.transaction() as connection:
            connection.execute("LOCK TABLE lista_69b IN SHARE ROW EXCLUSIVE MODE")
            connection.execute("DELETE FROM lista_69b")
            connection.execute(
                "INSERT INTO lista_69b (rfc, nombre, situacion, publicado) "
                "SELECT * FROM unnest(%s::text[], %s::text[], %s::text[], %s::date[])",
                (
                    [str(each.rfc) for each in listados],
                    [each.nombre for each in listados],
                    [each.situacion.value for each in listados],
                    [each.publicado for each in listados],
                ),
            )
            connection.execute(
                "INSERT INTO lista_69b_carga (al_dia, cargada_en) VALUES (%s, %s) "
                "ON CONFLICT (unica) DO UPDATE SET al_dia = excluded.al_dia, cargada_en = excluded.cargada_en",
                (lista.al_dia, en),
            )

    def de(self, rfcs: Iterable[str]) -> Lista69B | None:
        with self.control.transaction() as connection:
            carga = connection.execute("SELECT al_dia FROM lista_69b_carga").fetchone()
            if carga is None:
                return None
            rows = connection.execute(
                "SELECT rfc, nombre, situacion, publicado FROM lista_69b WHERE rfc = ANY(%s)", (list(rfcs),)
            ).fetchall()
        return Lista69B(carga[0], {rfc: Listado(Rfc(rfc), n, Situacion(s), dia) for rfc, n, s, dia in rows})

    def vigente(self) -> Lista69BCargada | None:
        with self.control.transaction() as connection:
            carga = connection.execute("SELECT cargada_en, al_dia FROM lista_69b_carga").fetchone()
            rows = connection.execute("SELECT situacion, count(*) FROM lista_69b GROUP BY situacion").fetchall()
        if carga is None:
            return None
        cargada_en, al_dia = carga
        return Lista69BCargada(cargada_en, al_dia, {Situacion(s): int(n) for s, n in rows})

    def definitivos(self) -> frozenset[str]:
        query = "SELECT rfc FROM lista_69b WHERE situacion = %s"
        with self.control.transaction() as connection:
            rows = connection.execute(query, (Situacion.DEFINITIVO.value,)).fetchall()
        return frozenset(str(rfc) for (rfc,) in rows)

    def cargada(self) -> datetime | None:
        with self.control.transaction() as connection:
            row: tuple[Any, ...] | None = connection.execute("SELECT cargada_en FROM lista_69b_carga").fetchone()
        return None if row is None else row[0]


def _row(a: Alerta) -> tuple[Any, ...]:
    h = a.hallazgo
    periodo = None if h.periodo is None else dia_de(h.periodo)
    return (
        *(a.id, h.codigo, h.entidad, periodo, h.severidad, h.detalle, list(h.uuids), h.limite, a.estado),
        *(a.abierta_en, a.actualizada_en, a.atendida_en, a.cerrada_en),
    )


def _alerta(row: tuple[Any, ...]) -> Alerta:
    codigo, entidad, periodo, severidad, detalle, uuids, limite, estado, *fechas = row
    de = None if periodo is None else Periodo.of(periodo)
    hallazgo = Hallazgo(codigo, entidad, de, Severidad(severidad), detalle, tuple(uuids), limite)
    return Alerta(hallazgo, EstadoAlerta(estado), *fechas)
