"""An installation with a second PostgreSQL for clients, which the operator adds."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import psycopg
from psycopg import sql
from psycopg.conninfo import conninfo_to_dict

from contracts.samples import an_xml
from horux_adapters.container.horux import opened
from horux_adapters.container.settings import load
from horux_adapters.postgres.connecting import dsn
from horux_adapters.postgres.embedded import EmbeddedPostgres
from horux_adapters.postgres.installing import prepare
from horux_core.identity.model import Actor
from horux_core.kernel.rfc import Rfc
from horux_core.onboarding.model import NewClient
from tests.conftest import short_folder
from tests.system.installation import Installation, installation

FIRST, SECOND = "principal", "dos"
ONE, OTHER = "EKU9003173C9", "URE180429TM6"
BASE = "horux_eku9003173c9"
CENTRAL = "horux360"


Books = dict[str, list[str]]


@dataclass(frozen=True)
class Pair:
    """`place` has the central database; `second` is the superuser's address on the other server."""

    place: Installation
    second: str

    @property
    def host(self) -> tuple[str, str]:
        parts = conninfo_to_dict(self.second)
        return str(parts["host"]), str(parts["port"])

    def superuser(self, server: str) -> str:
        return self.place.superuser if server == FIRST else self.second


@contextmanager
def second_server(place: Installation, programs: Path | None = None) -> Iterator[Pair]:
    """Running and ready to be added, with the same two roles."""
    words = {
        role: str(conninfo_to_dict(place.env[name])["password"])
        for role, name in (("runtime", "DATABASE_URL"), ("provisioner", "DATABASE_ADMIN_URL"))
    }
    with short_folder() as folder:
        server = EmbeddedPostgres(folder / "postgres", programs_dir=programs, durable=False, max_connections=60)
        try:
            superuser = server.start()
            prepare(superuser, **words)
            yield Pair(place, superuser)
        finally:
            server.stop()


@contextmanager
def two_servers(**settings: str) -> Iterator[Pair]:
    """Both, the second one added under the name of SECOND and closed to new clients."""
    with installation(max_connections=80, **settings) as place, second_server(place) as pair:
        host, port = pair.host
        with opened(load(place.env)) as product:
            product.use_cases.add_server()(Actor.system(), SECOND, host, int(port))
        yield pair


def taken_in(place: Installation, rfc: str, documents: int = 5) -> None:
    new = NewClient(rfc, rfc, "enterprise", f"{rfc.lower()}@x.mx", "Ana", ("601",))
    with opened(load(place.env)) as product:
        product.use_cases.provision_tenant()(Actor.system(), new)
    write(place, rfc, documents)


def write(place: Installation, rfc: str, documents: int) -> None:
    with opened(load(place.env)) as product:
        actor = Actor.system(product.gateways.registry().find(Rfc(rfc)).id)
        with product.gateways.books().open(actor.tenant) as books:
            start = books.cfdis.count()
        for n in range(start, start + documents):
            product.use_cases.enter_cfdi()(actor, document(rfc, n), f"{n}.xml")


def document(rfc: str, n: int) -> bytes:
    uuid = f"aaaaaaaa-bbbb-4ccc-8ddd-{n:012}"
    return an_xml(uuid=uuid, rfc_emisor=rfc, folio=str(n), total=f"{n + 1}00.00")


def server_url(pair: Pair, server: str, database: str) -> str:
    return dsn(pair.superuser(server), dbname=database)


def where(pair: Pair, rfc: str = ONE) -> str:
    (row,) = pair.place.rows("SELECT server FROM tenants WHERE rfc = %s AND state = 'live'", rfc, database=CENTRAL)
    return str(row[0])


def elsewhere(pair: Pair) -> str:
    return SECOND if where(pair) == FIRST else FIRST


def books(pair: Pair, server: str, database: str = BASE) -> Books:
    """Every row of every table."""
    with psycopg.connect(server_url(pair, server, database)) as conn:
        tables = conn.execute("SELECT tablename FROM pg_tables WHERE schemaname = 'public'").fetchall()
        return {
            table: sorted(
                str(row[0])
                for row in conn.execute(sql.SQL("SELECT t::text FROM {} t").format(sql.Identifier(table))).fetchall()
            )
            for (table,) in tables
        }
