"""The least a big upload can cost: unzip, read a few fields, compress, and COPY the same rows with all indexes.

The rows are those the product made, taken from its tables as COPY gives them: no time goes into making them.
"""

import hashlib
import time
from concurrent.futures import ProcessPoolExecutor
from multiprocessing import get_context
from pathlib import Path
from zipfile import ZipFile

import psycopg
import zstandard
from lxml import etree
from psycopg import sql

from horux_adapters.postgres.connecting import dsn
from horux_core.kernel.rfc import Rfc
from tests.benchmarks.ground import RFC, Ground

READERS = 2
TABLES = (
    *("cfdis", "cfdi_xml", "cfdi_impuestos", "cfdi_relaciones", "cfdi_pagos", "cfdi_pagos_doctos"),
    "iva_pendientes",
)
_FIELDS = ("Fecha", "SubTotal", "Total", "Moneda", "TipoDeComprobante", "MetodoPago")
_OTHER = "TPR840604D98"


def measured(ground: Ground, packed: Path) -> float:
    ground.tenant(_OTHER)
    with ProcessPoolExecutor(READERS, mp_context=get_context("spawn")) as readers:
        # Both are up, with all they import, before the time is taken.
        list(readers.map(time.sleep, [1.0] * READERS))
        began = time.perf_counter()
        list(readers.map(read_some, [str(packed)] * READERS, range(READERS)))
        reading = time.perf_counter() - began
    return reading + _copied(ground)


def read_some(packed: str, part: int) -> int:
    """What one of the readers does with its share."""
    parser = etree.XMLParser(resolve_entities=False, no_network=True, load_dtd=False, huge_tree=False)
    pack, done = zstandard.ZstdCompressor(level=3), 0
    with ZipFile(packed) as archive:
        for name in archive.namelist()[part::READERS]:
            content = archive.read(name)
            root = etree.fromstring(content, parser)
            [root.get(field) for field in _FIELDS]
            [child.attrib for child in root]
            hashlib.sha256(content).digest()
            pack.compress(content)
            done += 1
    return done


def _copied(ground: Ground) -> float:
    """Seconds to put the product's rows into the same tables of another taxpayer."""
    registry = ground.horux.gateways.registry()
    source, target = (_superuser(ground, registry.find(Rfc(rfc)).database_name) for rfc in (RFC, _OTHER))
    taken = 0.0
    with psycopg.connect(source) as read, psycopg.connect(target) as write:
        for table in TABLES:
            columns = _columns(read, table) if table != "iva_pendientes" else sql.Identifier("uuid_fiscal")
            out = sql.SQL("COPY (SELECT {} FROM {} ORDER BY ctid) TO STDOUT").format(columns, sql.Identifier(table))
            with read.cursor() as cursor, cursor.copy(out) as copy:
                rows = [bytes(block) for block in copy]
            if table == "iva_pendientes":
                rows = _pending(read)
            began = time.perf_counter()
            into = sql.SQL("COPY {} ({}) FROM STDIN").format(sql.Identifier(table), columns)
            with write.cursor() as cursor, cursor.copy(into) as copy:
                for block in rows:
                    copy.write(block)
            taken += time.perf_counter() - began
        began = time.perf_counter()
        write.commit()
        return taken + time.perf_counter() - began


def _pending(read: psycopg.Connection[tuple[object, ...]]) -> list[bytes]:
    """The product has worked them out by now: every document is marked once when it is kept."""
    with read.cursor() as cursor, cursor.copy("COPY (SELECT uuid_fiscal FROM cfdis ORDER BY id) TO STDOUT") as copy:
        return [bytes(block) for block in copy]


def _columns(conn: psycopg.Connection[tuple[object, ...]], table: str) -> sql.Composed:
    """All that are written, that is: but the number the table gives by itself."""
    rows = conn.execute(
        "SELECT column_name FROM information_schema.columns WHERE table_name = %s AND is_identity = 'NO'"
        " ORDER BY ordinal_position",
        (table,),
    ).fetchall()
    return sql.SQL(", ").join(sql.Identifier(str(name)) for (name,) in rows)


def _superuser(ground: Ground, database: str) -> str:
    return dsn(ground.env["DATABASE_ADMIN_URL"], dbname=database)
