"""Credentials that are none, not enough, or another's open no route of the table."""

from collections.abc import Iterator, Mapping
from dataclasses import replace

import pytest

from contracts.routes import ACTORS, BOOKS, CLIENT, OPERATION, PUBLIC, TABLE, Row
from horux_core.plans.model import Plan
from tests.http.stage import Stage, staged

# The code of the second factor comes before the choice of a password.
FOR_A_TEMPORARY_PASSWORD = {
    "POST /api/auth/logout", "POST /api/auth/password", "POST /api/auth/second-factor", "GET /api/auth/me",
}  # fmt: skip


@pytest.fixture(scope="module")
def built(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Stage]:
    with staged(tmp_path_factory.mktemp("datos")) as stage:
        yield stage


@pytest.fixture
def stage(built: Stage) -> Stage:
    built.put_back(Plan.ENTERPRISE, "authorized")
    return built


def asked(stage: Stage, row: Row, headers: Mapping[str, str]) -> tuple[int, str]:
    answer = stage.send(row, headers)
    kind = answer.headers.get("content-type", "")
    return answer.status_code, answer.json().get("code", "") if kind == "application/problem+json" else ""


@pytest.mark.parametrize("row", [row for row in TABLE if row not in PUBLIC], ids=lambda row: row.route)
def test_only_the_operator_looks_into_a_client(stage: Stage, row: Row) -> None:
    headers = {**stage.product.credential("owner"), "X-View-Tenant": CLIENT}
    assert asked(stage, row, headers) == (403, "view-forbidden")


@pytest.mark.parametrize("row", BOOKS, ids=lambda row: row.route)
def test_a_credential_that_was_meddled_with_is_none(stage: Stage, row: Row) -> None:
    token = stage.product.credential("owner")["Authorization"]
    head, _, signature = token.rpartition(".")
    meddled = f"{head}.{signature[::-1]}"
    assert asked(stage, row, {"Authorization": meddled}) == (401, "token-invalid")


@pytest.mark.parametrize("row", [row for row in TABLE if row not in PUBLIC], ids=lambda row: row.route)
def test_a_temporary_password_opens_nothing_but_the_choice_of_another(stage: Stage, row: Row) -> None:
    for who in ("temporal", "operator-temporal"):
        status, code = asked(stage, row, stage.product.credential(who))
        if row.route in FOR_A_TEMPORARY_PASSWORD:
            assert status in (200, 204, 422) or code == "second-factor-unasked", (status, code)
        else:
            assert (status, code) == (403, "password-change-required")


def test_the_client_of_the_tests_reads_its_books(stage: Stage) -> None:
    """What the matrix proves is worth nothing unless those let through get an answer."""
    answer = stage.product.http.get("/api/iva?anio=2026", headers=stage.product.credential("visor"))
    assert (answer.status_code, len(answer.json()["meses"])) == (200, 12)


BODIED = [row for row in TABLE if row.body is not None or row.content is not None]
MALFORMED = [b"{", b'{"otro": 1}', b"[1]", b'{"amount": "1e2", "monthly": "1e2"}', b""]


@pytest.mark.parametrize("row", [row for row in BODIED if row in (*BOOKS, *OPERATION)], ids=lambda row: row.route)
@pytest.mark.parametrize("who", ACTORS)
def test_who_may_not_is_told_that_and_not_what_its_body_has_wrong(stage: Stage, row: Row, who: str) -> None:
    if who in row.passes:
        return
    meant = asked(stage, row, stage.credentials[who])
    assert meant[0] in (401, 403, 422)
    for body in MALFORMED:
        for kind in ("application/json", "text/plain"):
            sent = replace(row, body=None, content=body, kind=kind)
            assert asked(stage, sent, stage.credentials[who]) == meant, (body, kind)
    outside = {**stage.credentials[who], "X-View-Tenant": CLIENT}
    if who != "operator":
        meant = (401, "sign-in-required") if who == "anonymous" else (403, "view-forbidden")
        assert asked(stage, replace(row, body=None, content=b"{"), outside) == meant


def test_somebody_with_a_temporary_password_is_told_that_first(stage: Stage) -> None:
    for row in BODIED:
        if row in PUBLIC or row.route in FOR_A_TEMPORARY_PASSWORD:
            continue
        sent = replace(row, body=None, content=b"{")
        assert asked(stage, sent, stage.product.credential("temporal")) == (403, "password-change-required")
