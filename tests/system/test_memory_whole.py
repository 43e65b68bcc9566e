"""The whole product without a database: from its operator's first client to that client's tax, and out again."""

from collections.abc import Iterator
from contextlib import ExitStack
from dataclasses import dataclass
from decimal import Decimal
from pathlib import Path
from typing import Any, NoReturn

import psycopg
import pytest
from litestar import Litestar
from litestar.testing import TestClient

from horux_adapters.container.horux import opened
from horux_adapters.container.settings import load
from horux_adapters.memory.notifications import MemoryMailer
from horux_core.notifications.letters import Welcome
from horux_http.asgi import assembled
from tests.system.household import a_client
from tests.system.owners import CHOSEN
from tests.system.papers import ANIO, packed, papers, rfc
from tests.system.waiting import until

OPERATOR, WHO = "operador@horux360.example", rfc(0, "W")
OWNER = f"{WHO.lower()}@ejemplo.mx"
SETTINGS = {
    "STORAGE": "memory",
    "MAIL": "memory",
    "PAYMENTS": "memory",
    "JWT_SECRET": "q8Zr2kW0vN5tYb7Xc3Lm9Pd1Fs6Gh4Jw",
}
FIGURES = ("ivaTrasladado", "ivaRetenido", "ivaAcreditable")


@dataclass(frozen=True)
class Product:
    http: TestClient[Litestar]
    mailer: MemoryMailer

    def ask(self, method: str, path: str, status: int = 200, **sent: Any) -> Any:
        answer = self.http.request(method, path, **sent)
        assert answer.status_code == status, f"{method} {path}: {answer.status_code} {answer.text[:400]}"
        return answer.json() if answer.content else None

    def signed_in(self, email: str, password: str) -> Any:
        self.http.headers.pop("Authorization", None)
        found = self.ask("POST", "/api/auth/login", json={"email": email, "password": password})
        self.http.headers["Authorization"] = f"Bearer {found['accessToken']}"
        return found["user"]

    def month(self, number: int) -> dict[str, Any]:
        found: dict[str, Any] = self.ask("GET", f"/api/iva?anio={ANIO}")["meses"][number - 1]
        return found


@pytest.fixture
def product(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Product]:
    def forbidden(*_: object, **__: object) -> NoReturn:
        raise AssertionError("PostgreSQL was asked for")

    monkeypatch.setattr(psycopg, "connect", forbidden)
    monkeypatch.setattr(psycopg.Connection, "connect", forbidden)
    monkeypatch.setattr(psycopg.AsyncConnection, "connect", forbidden)
    settings = load({**SETTINGS, "DATA_DIR": str(tmp_path)})
    with ExitStack() as resources:
        horux = resources.enter_context(opened(settings))
        horux.use_cases.create_operator()(OPERATOR, "Operadora", CHOSEN)
        app = assembled(horux, settings, resources.pop_all())
        with TestClient(app, raise_server_exceptions=False) as http:
            yield Product(http, horux.gateways.mailer())


def test_from_the_operators_first_client_to_its_tax_and_out_again(product: Product) -> None:
    taken_in(product)
    loaded(product)
    accounted(product)
    corrected(product)
    product.ask("POST", "/api/auth/logout", 204)
    product.ask("GET", "/api/auth/me", 401)


def taken_in(product: Product) -> None:
    """The operator takes a client in; its owner comes in by the welcome mail and chooses a password."""
    assert product.signed_in(OPERATOR, CHOSEN)["platformRole"] == "admin"
    assert product.ask("POST", "/api/tenants", 201, json=a_client(WHO))["rfc"] == WHO
    mail = until("llega la bienvenida", lambda: product.mailer.sent, 10)[0]
    assert mail.to == OWNER
    assert isinstance(mail.letter, Welcome)
    temporary = mail.letter.password
    assert product.signed_in(OWNER, temporary)["mustChangePassword"] is True
    assert product.ask("GET", "/api/cfdi", 403)["code"]
    change = {"currentPassword": temporary, "newPassword": CHOSEN}
    product.ask("POST", "/api/auth/password", 204, json=change)
    user = product.signed_in(OWNER, CHOSEN)
    assert (user["role"], user["tenant"]["rfc"], user["mustChangePassword"]) == ("owner", WHO, False)


def loaded(product: Product) -> None:
    """Twenty at once, then all two hundred by the worker: the twenty are known already."""
    documents = papers(WHO, 200)
    zipped = {"Content-Type": "application/zip"}
    small = product.ask("POST", "/api/cfdi/bulk", content=packed(documents[:20]), headers=zipped)
    assert (small["inserted"], small["duplicates"]) == (20, 0)
    job = product.ask("POST", "/api/cfdi/bulk", 202, content=packed(documents), headers=zipped)["jobId"]

    def ended() -> Any:
        load = product.ask("GET", f"/api/cfdi/bulk/{job}")
        return load if load["estado"] in ("terminado", "fallido") else None

    outcome = until("termina la carga", ended, 60)["outcome"]
    assert (outcome["received"], outcome["inserted"], outcome["duplicates"]) == (200, 180, 20)
    assert product.http.get(f"/api/cfdi/{documents[0].uuid}/xml").content == documents[0].xml


def accounted(product: Product) -> None:
    """Every figure of the year is the sum of the documents behind it."""
    months = product.ask("GET", f"/api/iva?anio={ANIO}")["meses"]
    assert [month["mes"] for month in months] == list(range(1, 13))
    for month in months:
        figures = {each["figura"]: each for each in product.ask("GET", f"/api/iva/{ANIO}/{month['mes']}/detalle")}
        for name in FIGURES:
            documents = figures[name]["documentos"] if name in figures else []
            summed = sum((Decimal(each["importe"]) for each in documents), Decimal("0.00"))
            assert str(summed) == month[name], (month["mes"], name)
    assert any(month["ivaTrasladado"] != "0.00" for month in months)
    assert any(month["ivaAcreditable"] != "0.00" for month in months)


def corrected(product: Product) -> None:
    """A cancelled invoice leaves its month; the settings of the year and a filed return are kept."""
    issued = product.ask("GET", "/api/cfdi?direccion=emitido&tipo=I&metodoPago=PUE&limit=1")["items"][0]
    month = int(issued["fechaEmision"][5:7])
    before = Decimal(product.month(month)["ivaTrasladado"])
    cancelled = {"estado": "cancelado", "fechaCancelacion": issued["fechaEmision"][:10]}
    assert product.ask("PATCH", f"/api/cfdi/{issued['uuid']}", json=cancelled)["estado"] == "cancelado"
    left = until("se recalcula", lambda: before - Decimal(product.month(month)["ivaTrasladado"]), 10)
    assert left == Decimal(issued["ivaTrasladado"])
    place = f"/api/configuracion/fiscal?anio={ANIO}"
    assert product.ask("GET", place)["regimenes"] == ["601"]
    assert product.ask("PATCH", place, json={"coeficienteUtilidad": "0.2145"})["coeficienteUtilidad"] == "0.2145"
    assert product.ask("GET", place)["coeficienteUtilidad"] == "0.2145"
    filed = {"presentadaEn": f"{ANIO}-02-17", "monto": "5707.00"}
    assert product.ask("PUT", f"/api/declaraciones/iva/{ANIO}/1", json=filed)["monto"] == "5707.00"
    trail = product.ask("GET", "/api/auditoria")["items"]
    assert isinstance(trail, list)
