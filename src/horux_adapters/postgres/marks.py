"""What says of a database that it is being moved, and by which run: kept with it, so that a kill forgets nothing."""

from uuid import UUID

from psycopg import sql

from horux_adapters.postgres.migrating import Connection

_MARK = "horux-mudanza "
NO_WRITES = "REVOKE INSERT, UPDATE, DELETE ON ALL TABLES IN SCHEMA public FROM {}"
COPY, GONE = "horux_mudanza_", "horux_mudada_"
"""What the names of a copy that is being made, and of a database that was moved away, begin with."""
_COMMENT = "SELECT coalesce(shobj_description(oid, 'pg_database'), '') FROM pg_database WHERE datname = %s"


def copy_name(run: UUID) -> str:
    return COPY + run.hex


def gone_name(run: UUID) -> str:
    return GONE + run.hex


def there(conn: Connection, database: str) -> bool:
    return conn.execute("SELECT 1 FROM pg_database WHERE datname = %s", (database,)).fetchone() is not None


def of(conn: Connection, database: str) -> str:
    """The run that moves it, or nothing."""
    return _comment(conn, database).partition(_MARK)[2]


def put(conn: Connection, database: str, run: UUID) -> None:
    """Beside what else is noted of it."""
    _note(conn, database, _comment(conn, database).partition(_MARK)[0] + _MARK + str(run))


def take(conn: Connection, database: str) -> None:
    _note(conn, database, _comment(conn, database).partition(_MARK)[0])


def _comment(conn: Connection, database: str) -> str:
    row = conn.execute(_COMMENT, (database,)).fetchone()
    return "" if row is None else str(row[0])


def _note(conn: Connection, database: str, text: str) -> None:
    conn.execute(sql.SQL("COMMENT ON DATABASE {} IS {}").format(sql.Identifier(database), sql.Literal(text or None)))
