"""An installation whose backups lie in a folder of the test's own, and everything there is to hold against them."""

from pathlib import Path

import psycopg
from psycopg import sql

from contracts.samples import an_xml
from horux_adapters.container.horux import opened
from horux_adapters.container.settings import load
from horux_adapters.crypto.wrapping import new_pair
from horux_adapters.postgres.connecting import dsn
from horux_core.backups.model import Run
from horux_core.identity.model import Actor
from horux_core.kernel.rfc import Rfc
from horux_core.onboarding.model import NewClient
from tests.cli.running import Ended, horux
from tests.system.installation import Installation

PRIVATE, PUBLIC = new_pair()
CENTRAL = "horux360"


def settings(store: Path, folder: str = "respaldos") -> dict[str, str]:
    return {"BACKUP_DIR": str(store / folder), "BACKUP_PUBLIC_KEY": PUBLIC}


def taken_in(place: Installation, rfc: str) -> None:
    new = NewClient(rfc, rfc, "enterprise", f"{rfc.lower()}@x.mx", "Ana", ("601",))
    with opened(load(place.env)) as product:
        product.use_cases.provision_tenant()(Actor.system(), new)
    write(place, rfc, 5)


def write(place: Installation, rfc: str, documents: int) -> None:
    with opened(load(place.env)) as product:
        actor = Actor.system(product.gateways.registry().find(Rfc(rfc)).id)
        with product.gateways.books().open(actor.tenant) as books:
            start = books.cfdis.count()
        for n in range(start, start + documents):
            uuid = f"aaaaaaaa-bbbb-4ccc-8ddd-{n:012}"
            octets = an_xml(uuid=uuid, rfc_emisor=rfc, folio=str(n), total=f"{n + 1}00.00")
            product.use_cases.enter_cfdi()(actor, octets, f"{n}.xml")


def run(place: Installation) -> Run:
    with opened(load({**place.env, "BACKUP_JOBS": "3"})) as product:
        done: Run = product.backups.run()(Actor.system())
    return done


def backup(place: Installation, *arguments: str, **env: str) -> Ended:
    ended = horux("backup", *arguments, env={**place.env, **env})
    assert "Traceback" not in ended.stderr, ended.stderr
    assert PRIVATE not in ended.stdout + ended.stderr
    return ended


def restored(place: Installation, store: Path, *arguments: str) -> Ended:
    ended = backup(place, "restore", *arguments, "--key", str(store / "llave.txt"))
    assert ended.returncode == 0, ended.stderr
    return ended


def databases(place: Installation) -> dict[str, str]:
    """Of every client, by its RFC."""
    return dict(place.rows("SELECT rfc, database_name FROM tenants", database=CENTRAL))


def rows(place: Installation, database: str, leave: frozenset[str] = frozenset()) -> dict[str, list[str]]:
    """Every row of every table, whoever may come in."""
    with psycopg.connect(place.superuser, autocommit=True) as conn:
        closed = conn.execute("SELECT NOT datallowconn FROM pg_database WHERE datname = %s", (database,)).fetchone()
        name = sql.Identifier(database)
        conn.execute(sql.SQL("ALTER DATABASE {} ALLOW_CONNECTIONS true").format(name))
        try:
            with psycopg.connect(dsn(place.superuser, dbname=database)) as inside:
                tables = inside.execute(
                    "SELECT tablename FROM pg_tables WHERE schemaname NOT IN ('pg_catalog', 'information_schema')"
                ).fetchall()
                return {
                    table: sorted(str(row[0]) for row in inside.execute(
                        sql.SQL("SELECT t::text FROM {} t").format(sql.Identifier(table))).fetchall())
                    for (table,) in tables if table not in leave
                }  # fmt: skip
        finally:
            if closed == (True,):
                conn.execute(sql.SQL("ALTER DATABASE {} ALLOW_CONNECTIONS false").format(name))
