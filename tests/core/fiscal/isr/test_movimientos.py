"""Nominal income of 601, payroll, certificates of withholding, and whose régimen each document is (FISCAL.md 4)."""

from dataclasses import replace
from decimal import Decimal

import pytest

from horux_core.fiscal.isr.model import Clase, Cuenta, DescuentoEnFactura, OpcionesIsr
from horux_core.fiscal.isr.movimientos import cuentas, movimientos
from horux_core.kernel.periodo import Periodo
from tests.core.fiscal.isr.libros import (
    DE_IVA,
    PF,
    PM,
    como_isr,
    constancia,
    factura,
    libro,
    meses,
    movidos,
    nomina,
    pago_de,
    suma,
)
from tests.core.fiscal.iva.libros import gravada, nota, uuid

D = Decimal
_VARIOS = OpcionesIsr(moral=False, regimenes=("605", "612", "606"))


def test_601_takes_what_was_invoiced_paid_or_not_and_no_payment() -> None:
    pue = factura("F", "2026-01-10T10:00:00", "1000.00")
    ppd = factura("G", "2026-01-31T23:59:59", "500.00", metodo_pago="PPD")
    pago = pago_de("P", "G", "2026-02-05T12:00:00", "580.00")
    enero, febrero = meses([pue, ppd, pago], PM)["601"][:2]
    assert (enero.ingresos_mes, febrero.ingresos_mes) == (D("1500.00"), D("0.00"))


@pytest.mark.parametrize(("opcion", "esperado"), [("resta", "900.00"), ("no_resta", "1000.00")])
def test_an_invoices_own_discount_follows_the_setting(opcion: str, esperado: str) -> None:
    documento = factura("F", "2026-01-10T10:00:00", "900.00", subtotal=D("1000.00"), descuento=D("100.00"))
    opciones = replace(PM, descuento_en_factura=DescuentoEnFactura(opcion))
    assert suma(movidos(documento, opciones=opciones), Clase.INGRESO) == D(esperado)


@pytest.mark.parametrize("tipo", ["01", "03", "04"])
def test_a_credit_note_does_not_lower_nominal_income(tipo: str) -> None:
    egreso = como_isr(nota("E", "2026-02-10T10:00:00", gravada("200.00"), "F", tipo=tipo))
    assert suma(movidos(factura("F", "2026-01-10T10:00:00", "1000.00"), egreso, opciones=PM), Clase.INGRESO) == 1000


def test_an_advance_that_the_full_invoice_repeats_is_undone() -> None:
    anticipo = factura("A", "2026-01-10T10:00:00", "400.00")
    total = factura("F", "2026-03-10T10:00:00", "1000.00")
    egreso = como_isr(nota("E", "2026-03-10T11:00:00", gravada("400.00"), "F", tipo="07"))
    enero, _, marzo = meses([anticipo, total, egreso], PM)["601"][:3]
    assert (enero.ingresos_mes, marzo.ingresos_mes) == (D("400.00"), D("600.00"))
    cancelada = factura("F", "2026-03-10T10:00:00", "1000.00", vigente=False)
    assert meses([anticipo, cancelada, egreso], PM)["601"][2].ingresos_mes == 0
    assert meses([anticipo, egreso], PM)["601"][2].ingresos_mes == D("-400.00")


def test_nominal_income_in_dollars_is_that_of_the_invoices_rate() -> None:
    documento = factura("F", "2026-01-10T10:00:00", "100.01", moneda="USD", tipo_cambio=D("18.4567"))
    assert suma(movidos(documento, opciones=PM), Clase.INGRESO) == D("1845.85")


def test_what_is_received_is_no_income() -> None:
    assert movidos(factura("F", "2026-01-10T10:00:00", "1000.00", "recibido"), opciones=PM) == []


@pytest.mark.parametrize(("disminuyeron", "deducible"), [(False, "10530.00"), (True, "10470.00")])
def test_payroll_is_deducted_on_its_payment_date_with_part_of_its_exempt_pay(
    disminuyeron: bool, deducible: str
) -> None:
    recibo = nomina("N", "2026-01-31", "10000.00", "1000.00", "900.00", fecha="2026-02-04T10:00:00")
    todos = movidos(recibo, opciones=replace(PF, prestaciones_disminuyeron=disminuyeron))
    assert suma(todos, Clase.DEDUCCION, "2026-01") == D(deducible)
    assert suma(todos, Clase.NO_DEDUCIBLE, "2026-01") == D("11000.00") - D(deducible)
    assert suma(todos, Clase.RETENIDO_A_TERCEROS, "2026-01") == D("900.00")
    assert {m.articulo for m in todos if m.clase is Clase.NO_DEDUCIBLE} == {"LISR 28-XXX"}


def test_payroll_of_a_general_moral_only_withholds() -> None:
    clases = {m.clase for m in movidos(nomina("N", "2026-01-31", "10000.00", "1000.00", "900.00"), opciones=PM)}
    assert clases == {Clase.RETENIDO_A_TERCEROS}


def test_a_workers_pay_is_of_605_whatever_else_one_does() -> None:
    recibo = nomina("N", "2026-01-31", "10000.00", "1000.00", "900.00", "recibido")
    assert {m.regimen for m in movidos(recibo, opciones=_VARIOS)} == {"605"}
    assert meses([recibo], _VARIOS)["612"][0].ingresos_mes == 0


def test_a_cancelled_payroll_moves_nothing() -> None:
    assert movidos(nomina("N", "2026-01-31", "1.00", "1.00", "1.00", vigente=False)) == []


def test_a_certificate_of_interest_is_withheld_from_a_moral_in_its_last_month() -> None:
    interes = constancia("R", "16", 12, "250.00")
    hecho = movidos(interes, opciones=PM)[0]
    assert (hecho.clase, hecho.regimen, str(hecho.periodo)) == (Clase.RETENCION, "601", "2026-12")
    assert (hecho.importe, hecho.regla) == (D("250.00"), "constancia_retenciones")


def test_a_certificate_is_not_of_its_issuers_regimen() -> None:
    opciones = OpcionesIsr(moral=True, regimenes=("626", "601"))
    de_banco = replace(constancia("R", "16", 12, "250.00"), regimen_emisor="601")
    assert [m.regimen for m in movidos(de_banco, opciones=opciones)] == ["626"]


def test_a_certificate_of_what_an_invoice_brings_too_or_of_a_fisica_is_left_out() -> None:
    assert movidos(constancia("R", "01", 12, "250.00"), opciones=PM) == []
    assert movidos(constancia("R", "16", 12, "250.00"), opciones=PF) == []


def test_a_document_is_of_the_regimen_it_names() -> None:
    renta = factura("F", "2026-01-10T10:00:00", "1000.00", regimen_emisor="606")
    honorarios = factura("G", "2026-01-10T10:00:00", "700.00", regimen_emisor="612")
    gasto = factura("H", "2026-01-10T10:00:00", "50.00", "recibido", regimen_receptor="612")
    personal = factura("J", "2026-01-10T10:00:00", "90.00", "recibido", regimen_receptor="605")
    propios = meses([renta, honorarios, gasto, personal], _VARIOS)
    assert (propios["606"][0].ingresos_mes, propios["612"][0].ingresos_mes) == (D("1000.00"), D("700.00"))
    assert propios["612"][0].deducciones_mes == D("50.00")


def test_a_payment_and_a_note_are_of_their_invoices_regimen() -> None:
    renta = factura("F", "2026-01-10T10:00:00", "1000.00", regimen_emisor="606", metodo_pago="PPD")
    pago = pago_de("P", "F", "2026-02-05T12:00:00", "1160.00", regimen_emisor="612")
    egreso = como_isr(nota("E", "2026-03-10T10:00:00", gravada("100.00"), "F"), regimen_emisor="612")
    assert {m.regimen for m in movidos(renta, pago, egreso, opciones=_VARIOS)} == {"606"}


@pytest.mark.parametrize("nombrado", ["601", None])
def test_a_document_of_none_of_its_regimenes_follows_the_setting(nombrado: str | None) -> None:
    ingreso = factura("F", "2026-01-10T10:00:00", "1000.00", regimen_emisor=nombrado)
    gasto = factura("G", "2026-01-10T10:00:00", "1000.00", "recibido", regimen_receptor=nombrado)
    elegido = replace(_VARIOS, regimen_ingresos="606", regimen_gastos="605")
    assert {m.regimen for m in movidos(ingreso, opciones=elegido)} == {"606"}
    assert movidos(gasto, opciones=elegido) == []
    assert {m.regimen for m in movidos(ingreso, gasto, opciones=_VARIOS)} == {"612"}


def test_a_regimen_that_is_not_worked_out_keeps_its_own_data() -> None:
    opciones = OpcionesIsr(moral=False, regimenes=("612", "625"))
    documento = factura("F", "2026-01-10T10:00:00", "1000.00", regimen_emisor="625")
    assert cuentas(movidos(documento, opciones=opciones)) == {("625", Periodo(2026, 1)): Cuenta(ingresos=D("1000.00"))}
    assert meses([documento], opciones)["612"][0].ingresos_mes == 0


def test_only_what_is_asked_for_is_answered() -> None:
    documentos = libro(
        factura("F", "2026-01-10T10:00:00", "1000.00", metodo_pago="PPD"),
        pago_de("P", "F", "2026-02-05T12:00:00", "1160.00"),
        factura("G", "2026-01-10T10:00:00", "1.00"),
        nomina("N", "2026-01-31", "1.00", "0.00", "0.00"),
    )
    hechos = movimientos(documentos, [uuid("P"), "ausente"], PF, DE_IVA)
    assert [(m.uuid, m.importe) for m in hechos] == [(uuid("P"), D("1000.00"))]
