"""What was collected and spent, and when (LISR 102, 105-I, 113-E, 207; FISCAL.md 4.3)."""

from dataclasses import replace
from decimal import Decimal
from typing import Any

import pytest

from horux_core.fiscal.cfdi.model import DestinoIva
from horux_core.fiscal.isr.model import Clase, DocumentoIsr, OpcionesIsr
from horux_core.fiscal.iva.model import ModoNotas, OpcionesIva
from horux_core.kernel.periodo import Periodo
from tests.core.fiscal.isr.libros import PF, PM, como_isr, factura, movidos, pago_de, suma
from tests.core.fiscal.iva.libros import cubetas, gravada, nota, uuid

D = Decimal
RESICO_PM = OpcionesIsr(moral=True, regimenes=("626",))


def _ingresos(*documentos: DocumentoIsr, mes: str | None = None, **mas: Any) -> Decimal:
    return suma(movidos(*documentos, **mas), Clase.INGRESO, mes)


def _gasto(nombre: str = "G", base: str = "1000.00", **campos: Any) -> DocumentoIsr:
    return factura(nombre, "2026-01-10T10:00:00", base, "recibido", **campos)


def _egreso(fecha: str, base: str, *relacionadas: str, **campos: Any) -> DocumentoIsr:
    return como_isr(nota("E", fecha, gravada(base), *relacionadas, **campos))


def test_a_pue_is_collected_on_its_day_without_taxes_and_net_of_its_discount() -> None:
    documento = factura("F", "2026-01-10T10:00:00", "900.00", subtotal=D("1000.00"), descuento=D("100.00"))
    hecho = next(m for m in movidos(documento) if m.clase is Clase.INGRESO)
    assert (hecho.importe, str(hecho.periodo), hecho.regla) == (D("900.00"), "2026-01", "pue")
    assert hecho.articulo == "LISR 101, 102"


def test_a_global_invoice_is_collected_in_the_month_it_sums_up() -> None:
    documento = factura("F", "2026-03-01T00:10:00", "500.00", periodo_global=Periodo(2026, 2))
    assert _ingresos(documento, mes="2026-02") == D("500.00")
    assert _ingresos(documento, opciones=PM, mes="2026-02") == D("500.00")


def test_a_ppd_is_collected_by_its_payments_in_proportion_to_its_net_amount() -> None:
    ppd = factura("F", "2026-01-10T10:00:00", "8620.69", metodo_pago="PPD", total=D("10000.00"))
    pagos = [
        pago_de(f"P{k}", "F", f"2026-0{k + 2}-05T12:00:00", pagado, parcialidad=k + 1)
        for k, pagado in enumerate(("3333.33", "3333.33", "3333.34"))
    ]
    todos = movidos(ppd, *pagos)
    partes = [suma(todos, Clase.INGRESO, f"2026-0{m}") for m in (2, 3, 4)]
    assert partes == [D("2873.56"), D("2873.56"), D("2873.57")]
    assert suma(todos, Clase.INGRESO, "2026-01") == 0


def test_the_share_is_not_base_dr_which_bears_ieps_and_repeats_a_base_per_tax() -> None:
    con_ieps = cubetas(base_16="1080.00", iva_16="172.80", ieps="80.00")
    ppd = factura("F", "2026-01-10T10:00:00", "1080.00", metodo_pago="PPD", subtotal=D("1000.00"), total=D("1252.80"))
    pago = pago_de("P", "F", "2026-02-05T12:00:00", "1252.80", con_ieps)
    assert _ingresos(ppd, pago) == D("1000.00")


@pytest.mark.parametrize("objeto_imp", ["01", "02", "03", "06", None])
def test_a_payment_that_brings_no_taxes_takes_its_share_all_the_same(objeto_imp: str | None) -> None:
    ppd = factura("F", "2026-01-10T10:00:00", "1000.00", metodo_pago="PPD", ret_isr="100.00")
    pago = pago_de("P", "F", "2026-02-05T12:00:00", "530.00", objeto_imp=objeto_imp)
    todos = movidos(ppd, pago)
    assert suma(todos, Clase.INGRESO) == D("500.00")
    assert suma(todos, Clase.RETENCION) == D("50.00")


def test_the_withholding_of_a_payment_is_what_it_says() -> None:
    ppd = factura("F", "2026-01-10T10:00:00", "1000.00", metodo_pago="PPD", ret_isr="100.00")
    pago = pago_de("P", "F", "2026-02-05T12:00:00", "530.00", gravada("500.00", ret_isr="49.99"))
    assert suma(movidos(ppd, pago), Clase.RETENCION, "2026-02") == D("49.99")


def test_a_payment_of_an_unknown_invoice_is_what_was_paid_without_its_taxes() -> None:
    propias = gravada("1000.00", ieps="80.00", ret_isr="100.00", ret_iva="106.67")
    pago = pago_de("P", "fantasma", "2026-02-05T12:00:00", "1033.33", propias)
    todos = movidos(pago)
    assert suma(todos, Clase.INGRESO) == D("1000.00")
    assert suma(todos, Clase.RETENCION) == D("100.00")
    assert {m.regla for m in todos} == {"pago_sin_factura"}


def test_an_invoice_in_dollars_is_collected_at_the_rate_of_its_payment() -> None:
    campos: dict[str, Any] = {"moneda": "USD", "tipo_cambio": D("18.00")}
    ppd = factura("F", "2026-01-10T10:00:00", "1000.00", metodo_pago="PPD", **campos)
    pago = pago_de(
        *("P", "F", "2026-02-05T12:00:00", "1160.00"), moneda="USD", equivalencia=D("0.0540540541"), monto=D("21460")
    )
    assert _ingresos(ppd, pago) == D("18500.00")
    pue = factura("G", "2026-01-10T10:00:00", "1000.00", **campos)
    assert _ingresos(pue) == D("18000.00")


def test_a_foreign_document_without_a_rate_waits_for_it() -> None:
    assert movidos(factura("F", "2026-01-10T10:00:00", "1000.00", moneda="USD", tipo_cambio=None)) == []
    assert movidos(factura("F", "2026-01-10T10:00:00", "1.00", moneda="USD", tipo_cambio=None), opciones=PM) == []


def test_a_credit_note_takes_back_what_was_collected_and_nothing_that_was_not() -> None:
    pue = factura("F", "2026-01-10T10:00:00", "1000.00")
    ppd = factura("G", "2026-01-10T10:00:00", "1000.00", metodo_pago="PPD")
    assert _ingresos(pue, _egreso("2026-02-10T10:00:00", "200.00", "F"), mes="2026-02") == D("-200.00")
    assert _ingresos(ppd, _egreso("2026-02-10T10:00:00", "200.00", "G")) == 0
    excedida = _egreso("2026-02-10T10:00:00", "1500.00", "G")
    assert _ingresos(ppd, excedida, mes="2026-02") == D("-500.00")


def test_the_settings_mode_of_credit_notes_is_followed() -> None:
    ppd = factura("G", "2026-01-10T10:00:00", "1000.00", metodo_pago="PPD")
    de_iva = OpcionesIva(notas=ModoNotas.EMISION)
    assert _ingresos(ppd, _egreso("2026-02-10T10:00:00", "200.00", "G"), de_iva=de_iva) == D("-200.00")


def test_a_cancelled_document_moves_nothing() -> None:
    for opciones in (PF, PM):
        assert movidos(factura("F", "2026-01-10T10:00:00", "1000.00", vigente=False), opciones=opciones) == []


def _perdido(gasto: DocumentoIsr, *mas: DocumentoIsr, opciones: OpcionesIsr = PF) -> tuple[Decimal, str]:
    """What is not deducted, and why; nothing else may be."""
    todos = movidos(gasto, *mas, opciones=opciones)
    assert suma(todos, Clase.DEDUCCION) == 0
    hecho = next(m for m in todos if m.clase is Clase.NO_DEDUCIBLE)
    return hecho.importe, hecho.regla


@pytest.mark.parametrize(
    ("campos", "motivo"),
    [
        ({"forma_pago": "01", "base": "1724.15"}, "efectivo"),
        ({"forma_pago": "01", "combustible": True, "base": "10.00"}, "combustible_efectivo"),
        ({"uso_cfdi": "S01"}, "uso_cfdi"),
        ({"uso_cfdi": "CP01"}, "uso_cfdi"),
        ({"uso_cfdi": "CN01"}, "uso_cfdi"),
        ({"uso_cfdi": "D01"}, "uso_cfdi"),
        ({"uso_cfdi": "D10"}, "uso_cfdi"),
        ({"uso_cfdi": "I01"}, "inversion"),
        ({"uso_cfdi": "I08"}, "inversion"),
        ({"uso_cfdi": "I03", "acreditable_pct": D(100)}, "inversion"),
        ({"efos_definitivo": True}, "efos"),
        ({"efos_definitivo": True, "uso_cfdi": "I01"}, "efos"),
        ({"acreditable_pct": D(0)}, "pct"),
    ],
)
def test_what_is_not_deducted_says_why(campos: dict[str, Any], motivo: str) -> None:
    base = campos.get("base", "1000.00")
    assert _perdido(_gasto(**campos)) == (D(base), motivo)


def test_cash_up_to_the_limit_is_deducted() -> None:
    assert suma(movidos(_gasto(base="1724.14", forma_pago="01")), Clase.DEDUCCION) == D("1724.14")


def test_an_investment_paid_in_parts_is_known_by_its_invoice() -> None:
    gasto = _gasto(metodo_pago="PPD", uso_cfdi="I02")
    pago = pago_de("P", "G", "2026-02-05T12:00:00", "1160.00", lado="recibido")
    assert _perdido(gasto, pago) == (D("1000.00"), "inversion")


def test_a_percentage_splits_an_expense_and_overrides_its_use() -> None:
    todos = movidos(_gasto(acreditable_pct=D("8.5"), uso_cfdi="S01", base="333.33"))
    assert suma(todos, Clase.DEDUCCION) == D("28.33")
    assert suma(todos, Clase.NO_DEDUCIBLE) == D("305.00")
    assert {m.articulo for m in todos if m.clase is Clase.NO_DEDUCIBLE} == {"LISR 28"}


def test_an_expense_for_exempt_acts_is_deducted_though_its_iva_is_not_credited() -> None:
    assert suma(movidos(_gasto(destino=DestinoIva.EXENTO)), Clase.DEDUCCION) == D("1000.00")


def test_what_was_withheld_from_a_supplier_is_whole_whatever_is_deducted() -> None:
    gasto = _gasto(ret_isr="100.00", acreditable_pct=D(50))
    for opciones in (PF, PM, RESICO_PM):
        assert suma(movidos(gasto, opciones=opciones), Clase.RETENIDO_A_TERCEROS) == D("100.00")


@pytest.mark.parametrize("opciones", [PM, OpcionesIsr(moral=False, regimenes=("626",))])
def test_a_regimen_without_deductions_has_none(opciones: OpcionesIsr) -> None:
    clases = {m.clase for m in movidos(_gasto(), _gasto("H", uso_cfdi="S01"), opciones=opciones)}
    assert clases == set()


def test_the_fees_of_a_general_moral_are_withheld_when_collected_though_income_when_invoiced() -> None:
    ppd = factura("F", "2026-01-10T10:00:00", "1000.00", metodo_pago="PPD", ret_isr="100.00")
    pago = pago_de("P", "F", "2026-02-05T12:00:00", "1060.00")
    todos = movidos(ppd, pago, opciones=PM)
    assert [(m.clase, str(m.periodo), m.importe) for m in todos if m.clase is Clase.INGRESO] == [
        (Clase.INGRESO, "2026-01", D("1000.00"))
    ]
    assert suma(todos, Clase.RETENCION, "2026-02") == D("100.00")


def test_a_document_to_oneself_is_income_and_expense() -> None:
    propia = replace(factura("F", "2026-01-10T10:00:00", "1000.00", "ambas"))
    todos = movidos(propia, opciones=RESICO_PM)
    assert suma(todos, Clase.INGRESO) == suma(todos, Clase.DEDUCCION) == D("1000.00")
    assert {m.uuid for m in todos} == {uuid("F")}


def test_what_a_worker_alone_invoices_is_no_pay() -> None:
    opciones = OpcionesIsr(moral=False, regimenes=("605",))
    assert movidos(factura("F", "2026-01-10T10:00:00", "1000.00", ret_isr="100.00"), opciones=opciones) == []
