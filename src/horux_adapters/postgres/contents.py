"""What is in a database, summed up so that a restored one can be held against it, whatever order its rows lie in."""

from hashlib import sha256

from psycopg import Connection, sql
from psycopg.rows import TupleRow

from horux_core.backups.model import Contents, Entry

_OURS = """n.nspname NOT IN ('information_schema') AND n.nspname !~ '^pg_'"""
_OWN = "NOT EXISTS (SELECT FROM pg_depend d WHERE d.classid = '{0}'::regclass AND d.objid = {1} AND d.deptype = 'e')"
_SETTINGS = """
SET LOCAL statement_timeout = 0; SET LOCAL idle_in_transaction_session_timeout = 0; SET LOCAL TimeZone = 'UTC';
SET LOCAL DateStyle = 'ISO, MDY'; SET LOCAL IntervalStyle = 'postgres'; SET LOCAL extra_float_digits = 1;
SET LOCAL bytea_output = 'hex'; SET LOCAL search_path = ''; SET LOCAL row_security = off
"""
_TABLES = f"""
SELECT n.nspname, c.relname FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
WHERE c.relkind = 'r' AND c.relpersistence <> 't' AND {_OURS} AND {_OWN.format("pg_class", "c.oid")}
ORDER BY n.nspname COLLATE "C", c.relname COLLATE "C"
"""  # noqa: S608
# The sum of each row's digest, of which 64 bits are enough against chance: who alters a file is told by its seal.
_SUM = """
SELECT count(*), coalesce(sum(('x' || left(encode(sha256(convert_to(t::text, 'UTF8')), 'hex'), 16))::bit(64)::bigint),
       0)
FROM {} AS t
"""
# Not the text of conditions: the server writes some of them otherwise once they were restored.
_SHAPE = f"""
SELECT 'columna', n.nspname, c.relname, a.attname, concat_ws(' ',
       row_number() OVER (PARTITION BY c.oid ORDER BY a.attnum), format_type(a.atttypid, a.atttypmod),
       a.attnotnull, x.adbin IS NOT NULL, a.attidentity, a.attgenerated)
  FROM pg_attribute a JOIN pg_class c ON c.oid = a.attrelid JOIN pg_namespace n ON n.oid = c.relnamespace
  LEFT JOIN pg_attrdef x ON x.adrelid = c.oid AND x.adnum = a.attnum
 WHERE a.attnum > 0 AND NOT a.attisdropped AND c.relkind IN ('r', 'p', 'v', 'm', 'c') AND {_OURS}
   AND {_OWN.format("pg_class", "c.oid")}
UNION ALL SELECT 'índice', n.nspname, c.relname, '',
       regexp_replace(pg_get_indexdef(i.indexrelid), ' WHERE .*', ' WHERE')
  FROM pg_index i JOIN pg_class c ON c.oid = i.indexrelid JOIN pg_namespace n ON n.oid = c.relnamespace
 WHERE {_OURS} AND {_OWN.format("pg_class", "i.indrelid")}
UNION ALL SELECT 'regla', n.nspname, r.conname, coalesce(c.relname, ''),
       CASE r.contype WHEN 'c' THEN 'CHECK' ELSE pg_get_constraintdef(r.oid) END
  FROM pg_constraint r JOIN pg_namespace n ON n.oid = r.connamespace LEFT JOIN pg_class c ON c.oid = r.conrelid
 WHERE r.contype <> 'n' AND {_OURS} AND {_OWN.format("pg_class", "r.conrelid")}
UNION ALL SELECT 'función', n.nspname, f.proname, '', pg_get_functiondef(f.oid)
  FROM pg_proc f JOIN pg_namespace n ON n.oid = f.pronamespace
 WHERE f.prokind IN ('f', 'p') AND {_OURS} AND {_OWN.format("pg_proc", "f.oid")}
UNION ALL SELECT 'disparador', n.nspname, g.tgname, c.relname,
       regexp_replace(pg_get_triggerdef(g.oid), ' WHEN .* EXECUTE', ' EXECUTE')
  FROM pg_trigger g JOIN pg_class c ON c.oid = g.tgrelid JOIN pg_namespace n ON n.oid = c.relnamespace
 WHERE NOT g.tgisinternal AND {_OURS}
UNION ALL SELECT 'valor', n.nspname, t.typname, e.enumlabel, e.enumsortorder::text
  FROM pg_enum e JOIN pg_type t ON t.oid = e.enumtypid JOIN pg_namespace n ON n.oid = t.typnamespace WHERE {_OURS}
UNION ALL SELECT 'extensión', '', extname, '', '' FROM pg_extension
"""  # noqa: S608


def contents_of(conn: Connection[TupleRow]) -> Contents:
    """In the transaction that `conn` is in, by what it sees."""
    conn.execute(_SETTINGS.encode())
    tables = conn.execute(_TABLES.encode()).fetchall()
    return Contents(tuple(_entry(conn, schema, table) for schema, table in tables), _shape(conn), _version(conn))


def _entry(conn: Connection[TupleRow], schema: str, table: str) -> Entry:
    row = conn.execute(sql.SQL(_SUM).format(sql.Identifier(schema, table))).fetchone()
    assert row is not None
    return Entry(f"{schema}.{table}", int(row[0]), str(row[1]))


def _shape(conn: Connection[TupleRow]) -> str:
    rows = sorted(tuple(map(str, row)) for row in conn.execute(_SHAPE.encode()).fetchall())
    return f"{conn.info.server_version // 10000}:{sha256(repr(rows).encode()).hexdigest()}"


def _version(conn: Connection[TupleRow]) -> int:
    found = conn.execute("SELECT to_regclass('public.schema_version') IS NOT NULL").fetchone()
    if found != (True,):
        return 0
    row = conn.execute("SELECT coalesce(max(v), 0) FROM public.schema_version").fetchone()
    return 0 if row is None else int(row[0])
