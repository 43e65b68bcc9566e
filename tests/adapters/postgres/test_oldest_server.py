"""On PostgreSQL 15, the oldest that is supported and the one Debian 12 brings."""

from collections.abc import Iterator
from pathlib import Path

import psycopg
import pytest

from contracts.samples import an_xml
from horux_adapters.container.horux import opened
from horux_adapters.container.settings import load
from horux_adapters.crypto.wrapping import new_pair
from horux_adapters.postgres.central import migrate_central, migrations
from horux_adapters.postgres.dialects import for_server
from horux_adapters.postgres.embedded import EmbeddedPostgres
from horux_adapters.postgres.installing import Addresses, prepare
from horux_adapters.postgres.template import TenantTemplate
from horux_core.backups.shelf import Key
from horux_core.identity.model import Actor
from horux_core.onboarding.model import NewClient
from tests.conftest import short_folder
from tests.system.installation import installed

_PROGRAMS = Path("/usr/lib/postgresql/15/bin")
_RFC = "EKU9003173C9"
_WRITTEN = "CREATE TABLE a (\n    b integer,\n    c bytea STORAGE EXTERNAL NOT NULL\n);\nSELECT 1;"


def _needed() -> None:
    if not (_PROGRAMS / "postgres").exists():
        pytest.skip("no hay PostgreSQL 15 en esta máquina: en Debian 12, apt-get install postgresql")


@pytest.fixture(scope="module")
def oldest() -> Iterator[Addresses]:
    _needed()
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


def test_what_is_backed_up_is_proven_and_takes_its_place_again() -> None:
    """With the rights a provisioner has in production, each restoring as the owner of its scratch and nothing else."""
    _needed()
    private, public = new_pair()
    with (
        installed({"BACKUP_PUBLIC_KEY": public}, 60, programs=_PROGRAMS) as place,
        opened(load(place.env)) as product,
    ):
        new = NewClient(_RFC, "Escuela", "starter", "escuela@ejemplo.mx", "Ana", ("601",))
        tenant = product.use_cases.provision_tenant()(Actor.system(), new).tenant.id
        run = product.backups.run()(Actor.system())
        assert [file.error for file in run.files] == [None] * 3
        back = product.backups.restore_client()(Actor.system(), _RFC, run.id, Key(private), over=True)
        assert back.rows == next(file.rows for file in run.files if file.subject.rfc == _RFC)
        product.use_cases.enter_cfdi()(Actor.system(tenant), an_xml(rfc_emisor=_RFC), "uno.xml")


def test_a_newer_server_is_told_what_the_file_says() -> None:
    assert for_server(_WRITTEN, 160000) == _WRITTEN
    assert for_server(_WRITTEN, 150013) == (
        "CREATE TABLE a (\n    b integer,\n    c bytea NOT NULL\n);"
        "\nALTER TABLE a ALTER COLUMN c SET STORAGE EXTERNAL;\nSELECT 1;"
    )
