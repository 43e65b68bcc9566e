"""On PostgreSQL 15, the oldest that is supported and the one Debian 12 brings."""

from collections.abc import Iterator
from pathlib import Path

import psycopg
import pytest

from horux_adapters.postgres.central import migrate_central, migrations
from horux_adapters.postgres.dialects import for_server
from horux_adapters.postgres.embedded import EmbeddedPostgres
from horux_adapters.postgres.installing import Addresses, prepare
from horux_adapters.postgres.template import TenantTemplate
from tests.conftest import short_folder

_PROGRAMS = Path("/usr/lib/postgresql/15/bin")
_WRITTEN = "CREATE TABLE a (\n    b integer,\n    c bytea STORAGE EXTERNAL NOT NULL\n);\nSELECT 1;"


@pytest.fixture(scope="module")
def oldest() -> Iterator[Addresses]:
    if not (_PROGRAMS / "postgres").exists():
        pytest.skip("no hay PostgreSQL 15 en esta máquina: en Debian 12, apt-get install postgresql")
    with short_folder() as folder:
        server = EmbeddedPostgres(folder / "postgres", programs_dir=_PROGRAMS, durable=False)
        try:
            yield prepare(server.start())
        finally:
            server.stop()


def test_every_migration_applies(oldest: Addresses) -> None:
    assert migrate_central(oldest.admin, oldest.runtime)
    template = TenantTemplate(oldest.admin, migrations("tenant"))
    assert template.ensure()
    assert template.ensure() == []


def test_the_documents_are_stored_as_on_a_newer_one(oldest: Addresses) -> None:
    template = TenantTemplate(oldest.admin, migrations("tenant"))
    template.ensure()
    with psycopg.connect(oldest.admin, autocommit=True) as conn, template.held(conn) as name:
        conn.execute(f"CREATE DATABASE de_prueba TEMPLATE {name} ALLOW_CONNECTIONS true".encode())
    with psycopg.connect(oldest.admin, dbname="de_prueba") as conn:
        found = conn.execute("SELECT attstorage::text FROM pg_attribute WHERE attname = 'xml_zstd'").fetchone()
    assert found == ("e",)


def test_a_newer_server_is_told_what_the_file_says() -> None:
    assert for_server(_WRITTEN, 160000) == _WRITTEN
    assert for_server(_WRITTEN, 150013) == (
        "CREATE TABLE a (\n    b integer,\n    c bytea NOT NULL\n);"
        "\nALTER TABLE a ALTER COLUMN c SET STORAGE EXTERNAL;\nSELECT 1;"
    )
