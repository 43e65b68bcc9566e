"""Mi suscripción: what is paid, until when and how, as the API tells it."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime, timedelta

import pytest

from contracts.routes import CLIENT
from horux_core.billing.model import SubscriptionStatus
from horux_core.kernel.clock import dia_fiscal
from horux_core.plans.model import Plan
from horux_http.browser.formats import fecha
from tests.http.browsing import Browser, Page, entered
from tests.http.paged import browser
from tests.http.stage import Stage, staged

PATH = "/configuracion"


@pytest.fixture(scope="module")
def built(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Stage]:
    with staged(tmp_path_factory.mktemp("datos")) as stage:
        yield stage


@pytest.fixture
def stage(built: Stage) -> Stage:
    built.put_back(Plan.BUSINESS, "authorized")
    return built


def seen(stage: Stage, state: str, who: str = "owner") -> Page:
    stage.put_back(Plan.BUSINESS, state)
    page = browser(stage, who).get(PATH)
    assert page.status == 200, page.text[:400]
    return page


def kpis(page: Page) -> dict[str, str]:
    names = page.texts("//dl[contains(@class, 'kpis')]/div/dt")
    return dict(zip(names, page.texts("//dl[contains(@class, 'kpis')]/div/dd[1]"), strict=True))


def test_tells_what_the_api_tells(stage: Stage) -> None:
    told = stage.product.http.get("/api/suscripcion", headers=dict(stage.credentials["owner"])).json()
    page = seen(stage, "authorized")
    assert page.h1 == "Mi suscripción"
    assert kpis(page) == {"Plan": "Business", "Pagas": told["amount"], "Pagado hasta": "—", "Estado": "Al corriente"}
    paid = {"amount": "1499.00", "paidAt": "2026-11-01", "reference": "SPEI 4417"}
    http, operator = stage.product.http, dict(stage.credentials["operator"])
    assert http.post(f"/api/tenants/{CLIENT}/payments/manual", json=paid, headers=operator).status_code == 201
    again = browser(stage, "visor").get(PATH)
    rows = again.texts("//table//tbody/tr")
    assert len(rows) == 1
    for part in ("Transferencia", "Pagado", "SPEI 4417", "1,499.00"):
        assert part in rows[0]


@pytest.mark.parametrize(
    ("state", "name", "heading"),
    [
        ("none", "Sin suscripción", "Cómo empezar"),
        ("pending", "Pendiente", "Cómo pagar"),
        ("in-grace", "Pago vencido", "Cómo pagar"),
        ("paused", "Pausada", "Cómo volver a escribir"),
        ("cancelled", "Cancelada", "Cómo volver a escribir"),
    ],
)
def test_each_state_says_what_to_do(stage: Stage, state: str, name: str, heading: str) -> None:
    page = seen(stage, state)
    assert kpis(page)["Estado"] == name
    assert page.texts("//section[@id='pagar']/h2") == [heading]
    reads = state not in ("pending", "in-grace")
    assert ("Cargar CFDI, conciliar, invitar, subir e.firma" in page.text) is reads
    assert ("Solo lectura" in page.text) is reads


def test_who_pays_by_hand_is_told_until_when_to_pay(stage: Stage) -> None:
    page = seen(stage, "in-grace")
    told = stage.product.http.get("/api/suscripcion", headers=dict(stage.credentials["owner"])).json()
    last = dia_fiscal(datetime.fromisoformat(told["currentPeriodEnd"]) + timedelta(days=10))
    assert f"Tu periodo terminó; falta tu pago. Puedes trabajar hasta el {fecha(last)}" in page.text
    assert "mientras se cobra" not in page.text
    page = seen(stage, "still-charged")
    assert kpis(page)["Estado"] == "Cobro vencido"
    assert "Puedes seguir trabajando mientras se cobra" in page.text


def test_the_operator_is_told_whose_payment_is_missing_and_whose_charge(stage: Stage) -> None:
    what = {
        "in-grace": ("su periodo terminó; falta su pago.", "Generar liga"),
        "still-charged": ("Mercado Pago lo sigue intentando.", "Ver pagos"),
    }
    for state in what:
        stage.put_back(Plan.BUSINESS, state)
        text = browser(stage, "operator").get("/op/clientes").text
        for other, words in what.items():
            assert all((part in text) is (other == state) for part in words), (state, other)


def test_the_link_is_shown_while_it_may_still_be_paid(stage: Stage) -> None:
    stage.put_back(Plan.BUSINESS, "pending")
    _change(stage, payment_link="https://pagos.example/liga", mp_preapproval_id="1")
    page = browser(stage, "owner").get(PATH)
    link = page.every("//section[@id='pagar']//a[contains(@class, 'btn--primary')]")[0]
    assert link.get("href") == "https://pagos.example/liga"
    _change(stage, agreement_state=SubscriptionStatus.AUTHORIZED, status=SubscriptionStatus.AUTHORIZED)
    page = browser(stage, "owner").get(PATH)
    assert not page.every("//a[@href='https://pagos.example/liga']")
    assert "a la tarjeta que registraste" in page.text


def test_says_where_to_transfer_and_with_what_reference(stage: Stage) -> None:
    text = seen(stage, "paused", "contador").text
    bank = stage.product.horux.gateways.bank_account()
    assert bank is not None
    assert bank.beneficiary in text
    assert bank.clabe in text.replace(" ", "")
    assert CLIENT in text


def test_shows_how_much_of_the_plan_is_used(stage: Stage) -> None:
    page = seen(stage, "authorized")
    gauges = page.every("//aside//*[local-name()='svg'][contains(@class, 'gauge')]/@aria-label")
    assert gauges == ["CFDI: 1 de 100"]
    assert page.texts("//aside//dt[text()='Usuarios']/following-sibling::dd[1]") == ["5 sin límite"]


def test_another_client_s_payments_are_not_here(stage: Stage) -> None:
    paid = {"amount": "77.00", "paidAt": "2026-11-01", "reference": "AJENO"}
    http, operator = stage.product.http, dict(stage.credentials["operator"])
    http.post("/api/tenants/TPR840604D98/payments/manual", json=paid, headers=operator)
    assert "AJENO" not in browser(stage, "owner").get(PATH).text


def _change(stage: Stage, **changes: object) -> None:
    with stage.product.horux.gateways.memory().transaction() as tables:
        for ident, found in list(tables["subscriptions"].items()):
            if found.tenant == stage.tenant:
                tables["subscriptions"][ident] = replace(found, **changes)


def test_staff_that_looks_into_nobody_is_sent_to_its_clients(stage: Stage) -> None:
    own: Browser = entered(stage.product, "operator")
    assert own.get(PATH).location == "/op/clientes"
