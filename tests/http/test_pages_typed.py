"""Every form that asks for an amount or a count refuses, beside its field, what only a program would take for one."""

from collections.abc import Iterator

import pytest

from tests.http.browsing import Browser, entered
from tests.http.whole import CLIENT, whole

ODD = ["5707,50", "1e5", "1_000", "\u0663", "NaN", "+5", "\uff15", "-5", "0.001"]
OPERATED = [
    ("/op/precios", "starter_monthly", {}),
    (f"/op/clientes/{CLIENT}/liga", "amount", {"payer_email": "paga@cliente.mx"}),
    (f"/op/clientes/{CLIENT}/pago", "paid", {"paid_at": "2026-03-01", "reference": "SPEI 1"}),
    (
        "/op/clientes/nuevo",
        "amount",
        {
            "rfc": "HEGT7610034S2", "nombre": "Nuevo", "plan": "starter", "admin_email": "n@n.mx", "admin_nombre": "N",
            "regimenes": "605", "payer_email": "n@n.mx", "frequency": "monthly",
        },
    ),
]  # fmt: skip


@pytest.fixture(scope="module")
def operator(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Browser]:
    with whole(tmp_path_factory.mktemp("datos")) as built:
        yield entered(built, "operator")


@pytest.mark.parametrize("odd", ODD)
@pytest.mark.parametrize(("path", "name", "fields"), OPERATED)
def test_an_amount_of_the_operator(operator: Browser, path: str, name: str, fields: dict[str, str], odd: str) -> None:
    page = operator.submit(path, {**fields, name: odd})
    assert page.status == 422, page.location
    assert "5707.50" in page.error_of(name)
    assert page.value_of(name) == odd


@pytest.mark.parametrize("odd", ["1,00", "1e3", "1_000", "\u0663", "1.5", "+5", "mil"])
def test_a_limit_is_a_whole_number(operator: Browser, odd: str) -> None:
    page = operator.submit(
        f"/op/clientes/{CLIENT}/plan", {"nombre": "Cliente", "plan": "enterprise", "cfdi_limit": odd, "users_limit": ""}
    )
    assert page.status == 422
    assert page.error_of("cfdi_limit")


def test_a_limit_may_have_its_commas(operator: Browser) -> None:
    sent = {"nombre": "Cliente SA", "plan": "enterprise", "cfdi_limit": "2,000", "users_limit": "−1"}
    assert operator.done(f"/op/clientes/{CLIENT}/plan", sent).told == "Cambios guardados."
    assert "2,000" in operator.get(f"/op/clientes/{CLIENT}").text
