"""Amounts in MXN: all decimals in, one rounding out, nothing without a rate."""

from dataclasses import replace
from datetime import datetime
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from horux_core.fiscal.cfdi.importes import cubetas_docto_mxn, cubetas_mxn, monto_mxn, pagado_mxn, total_mxn
from horux_core.fiscal.cfdi.model import CUBETAS, Cfdi, Cubetas, DoctoPagado, Pago, Tipo

D = Decimal
USD = Cfdi(
    uuid="aaaaaaaa-bbbb-4ccc-8ddd-000000000001",
    version="4.0",
    tipo=Tipo.INGRESO,
    fecha_emision=datetime(2025, 1, 15),
    rfc_emisor="EKU9003173C9",
    rfc_receptor="URE180429TM6",
    moneda="USD",
    tipo_cambio=D("17.1212"),
    subtotal=D(500),
    descuento=D(0),
    total=D("536.216"),
)
DOCTO = DoctoPagado("x", "USD", D("0.0492610837"), 1, None, D("580.00"), None, "02", True, Cubetas(iva_16=D("80.00")))
PAGO = Pago(datetime(2025, 3, 5), "03", "MXN", D(1), D("11774.00"), None, (DOCTO,))


def test_the_total_is_converted_and_rounded_once() -> None:
    assert total_mxn(USD) == D("9180.66")


def test_halves_go_up() -> None:
    assert total_mxn(replace(USD, total=D("1.005"), tipo_cambio=D(1))) == D("1.01")


def test_without_any_rate_there_is_no_total() -> None:
    assert total_mxn(replace(USD, tipo_cambio=None)) is None
    assert total_mxn(replace(USD, tipo_cambio=None, tipo_cambio_declarado=D(0))) is None


def test_a_declared_rate_of_one_gives_a_total_although_its_taxes_wait() -> None:
    assert total_mxn(replace(USD, tipo_cambio=None, tipo_cambio_declarado=D(1))) == D("536.22")


def test_a_document_without_amounts_totals_zero() -> None:
    assert total_mxn(replace(USD, moneda="XXX", tipo_cambio=None, total=D(0))) == 0


def test_each_bucket_rounds_apart() -> None:
    mxn = cubetas_mxn(Cubetas(iva_16=D("1.333"), iva_8=D("1.333")), D("1.5"))
    assert (mxn.iva_16, mxn.iva_8, mxn.base_16) == (D("2.00"), D("2.00"), D("0.00"))


@given(st.decimals("0", "999999999", places=6), st.decimals("0.0001", "9999", places=6))
def test_a_bucket_is_within_half_a_cent_of_the_exact_amount(amount: Decimal, rate: Decimal) -> None:
    mxn = cubetas_mxn(Cubetas(*(amount for _ in CUBETAS)), rate)
    assert all(abs(getattr(mxn, name) - amount * rate) <= D("0.005") for name in CUBETAS)


def test_a_dollar_invoice_paid_in_pesos_is_worth_what_was_paid() -> None:
    assert pagado_mxn(DOCTO, PAGO) == D("11774.00")
    taxes = cubetas_docto_mxn(DOCTO, PAGO)
    assert taxes is not None
    assert taxes.iva_16 == D("1624.00")


def test_an_invoice_in_pesos_is_never_converted() -> None:
    docto = replace(DOCTO, moneda="MXN", equivalencia=D(1))
    for rate in (D(20), None):
        pago = replace(PAGO, moneda="USD", tipo_cambio=rate)
        assert pagado_mxn(docto, pago) == D("580.00")
        taxes = cubetas_docto_mxn(docto, pago)
        assert taxes is not None
        assert taxes.iva_16 == D("80.00")


def test_a_payment_without_a_rate_has_no_amount() -> None:
    pago = replace(PAGO, moneda="USD", tipo_cambio=None)
    assert (monto_mxn(pago), pagado_mxn(DOCTO, pago), cubetas_docto_mxn(DOCTO, pago)) == (None, None, None)


def test_a_rate_between_two_currencies_is_divided_once() -> None:
    """0.005 / 3 cut first and multiplied after would lose the half cent."""
    docto = replace(DOCTO, pagado=D(3), equivalencia=D(3), moneda="EUR")
    assert pagado_mxn(docto, replace(PAGO, moneda="USD", tipo_cambio=D("0.005"))) == D("0.01")


@pytest.mark.parametrize(
    ("amount", "rate", "mxn"), [("100.00", "18.57", "1857.00"), ("50498.60", "19.7963", "999685.44")]
)
def test_the_payment_itself_in_pesos(amount: str, rate: str, mxn: str) -> None:
    assert monto_mxn(replace(PAGO, moneda="USD", tipo_cambio=D(rate), monto=D(amount))) == D(mxn)
