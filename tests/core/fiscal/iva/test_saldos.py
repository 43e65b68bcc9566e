"""What is still owed of an invoice, as it is shown, and what it costs to know."""

from collections.abc import Iterator
from dataclasses import replace
from decimal import Decimal

import pytest

from horux_core.fiscal.cfdi.model import DoctoPagado
from horux_core.fiscal.iva.saldos import saldo
from tests.core.fiscal.iva.libros import (
    complemento,
    docto,
    documento,
    gravada,
    hechos,
    libro,
    nota,
    pagada,
    un_pago,
    uuid,
)

D = Decimal
PPD = documento("F", "2026-01-05", gravada("1000.00"), metodo_pago="PPD")
PPD_USD = replace(PPD, moneda="USD", tipo_cambio=D("20"))


@pytest.mark.parametrize(
    ("moneda", "tipo_cambio", "queda"),
    [
        ("USD", "18.3", "613.55"),
        ("JPY", "0.12", "-82173"),
        ("BHD", "48.7", "954.661"),
        ("KWD", "48.7", "954.661"),
        ("ZZZ", "18.3", "613.55"),
    ],
)
def test_a_balance_has_the_decimals_of_its_currency(moneda: str, tipo_cambio: str, queda: str) -> None:
    factura = replace(PPD, moneda=moneda, tipo_cambio=D(tipo_cambio))
    pago = pagada("P", "F", "2026-02-10", "10000.00")
    assert str(saldo(factura, libro(factura, pago))) == queda


def test_a_balance_rounded_to_nothing_has_no_sign() -> None:
    factura = replace(PPD, moneda="USD", tipo_cambio=D("18.3"), total=D("100.00"))
    assert str(saldo(factura, libro(factura, pagada("P", "F", "2026-02-10", "1830.01")))) == "0.00"


def test_rates_nobody_would_believe_break_nothing() -> None:
    factura = replace(PPD, moneda="USD", tipo_cambio=D("0.0000000001"))
    pagado = docto("F", "1000000000000000.00", moneda="EUR")
    pago = complemento("P", un_pago("2026-02-10", pagado, moneda="EUR", tipo_cambio=D("999")))
    assert saldo(factura, libro(factura, pago)) < 0


def test_an_invoice_paid_but_for_a_fraction_of_a_cent_owes_nothing() -> None:
    factura = replace(PPD, moneda="USD", total=D("202.09"))
    parte = docto("F", "202.088", moneda="USD", equivalencia=D("0.050522"))
    pago = complemento("P", un_pago("2026-02-10", parte, monto=D("4000.00")))
    assert str(saldo(factura, libro(factura, pago))) == "0.00"


class Contados(tuple[DoctoPagado, ...]):
    """Documents of a payment that count how often they are gone through."""

    veces = 0

    def __iter__(self) -> Iterator[DoctoPagado]:
        Contados.veces += 1
        return super().__iter__()


@pytest.mark.parametrize("lado", ["emitido", "recibido"])
def test_a_payment_is_gone_through_as_often_whatever_the_number_of_its_documents(lado: str) -> None:
    def veces(cuantos: int) -> int:
        nombres = [f"F{n}" for n in range(cuantos)]
        facturas = [replace(PPD_USD, uuid=uuid(f), emitido=lado == "emitido", recibido=True) for f in nombres]
        partes = [docto(f, "11600.00", moneda="USD", equivalencia=D("0.05")) for f in nombres]
        pago = un_pago("2026-02-10", *partes, forma_pago="01")
        Contados.veces = 0
        devueltas = [nota(f"E{f}", "2026-02-11", gravada("10.00"), f, lado=lado) for f in nombres]
        hechos(*facturas, complemento("P", replace(pago, doctos=Contados(partes)), lado=lado), *devueltas)
        return Contados.veces

    assert veces(30) == veces(3)
