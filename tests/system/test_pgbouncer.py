"""The product behind PgBouncer in transaction pooling: the same answers, the same limits, nobody else's rows."""

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from dataclasses import dataclass, replace
from typing import Any
from uuid import UUID

import psycopg
import pytest

from contracts.efirmas import an_efirma
from contracts.routes import fiel_form
from contracts.samples import an_xml
from horux_adapters.container.horux import opened
from horux_adapters.container.settings import load
from horux_adapters.postgres.addresses import SERVER
from horux_adapters.postgres.naming import database_name
from horux_core.diagnosis.model import Verdict
from horux_core.kernel.ids import TenantId
from horux_core.tenancy.errors import DatabaseUnavailable
from tests.cli.doctor.planting import found, seen, well
from tests.system.asking import Api
from tests.system.bouncing import bouncing
from tests.system.installation import Installation, installation, running, served
from tests.system.owners import CHOSEN
from tests.system.papers import packed, papers, rfc
from tests.system.scale import proof
from tests.system.test_bulk_killed import ended, kept, sent, truthful
from tests.system.waiting import until

ONE, OTHER = rfc(1, "P"), rfc(2, "P")
ROUNDS = proof(150, 5_000)
COUNT = 300
_NARROW = (("default_pool_size = 6", "default_pool_size = 2"),)
"""Two connections to each client's database, for all the processes that ask it."""


@dataclass(frozen=True)
class Site:
    place: Installation
    clients: dict[str, Api]


@pytest.fixture(scope="module")
def site() -> Iterator[Site]:
    with (
        installation(max_connections=100, WORKERS="2", TENANT_CONNECTIONS_MAX="12") as bare,
        bouncing(bare, *_NARROW) as place,
        served(place),
    ):
        clients = place.clients([ONE, OTHER])
        with running(place, "worker"):
            yield Site(place, clients)


def a_document(of: str, mark: str, number: int, iva: int) -> bytes:
    uuid = UUID(int=(int(mark, 16) << 120) | number, version=4)
    return an_xml(uuid=str(uuid), rfc_emisor=of, nombre_emisor=f"CANARIO {mark}", total=f"{116 * iva}.00")


def test_a_client_lives_its_whole_life(site: Site) -> None:
    """Registered, it loads, reads its IVA, keeps its e.firma, and ends its sessions at every process at once."""
    api = site.clients[ONE]
    documents = papers(ONE, COUNT, 5)
    assert truthful(ended(api, sent(api, packed(documents))), COUNT) == (COUNT, 0)
    assert sorted(kept(api)) == sorted(paper.uuid for paper in documents)
    assert sum(float(month["ivaTrasladado"]) for month in api.get("/api/iva?anio=2025")["meses"]) > 0
    body, kind = fiel_form(an_efirma(rfc=ONE))
    assert api.post("/api/fiel", body, kind=kind).status == 201
    assert api.get("/api/fiel")["rfc"] == ONE
    leaving = Api(site.place.url).signed_in(f"{ONE.lower()}@ejemplo.mx", CHOSEN)
    assert leaving.get("/api/auth/me")["tenant"]["rfc"] == ONE
    assert leaving.post("/api/auth/logout", {}).status == 204
    # Two processes answer: neither goes on believing what it remembered, once word has come.
    until("nadie la admite", lambda: {leaving.ask("GET", "/api/auth/me").status for _ in range(20)} == {401}, 1)


def test_two_clients_on_few_connections_never_see_each_other(site: Site) -> None:
    marks = {ONE: "A", OTHER: "B"}

    def one(number: int) -> list[str]:
        who = (ONE, OTHER)[number % 2]
        api, mark = site.clients[who], marks[who]
        xml = a_document(who, mark, number, 1)
        answer = api.post("/api/cfdi", xml, kind="application/xml")
        assert answer.status == 201, answer.body
        seen = api.get("/api/cfdi?limit=50")["items"]
        told = api.get("/api/auth/me")["tenant"]["rfc"]
        own = {item["rfcEmisor"] for item in seen} | {item["rfcReceptor"] for item in seen}
        return [*([] if who in own and told == who else [f"{who}: {told}"]), *(own & ({ONE, OTHER} - {who}))]

    with ThreadPoolExecutor(12) as pool:
        crossed = [each for answer in pool.map(one, range(ROUNDS)) for each in answer]
    assert crossed == []
    inside = {name: site.place.rows("SELECT count(*) FROM pg_stat_activity WHERE datname = %s AND backend_type"
                                    " = 'client backend' AND application_name = 'horux'", database_name(name))
              for name in (ONE, OTHER)}  # fmt: skip
    assert all(count <= 2 for ((count,),) in inside.values()), inside


def test_time_limits_and_the_zone_hold_in_every_transaction(site: Site) -> None:
    """What a connection asks for when it begins does not get through; each transaction asks again."""
    query = "SELECT current_setting('statement_timeout'), current_setting('lock_timeout'), current_setting('timezone')"
    with opened(load(site.place.env), part=SERVER) as horux:
        (tenant,) = (
            ident for (ident,) in site.place.rows("SELECT id FROM tenants WHERE rfc = %s", ONE, database="horux360")
        )
        tenants = horux.gateways.tenants()
        for _ in range(8):
            with tenants.connection(TenantId(tenant)) as inside:
                assert inside.execute(query).fetchone() == ("30s", "10s", "UTC")
            with horux.gateways.control_database().transaction() as central:
                assert central.execute(query).fetchone() == ("1min", "0", "UTC")
        with pytest.raises(DatabaseUnavailable), tenants.connection(TenantId(tenant)) as inside:
            inside.execute("SET LOCAL statement_timeout = 50; SELECT pg_sleep(5)")
        with tenants.connection(TenantId(tenant)) as inside:
            assert inside.execute(query).fetchone() == ("30s", "10s", "UTC")


def test_without_a_direct_address_nothing_is_remembered_and_no_lock_is_believed(site: Site) -> None:
    """A session's lock and a listener through PgBouncer would hold nothing and hear nothing."""
    env = {**site.place.env, "DATABASE_DIRECT_URL": site.place.env["DATABASE_URL"]}
    with opened(load(env)) as horux:
        assert not horux.gateways.listener().trusted
        with pytest.raises(DatabaseUnavailable, match="DATABASE_DIRECT_URL"):
            horux.gateways.sessions()()


def test_the_doctor_leaves_connections_to_pgbouncer(site: Site) -> None:
    """As many for each process as the deployment's words say are more than the server has, and no harm."""
    well(site.place, "conexiones", TENANT_CONNECTIONS_MAX="60")


def test_the_doctor_asks_for_a_direct_address(site: Site) -> None:
    well(site.place, "direccion-directa")
    lost = {"DATABASE_DIRECT_URL": site.place.env["DATABASE_URL"]}
    seen(found(site.place, **lost)["direccion-directa"], Verdict.FALLA, "PgBouncer", "DATABASE_DIRECT_URL")
    env = {name: value for name, value in site.place.env.items() if name != "DATABASE_DIRECT_URL"}
    seen(found(replace(site.place, env=env))["direccion-directa"], Verdict.FALLA, "DATABASE_DIRECT_URL")


def test_nobody_but_the_service_and_its_clients_enters(site: Site) -> None:
    runtime = site.place.env["DATABASE_URL"]
    with pytest.raises(psycopg.OperationalError):
        psycopg.connect(psycopg.conninfo.make_conninfo(site.place.env["DATABASE_ADMIN_URL"], port=port_of(runtime)))
    with pytest.raises(psycopg.OperationalError):
        psycopg.connect(psycopg.conninfo.make_conninfo(runtime, password="otra"))
    with closing(psycopg.connect(runtime)) as conn:
        assert conn.execute("SELECT current_user").fetchone() == ("horux_app",)


def port_of(address: str) -> Any:
    return psycopg.conninfo.conninfo_to_dict(address)["port"]
