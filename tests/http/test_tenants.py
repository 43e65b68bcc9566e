from collections.abc import Callable, Iterator
from functools import partial
from typing import Any
from urllib.parse import quote
from uuid import UUID, uuid4

import pytest
from litestar import Litestar
from litestar.di import Provide
from litestar.testing import TestClient

from contracts.clients import NOW, OPERATOR, RFC
from horux_core.identity.model import Actor, Role
from horux_core.kernel.ids import SessionId, UserId
from horux_core.onboarding.model import Step
from horux_core.tenancy.changing import ChangeTenant
from horux_core.tenancy.listing import ListTenants, ShowTenant
from horux_http.app import create_app
from horux_http.tenancy.api import TenantController
from tests.core.onboarding.house import Broken, House

NEW = {
    "rfc": RFC,
    "nombre": "Cascabel SA de CV",
    "plan": "business",
    "adminEmail": "ana@cascabel.mx",
    "adminNombre": "Ana Cascabel",
}
PAYING = {**NEW, "regimenes": ["601"], "payerEmail": "pagos@cascabel.mx", "amount": "500.00", "frequency": "yearly"}


@pytest.fixture
def house() -> House:
    return House()


@pytest.fixture
def who() -> list[Actor]:
    """Who asks, as a test may change it."""
    return [OPERATOR]


def _itself(use: object) -> object:
    return use


def given(ask: Callable[[], object]) -> Provide:
    def answer() -> Any:
        return ask()

    return Provide(answer, sync_to_thread=False)


@pytest.fixture
def client(house: House, who: list[Actor]) -> Iterator[TestClient[Litestar]]:
    uses: dict[str, Any] = {
        "provision_tenant": house.provision,
        "deprovision_tenant": house.deprovision,
        "list_tenants": ListTenants(house.registry),
        "show_tenant": ShowTenant(house.registry),
        "change_tenant": ChangeTenant(house.registry),
    }
    dependencies = {name: given(partial(_itself, use)) for name, use in uses.items()}
    dependencies["actor"] = given(lambda: who[0])
    app = create_app([TenantController], dependencies, ready=lambda: True, clock=lambda: NOW)
    with TestClient(app, raise_server_exceptions=False) as client:
        yield client


def test_takes_a_client_in(client: TestClient[Litestar], house: House) -> None:
    answer = client.post("/api/tenants/", json=PAYING)
    assert answer.status_code == 201
    body = answer.json()
    tenant = house.registry.find(house.registry.page(None, 1).items[0].rfc)
    (link,) = house.links.standing.values()
    assert body == {
        "id": str(tenant.id),
        "rfc": RFC,
        "nombre": "Cascabel SA de CV",
        "plan": "business",
        "databaseName": "horux_cas2408138w2",
        "active": True,
        "paymentLink": link.url,
        "advertencias": [],
    }


def test_says_what_is_odd(client: TestClient[Litestar]) -> None:
    body = client.post("/api/tenants", json={**NEW, "rfc": "AAA010101AAA"}).json()
    assert body["paymentLink"] is None
    assert [a["codigo"] for a in body["advertencias"]] == ["digito_no_coincide", "sin_liga_de_pago"]
    assert all(a["detalle"] for a in body["advertencias"])


def test_refuses_an_rfc_twice(client: TestClient[Litestar]) -> None:
    client.post("/api/tenants", json=NEW)
    answer = client.post("/api/tenants", json={**NEW, "adminEmail": "otra@cascabel.mx"})
    assert (answer.status_code, answer.json()["code"]) == (409, "rfc-taken")
    assert answer.json()["failedStep"] == "registro"


def test_names_the_step_that_failed(client: TestClient[Litestar], house: House) -> None:
    house.faults.before[Step.BASE] = Broken("un secreto")
    answer = client.post("/api/tenants", json=NEW)
    assert (answer.status_code, answer.json()["code"]) == (503, "alta-fallida")
    assert answer.json()["failedStep"] == "base_de_datos"
    assert "Retry-After" in answer.headers
    assert "secreto" not in answer.text


@pytest.mark.parametrize(
    ("change", "status"),
    [
        ({"schemaName": "x"}, 400),
        ({"id": str(UUID(int=1))}, 400),
        ({"nombre": None}, 400),
        ({"amount": "mucho"}, 400),
        ({"amount": "NaN"}, 422),
        ({"amount": "-1"}, 422),
        ({"rfc": "x"}, 422),
        ({"plan": "gold"}, 422),
        ({"regimenes": ["000"]}, 422),
        ({"frequency": "daily"}, 422),
    ],
)
def test_refuses_what_it_cannot_take(
    client: TestClient[Litestar], house: House, change: dict[str, object], status: int
) -> None:
    answer = client.post("/api/tenants", json={**PAYING, **change})
    assert answer.status_code == status
    assert answer.headers["content-type"].startswith("application/problem+json")
    assert house.registry.page(None, 1).items == ()


def test_lists_shows_and_pages(client: TestClient[Litestar]) -> None:
    client.post("/api/tenants", json=NEW)
    client.post("/api/tenants", json={**NEW, "rfc": "ROEM691011EZ4", "adminEmail": "r@x.mx"})
    first = client.get("/api/tenants/", params={"limit": 1}).json()
    assert [item["rfc"] for item in first["items"]] == [RFC]
    second = client.get("/api/tenants", params={"limit": 1, "cursor": first["nextCursor"]}).json()
    assert [item["rfc"] for item in second["items"]] == ["ROEM691011EZ4"]
    assert second["nextCursor"] is None
    assert client.get(f"/api/tenants/{RFC}").json() == first["items"][0]
    assert client.get("/api/tenants", params={"cursor": "!"}).status_code == 422
    assert client.get("/api/tenants", params={"limit": 0}).status_code == 400
    assert client.get("/api/tenants/TPR840604D98").json()["code"] == "tenant-missing"


@pytest.mark.parametrize("rfc", ["ÑAM010101AB1", "A&B010101AB1"])
def test_takes_an_rfc_percent_encoded(client: TestClient[Litestar], rfc: str) -> None:
    client.post("/api/tenants", json={**NEW, "rfc": rfc})
    where = f"/api/tenants/{quote(rfc, safe='')}"
    assert client.get(where).json()["rfc"] == rfc
    assert client.patch(where, json={"nombre": "Otro"}).json()["nombre"] == "Otro"
    assert client.delete(where).status_code == 204
    assert client.get(where).status_code == 404


def test_changes_plan_and_limits(client: TestClient[Litestar]) -> None:
    client.post("/api/tenants", json=NEW)
    where = f"/api/tenants/{RFC}"
    body = client.patch(where, json={"plan": "professional", "cfdiLimit": 7, "usersLimit": -1}).json()
    assert (body["plan"], body["cfdiLimit"], body["usersLimit"]) == ("professional", 7, -1)
    body = client.patch(where, json={"cfdiLimit": None}).json()
    assert (body["cfdiLimit"], body["usersLimit"]) == (2000, -1)
    assert client.patch(where, json={"cfdiLimit": -2}).status_code == 422
    assert client.patch(where, json={"rfc": "TPR840604D98"}).status_code == 400
    assert client.patch(where, json={"active": False}).status_code == 400
    assert client.get(where).json() == body


def test_lets_a_client_go_and_takes_it_in_again(client: TestClient[Litestar]) -> None:
    client.post("/api/tenants", json=NEW)
    answer = client.delete(f"/api/tenants/{RFC}")
    assert (answer.status_code, answer.content) == (204, b"")
    assert client.delete(f"/api/tenants/{RFC}").status_code == 404
    assert client.post("/api/tenants", json=NEW).status_code == 201


def test_nobody_but_the_operator_gets_anywhere(client: TestClient[Litestar], house: House, who: list[Actor]) -> None:
    client.post("/api/tenants", json=NEW)
    tenant = house.registry.page(None, 1).items[0]
    who[0] = Actor(UserId(uuid4()), "ana@cascabel.mx", False, SessionId(uuid4()), tenant.id, Role.OWNER)
    where = f"/api/tenants/{RFC}"
    answers = [
        client.post("/api/tenants", json={**NEW, "rfc": "TPR840604D98"}),
        client.get("/api/tenants"),
        client.get(where),
        client.patch(where, json={"plan": "enterprise"}),
        client.delete(where),
    ]
    assert {answer.status_code for answer in answers} == {403}
    assert house.registry.page(None, 9).items == (tenant,)
