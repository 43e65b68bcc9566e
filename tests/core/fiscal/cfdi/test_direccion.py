"""Which side the taxpayer is on, however its RFC is written."""

from dataclasses import replace
from datetime import datetime
from decimal import Decimal

import pytest

from horux_core.fiscal.cfdi.direccion import direccion
from horux_core.fiscal.cfdi.errors import CfdiAjeno
from horux_core.fiscal.cfdi.model import Cfdi, Direccion, Tipo

CERO = Decimal(0)
CFDI = Cfdi(
    uuid="aaaaaaaa-bbbb-4ccc-8ddd-000000000001",
    version="4.0",
    tipo=Tipo.INGRESO,
    fecha_emision=datetime(2025, 1, 15),
    rfc_emisor="E&Ñ831019M53",
    rfc_receptor="URE180429TM6",
    moneda="MXN",
    tipo_cambio=Decimal(1),
    subtotal=CERO,
    descuento=CERO,
    total=CERO,
)


@pytest.mark.parametrize("rfc", ["E&Ñ831019M53", " e&ñ 831019-m53 ", "E&N\u0303831019M53"])
def test_the_issuer_issued_it(rfc: str) -> None:
    assert direccion(CFDI, rfc) is Direccion.EMITIDO


def test_the_receiver_received_it() -> None:
    assert direccion(CFDI, "ure180429tm6") is Direccion.RECIBIDO


def test_an_invoice_to_oneself_is_both() -> None:
    assert direccion(replace(CFDI, rfc_receptor="E&Ñ831019M53"), "E&Ñ831019M53") is Direccion.AMBAS


@pytest.mark.parametrize("rfc", ["EKU9003173C9", "E&N831019M53"])
def test_another_taxpayer_is_refused_and_told_whose_it_is(rfc: str) -> None:
    with pytest.raises(CfdiAjeno, match=rfc) as refusal:
        direccion(CFDI, rfc)
    assert refusal.value.facts == {"rfcEmisor": "E&Ñ831019M53", "rfcReceptor": "URE180429TM6"}
    assert refusal.value.code == "cfdi-ajeno"
