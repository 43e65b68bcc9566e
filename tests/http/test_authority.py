"""Every route lets through whom the table says, and nobody else."""

from collections.abc import Iterable, Iterator

import pytest
from litestar import Litestar, get
from litestar.routes import HTTPRoute

from tests.http.authority import ACTORS, BOOKS, PUBLIC, TABLE, Row
from tests.http.whole import CLIENT, Whole, whole

REFUSED = {"action-forbidden", "tenant-required"}
FOR_A_TEMPORARY_PASSWORD = {"POST /api/auth/logout", "POST /api/auth/password", "GET /api/auth/me"}


@pytest.fixture(scope="module")
def product(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Whole]:
    with whole(tmp_path_factory.mktemp("datos")) as built:
        yield built


def routes(app: Litestar) -> set[str]:
    return {
        f"{method} {route.path_format}"
        for route in app.routes
        if isinstance(route, HTTPRoute)
        for method in route.route_handler_map
        if method != "OPTIONS"
    }


def asked(product: Whole, row: Row, headers: dict[str, str]) -> tuple[int, str]:
    more = {"Content-Type": row.kind} if row.content is not None else {}
    answer = product.http.request(
        row.method, row.address, headers={**headers, **more}, content=row.content, json=row.body
    )
    kind = answer.headers.get("content-type", "")
    return answer.status_code, answer.json().get("code", "") if kind == "application/problem+json" else ""


def absent(table: Iterable[Row], app: Litestar) -> set[str]:
    return routes(app) ^ {row.route for row in table}


def test_the_table_has_every_route_and_no_other(product: Whole) -> None:
    assert absent(TABLE, product.app) == set()


def test_a_route_that_is_not_in_the_table_is_seen(product: Whole) -> None:
    @get("/api/olvidada", sync_to_thread=False)
    def forgotten() -> str:
        return "abierta por descuido"

    app = Litestar([forgotten], openapi_config=None)
    assert absent((), app) == {"GET /api/olvidada"}
    assert absent(TABLE[1:], product.app) == {TABLE[0].route}


@pytest.mark.parametrize("who", ACTORS)
@pytest.mark.parametrize("row", TABLE, ids=lambda row: row.route)
def test_lets_through_whom_the_table_says(product: Whole, row: Row, who: str) -> None:
    status, code = asked(product, row, product.credential(who))
    if who in row.passes:
        assert status not in (401, 403, 404, 405, 500) or (status == 404 and code.endswith("-missing")), (status, code)
        assert code not in REFUSED
    elif who == "anonymous":
        assert (status, code) == (401, "sign-in-required")
    else:
        assert status in (403, 422)
        assert code in REFUSED


@pytest.mark.parametrize("row", [row for row in TABLE if row not in PUBLIC], ids=lambda row: row.route)
def test_only_the_operator_looks_into_a_client(product: Whole, row: Row) -> None:
    headers = {**product.credential("owner"), "X-View-Tenant": CLIENT}
    assert asked(product, row, headers) == (403, "view-forbidden")


@pytest.mark.parametrize("row", BOOKS, ids=lambda row: row.route)
def test_a_credential_that_was_meddled_with_is_none(product: Whole, row: Row) -> None:
    token = product.credential("owner")["Authorization"]
    head, _, signature = token.rpartition(".")
    meddled = f"{head}.{signature[::-1]}"
    assert asked(product, row, {"Authorization": meddled}) == (401, "token-invalid")


@pytest.mark.parametrize("row", [row for row in TABLE if row not in PUBLIC], ids=lambda row: row.route)
def test_a_temporary_password_opens_nothing_but_the_choice_of_another(product: Whole, row: Row) -> None:
    for who in ("temporal", "operator-temporal"):
        status, code = asked(product, row, product.credential(who))
        if row.route in FOR_A_TEMPORARY_PASSWORD:
            assert status in (200, 204, 422), (status, code)
        else:
            assert (status, code) == (403, "password-change-required")


def test_the_client_of_the_tests_reads_its_books(product: Whole) -> None:
    """What the matrix proves is worth nothing unless those let through get an answer."""
    answer = product.http.get("/api/iva?anio=2026", headers=product.credential("visor"))
    assert (answer.status_code, len(answer.json()["meses"])) == (200, 12)
