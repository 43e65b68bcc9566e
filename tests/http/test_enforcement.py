"""Every route in every case: who asks, on what plan, with what subscription; generated from the table of routes."""

from collections.abc import Iterable, Iterator
from dataclasses import replace
from itertools import product as every

import pytest
from litestar import Litestar, get
from litestar.routes import HTTPRoute

from contracts.routes import ACTORS, BOOKS, CLIENT, OPERATION, READS, TABLE, Row
from horux_core.fiscal.cfdi import correcting, entering
from horux_core.fiscal.iva import consulting
from horux_core.plans.catalogue import CATALOGUE
from horux_core.plans.model import Feature, Plan
from horux_http.browser.credential import PAGE
from tests.http.stage import STATES, WRITING, Stage, staged

INACTIVE = "Suscripción inactiva. Contacta soporte para reactivar."
NOT_IN_PLAN = "Tu plan no incluye esta función. Contacta soporte para upgrade."
DESIGNED = {"subscription-inactive", "feature-not-in-plan"}
GATES = {"sign-in-required", "tenant-required", "action-forbidden", *DESIGNED}
METHODS = ("GET", "POST", "PUT", "PATCH", "DELETE")
BARE = "bare"
"""A plan with nothing in it: every feature is missing from some plan."""
PLANS = (*(plan.value for plan in Plan), BARE)

Answer = tuple[int, str, str]


@pytest.fixture(scope="module")
def stage(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Stage]:
    with staged(tmp_path_factory.mktemp("datos")) as built:
        yield built


def routes(app: Litestar) -> set[str]:
    """Without the pages, which have a table of their own."""
    return {
        f"{method} {route.path_format}"
        for route in app.routes
        if isinstance(route, HTTPRoute)
        for method, handler in route.route_handler_map.items()
        if method != "OPTIONS" and not handler[0].opt.get(PAGE)
    }


def features(plan: str) -> frozenset[Feature]:
    return frozenset() if plan == BARE else CATALOGUE[Plan(plan)].features


def expected(row: Row, who: str, plan: str, state: str) -> Answer:
    """The status, the code where a gate refuses, and its sentence where the design gives one."""
    if who not in row.passes:
        if who == "anonymous":
            return 401, "sign-in-required", ""
        stranger = who == "operator" and row.passes >= READS - {"visor", "contador"}
        return (422, "tenant-required", "") if stranger else (403, "action-forbidden", "")
    if row.needs_subscription and state not in WRITING and who != "operator-viewing":
        return 403, "subscription-inactive", INACTIVE
    if row.feature is not None and row.feature not in features(plan):
        return 403, "feature-not-in-plan", NOT_IN_PLAN
    return (row.without if state == "none" and row.without else row.status), "", ""


def answered(stage: Stage, row: Row, who: str) -> Answer:
    answer = stage.ask(row, who)
    told = answer.json() if answer.headers.get("content-type") == "application/problem+json" else {}
    if told.get("code") not in GATES:
        return answer.status_code, "", ""
    assert told["detail"] == told["message"]
    return answer.status_code, told["code"], told["message"] if told["code"] in DESIGNED else ""


def wrong(stage: Stage, row: Row, who: str, plan: str, state: str) -> str:
    """What is not as the table says of one case; nothing when all is."""
    stage.put_back(Plan.STARTER if plan == BARE else Plan(plan), state)
    before = stage.kept_but_the_trail()
    told, meant = answered(stage, row, who), expected(row, who, plan, state)
    changed = stage.kept_but_the_trail() != before
    if told != meant:
        return f"{plan}, {state}: {told}, no {meant}"
    passed = meant[1] == ""
    if changed and (row.reads or not passed):
        return f"{plan}, {state}: cambió lo guardado"
    if passed and not changed and not row.reads and row in (*BOOKS, *OPERATION):
        return f"{plan}, {state}: dijo {told[0]} y no cambió nada"
    return ""


def absent(table: Iterable[Row], app: Litestar) -> set[str]:
    return routes(app) ^ {row.route for row in table}


def test_the_table_has_every_route_and_no_other(stage: Stage) -> None:
    assert absent(TABLE, stage.product.app) == set()


def test_a_route_that_is_not_in_the_table_is_seen(stage: Stage) -> None:
    @get("/api/olvidada", sync_to_thread=False)
    def forgotten() -> str:
        return "abierta por descuido"

    app = Litestar([forgotten], openapi_config=None)
    assert absent((), app) == {"GET /api/olvidada"}
    assert absent(TABLE[1:], stage.product.app) == {TABLE[0].route}


@pytest.mark.parametrize("who", ACTORS)
@pytest.mark.parametrize("row", TABLE, ids=lambda row: row.route)
def test_every_case_is_as_the_table_says(stage: Stage, monkeypatch: pytest.MonkeyPatch, row: Row, who: str) -> None:
    found = []
    for plan, state in every(PLANS, STATES):
        with monkeypatch.context() as patched:
            if plan == BARE:
                bare = replace(CATALOGUE[Plan.STARTER], features=frozenset())
                patched.setitem(CATALOGUE, Plan.STARTER, bare)
            found.append(wrong(stage, row, who, plan, state))
    assert [each for each in found if each] == []


@pytest.mark.parametrize(
    ("place", "gate", "route", "plan", "state"),
    [
        (correcting, "require_writable", "PATCH /api/cfdi/{uuid}", "starter", "paused"),
        (entering, "require_writable", "POST /api/cfdi", "business", "cancelled"),
        (entering, "require_feature", "POST /api/cfdi/bulk", BARE, "authorized"),
        (consulting, "require_feature", "GET /api/iva", BARE, "authorized"),
    ],
)
def test_a_gate_that_is_left_open_is_seen(
    stage: Stage, monkeypatch: pytest.MonkeyPatch, place: object, gate: str, route: str, plan: str, state: str
) -> None:
    row = next(row for row in TABLE if row.route == route)
    if plan == BARE:
        monkeypatch.setitem(CATALOGUE, Plan.STARTER, replace(CATALOGUE[Plan.STARTER], features=frozenset()))
    assert wrong(stage, row, "owner", plan, state) == ""
    monkeypatch.setattr(place, gate, lambda *_: None)
    assert wrong(stage, row, "owner", plan, state).startswith(f"{plan}, {state}: ({row.status}, ")


def test_a_read_that_writes_is_seen(stage: Stage, monkeypatch: pytest.MonkeyPatch) -> None:
    row = next(row for row in TABLE if row.route == "PATCH /api/cfdi/{uuid}")
    monkeypatch.setattr(Row, "reads", True)
    assert wrong(stage, row, "owner", "starter", "pending") == "starter, pending: cambió lo guardado"


@pytest.mark.parametrize("who", ["anonymous", "owner", "operator-viewing"])
@pytest.mark.parametrize("path", sorted({row.route.partition(" ")[2] for row in TABLE}))
def test_no_path_takes_a_method_that_is_not_in_the_table(stage: Stage, path: str, who: str) -> None:
    known = {row.method: row for row in TABLE if row.route.partition(" ")[2] == path}
    for method in {*METHODS, "TRACE", "OPCION"} - known.keys():
        row = replace(next(iter(known.values())), route=f"{method} {path}", body=None, content=None)
        stage.put_back(Plan.ENTERPRISE, "authorized")
        before = stage.kept()
        assert stage.ask(replace(row, path=row.path.partition("?")[0]), who).status_code == 405, method
        assert stage.kept() == before


def test_what_is_left_of_a_limit_is_told_in_the_designs_words(stage: Stage) -> None:
    stage.put_back(Plan.STARTER, "authorized")
    operator = dict(stage.credentials["operator"])
    shrunk = stage.product.http.patch(f"/api/tenants/{CLIENT}", json={"cfdiLimit": 1}, headers=operator)
    assert shrunk.status_code == 200
    row = next(row for row in TABLE if row.route == "POST /api/cfdi")
    for who in ("owner", "operator-viewing"):
        before = stage.kept_but_the_trail()
        answer = stage.ask(row, who)
        assert (answer.status_code, answer.json()["code"]) == (403, "plan-limit-reached")
        assert answer.json()["message"] == "Límite de CFDIs alcanzado (1/1). Contacta soporte para upgrade."
        assert stage.kept_but_the_trail() == before


def test_a_limit_of_people_is_told_in_the_designs_words(stage: Stage) -> None:
    stage.put_back(Plan.STARTER, "authorized")
    operator, owner = dict(stage.credentials["operator"]), dict(stage.credentials["owner"])
    people = len(stage.product.http.get("/api/usuarios", headers=owner).json()["items"])
    stage.product.http.patch(f"/api/tenants/{CLIENT}", json={"usersLimit": people}, headers=operator)
    row = next(row for row in TABLE if row.route == "POST /api/usuarios/invite")
    for who in ("owner", "operator-viewing"):
        before = stage.kept_but_the_trail()
        answer = stage.ask(row, who)
        assert (answer.status_code, answer.json()["code"]) == (403, "plan-limit-reached")
        assert answer.json()["message"] == f"Límite de usuarios alcanzado ({people}/{people})."
        assert stage.kept_but_the_trail() == before
