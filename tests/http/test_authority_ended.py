"""A request that began with a right it has lost by its end."""

import json
from collections.abc import Iterator
from typing import Any

import pytest

from contracts.ports.uploads import a_zip, many, xml
from horux_core.billing.model import SubscriptionStatus
from horux_core.identity.model import Role
from tests.carga import Carga
from tests.http.by_hand import asked, in_turn, part
from tests.http.test_uploading import an_app, carga, left
from tests.http.whole import CLIENT, Whole, whole

__all__ = ["carga"]

BEARER = {"Authorization": "Bearer de-prueba"}
ONE, MANY = "/api/cfdi", "/api/cfdi/bulk"


@pytest.fixture(scope="module")
def product(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Whole]:
    with whole(tmp_path_factory.mktemp("datos")) as built:
        yield built


@pytest.mark.parametrize(
    ("path", "kind", "body"),
    [
        (ONE, "application/xml", xml(1)),
        (ONE, "application/json", json.dumps({"xml": xml(1).decode()}).encode()),
        (MANY, "application/zip", a_zip(("1.xml", xml(1)))),
        (MANY, "application/zip", many(150)),
        ("/api/auth/password", "application/json", b'{"currentPassword": "a", "newPassword": "b"}'),
    ],
)
@pytest.mark.parametrize("who", ["owner", "operator-viewing"])
def test_an_authority_that_ended_while_a_body_came_writes_nothing(
    product: Whole, path: str, kind: str, body: bytes, who: str
) -> None:
    credential = product.credential(who)
    parts = [part(body[:100], more=True), part(body[100:])]

    async def arrive() -> dict[str, Any]:
        if len(parts) == 1:
            gone = product.http.post("/api/auth/logout", headers={"Authorization": credential["Authorization"]})
            assert gone.status_code in (200, 204)
        return parts.pop(0)

    status, told, _ = asked(product.app, path, arrive, kind=kind, headers=credential)
    assert (status, told["code"]) == (401, "session-expired")
    other = {**product.credential("operator"), "X-View-Tenant": CLIENT}
    assert product.http.get(ONE, headers=other).json()["items"] == []
    assert [path for path in product.spool.rglob("*") if path.is_file()] == []


BODIES = [
    (ONE, "application/xml", xml(1)),
    (MANY, "application/zip", a_zip(("1.xml", xml(1)))),
    (MANY, "application/zip", many(150)),
]


@pytest.mark.parametrize(("path", "kind", "body"), BODIES)
def test_who_may_only_read_by_the_end_of_a_body_writes_nothing(carga: Carga, path: str, kind: str, body: bytes) -> None:
    app = an_app(carga, by_its_end=Role.VISOR)
    status, told, _ = asked(app, path, in_turn(part(body)), kind=kind, headers=BEARER)
    assert (status, told["code"]) == (403, "action-forbidden")
    assert (carga.count(), carga.despacho.jobs.waiting(), left(carga)) == (0, (), [])


@pytest.mark.parametrize(("path", "kind", "body"), BODIES)
def test_books_that_are_read_only_by_the_end_of_a_body_stay_as_they_are(
    carga: Carga, path: str, kind: str, body: bytes
) -> None:
    parts = [part(body[:100], more=True), part(body[100:])]

    async def arrive() -> dict[str, Any]:
        if len(parts) == 1:
            carga.despacho.subscribe(SubscriptionStatus.CANCELLED)
        return parts.pop(0)

    status, told, _ = asked(an_app(carga), path, arrive, kind=kind, headers=BEARER)
    assert (status, told["code"]) == (403, "subscription-inactive")
    assert (carga.count(), carga.despacho.jobs.waiting(), left(carga)) == (0, (), [])
