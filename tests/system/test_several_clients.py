"""A person with several clients, each in a database of its own with its own role."""

from collections.abc import Iterator
from typing import Any

import pytest

from contracts.samples import an_xml
from horux_adapters.postgres.naming import database_name
from tests.system.asking import Api
from tests.system.installation import Installation, installation, served
from tests.system.owners import CHOSEN
from tests.system.papers import rfc

ALFA, BETA, GAMA = (rfc(number, "W") for number in range(3))
MONTH = "/api/empresas/consolidado?anio=2025&mes=1"


@pytest.fixture(scope="module")
def installed() -> Iterator[Installation]:
    with installation(WORKERS="2") as place, served(place):
        yield place


@pytest.fixture(scope="module")
def owners(installed: Installation) -> dict[str, Api]:
    """Each with a document of January 2025: one, two and three."""
    clients = installed.clients((ALFA, BETA, GAMA))
    for number, (who, owner) in enumerate(clients.items(), 1):
        for each in range(number):
            xml = an_xml(uuid=f"5a1c2b54-0f3e-4d0a-9c1e-{number:06}{each:06}", rfc_emisor=who)
            assert owner.post("/api/cfdi", xml, kind="application/xml").status == 201
    return clients


@pytest.fixture(scope="module")
def invited(owners: dict[str, Api]) -> str:
    """The address of ALFA's owner, whom BETA lets in as visor."""
    email = f"{ALFA.lower()}@ejemplo.mx"
    answer = owners[BETA].post("/api/usuarios/invite", {"email": email, "nombre": "Luz", "role": "visor"})
    assert answer.status == 201, answer.body
    return email


@pytest.fixture
def luz(installed: Installation, invited: str) -> Api:
    """In a new session, which opens ALFA."""
    return Api(installed.url).signed_in(invited, CHOSEN)


def shown(api: Api) -> dict[str, Any]:
    return {row["rfc"]: row for row in api.get(MONTH)["empresas"]}


def own(owner: Api) -> str:
    """What the client itself is told of its IVA of the month."""
    found: str = owner.get("/api/iva?anio=2025")["meses"][0]["aPagarPesos"]
    return found


def test_each_row_is_what_the_client_itself_is_told(luz: Api, owners: dict[str, Api]) -> None:
    assert shown(luz)[BETA]["estado"] == "por_aceptar"
    switched = luz.post("/api/auth/switch", {"rfc": BETA})
    assert switched.status == 200, switched.body
    there = luz.bearing(switched.json["accessToken"])
    rows = shown(there)
    assert rows.keys() == {ALFA, BETA}
    assert {who: row["ivaAPagarPesos"] for who, row in rows.items()} == {who: own(owners[who]) for who in rows}
    assert len({own(owner) for owner in owners.values()}) == 3
    assert {who: row["role"] for who, row in rows.items()} == {ALFA: "owner", BETA: "visor"}


def test_a_database_that_is_away_is_its_row_s_trouble_alone(installed: Installation, luz: Api) -> None:
    before = shown(luz)
    name = database_name(BETA)
    installed.statement(f'ALTER DATABASE "{name}" WITH ALLOW_CONNECTIONS false', "postgres")
    installed.rows("SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = %s", name)
    try:
        rows = shown(luz)
    finally:
        installed.statement(f'ALTER DATABASE "{name}" WITH ALLOW_CONNECTIONS true', "postgres")
    assert (rows[ALFA], rows[BETA]["estado"], rows[BETA]["codigo"]) == (
        before[ALFA], "no_disponible", "base-no-disponible",
    )  # fmt: skip
    assert rows[BETA]["ivaAPagarPesos"] is None
    assert shown(luz) == before


def test_who_was_let_go_a_moment_ago_sees_no_row(luz: Api, owners: dict[str, Api], invited: str) -> None:
    (person,) = (p for p in owners[BETA].get("/api/usuarios")["items"] if p["email"] == invited)
    assert shown(luz).keys() == {ALFA, BETA}
    assert owners[BETA].ask("DELETE", f"/api/usuarios/{person['id']}").status == 204
    assert shown(luz).keys() == {ALFA}
    assert owners[BETA].get("/api/auth/me")["tenant"]["rfc"] == BETA
