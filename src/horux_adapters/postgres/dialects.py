"""What a migration says in words that an older server does not know, said in those it knows."""

import re

_KNOWS_STORAGE = 160000
"""From PostgreSQL 16 on a column's storage is said where the column is; before, in a command of its own."""

_TABLE = re.compile(r"^CREATE TABLE (\w+) \((.*?)^\);", re.MULTILINE | re.DOTALL)
_STORED = re.compile(r"^(\s+(\w+)\s+\w+) STORAGE (\w+)", re.MULTILINE)


def for_server(text: str, version: int) -> str:
    """The same to a server of that version, as psycopg gives it. An applied file may not change: its sum is kept."""
    return text if version >= _KNOWS_STORAGE else _TABLE.sub(_apart, text)


def _apart(table: re.Match[str]) -> str:
    name, columns = table.groups()
    changes = "".join(
        f"\nALTER TABLE {name} ALTER COLUMN {column} SET STORAGE {storage};"
        for _, column, storage in _STORED.findall(columns)
    )
    kept = _STORED.sub(lambda column: column[1], columns)
    return f"CREATE TABLE {name} ({kept});{changes}"
