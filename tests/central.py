"""A central database with all its tables, for any test that wants one of its own."""

from collections.abc import Iterator
from contextlib import contextmanager
from uuid import uuid4

import psycopg
from psycopg import sql

from horux_adapters.postgres.central import migrate_central
from horux_adapters.postgres.connecting import dsn
from horux_adapters.postgres.control import ControlDatabase


@contextmanager
def a_central_database(postgres_url: str) -> Iterator[ControlDatabase]:
    """Made, migrated and opened; dropped at the end."""
    name = f"central_{uuid4().hex[:16]}"
    with psycopg.connect(postgres_url, autocommit=True) as conn:
        conn.execute(sql.SQL("CREATE DATABASE {} TEMPLATE template0").format(sql.Identifier(name)))
    address = dsn(postgres_url, dbname=name)
    migrate_central(address, address)
    control = ControlDatabase(address).open()
    try:
        yield control
    finally:
        control.close()
        with psycopg.connect(postgres_url, autocommit=True) as conn:
            conn.execute(sql.SQL("DROP DATABASE {} WITH (FORCE)").format(sql.Identifier(name)))


def a_tenant_row(control: ControlDatabase, rfc: str = "EKU9003173C9") -> object:
    """The id of a live tenant with a pending subscription, put there by hand."""
    ident = uuid4()
    with control.transaction() as conn:
        conn.execute(
            "INSERT INTO tenants (id, rfc, nombre, plan, database_name, server, state, created_at)"
            " VALUES (%s, %s, 'Empresa', 'starter', %s, 'principal', 'live', now())",
            (ident, rfc, f"horux_{ident.hex}"),
        )
        conn.execute(
            "INSERT INTO subscriptions (tenant_id, plan, amount) VALUES (%s, 'starter', 0)",
            (ident,),
        )
    return ident
