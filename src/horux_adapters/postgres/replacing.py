"""What follows from documents, put in place of what was kept of them: only rows that differ are written."""

from collections.abc import Iterable

from psycopg import sql

from horux_adapters.postgres.copying import Row, Table, listed
from horux_adapters.postgres.pools import Connection
from horux_core.fiscal.cfdi.paging import los_folios


def folios(uuids: Iterable[str]) -> str:
    """Those that can be a document's, as an array of the server's: thousands at once are sent quickly so."""
    return "{" + ",".join(los_folios(uuids)) + "}"


def replaced(conn: Connection, table: Table, uuids: str, rows: Iterable[Row]) -> list[Row]:
    """Put the rows in place of those of the documents named, as `folios` gives them; those that left or came.

    The first columns of the table are its key, and the first of all is the document's.
    """
    antes = _por_documento(_guardadas(conn, table, uuids))
    ahora = _por_documento(rows)
    distintos = [u for u, suyas in ahora.items() if suyas != (previas := antes.get(u)) and _otras(previas, suyas)]
    distintos += antes.keys() - ahora.keys()
    if not distintos:
        return []
    idos = [u for u in distintos if u in antes]
    if idos:
        borrar = sql.SQL("DELETE FROM {} WHERE uuid_fiscal = ANY(%s::uuid[])").format(sql.Identifier(table.name))
        conn.execute(borrar, (folios(idos),))
    nuevas = [row for u in distintos for row in ahora.get(u, ())]
    if nuevas:
        table.copy(conn, nuevas)
    return [*(row for u in idos for row in antes[u]), *nuevas]


def _guardadas(conn: Connection, table: Table, uuids: str) -> list[Row]:
    if uuids == "{}":
        return []
    query = sql.SQL("SELECT uuid_fiscal::text, {} FROM {} WHERE uuid_fiscal = ANY(%s::uuid[])").format(
        listed(table.columns[1:]), sql.Identifier(table.name)
    )
    return conn.execute(query, (uuids,)).fetchall()


def _por_documento(rows: Iterable[Row]) -> dict[str, list[Row]]:
    por_uuid: dict[str, list[Row]] = {}
    for row in rows:
        suyas = por_uuid.get(row[0])
        if suyas is None:
            por_uuid[row[0]] = [row]
        else:
            suyas.append(row)
    return por_uuid


def _otras(previas: list[Row] | None, suyas: list[Row]) -> bool:
    """In whatever order; the key, which no two share, puts them in one."""
    return previas is None or len(previas) == 1 or sorted(previas) != sorted(suyas)
