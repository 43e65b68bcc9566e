"""What MercadoPago's stand-in tells the real server by itself, in all the ways it has, and what comes of it."""

from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import httpx
import pytest

from horux_adapters.container.horux import opened
from horux_adapters.container.settings import load
from horux_http.asgi import assembled
from tests.adapters.mercadopago.standin import TOKEN, Standin, running
from tests.system.owners import CHOSEN
from tests.system.papers import rfc
from tests.system.serving import served
from tests.system.waiting import until

OPERATOR, WHO, OTHER = "operador@horux360.example", rfc(0, "W"), rfc(1, "W")
OLD, NEW = "secreto-viejo-4c1d", "secreto-nuevo-8e2f"


@dataclass
class Product:
    url: str
    provider: Standin
    http: httpx.Client

    def ask(self, method: str, path: str, **sent: Any) -> Any:
        answer = self.http.request(method, path, **sent)
        assert answer.is_success, f"{method} {path}: {answer.status_code} {answer.text[:400]}"
        return answer.json() if answer.content else None

    def signed_in(self) -> None:
        found = self.ask("POST", "/api/auth/login", json={"email": OPERATOR, "password": CHOSEN})
        self.http.headers["Authorization"] = f"Bearer {found['accessToken']}"

    def taken_in(self, who: str) -> str:
        """A client with its link; gives the number of its agreement."""
        client = {
            "rfc": who, "nombre": f"Empresa {who}", "plan": "business", "adminEmail": f"{who.lower()}@ejemplo.mx",
            "adminNombre": "Dueña", "payerEmail": f"paga.{who.lower()}@ejemplo.mx", "amount": "999.00",
        }  # fmt: skip
        self.ask("POST", "/api/tenants", json=client)
        found: str = self.subscription(who)["mpPreapprovalId"]
        return found

    def subscription(self, who: str) -> Any:
        return self.ask("GET", f"/api/tenants/{who}/subscription")

    def payments(self, who: str) -> list[Any]:
        found: list[Any] = self.ask("GET", f"/api/tenants/{who}/payments")["items"]
        return found

    def notices(self, **asked: str) -> list[Any]:
        found: list[Any] = self.ask("GET", "/api/admin/webhooks", params={"limit": "500", **asked})["items"]
        return found

    def settled(self) -> list[Any]:
        """Every notice, once all were sent and none waits."""
        self.provider.tell("idle")
        until("no queda ningún aviso pendiente", lambda: not self.notices(estado="pendiente"), 20)
        return self.notices()

    def send(self, topic: str, ident: str, **how: Any) -> list[int]:
        """The status that each try was answered with."""
        before = len(self.provider.shows()["events"])
        self.provider.tell("send", topic=topic, id=ident, action="updated", **how)
        self.provider.tell("idle")
        return [each["status"] for each in self.provider.shows()["events"][before]["attempts"]]

    def state_of_last(self) -> Any:
        return self.settled()[0]


@contextmanager
def a_product(folder: Path, provider: Standin, secrets: str) -> Iterator[Product]:
    settings = load(
        {
            "STORAGE": "memory", "MAIL": "memory", "JWT_SECRET": "q8Zr2kW0vN5tYb7Xc3Lm9Pd1Fs6Gh4Jw",
            "DATA_DIR": str(folder), "PAYMENTS": "mercadopago", "MP_API_URL": provider.url, "MP_ACCESS_TOKEN": TOKEN,
            "MP_WEBHOOK_SECRET": secrets,
        }
    )  # fmt: skip
    with ExitStack() as resources:
        horux = resources.enter_context(opened(settings))
        horux.use_cases.create_operator()(OPERATOR, "Operadora", CHOSEN)
        app = assembled(horux, settings, resources.pop_all())
        with served(app) as url, httpx.Client(base_url=url, timeout=20) as http:
            provider.tell(
                "set", webhook_url=f"{url}/api/webhooks/mercadopago", secret=OLD, hold=True, retry_delays=[0.05] * 2
            )
            product = Product(url, provider, http)
            product.signed_in()
            yield product


@pytest.fixture(scope="module")
def provider() -> Iterator[Standin]:
    with running() as standin:
        yield standin


@pytest.fixture
def product(tmp_path: Path, provider: Standin) -> Iterator[Product]:
    provider.tell("reset")
    with a_product(tmp_path, provider, f"{OLD},{NEW}") as built:
        yield built


def test_a_payment_there_authorises_here(product: Product) -> None:
    product.provider.tell("set", hold=False)
    agreement = product.taken_in(WHO)
    product.provider.approve(agreement)
    assert {notice["estado"] for notice in product.settled()} == {"procesado"}
    assert product.subscription(WHO)["status"] == "authorized"
    assert [(paid["status"], paid["amount"]) for paid in product.payments(WHO)] == [("approved", "999.00")]


FORGED: dict[str, dict[str, Any]] = {
    "signature_mismatch": {"sign": "bad"},
    "missing_header": {"sign": "none"},
    "stale": {"ts_offset": -7200},
    "ambiguous_query": {"repeat_query_id": True},
    "id_conflict": {"body_id": "7"},
}


def test_what_is_not_its_own_is_refused_every_time_and_comes_to_nothing(product: Product) -> None:
    agreement = product.taken_in(WHO)
    product.provider.approve(agreement)
    before = product.subscription(WHO)
    for verdict, how in FORGED.items():
        assert product.send("subscription_preapproval", agreement, **how) == [401, 401, 401]
        assert {n["verdict"] for n in product.notices(estado="rechazado")[:3]} == {verdict}
    assert {notice["estado"] for notice in product.settled()} == {"rechazado"}
    assert (product.subscription(WHO), product.payments(WHO)) == (before, [])


@pytest.mark.parametrize(
    ("setting", "how"),
    [
        ({"ts_unit": "ms"}, {}),
        ({}, {"upper_query_id": True}),
        ({}, {"omit_query_id": True}),
        ({}, {"omit_request_id": True}),
        ({"secret": NEW}, {}),
    ],
)
def test_what_is_its_own_is_taken_however_it_writes_it(
    product: Product, setting: dict[str, str], how: dict[str, bool]
) -> None:
    agreement = product.taken_in(WHO)
    product.provider.tell("set", **setting)
    product.provider.approve(agreement)
    assert product.send("subscription_preapproval", agreement, **how) == [200]
    assert product.state_of_last()["estado"] == "procesado"
    assert product.subscription(WHO)["status"] == "authorized"


@pytest.mark.parametrize("order", ["fifo", "reverse"])
def test_repeated_at_the_same_moment_and_out_of_order_it_is_one_payment(product: Product, order: str) -> None:
    agreement = product.taken_in(WHO)
    product.provider.tell("set", parallel=True)
    product.provider.approve(agreement)
    product.provider.tell("flush", order=order, duplicates=3)
    notices = product.settled()
    assert len(notices) >= 12
    assert {notice["estado"] for notice in notices} == {"procesado"}
    assert [paid["status"] for paid in product.payments(WHO)] == ["approved"]
    assert product.subscription(WHO)["status"] == "authorized"


def test_the_bodies_say_for_whom_and_nobody_listens(product: Product) -> None:
    ours, theirs = product.taken_in(WHO), product.taken_in(OTHER)
    product.provider.approve(theirs)
    (ident, *_) = [e["id"] for e in product.provider.shows()["events"] if e["topic"] == "payment"][::-1]
    claimed = {"type": "payment", "data": {"id": ident, "preapproval_id": ours}, "external_reference": ours}
    assert product.send("payment", ident, body=claimed) == [200]
    assert product.send("subscription_preapproval", theirs, body={"status": "authorized", "id": ours}) == [200]
    product.settled()
    assert product.subscription(OTHER)["status"] == "authorized"
    assert (product.subscription(WHO)["status"], product.payments(WHO)) == ("pending", [])


def test_what_it_does_not_know_yet_waits_and_an_operator_can_run_it_again(product: Product) -> None:
    agreement = product.taken_in(WHO)
    product.provider.approve(agreement)
    product.provider.tell("fail", path="/preapproval", status=404, times=1)
    assert product.send("subscription_preapproval", agreement) == [200]
    tried = until("se intentó", lambda: [n for n in product.notices() if n["lastError"]], 10)
    assert [(n["estado"], n["attempts"]) for n in tried] == [("pendiente", 1)]
    assert product.subscription(WHO)["status"] == "pending"
    product.ask("POST", f"/api/admin/webhooks/{tried[0]['id']}/retry")
    assert product.state_of_last()["estado"] == "procesado"
    assert product.subscription(WHO)["status"] == "authorized"
    trail = product.ask("GET", "/api/admin/audit")["items"]
    assert "aviso-reintentado" in {entry["action"] for entry in trail}


def test_what_nobody_knows_or_follows_is_answered_well_all_the_same(product: Product) -> None:
    assert product.send("payment", "123456") == [200]
    assert product.send("subscription_preapproval", "2c93808490000000") == [200]
    assert product.send("chargebacks", "9") == [200]
    until("se intentaron", lambda: sum(n["attempts"] for n in product.notices()) == 2, 10)
    assert [n["estado"] for n in product.notices()] == ["ignorado", "pendiente", "pendiente"]


def test_a_secret_that_was_withdrawn_signs_nothing(tmp_path: Path, provider: Standin) -> None:
    provider.tell("reset")
    with a_product(tmp_path, provider, NEW) as product:
        agreement = product.taken_in(WHO)
        assert product.send("subscription_preapproval", agreement) == [401, 401, 401]
        provider.tell("set", secret=NEW)
        assert product.send("subscription_preapproval", agreement) == [200]
        assert product.state_of_last()["estado"] == "procesado"
