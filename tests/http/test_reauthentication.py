"""What is not undone is not done on the word of a log-in of long ago (S26)."""

from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from typing import Any

import pytest

from contracts.pages import PAGES
from tests.http.browsing import entered
from tests.http.guarded import Clock
from tests.http.whole import CLIENT, OTHER, PASSWORD, Whole, whole

VIEWING = {"X-View-Tenant": CLIENT}
PAID = {"amount": "2990.00", "paidAt": datetime.now(UTC).isoformat(), "reference": "SPEI 1"}
FILES = {name: (name, b"x", "application/octet-stream") for name in ("cer", "key")}
ACTS: dict[str, tuple[str, Callable[..., Any]]] = {
    "create a key": ("owner", lambda http, h: http.post(
        "/api/api-keys", json={"nombre": "x", "scopes": ["cfdi:read"]}, headers=h)),
    "upload the FIEL": ("owner", lambda http, h: http.post(
        "/api/fiel", data={"password": "x"}, files=FILES, headers=h)),
    "destroy the FIEL": ("owner", lambda http, h: http.delete("/api/fiel", headers=h)),
    "delete a tenant": ("operator", lambda http, h: http.delete(f"/api/tenants/{OTHER}", headers=h)),
    "mark a payment": ("operator", lambda http, h: http.post(
        f"/api/tenants/{CLIENT}/payments/manual", json=PAID, headers=h)),
    "view as a client": ("operator", lambda http, h: http.get("/api/cfdi", headers={**h, **VIEWING})),
}  # fmt: skip


@pytest.fixture(scope="module")
def clock() -> Clock:
    return Clock()


@pytest.fixture(scope="module")
def product(tmp_path_factory: pytest.TempPathFactory, clock: Clock) -> Iterator[Whole]:
    with whole(tmp_path_factory.mktemp("datos"), clock) as built:
        yield built


def code(answer: Any) -> tuple[int, str]:
    return answer.status_code, "" if answer.status_code < 300 else answer.json()["code"]


@pytest.mark.parametrize("act", ACTS)
def test_is_refused_ten_minutes_after_log_in_until_the_password_is_given_again(
    product: Whole, clock: Clock, act: str
) -> None:
    who, do = ACTS[act]
    headers = product.credential(who)
    clock.later(minutes=10, seconds=1)
    assert code(do(product.http, headers)) == (403, "reauthentication-required")
    again = product.http.post("/api/auth/reauthenticate", json={"password": "no es"}, headers=headers)
    assert code(again) == (422, "current-password-wrong")
    again = product.http.post("/api/auth/reauthenticate", json={"password": PASSWORD}, headers=headers)
    assert again.status_code == 200
    fresh = {"Authorization": f"Bearer {again.json()['accessToken']}"}
    assert code(do(product.http, fresh))[1] != "reauthentication-required"


def test_a_view_that_was_begun_in_time_goes_on(product: Whole, clock: Clock) -> None:
    headers = {**product.credential("operator"), **VIEWING}
    assert product.http.get("/api/cfdi", headers=headers).status_code == 200
    clock.later(minutes=11)
    assert product.http.get("/api/cfdi", headers=headers).status_code == 200
    other = {**headers, "X-View-Tenant": OTHER}
    assert code(product.http.get("/api/cfdi", headers=other))[1] in ("reauthentication-required", "tenant-missing")


@pytest.mark.parametrize(
    ("who", "route"),
    [
        ("owner", "POST /configuracion/api"), ("owner", "POST /configuracion/sat"),
        ("owner", "POST /configuracion/sat/destruir"), ("operator", "POST /op/vista"),
        ("operator", "POST /op/clientes/{rfc}/pago"), ("operator", "POST /op/personal"),
    ],
)  # fmt: skip
def test_a_page_leads_to_the_password_and_back_and_says_that_nothing_was_done(
    product: Whole, clock: Clock, who: str, route: str
) -> None:
    row = next(row for row in PAGES if row.route == route)
    browser = entered(product, who)
    clock.later(minutes=11)
    sent = browser.submit(row.address, row.fields, files=row.files)
    assert (sent.status, sent.location.partition("?")[0]) == (303, "/confirmar")
    asked = browser.follow(sent)
    assert asked.h1 == "Confirma que eres tú"
    assert "Todavía no se hizo nada." in asked.text
    back = "/cuenta" if who == "operator" else "/configuracion/api"
    done = browser.submit("/confirmar", {"password": PASSWORD, "a": back}, csrf=asked.csrf)
    assert done.location == back
    assert browser.submit(row.address, row.fields, files=row.files).location.partition("?")[0] != "/confirmar"


def test_reading_and_everyday_work_ask_for_nothing(product: Whole, clock: Clock) -> None:
    owner = product.credential("owner")
    clock.later(hours=2)
    assert product.http.get("/api/cfdi", headers=owner).status_code == 200
    assert product.http.get("/api/usuarios", headers=owner).status_code == 200


def test_a_page_says_before_that_it_will_be_asked(product: Whole, clock: Clock) -> None:
    owner = entered(product, "owner")
    assert "confirma antes que eres tú" not in owner.get("/configuracion/api").text
    clock.later(minutes=11)
    assert "confirma antes que eres tú" in owner.get("/configuracion/api").text
