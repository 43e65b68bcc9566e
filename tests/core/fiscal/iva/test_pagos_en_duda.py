"""What a payment says against its invoice is told, for its taxes are those that count (FISCAL.md 2.5)."""

from dataclasses import replace
from decimal import Decimal

import pytest

from horux_core.fiscal.cfdi.model import Cubetas
from tests.core.fiscal.iva.libros import (
    avisos,
    complemento,
    cubetas,
    docto,
    documento,
    gravada,
    hechos,
    pagada,
    un_pago,
)

D = Decimal
PPD = documento("F", "2026-01-05", gravada("10000.00"), metodo_pago="PPD")
HONORARIOS = documento(
    "F", "2026-01-05", replace(gravada("10000.00"), ret_iva=D("1066.67")), metodo_pago="PPD", total=D("10533.33")
)


@pytest.mark.parametrize(
    "suyos",
    [
        cubetas(base_0="11600.00"),
        cubetas(base_exento="11600.00"),
        cubetas(base_16="5000.00", iva_16="800.00"),
        cubetas(base_8="10000.00", iva_8="800.00"),
    ],
)
@pytest.mark.parametrize("lado", ["emitido", "recibido"])
def test_taxes_that_are_not_those_of_the_invoice_count_and_are_told(suyos: Cubetas, lado: str) -> None:
    factura = documento("F", "2026-01-05", gravada("10000.00"), lado, metodo_pago="PPD")
    pago = pagada("P", "F", "2026-02-10", "11600.00", suyos, lado=lado)
    assert [e.cubetas for e in hechos(factura, pago)] == [suyos]
    [aviso] = avisos(factura, pago)
    assert (aviso.codigo, factura.uuid in aviso.detalle) == ("PAGO_INCONSISTENTE", True)
    assert ("sustituye el complemento" in aviso.detalle) == (lado == "emitido")


def test_a_retention_left_out_is_told() -> None:
    pago = pagada("P", "F", "2026-02-10", "10533.33", gravada("10000.00"))
    assert [a.codigo for a in avisos(HONORARIOS, pago)] == ["PAGO_INCONSISTENTE"]


@pytest.mark.parametrize(("pagado", "base"), [("11600.00", "10000.00"), ("3866.67", "3333.34"), ("0.01", "0.01")])
def test_taxes_in_proportion_but_for_their_rounding_are_right(pagado: str, base: str) -> None:
    assert avisos(PPD, pagada("P", "F", "2026-02-10", pagado, gravada(base))) == []


def test_an_invoice_paid_twice_is_told_on_each_of_its_payments() -> None:
    pagos = [pagada(nombre, "F", "2026-02-10", "11600.00", saldo_anterior=D("11600.00")) for nombre in ("P", "Q")]
    told = avisos(PPD, *pagos)
    assert {(a.uuid, a.codigo) for a in told} == {(p.uuid, "PAGO_EXCEDE_SALDO") for p in pagos}
    assert avisos(PPD, pagos[0]) == []
    assert avisos(PPD, pagos[0], replace(pagos[1], vigente=False)) == []


def test_what_rates_round_away_is_no_excess() -> None:
    factura = replace(PPD, moneda="USD", tipo_cambio=D("18"))
    pago = complemento("P", un_pago("2026-02-10", docto("F", "209000.00")))
    assert "PAGO_EXCEDE_SALDO" not in [a.codigo for a in avisos(factura, pago)]
