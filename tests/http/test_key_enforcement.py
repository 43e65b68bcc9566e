"""Every route, asked with an API key of each scope: what the table of routes does not let a key into is shut."""

from collections.abc import Iterator

import pytest
from litestar import Litestar
from litestar.routes import HTTPRoute

from contracts.routes import BOOKS, CLIENT, KEYS, OTHER, PUBLIC, SCOPES, TABLE, Row
from horux_core.identity.keys import Scope
from horux_core.plans.catalogue import CATALOGUE
from horux_core.plans.model import Feature, Plan
from horux_http import session
from tests.http.stage import STATES, WRITING, Stage, staged

CASES = [
    *((Plan.ENTERPRISE, state) for state in STATES),
    *((plan, "authorized") for plan in Plan if plan is not Plan.ENTERPRISE),
]
ASKED = [row for row in TABLE if row not in PUBLIC]


@pytest.fixture(scope="module")
def stage(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Stage]:
    with staged(tmp_path_factory.mktemp("datos")) as built:
        yield built


def expected(row: Row, scope: Scope, plan: Plan, state: str) -> tuple[int, str]:
    if Feature.API_EXTERNA not in CATALOGUE[plan].features:
        return 403, "feature-not-in-plan"
    if row.scope is None:
        return 403, "llave-no-admitida"
    if row.scope is not scope:
        return 403, "alcance-faltante"
    if row.needs_subscription and state not in WRITING:
        return 403, "subscription-inactive"
    return row.status, ""


def answered(stage: Stage, row: Row, who: str) -> tuple[int, str]:
    answer = stage.ask(row, who)
    problem = answer.headers.get("content-type") == "application/problem+json"
    return answer.status_code, answer.json()["code"] if problem else ""


def wrong(stage: Stage, row: Row, who: str, plan: Plan, state: str) -> str:
    stage.put_back(plan, state)
    before = stage.kept_but_the_trail()
    told, meant = answered(stage, row, who), expected(row, KEYS[who], plan, state)
    changed = stage.kept_but_the_trail() != before
    if told != meant:
        return f"{plan}, {state}: {told}, no {meant}"
    if changed and (row.reads or meant[1]):
        return f"{plan}, {state}: cambió lo guardado"
    if not changed and not row.reads and not meant[1]:
        return f"{plan}, {state}: dijo {told[0]} y no cambió nada"
    return ""


@pytest.mark.parametrize("who", KEYS)
@pytest.mark.parametrize("row", ASKED, ids=lambda row: row.route)
def test_every_case_is_as_the_table_says(stage: Stage, row: Row, who: str) -> None:
    found = [wrong(stage, row, who, plan, state) for plan, state in CASES]
    assert [each for each in found if each] == []


def declared(app: Litestar) -> dict[str, Scope]:
    return {
        f"{method} {route.path_format}": handler.opt[session.SCOPE]
        for route in app.routes
        if isinstance(route, HTTPRoute)
        for method, (handler, _) in route.route_handler_map.items()
        if session.SCOPE in handler.opt and method != "OPTIONS"
    }


def test_no_route_admits_a_key_that_the_table_does_not(stage: Stage) -> None:
    known = {row.route for row in TABLE}
    assert declared(stage.product.app) == {route: scope for route, scope in SCOPES.items() if route in known}


def test_the_document_says_which_scope_admits_a_key(stage: Stage) -> None:
    paths = stage.product.http.get("/api/openapi.json").json()["paths"]
    told = {
        f"{method.upper()} {path}": operation["x-alcance"]
        for path, operations in paths.items()
        for method, operation in operations.items()
        if "x-alcance" in operation
    }
    assert told == declared(stage.product.app)


def test_no_key_does_what_is_a_person_s(stage: Stage) -> None:
    never = ("fiel", "usuarios", "api-keys", "auth", "suscripcion", "configuracion", "tenants", "admin", "plans")
    shut = [row for row in ASKED if row.route.split("/")[2] in never]
    assert len(shut) > 30
    assert [row.route for row in shut if row.scope is not None] == []


def test_a_route_that_forgot_its_scope_is_seen(stage: Stage, monkeypatch: pytest.MonkeyPatch) -> None:
    row = next(row for row in BOOKS if row.route == "GET /api/cfdi")
    assert wrong(stage, row, "key-reportes:read", Plan.ENTERPRISE, "authorized") == ""
    monkeypatch.setattr("horux_core.identity.model.Actor.require_scope", lambda *_: None)
    assert wrong(stage, row, "key-reportes:read", Plan.ENTERPRISE, "authorized").startswith("enterprise, authorized")


@pytest.mark.parametrize("rfc", [CLIENT, OTHER, "", "%ZZ", f"{CLIENT},{OTHER}"])
@pytest.mark.parametrize("who", KEYS)
def test_no_header_takes_a_key_elsewhere(stage: Stage, who: str, rfc: str) -> None:
    stage.put_back(Plan.ENTERPRISE, "authorized")
    before = stage.kept_but_the_trail()
    for row in ASKED:
        answer = stage.send(row, {**stage.credentials[who], "X-View-Tenant": rfc})
        assert (answer.status_code, answer.json()["code"]) == (403, "view-forbidden"), row.route
    assert stage.kept_but_the_trail() == before


def test_reads_nobody_s_body_before_it_knows_the_key(stage: Stage) -> None:
    stage.put_back(Plan.ENTERPRISE, "authorized")
    for row in ASKED:
        if row.body is not None or row.content is not None:
            sent = Row(row.route, row.passes, row.path, content=b"{", kind="application/json")
            meant = expected(row, Scope.REPORTES_READ, Plan.ENTERPRISE, "authorized")
            answer = stage.send(sent, stage.credentials["key-reportes:read"])
            assert (answer.status_code, answer.json()["code"]) == meant, row.route
