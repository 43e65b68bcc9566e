"""The whole product's document: the one that was promised, complete, and of no route left open."""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from litestar import Litestar, get
from litestar.testing import TestClient

from contracts.routes import PUBLIC as OPEN
from horux_adapters.container.horux import opened
from horux_http.__main__ import document
from horux_http.app import create_app
from horux_http.asgi import CONTROLLERS, application, dependencies
from horux_http.docs import openapi_document
from horux_http.session import PUBLIC, unguarded_routes
from tests.http.whole import settings

PROMISED = Path(__file__).resolve().parents[2] / "contracts" / "openapi.json"
BODILESS = {
    "POST /api/auth/logout",
    "POST /api/calendario/feed",
    "POST /api/conciliacion/{ident}/aceptar",
    "POST /api/conciliacion/{ident}/rechazar",
    "POST /api/conciliacion/{ident}/deshacer",
    "POST /api/usuarios/{person}/reinvite",
    "POST /api/admin/mails/{mail}/retry",
    "POST /api/admin/webhooks/{notice}/retry",
    # What MercadoPago sends is kept as it comes, and believed in nothing.
    "POST /api/webhooks/mercadopago",
}
MAIN = {
    "CfdiDetalleOut",
    "CfdiOut",
    "Credentials",
    "LoadOut",
    "MesIvaOut",
    "NewTenant",
    "OutcomeOut",
    "PlanOut",
    "ProblemDocument",
    "ProvisionedOut",
    "SignedInOut",
    "TenantOut",
    "UserOut",
}


@pytest.fixture(scope="module")
def read() -> dict[str, Any]:
    found: dict[str, Any] = json.loads(document())
    return found


@pytest.fixture
def app(tmp_path: Path) -> Litestar:
    return application(settings(tmp_path))


def operations(read: dict[str, Any]) -> Iterator[tuple[str, dict[str, Any]]]:
    for path, methods in read["paths"].items():
        for method, operation in methods.items():
            yield f"{method.upper()} {path}", operation


@get("/api/olvidada", sync_to_thread=False, summary="Abierta por descuido")
def forgotten() -> str:
    return "abierta por descuido"


def with_one_more(tmp_path: Path) -> Litestar:
    with opened(settings(tmp_path)) as horux:
        ready, clock = horux.gateways.ready(), horux.gateways.clock()
        return create_app([*CONTROLLERS, forgotten], dependencies(horux), ready=ready, clock=clock)


def test_the_document_is_the_one_promised() -> None:
    assert PROMISED.read_bytes() == document(), "corre: make openapi, y revisa la diferencia"


def test_a_changed_document_is_seen(tmp_path: Path) -> None:
    changed = openapi_document(with_one_more(tmp_path))
    assert PROMISED.read_bytes() != changed
    assert "/api/olvidada" in json.loads(changed)["paths"]


def test_is_openapi_3_1(read: dict[str, Any]) -> None:
    assert read["openapi"].startswith("3.1")


def test_every_route_says_what_it_does_and_where_it_belongs(read: dict[str, Any]) -> None:
    for route, operation in operations(read):
        assert operation.get("summary"), route
        assert operation["summary"][0].isupper(), route
        assert operation.get("tags"), route


def test_operations_have_names_of_their_own(read: dict[str, Any]) -> None:
    names = [operation["operationId"] for _, operation in operations(read)]
    assert len(set(names)) == len(names)


def test_every_route_tells_its_refusals(read: dict[str, Any]) -> None:
    for route, operation in operations(read):
        answers = operation["responses"]
        needed = {"429", "500", "503", "default"}
        needed |= {"400", "422"} if operation.get("parameters") or operation.get("requestBody") else set()
        needed |= {"408", "413", "415"} if operation.get("requestBody") else set()
        needed |= {"401", "403"} if operation.get("security") != [] else set()
        assert needed <= answers.keys(), route
        assert any(code.startswith("2") for code in answers), route
        for code in needed:
            assert list(answers[code]["content"]) == ["application/problem+json"], route


def test_every_change_that_has_a_body_tells_it(read: dict[str, Any]) -> None:
    changes = {route for route, _ in operations(read) if route.split()[0] in ("POST", "PUT", "PATCH")}
    told = {route for route, operation in operations(read) if operation.get("requestBody", {}).get("content")}
    assert changes - told == BODILESS


def test_the_open_routes_are_those_expected(read: dict[str, Any]) -> None:
    told = {route for route, operation in operations(read) if operation.get("security") == []}
    expected = {row.route for row in OPEN}
    assert told == {route for route in expected if "/api/docs" not in route and "openapi" not in route}
    assert expected <= {route.replace(":str", "") for route in PUBLIC}


def test_no_route_is_left_unguarded(app: Litestar) -> None:
    assert unguarded_routes(app) == []


def test_a_route_that_asks_for_no_actor_is_seen(tmp_path: Path) -> None:
    assert unguarded_routes(with_one_more(tmp_path)) == ["GET /api/olvidada"]


def test_the_main_shapes_bring_examples(read: dict[str, Any]) -> None:
    schemas = read["components"]["schemas"]
    assert {name for name in MAIN if '"examples"' not in json.dumps(schemas[name])} == set()


def test_shapes_are_named_by_what_they_are_and_not_by_where_they_are_written(read: dict[str, Any]) -> None:
    assert [name for name in read["components"]["schemas"] if "_" in name] == []


def test_amounts_are_texts(read: dict[str, Any]) -> None:
    numbers = [
        f"{name}.{member}"
        for name, schema in read["components"]["schemas"].items()
        for member, kind in schema.get("properties", {}).items()
        if kind.get("type") == "number" or any(one.get("type") == "number" for one in kind.get("anyOf", ()))
    ]
    assert numbers == []


def test_the_page_and_all_it_needs_are_answered_from_here(app: Litestar) -> None:
    with TestClient(app) as http:
        assert http.get("/api/docs").headers["content-type"].startswith("text/html")
        for name in ("swagger-ui.css", "index.css", "swagger-ui-bundle.js", "favicon-32x32.png", "inicio.js"):
            answer = http.get(f"/api/docs/{name}")
            assert answer.status_code == 200, name
            assert len(answer.content) > 100, name
        assert http.get("/api/openapi.json").content == PROMISED.read_bytes()
