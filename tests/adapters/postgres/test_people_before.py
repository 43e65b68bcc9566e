"""People of before their taxpayers were told only what they wrote themselves: those had all come in."""

import shutil
from pathlib import Path
from uuid import uuid4

import psycopg
from psycopg import sql

from horux_adapters.postgres.central import migrations
from horux_adapters.postgres.connecting import dsn
from horux_adapters.postgres.migrating import migrate


def test_have_come_in_and_keep_their_temporary_password_s_taxpayer(postgres_url: str, tmp_path: Path) -> None:
    name, user, tenant = f"antes_{uuid4().hex[:16]}", uuid4(), uuid4()
    for file in migrations("control").iterdir():
        if file.name < "0007":
            shutil.copy(str(file), tmp_path / file.name)
    with psycopg.connect(postgres_url, autocommit=True) as server:
        server.execute(sql.SQL("CREATE DATABASE {} TEMPLATE template0").format(sql.Identifier(name)))
        try:
            with psycopg.connect(dsn(postgres_url, dbname=name), autocommit=True) as conn:
                migrate(conn, tmp_path)
                conn.execute(
                    "INSERT INTO tenants (id, rfc, nombre, plan, database_name, server, state, created_at)"
                    " VALUES (%s, 'CAS2408138W2', 'Cascabel', 'starter', 'horux_x', 'principal', 'live', now())",
                    (tenant,),
                )
                conn.execute(
                    "INSERT INTO users (id, email, nombre, password_hash, must_change, created_at)"
                    " VALUES (%s, 'ana@cascabel.mx', 'Ana', 'x', true, now())",
                    (user,),
                )
                conn.execute(
                    "INSERT INTO memberships (user_id, tenant_id, role) VALUES (%s, %s, 'owner')", (user, tenant)
                )
                migrate(conn, migrations("control"))
                row = conn.execute(
                    "SELECT m.accepted_at = m.created_at, m.invited_at = m.created_at, m.invited_as, u.temporary_from"
                    " FROM memberships m JOIN users u ON u.id = m.user_id"
                ).fetchone()
        finally:
            server.execute(sql.SQL("DROP DATABASE {} WITH (FORCE)").format(sql.Identifier(name)))
    assert row == (True, True, None, tenant)
