"""The operator's panel: its lists and what is done there, seen in a browser."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from uuid import UUID

import pytest

from contracts.clients import a_run
from contracts.routes import CLIENT, OTHER
from horux_core.billing.gateway import Verdict
from horux_core.billing.notices import NoticeState, TakenNotice
from horux_core.onboarding.model import Step
from horux_http.browser.formats import hace
from tests.http.browsing import Browser, entered
from tests.http.whole import OPERATOR, Whole, whole

PATHS = (
    "/op/clientes", "/op/clientes/nuevo", f"/op/clientes/{CLIENT}", f"/op/clientes/{CLIENT}/pagos",
    f"/op/clientes/{CLIENT}/usuarios", f"/op/clientes/{CLIENT}/efirma", f"/op/clientes/{CLIENT}/auditoria",
    f"/op/clientes/{CLIENT}/baja", "/op/precios", "/op/pagos", "/op/webhooks", "/op/correos", "/op/trabajos",
    "/op/auditoria", "/op/listas",
)  # fmt: skip
HOSTILE = "<script>alert('x')</script> & \"Cía\""
NEW = {
    "rfc": "ROEM691011EZ4", "nombre": "Ernesto Rodríguez", "plan": "business", "frequency": "monthly",
    "admin_nombre": "Ernesto Rodríguez", "admin_email": "ernesto@roem.mx", "payer_email": "paga@roem.mx",
    "amount": "1,490.00", "regimenes": "612",
}  # fmt: skip


@pytest.fixture
def product(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Whole]:
    with whole(tmp_path_factory.mktemp("datos")) as built:
        yield built


@pytest.fixture
def operator(product: Whole) -> Browser:
    return entered(product, "operator")


def test_every_page_is_the_operators_alone(product: Whole, operator: Browser) -> None:
    owner = entered(product, "owner")
    for path in PATHS:
        page = operator.get(path)
        assert page.status == 200, (path, page.text[:400])
        assert page.every("//body[@data-panel='operator']"), path
        assert len(page.every("//h1")) == 1, path
        assert len(page.html) < 150_000, path
        assert owner.get(path).status == 403, path
    assert Browser(product).get("/op/clientes").location.startswith("/entrar")


@pytest.mark.parametrize(
    ("before", "told"),
    [
        (timedelta(seconds=59), "ahora"), (timedelta(minutes=3), "hace 3 min"), (timedelta(hours=2), "hace 2 h"),
        (timedelta(hours=20), "ayer"), (timedelta(days=5), "hace 5 días"), (timedelta(days=7), "1 abr 2026"),
        (timedelta(minutes=-5), "ahora"),
    ],
)  # fmt: skip
def test_tells_how_long_ago_as_a_reader_would(before: timedelta, told: str) -> None:
    now = datetime(2026, 4, 8, 16, 42, tzinfo=UTC)
    assert hace(now - before, now) == told


def test_lists_what_the_api_lists(product: Whole, operator: Browser) -> None:
    items = product.http.get("/api/tenants", headers=product.credential("operator")).json()["items"]
    page = operator.get("/op/clientes")
    shown = page.texts("//table/tbody/tr/td[contains(@class, 'mono')]")
    assert sorted(shown) == sorted(item["rfc"] for item in items)
    assert page.text.count("Cascabel SA de CV") >= 2


def test_narrows_by_name_plan_and_state(operator: Browser) -> None:
    assert operator.get(f"/op/clientes?q={CLIENT.lower()}").texts("//tbody/tr/td[2]") == [CLIENT]
    assert "Quitar filtros" in operator.get("/op/clientes?q=nadie").text
    assert len(operator.get("/op/clientes?plan=enterprise&estado=pendiente").every("//tbody/tr")) == 2
    assert "Quitar filtros" in operator.get("/op/clientes?plan=starter").text
    assert operator.get("/op/clientes?cursor=x").status == 422


def test_gives_its_lists_as_files(operator: Browser) -> None:
    listed = operator.get("/op/clientes/archivo?formato=csv&estado=pendiente").html
    assert listed.splitlines()[0].startswith("\ufeffCliente,RFC,Plan")
    assert listed.count("Cascabel SA de CV") == 2
    assert len(operator.get("/op/clientes/archivo?formato=csv&plan=starter").html.splitlines()) == 1
    assert operator.get("/op/clientes/archivo").answer.content.startswith(b"PK")
    trail = operator.get(f"/op/auditoria/archivo?formato=csv&rfc={CLIENT}").html
    assert "Alta de cliente" in trail
    assert OTHER not in trail
    assert operator.get("/op/auditoria/archivo").answer.content.startswith(b"PK")


def test_takes_a_client_in_and_shows_every_step(product: Whole, operator: Browser) -> None:
    page = operator.submit("/op/clientes/nuevo", NEW)
    assert page.status == 200, page.text
    assert len(page.every("//li[contains(@class, 'step--done')]")) == 6
    link = page.every("//@data-copy")
    assert link
    told = product.http.get(f"/api/tenants/{NEW['rfc']}/subscription", headers=product.credential("operator")).json()
    assert told["paymentLink"] == link[0]
    assert told["amount"] == "1490.00"
    assert operator.get(f"/op/clientes/{NEW['rfc']}").h1 == "Ernesto Rodríguez"


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("rfc", "NO ES RFC"), ("rfc", "XAXX010101000"), ("rfc", CLIENT), ("plan", "oro"), ("nombre", " "),
        ("admin_nombre", ""), ("admin_email", "ernesto"), ("payer_email", "paga"), ("amount", "mucho"),
        ("amount", "-1"), ("regimenes", "999"), ("frequency", "diaria"), ("admin_email", OPERATOR),
    ],
)  # fmt: skip
def test_says_beside_its_field_what_was_wrong(operator: Browser, field: str, value: str) -> None:
    given = {**NEW, field: value}
    page = operator.submit("/op/clientes/nuevo", given)
    assert page.status == 422, page.text
    assert page.error_of(field), (field, page.texts("//*[contains(@class, 'error')]"))
    kept = {name: page.value_of(name) for name in given if name not in ("plan", "frequency")}
    assert kept == {name: given[name].strip() for name in kept}


def test_a_failed_step_is_named_and_the_rest_undone(operator: Browser) -> None:
    page = operator.submit("/op/clientes/nuevo", {**NEW, "admin_email": OPERATOR})
    assert page.texts("//li[contains(@class, 'step--failed')]/b") == ["Crear al dueño de la cuenta"]
    assert len(page.every("//li[contains(@class, 'step--undone')]")) == 2
    assert "Todo lo anterior se deshizo" in page.text
    assert operator.get(f"/op/clientes/{NEW['rfc']}").status == 404


def test_an_open_run_is_followed_step_by_step(product: Whole, operator: Browser) -> None:
    run, runs = a_run(), product.horux.gateways.runs()
    with runs.begin(replace(run, rfc=NEW["rfc"])):
        runs.step(run.id, Step.USUARIO)
        page = operator.get(f"/op/clientes/nuevo/pasos?rfc={NEW['rfc']}")
        assert page.html.count("step--now") == 1
        assert page.html.index("step--now") < page.html.index("Crear al dueño de la cuenta")
        assert page.html.count("step--done") == 2
        assert page.every("//*[@hx-trigger='load delay:400ms']")
    assert not operator.get("/op/clientes/nuevo/pasos?rfc=%00").every("//main//li")


def test_links_are_asked_for_with_what_is_lacking(product: Whole, operator: Browser) -> None:
    place = f"/op/clientes/{CLIENT}"
    page = operator.submit(f"{place}/liga")
    assert page.status == 422
    assert page.error_of("payer_email")
    page = operator.submit(f"{place}/liga", {"payer_email": "paga@cascabel.mx"})
    assert page.error_of("amount")
    assert page.value_of("payer_email") == "paga@cascabel.mx"
    page = operator.done(f"{place}/liga", {"payer_email": "paga@cascabel.mx", "amount": "2,990.00"})
    assert "Liga generada" in page.told
    told = product.http.get(f"/api/tenants/{CLIENT}/subscription", headers=product.credential("operator")).json()
    assert told["paymentLink"] in page.every("//@data-copy")


def test_notes_a_payment_by_hand(product: Whole, operator: Browser) -> None:
    place, paid = (
        f"/op/clientes/{CLIENT}",
        {"paid": "999.00", "paid_at": str(datetime.now(UTC).date()), "reference": "SPEI 1"},
    )
    for field, value in (
        ("paid", "x"),
        ("paid", "0"),
        ("paid_at", "ayer"),
        ("paid_at", "2001-01-01"),
        ("reference", ""),
    ):
        page = operator.submit(f"{place}/pago", {**paid, field: value})
        assert page.status == 422
        assert page.error_of(field), field
    page = operator.done(f"{place}/pago", paid)
    assert "999.00" in page.told
    assert page.texts("//tbody/tr/td[4]") == ["SPEI 1"]
    assert operator.submit(f"{place}/pago", paid).error_of("reference")
    assert "Al corriente" in operator.get(place).text


def test_changes_plan_and_limits(product: Whole, operator: Browser) -> None:
    place = f"/op/clientes/{CLIENT}"
    given = {"nombre": HOSTILE, "plan": "starter", "cfdi_limit": "7", "users_limit": "−1"}
    assert "guardados" in operator.done(f"{place}/plan", given).told
    told = product.http.get(f"/api/tenants/{CLIENT}", headers=product.credential("operator")).json()
    assert (told["plan"], told["cfdiLimit"], told["usersLimit"]) == ("starter", 7, -1)
    for path in (place, "/op/clientes", "/op/auditoria", f"{place}/baja"):
        page = operator.get(path)
        assert "<script>alert" not in page.html, path
        assert HOSTILE in page.text, path
    for field, value in (("cfdi_limit", "muchos"), ("users_limit", "-2"), ("plan", "oro"), ("nombre", "")):
        page = operator.submit(f"{place}/plan", {**given, field: value})
        assert page.status == 422
        assert page.error_of(field), field


def test_lets_a_client_go_once_its_rfc_is_written(operator: Browser) -> None:
    place = f"/op/clientes/{OTHER}/baja"
    page = operator.submit(place, {"rfc": CLIENT})
    assert page.status == 422
    assert OTHER in page.error_of("rfc")
    page = operator.done(place, {"rfc": OTHER.lower()})
    assert len(page.every("//li[contains(@class, 'step--done')]")) == 4
    assert "No tenía e.firma" in page.text
    assert operator.get(f"/op/clientes/{OTHER}").status == 404
    assert OTHER not in operator.get("/op/clientes").text


def test_looks_into_a_client_and_comes_back(operator: Browser) -> None:
    page = operator.submit("/op/vista", {"rfc": CLIENT})
    assert page.location == "/inicio"
    seen = operator.get("/iva/2026")
    assert seen.every("//*[@class='viewing']")
    assert not seen.every("//body[@data-panel='operator']")
    assert operator.get("/op/clientes").every("//body[@data-panel='operator']")
    page = operator.submit("/op/vista/salir", csrf=seen.csrf)
    assert page.location == f"/op/clientes/{CLIENT}"
    assert not operator.get("/teclas").every("//*[@class='viewing']")
    assert operator.submit("/op/vista", {"rfc": "TPR840604D99"}).status == 404


def test_nobody_else_looks_into_a_client(product: Whole) -> None:
    owner = entered(product, "owner")
    assert owner.submit("/op/vista", {"rfc": OTHER}).status == 403
    owner.view(OTHER)
    assert OTHER not in owner.get("/iva/2026").text


def test_opens_a_webhook_without_its_signature(product: Whole, operator: Browser) -> None:
    notice = TakenNotice(
        UUID(int=7), datetime.now(UTC) - timedelta(days=4), Verdict.OK, "payment", "8800", "data.id=8800",
        (("x-signature", "ts=1700000000,v1=secreto0123"), ("x-request-id", "r-1")), b'{"a": "<b>"}', "203.0.113.7",
        NoticeState.PENDIENTE,
    )  # fmt: skip
    product.horux.gateways.notices().take(notice)
    product.horux.gateways.notices().begin(notice.id)
    product.horux.gateways.notices().end(notice.id, NoticeState.MUERTO, datetime.now(UTC), "No responde")
    page = operator.get(f"/op/webhooks?ver={notice.id}")
    assert '{"a": "<b>"}' in page.text
    assert "r-1" in page.text
    assert "secreto0123" not in page.html
    assert "no avisa nada desde" in page.text
    assert "1 webhook con error" in operator.get("/op/clientes").text
    assert "otra vez" in operator.done(f"/op/webhooks/{notice.id}/reintentar").told
    assert operator.submit(f"/op/webhooks/{UUID(int=8)}/reintentar").status == 404
    assert operator.get("/op/webhooks?estado=rechazado").status == 200


def test_loads_the_list_of_69b(operator: Browser) -> None:
    assert "No hay lista cargada" in operator.get("/op/listas").text
    bad = operator.submit("/op/listas", files={"lista": ("l.csv", b"nada", "text/csv")})
    assert bad.status == 422
    assert bad.error_of("lista")
    good = "RFC,Nombre,Situación del contribuyente\nAAA080808HL8,ASESORES,Definitivo\n".encode()
    page = operator.follow(operator.submit("/op/listas", files={"lista": ("l.csv", good, "text/csv")}))
    assert "1 contribuyentes" in page.told
    assert "1 definitivo" in page.text
    assert operator.submit("/op/listas", csrf="", files={"lista": ("l.csv", good, "text/csv")}).status == 403


def test_tells_who_did_what(operator: Browser) -> None:
    operator.done(f"/op/clientes/{CLIENT}/plan", {"nombre": "Cascabel", "plan": "starter"})
    assert len(operator.get("/op/auditoria?que=empresa-cambio").every("//ol[@class='timeline']/li")) == 1
    assert len(operator.get(f"/op/auditoria?rfc={CLIENT}").every("//ol[@class='timeline']/li")) == 2
    assert "Quitar filtros" in operator.get("/op/auditoria?quien=nadie").text
    assert operator.get("/op/auditoria?rfc=XXX").error_of("rfc")


@pytest.mark.parametrize(
    "path",
    [
        "/op/clientes/nuevo", f"/op/clientes/{CLIENT}/liga", f"/op/clientes/{CLIENT}/pago",
        f"/op/clientes/{CLIENT}/plan", f"/op/clientes/{CLIENT}/baja", "/op/vista", "/op/vista/salir", "/op/precios",
        f"/op/trabajos/{UUID(int=1)}/reintentar", f"/op/correos/{UUID(int=1)}/reintentar",
        f"/op/webhooks/{UUID(int=1)}/reintentar",
    ],
)  # fmt: skip
def test_takes_no_form_without_its_proof(operator: Browser, path: str) -> None:
    assert operator.submit(path, {"rfc": CLIENT}, csrf="").status == 403
