import logging
from collections.abc import Iterator

import pytest
from litestar import Litestar
from litestar.testing import TestClient

from horux_http import problem_table
from horux_http.problems import Problem
from tests.http.small import CATEGORIES, SECRET, NoCategory, client

MEMBERS = {"type", "title", "status", "detail", "instance", "code", "message", "requestId"}


@pytest.fixture(scope="module")
def http() -> Iterator[TestClient[Litestar]]:
    with client() as testing:
        yield testing


def test_a_business_error_becomes_a_whole_problem(http: TestClient[Litestar]) -> None:
    answer = http.get("/api/cosas/repetida", headers={"X-Request-Id": "abc.1"})
    assert answer.status_code == 409
    assert answer.headers["content-type"] == "application/problem+json"
    assert answer.json() == {
        "type": "/problems/cosa-repetida",
        "title": "Cosa repetida",
        "status": 409,
        "detail": "Ya existe una cosa igual. Usa otra.",
        "message": "Ya existe una cosa igual. Usa otra.",
        "instance": "abc.1",
        "requestId": "abc.1",
        "code": "cosa-repetida",
        "importe": "1.50",
        "id": "00000000-0000-0000-0000-000000000001",
        "dia": "2026-03-01T12:00:00Z",
    }


@pytest.mark.parametrize(("name", "status"), [(name, status) for name, (_, status) in CATEGORIES.items()])
def test_each_category_has_its_status(http: TestClient[Litestar], name: str, status: int) -> None:
    answer = http.get(f"/api/cosas/categoria/{name}")
    assert answer.status_code == answer.json()["status"] == status
    assert answer.json().keys() >= MEMBERS
    assert ("retry-after" in answer.headers) == (status in (429, 503))
    assert (answer.headers.get("www-authenticate") == "Bearer") == (status == 401)


@pytest.mark.parametrize(("asked", "told"), [("12.2", "13"), ("0", "1"), ("nan", "60"), ("900", "900")])
def test_says_in_whole_seconds_when_to_come_back(http: TestClient[Litestar], asked: str, told: str) -> None:
    assert http.get("/api/cosas/espera", params={"segundos": asked}).headers["retry-after"] == told


@pytest.mark.parametrize("path", ["/api/cosas/rota", "/api/cosas/sin-categoria", "/api/cosas/marco/500"])
def test_an_unforeseen_error_says_nothing_and_is_logged_once_with_its_trace(
    http: TestClient[Litestar], path: str, caplog: pytest.LogCaptureFixture
) -> None:
    with caplog.at_level(logging.ERROR):
        answer = http.get(path)
    assert answer.status_code == 500
    assert answer.json()["code"] == "error-interno"
    assert answer.json().keys() == MEMBERS
    assert SECRET not in answer.text
    assert "Traceback" not in answer.text
    assert SECRET not in str(answer.headers)
    assert [record.exc_info is not None for record in caplog.records if record.levelno >= logging.ERROR] == [True]


@pytest.mark.parametrize("status", [400, 401, 403, 404, 405, 406, 409, 413, 415, 418, 429, 502, 503])
def test_the_framework_s_errors_speak_spanish_and_keep_their_secrets(http: TestClient[Litestar], status: int) -> None:
    answer = http.get(f"/api/cosas/marco/{status}")
    assert answer.status_code == (500 if status == 502 else status)
    assert answer.headers["content-type"] == "application/problem+json"
    assert answer.json().keys() >= MEMBERS
    assert SECRET not in answer.text


def test_an_unknown_path_is_a_problem(http: TestClient[Litestar]) -> None:
    answer = http.get("/nada")
    assert (answer.status_code, answer.json()["code"]) == (404, "ruta-inexistente")


@pytest.mark.parametrize("method", ["TRACE", "PUT", "DELETE", "PROPFIND"])
def test_another_method_is_a_problem_that_names_those_there_are(http: TestClient[Litestar], method: str) -> None:
    answer = http.request(method, "/api/cosas/una")
    assert (answer.status_code, answer.json()["code"]) == (405, "metodo-no-permitido")
    assert "GET" in answer.headers["allow"]


@pytest.mark.parametrize(
    ("body", "fault"),
    [
        ({"nombreCorto": "x", "cuantos": "2"}, {"campo": "cuantos", "detalle": "Debe ser un número entero."}),
        ({"nombreCorto": "x", "cuantos": True}, {"campo": "cuantos", "detalle": "Debe ser un número entero."}),
        ({}, {"campo": "nombreCorto", "detalle": "Falta este campo."}),
        ({"nombreCorto": ""}, {"campo": "nombreCorto", "detalle": "Debe tener al menos 1 elementos o caracteres."}),
        (
            {"nombreCorto": "x", "vence": "31/01/2026"},
            {"campo": "vence", "detalle": "Debe ser una fecha como 2026-01-31."},
        ),
        ([], {"campo": "cuerpo", "detalle": "Debe ser un objeto."}),
    ],
)
def test_says_field_by_field_what_is_wrong(http: TestClient[Litestar], body: object, fault: dict[str, str]) -> None:
    answer = http.post("/api/cosas", json=body)
    assert (answer.status_code, answer.json()["code"]) == (400, "solicitud-invalida")
    assert answer.json()["errors"] == [fault]


@pytest.mark.parametrize(
    "body",
    [
        b'{"nombreCorto": "x"',
        b"\xff\xfe",
        b'{"nombreCorto": "x", "cuantos": NaN}',
        b'{"nombreCorto": "x", "nombreCorto": "y"}',
        b'{"nombreCorto": "x", "cuantos": 1' + b"0" * 5000 + b"}",
        b'{"nombreCorto": "x", "cuantos": 1e400}',
        b'{"nombreCorto":' + b"[" * 5000,
        b'{"nombreCorto": "x", "z": ' + b"[" * 5000 + b"]" * 5000 + b"}",
        b'{"nombreCorto": "x",' + b",".join(b'"a%d":1' % n for n in range(10_001)) + b"}",
        b"",
    ],
)
def test_refuses_json_that_is_not_plain_with_400(http: TestClient[Litestar], body: bytes) -> None:
    answer = http.post("/api/cosas", content=body, headers={"Content-Type": "application/json"})
    assert (answer.status_code, answer.json()["code"]) == (400, "solicitud-invalida")
    assert answer.json()["errors"]


def test_takes_a_right_body(http: TestClient[Litestar]) -> None:
    answer = http.post("/api/cosas", json={"nombreCorto": "ñ", "cuantos": 3, "vence": "2026-01-31"})
    assert (answer.status_code, answer.json()) == (201, {"nombreCorto": "ñ", "cuantos": 3, "vence": "2026-01-31"})


@pytest.mark.parametrize(
    "kind", ["text/plain", "application/xml", "application/json; charset=latin-1", "application/x-www-form-urlencoded"]
)
def test_refuses_another_content_type_with_415(http: TestClient[Litestar], kind: str) -> None:
    answer = http.post("/api/cosas", content=b'{"nombreCorto": "x"}', headers={"Content-Type": kind})
    assert (answer.status_code, answer.json()["code"]) == (415, "formato-no-admitido")


def test_refuses_a_body_one_byte_over_the_limit(http: TestClient[Litestar]) -> None:
    start, end = b'{"nombreCorto":"', b'"}'
    room = 256 * 1024 - len(start) - len(end)
    fits = http.post("/api/cosas", content=start + b"x" * room + end, headers={"Content-Type": "application/json"})
    over = http.post(
        "/api/cosas", content=start + b"x" * (room + 1) + end, headers={"Content-Type": "application/json"}
    )
    assert fits.status_code == 201
    assert (over.status_code, over.json()["code"]) == (413, "cuerpo-demasiado-grande")


@pytest.mark.parametrize(
    ("query", "field"), [("", "anio"), ("?anio=abc", "anio"), ("?anio=2026&mes=x", "mes"), ("?anio=1e400", "anio")]
)
def test_names_the_parameter_that_is_wrong(http: TestClient[Litestar], query: str, field: str) -> None:
    answer = http.get(f"/api/cosas/una{query}")
    assert answer.status_code == 400
    assert [fault["campo"] for fault in answer.json()["errors"]] == [field]


def test_never_repeats_what_was_sent(http: TestClient[Litestar]) -> None:
    answer = http.get("/api/cosas/una", params={"anio": SECRET})
    assert answer.status_code == 400
    assert SECRET not in answer.text


def test_an_error_of_no_category_is_no_problem_of_the_business() -> None:
    assert Problem.of(NoCategory("x")) is None


def test_the_public_list_of_problems_is_that_of_the_code() -> None:
    written = problem_table.path().read_text(encoding="utf-8")
    assert written == problem_table.document(), "corre: make openapi"


def test_a_code_has_one_status_and_one_title() -> None:
    codes = [row.code for row in problem_table.rows()]
    assert len(codes) == len(set(codes))


def test_every_error_has_its_own_code_and_title() -> None:
    nameless = [error.__name__ for error in problem_table.errors() if error.code == "error" or error.title == "Error"]
    assert nameless == []
