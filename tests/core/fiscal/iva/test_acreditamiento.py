"""Which received documents are creditable, reason by reason (FISCAL.md 3.4, LIVA 5)."""

from dataclasses import replace
from decimal import Decimal
from typing import Any

import pytest

from horux_core.fiscal.cfdi.model import DestinoIva
from horux_core.fiscal.iva.acreditamiento import ARTICULOS_DE_MOTIVO
from horux_core.fiscal.iva.model import Evento, OpcionesIva
from tests.core.fiscal.iva.libros import OPCIONES, cubetas, documento, gravada, hechos, nota, pagada

D = Decimal


def _gasto(base: str = "1000.00", opciones: OpcionesIva = OPCIONES, **campos: Any) -> Evento:
    [evento] = hechos(documento("F", "2026-01-10", gravada(base), "recibido", **campos), opciones=opciones)
    return evento


def test_a_plain_expense_is_creditable_whole() -> None:
    evento = _gasto()
    assert (evento.motivo, evento.no_acreditable, evento.destino) == (None, 0, None)


@pytest.mark.parametrize(
    ("total", "motivo"), [("2000.00", None), ("2000.004", None), ("2000.01", "efectivo"), ("2000.005", "efectivo")]
)
def test_cash_is_lost_only_over_the_limit_with_iva(total: str, motivo: str | None) -> None:
    evento = _gasto(total=D(total), forma_pago="01")
    assert evento.motivo == motivo
    assert evento.no_acreditable == (D("160.00") if motivo else 0)


def test_cash_is_measured_in_pesos() -> None:
    assert _gasto("100.00", forma_pago="01", moneda="USD", tipo_cambio=D("18")).motivo == "efectivo"


def test_the_limit_of_cash_is_a_setting() -> None:
    assert _gasto(forma_pago="01", opciones=replace(OPCIONES, efectivo_tope=D("1000.00"))).motivo == "efectivo"


def test_another_form_of_payment_has_no_limit() -> None:
    assert _gasto("100000.00", forma_pago="03").motivo is None


@pytest.mark.parametrize(("pagado", "motivo"), [("2000.00", None), ("2000.01", "efectivo")])
def test_cash_of_a_payment_is_measured_on_the_share_of_each_document(pagado: str, motivo: str | None) -> None:
    factura = documento("F", "2026-01-10", gravada("10000.00"), "recibido", metodo_pago="PPD", forma_pago="99")
    [evento] = hechos(factura, pagada("P", "F", "2026-02-10", pagado, lado="recibido", forma_pago="01"))
    assert evento.motivo == motivo


def test_cash_of_a_payment_of_an_unknown_invoice_is_measured_too() -> None:
    pago = pagada("P", "F", "2026-02-10", "11600.00", gravada("10000.00"), lado="recibido", forma_pago="01")
    assert [e.motivo for e in hechos(pago)] == ["efectivo"]


def test_fuel_in_cash_is_lost_in_any_amount() -> None:
    assert _gasto("1.00", forma_pago="01", combustible=True).motivo == "combustible_efectivo"
    assert _gasto("10000.00", forma_pago="04", combustible=True).motivo is None


def test_fuel_on_credit_paid_in_cash_is_lost() -> None:
    factura = documento("F", "2026-01-10", gravada("10.00"), "recibido", metodo_pago="PPD", combustible=True)
    [evento] = hechos(factura, pagada("P", "F", "2026-02-10", "11.60", lado="recibido", forma_pago="01"))
    assert evento.motivo == "combustible_efectivo"


@pytest.mark.parametrize("uso", ["S01", "CP01", "CN01", "D01", "D10"])
def test_uses_without_effect_are_lost_unless_a_percentage_says_otherwise(uso: str) -> None:
    assert _gasto(uso_cfdi=uso).motivo == "uso_cfdi"
    assert _gasto(uso_cfdi=uso, acreditable_pct=D(100)).motivo is None


def test_an_issuer_on_the_69b_list_is_lost_whatever_the_percentage() -> None:
    evento = _gasto(efos_definitivo=True, acreditable_pct=D(100))
    assert (evento.motivo, evento.no_acreditable) == ("efos", D("160.00"))


def test_an_issuer_on_the_69b_list_is_lost_in_payments_and_notes_as_well() -> None:
    factura = documento("F", "2026-01-10", gravada("1000.00"), "recibido", metodo_pago="PPD")
    pago = pagada("P", "F", "2026-01-20", "1160.00", lado="recibido", efos_definitivo=True)
    devuelta = nota("E", "2026-02-05", gravada("300.00"), "F", lado="recibido", efos_definitivo=True)
    assert [e.motivo for e in hechos(factura, pago, devuelta)] == ["efos", "efos"]


def test_a_percentage_does_not_mend_a_payment_in_cash() -> None:
    assert _gasto("5000.00", forma_pago="01", acreditable_pct=D(100)).motivo == "efectivo"


def test_an_expense_for_exempt_acts_is_lost() -> None:
    assert _gasto(destino=DestinoIva.EXENTO, acreditable_pct=D(100)).motivo == "exento"


def test_a_percentage_of_zero_refuses_the_document() -> None:
    evento = _gasto(acreditable_pct=D(0))
    assert (evento.motivo, evento.cubetas.iva_16, evento.no_acreditable) == ("pct", D("160.00"), D("160.00"))


def test_a_percentage_takes_its_part_of_each_bucket_to_the_cent() -> None:
    compra = documento(
        "F",
        "2026-01-10",
        cubetas(base_16="111.11", iva_16="17.78", ret_iva="11.85"),
        "recibido",
        acreditable_pct=D("8.5"),
    )
    [evento] = hechos(compra)
    assert (evento.cubetas.base_16, evento.cubetas.iva_16, evento.cubetas.ret_iva) == (D("9.44"), D("1.51"), D("1.01"))
    assert (evento.no_acreditable, evento.retenido_no_acreditable) == (D("16.27"), D("10.84"))


def test_what_is_collected_is_never_judged() -> None:
    venta = documento(
        "F", "2026-01-10", gravada("9000.00"), "emitido", forma_pago="01", uso_cfdi="S01", efos_definitivo=True
    )
    assert [(e.motivo, e.no_acreditable) for e in hechos(venta)] == [(None, 0)]


def test_every_reason_cites_its_law() -> None:
    assert all(ARTICULOS_DE_MOTIVO.values())
    assert set(ARTICULOS_DE_MOTIVO) == {
        "factura_cancelada",
        "efos",
        "combustible_efectivo",
        "efectivo",
        "exento",
        "pct",
        "uso_cfdi",
    }
