"""The total in MXN: all decimals in, one rounding out, nothing without a rate."""

from dataclasses import replace
from datetime import datetime
from decimal import Decimal

from horux_core.fiscal.cfdi.importes import total_mxn
from horux_core.fiscal.cfdi.model import Cfdi, Tipo

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
