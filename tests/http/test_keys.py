"""API keys over HTTP: made, listed, shown at the door, revoked."""

import logging
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest
from httpx import Response

from contracts.samples import an_xml
from horux_adapters.telemetry.redaction import redact
from horux_core.kernel.rfc import Rfc
from tests.http.whole import CLIENT, OTHER, Whole, whole

MANY = [{"xml": an_xml(uuid=str(uuid4()), rfc_emisor=CLIENT).decode()} for _ in range(101)]


class Shop:
    """The client, its owner, and keys."""

    def __init__(self, product: Whole) -> None:
        self.product, self.http = product, product.http
        self.owner = product.credential("owner")

    def made(self, *scopes: str, **more: Any) -> dict[str, Any]:
        body = {"nombre": "Caja", "scopes": list(scopes), **more}
        answer = self.http.post("/api/api-keys", json=body, headers=self.owner)
        assert answer.status_code == 201, answer.text
        found: dict[str, Any] = answer.json()
        return found

    def listed(self) -> list[dict[str, Any]]:
        found: list[dict[str, Any]] = self.http.get("/api/api-keys", headers=self.owner).json()["items"]
        return found

    def get(self, path: str, secret: str, **headers: str) -> Response:
        return self.http.get(path, headers={"Authorization": f"Bearer {secret}", **headers})

    def post(self, path: str, secret: str, body: Any) -> Response:
        return self.http.post(path, json=body, headers={"Authorization": f"Bearer {secret}"})


@pytest.fixture(scope="module")
def product(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Whole]:
    with whole(tmp_path_factory.mktemp("datos")) as built:
        yield built


@pytest.fixture
def shop(product: Whole) -> Iterator[Shop]:
    shop = Shop(product)
    yield shop
    for key in shop.listed():
        assert shop.http.delete(f"/api/api-keys/{key['id']}", headers=shop.owner).status_code == 204


def code(answer: Response) -> tuple[int, str]:
    return answer.status_code, answer.json()["code"]


def test_shows_the_secret_once(shop: Shop) -> None:
    until = datetime.now(UTC) + timedelta(days=30)
    made = shop.made("reportes:read", "cfdi:read", expiraEn=until.isoformat())
    key, secret = made["llave"], made["secreto"]
    assert set(made) == {"llave", "secreto"}
    assert secret.startswith(key["prefijo"])
    assert (key["nombre"], key["scopes"], key["ultimoUso"]) == ("Caja", ["cfdi:read", "reportes:read"], None)
    assert key["creadaPor"] == {"email": "owner@cascabel.mx", "pertenece": True}
    assert datetime.fromisoformat(key["expiraEn"]) == until
    answer = shop.http.get("/api/api-keys", headers=shop.owner)
    assert (answer.json()["items"], answer.json()["nextCursor"]) == ([key], None)
    assert secret[len(key["prefijo"]) :] not in answer.text
    assert answer.headers["cache-control"] == "no-store"


def test_opens_what_its_scopes_say(shop: Shop) -> None:
    secret = shop.made("reportes:read")["secreto"]
    assert len(shop.get("/api/iva?anio=2026", secret).json()["meses"]) == 12
    assert code(shop.get("/api/cfdi", secret)) == (403, "alcance-faltante")
    assert shop.get("/api/cfdi", secret).json()["scope"] == "cfdi:read"
    assert code(shop.get("/api/auth/me", secret)) == (403, "llave-no-admitida")
    assert shop.listed()[0]["ultimoUso"] is not None


def test_is_shut_the_moment_it_is_revoked(shop: Shop) -> None:
    made = shop.made("cfdi:read")
    assert shop.get("/api/cfdi", made["secreto"]).status_code == 200
    path = f"/api/api-keys/{made['llave']['id']}"
    assert shop.http.delete(path, headers=shop.owner).status_code == 204
    assert code(shop.get("/api/cfdi", made["secreto"])) == (401, "token-invalid")
    assert code(shop.http.delete(path, headers=shop.owner)) == (404, "llave-inexistente")


def test_a_wrong_key_is_answered_like_a_wrong_token(shop: Shop) -> None:
    good = shop.made("cfdi:read")["secreto"]
    token = shop.get("/api/cfdi", "x.y.z")
    key = shop.get("/api/cfdi", good[:-1])
    assert code(key) == code(token) == (401, "token-invalid")
    assert key.json().keys() == token.json().keys()
    assert {name for name in key.headers if name != "x-request-id"} == {
        name for name in token.headers if name != "x-request-id"
    }
    assert key.headers["www-authenticate"] == token.headers["www-authenticate"] == "Bearer"


def test_is_taken_in_its_header_alone(shop: Shop) -> None:
    secret = shop.made("cfdi:read")["secreto"]
    for path in (f"/api/cfdi?access_token={secret}", f"/api/cfdi?api_key={secret}", f"/api/cfdi?key={secret}"):
        assert code(shop.http.get(path)) == (401, "sign-in-required")
    for headers in ({"X-Api-Key": secret}, {"Authorization": f"Basic {secret}"}, {"Cookie": f"session={secret}"}):
        assert code(shop.http.get("/api/cfdi", headers=headers)) == (401, "sign-in-required")


def test_uploads_and_sees_the_loads_it_made_alone(shop: Shop) -> None:
    mine, other = shop.made("cfdi:write")["secreto"], shop.made("cfdi:write")["secreto"]
    taken = shop.post("/api/cfdi/bulk", mine, MANY)
    assert taken.status_code == 202, taken.text
    place = taken.headers["location"]
    assert shop.get(place, mine).json()["jobId"] == taken.json()["jobId"]
    foreign, unknown = shop.get(place, other), shop.get(f"/api/cfdi/bulk/{uuid4()}", other)
    assert code(foreign) == code(unknown) == (404, "job-missing")
    assert foreign.json()["detail"] == unknown.json()["detail"]
    assert shop.http.get(place, headers=shop.owner).status_code == 200


def test_works_in_its_own_books_whatever_is_named(shop: Shop, product: Whole) -> None:
    uuid = str(uuid4())
    secret = shop.made("cfdi:read", "cfdi:write")["secreto"]
    sent = shop.post("/api/cfdi", secret, {"xml": an_xml(uuid=uuid, rfc_emisor=CLIENT).decode()})
    assert sent.status_code == 201, sent.text
    assert shop.get(f"/api/cfdi/{uuid}", secret).json()["uuid"] == uuid
    with product.horux.gateways.books().open(product.horux.gateways.registry().find(Rfc(OTHER)).id) as books:
        assert books.cfdis.count() == 0
    assert code(shop.get("/api/cfdi", secret, **{"X-View-Tenant": OTHER})) == (403, "view-forbidden")


def test_its_writing_is_in_the_trail_as_the_key_s(shop: Shop) -> None:
    made = shop.made("cfdi:read", "cfdi:write", nombre="Punto de venta")
    uuid = str(uuid4())
    shop.post("/api/cfdi", made["secreto"], {"xml": an_xml(uuid=uuid, rfc_emisor=CLIENT).decode()})
    patched = shop.http.patch(
        f"/api/cfdi/{uuid}",
        json={"estado": "cancelado", "fechaCancelacion": "2026-03-01"},
        headers={"Authorization": f"Bearer {made['secreto']}"},
    )
    assert patched.status_code == 200, patched.text
    trail = shop.http.get("/api/auditoria", headers=shop.owner)
    items = trail.json()["items"][:3]
    assert [item["action"] for item in items] == ["cfdi-corregido", "escritura-con-llave", "escritura-con-llave"]
    assert {item["email"] for item in items} == {"Llave de API «Punto de venta»"}
    assert {item["detail"]["llave"] for item in items} == {made["llave"]["id"]}
    assert made["secreto"] not in trail.text


@pytest.mark.parametrize(
    ("body", "status", "problem"),
    [
        ({"nombre": "", "scopes": ["cfdi:read"]}, 422, "llave-invalida"),
        ({"nombre": "Caja", "scopes": []}, 422, "llave-invalida"),
        ({"nombre": "Caja", "scopes": ["fiel:read"]}, 422, "llave-invalida"),
        ({"nombre": "Caja", "scopes": ["cfdi:read"], "expiraEn": "2020-01-01T00:00:00Z"}, 422, "llave-invalida"),
        ({"nombre": "Caja", "scopes": ["cfdi:read"], "expiraEn": "mañana"}, 400, "solicitud-invalida"),
        ({"nombre": "Caja", "scopes": ["cfdi:read"], "tenant": OTHER}, 400, "solicitud-invalida"),
        ({"nombre": "Caja"}, 400, "solicitud-invalida"),
    ],
)
def test_refuses_what_makes_no_key(shop: Shop, body: Any, status: int, problem: str) -> None:
    assert code(shop.http.post("/api/api-keys", json=body, headers=shop.owner)) == (status, problem)
    assert shop.listed() == []


def test_is_in_no_log(shop: Shop, caplog: pytest.LogCaptureFixture) -> None:
    with caplog.at_level(logging.DEBUG):
        made = shop.made("cfdi:read")
        secret = made["secreto"]
        shop.get("/api/cfdi", secret)
        shop.get("/api/cfdi", secret[:-1])
        shop.get("/api/iva?anio=2026", secret)
        shop.get(f"/api/cfdi/{secret}", secret)
    lines = [vars(record) for record in caplog.records if record.name == "horux.acceso"]
    assert [line.get("llaveId") for line in lines][1] == made["llave"]["id"]
    written = repr([redact(None, "", {k: str(v) for k, v in line.items()}) for line in lines])
    assert made["llave"]["id"] in written
    for hidden in (secret, secret[:-1], secret[len(made["llave"]["prefijo"]) :]):
        assert hidden not in written
        assert hidden not in "".join(record.getMessage() for record in caplog.records if record.name != "httpx")


def test_guesses_wait(tmp_path: Path) -> None:
    with whole(tmp_path) as product:
        shop = Shop(product)
        good = shop.made("cfdi:read")["secreto"]
        told = [code(shop.get("/api/cfdi", f"hxk_{number}")) for number in range(7)]
        assert told == [(401, "token-invalid")] * 5 + [(429, "too-many-attempts")] * 2
        assert shop.get("/api/cfdi", "hxk_8").headers["retry-after"] in ("1", "2")
        assert shop.get("/api/cfdi", good).status_code == 200
