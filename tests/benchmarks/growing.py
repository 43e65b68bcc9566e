"""Ten times as many documents: copies of the product's own rows, each under another UUID, put in by COPY."""

import time
from collections.abc import Iterator

import psycopg
from psycopg import sql

from horux_adapters.postgres.connecting import dsn
from horux_core.kernel.ids import TenantId
from horux_core.kernel.rfc import Rfc
from tests.benchmarks.bulk import filled, reviewed
from tests.benchmarks.ground import RFC, Ground, Measure, N, ms
from tests.benchmarks.pages import pages, timed

TIMES = 10
_GROWN = "URE180429TM6"
_COPIED = (
    *("cfdis", "cfdi_impuestos", "cfdi_relaciones", "cfdi_pagos", "cfdi_pagos_doctos", "cfdi_nomina"),
    *("cfdi_retenciones", "cfdi_avisos", "iva_eventos", "isr_movimientos", "tablero_importes", "tablero_saldos"),
    "alertas",
)
"""The files are left out: no page reads more than one."""
_ONCE = ("cfdi_xml", "iva_mensual", "isr_mensual", "configuracion_fiscal")
_NEW_UUID = "md5({0}::text || {1})::uuid"
_NEW_TEXT = "CASE WHEN {0} LIKE '________-____-____-____-____________' THEN md5({0} || {1})::uuid::text ELSE {0} END"
_AS = {
    "uuid_fiscal": _NEW_UUID,
    "id": _NEW_UUID,
    "id_documento": _NEW_TEXT,
    "uuid_relacionado": _NEW_TEXT,
    "entidad": "{0} || '-' || {1}",
}
"""How a column of a copy follows from the original's; every other is the same."""

Conn = psycopg.Connection[tuple[object, ...]]


def run(ground: Ground) -> list[Measure]:
    """The median of each page at N documents and at ten times as many, and how many times slower."""
    filled(ground)
    reviewed(ground)
    began = time.perf_counter()
    grown = _grown(ground)
    made = time.perf_counter() - began
    few, many = timed(pages(ground, ground.tenant())), timed(pages(ground, grown))
    return [
        Measure(f"crecimiento: {N * TIMES:,} CFDI por COPY", f"{made:.0f} s"),
        *(
            Measure(f"crecimiento: {name}", f"{ms(few[name])} → {ms(many[name])}", f"×{many[name] / few[name]:.1f}")
            for name in few
        ),
    ]


def _grown(ground: Ground) -> TenantId:
    """A taxpayer with the rows of the first, so many times."""
    tenant = ground.tenant(_GROWN)
    registry = ground.horux.gateways.registry()
    source, target = (registry.find(Rfc(rfc)).database_name for rfc in (RFC, _GROWN))
    admin = ground.env["DATABASE_ADMIN_URL"]
    with psycopg.connect(dsn(admin, dbname=source)) as read, psycopg.connect(dsn(admin, dbname=target)) as write:
        for table in (*_ONCE, *_COPIED):
            write.execute(sql.SQL("TRUNCATE {}").format(sql.Identifier(table)))
            for copy in range(TIMES if table in _COPIED else 1):
                _copied(read, write, table, copy)
        write.execute("DELETE FROM tablero_mensual")
        write.execute(
            "INSERT INTO tablero_mensual SELECT periodo, concepto, coalesce(sum(importe), 0), "
            "count(*) FILTER (WHERE importe IS NULL) FROM tablero_importes GROUP BY 1, 2"
        )
        write.commit()
        write.autocommit = True
        write.execute("VACUUM ANALYZE")
    return tenant


def _copied(read: Conn, write: Conn, table: str, copy: int) -> None:
    """The first copy is the original."""
    columns = list(_columns(read, table))
    chosen = [
        sql.SQL(_AS[name] if copy and name in _AS else "{0}").format(sql.Identifier(name), sql.Literal(str(copy)))
        for name in columns
    ]
    out = sql.SQL("COPY (SELECT {} FROM {} ORDER BY ctid) TO STDOUT").format(
        sql.SQL(", ").join(chosen), sql.Identifier(table)
    )
    into = sql.SQL("COPY {} ({}) FROM STDIN").format(
        sql.Identifier(table), sql.SQL(", ").join(map(sql.Identifier, columns))
    )
    with (
        read.cursor() as origin,
        origin.copy(out) as rows,
        write.cursor() as cursor,
        cursor.copy(into) as written,
    ):
        for block in rows:
            written.write(block)


def _columns(conn: Conn, table: str) -> Iterator[str]:
    """But for the numbers that a table gives by itself."""
    rows = conn.execute(
        "SELECT column_name FROM information_schema.columns WHERE table_name = %s AND is_identity = 'NO' "
        "ORDER BY ordinal_position",
        (table,),
    ).fetchall()
    return (str(name) for (name,) in rows)
