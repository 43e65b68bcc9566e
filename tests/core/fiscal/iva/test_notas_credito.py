"""Credit notes, rule by rule (FISCAL.md 3.3, LIVA 7)."""

from decimal import Decimal

import pytest

from horux_core.fiscal.cfdi.model import DestinoIva
from horux_core.fiscal.iva.model import ModoNotas, OpcionesIva
from horux_core.fiscal.iva.saldos import saldo
from horux_core.kernel.periodo import Periodo
from tests.core.fiscal.iva.libros import avisos, cubetas, documento, gravada, hechos, libro, nota, pagada, uuid

D = Decimal
EMISION = OpcionesIva(notas=ModoNotas.EMISION)
PUE = documento("F", "2026-01-10", gravada("1000.00"))
PPD = documento("F", "2026-01-10", gravada("1000.00"), metodo_pago="PPD")


def _de_la_nota(*documentos: object) -> list[tuple[str, Decimal, str]]:
    return [
        (str(e.periodo), e.cubetas.iva_16, e.regla)
        for e in hechos(*documentos)  # type: ignore[arg-type]
        if e.uuid == uuid("E")
    ]


def test_rule_1_the_application_of_an_advance_to_a_pue_subtracts_whole() -> None:
    aplicada = nota("E", "2026-02-05", gravada("300.00"), "F", tipo="07", forma_pago="30")
    assert _de_la_nota(PUE, aplicada) == [("2026-02", D("-48.00"), "nota_credito")]


def test_rule_1_the_application_of_an_advance_to_a_ppd_lowers_its_balance() -> None:
    aplicada = nota("E", "2026-02-05", gravada("300.00"), "F", tipo="07", forma_pago="30")
    assert _de_la_nota(PPD, aplicada) == []
    assert saldo(PPD, libro(PPD, aplicada)) == D("812.00")


@pytest.mark.parametrize("tipo", ["01", "03"])
def test_rule_2_a_note_on_a_pue_subtracts_whole_on_its_date(tipo: str) -> None:
    devuelta = nota("E", "2026-02-05", gravada("300.00"), "F", tipo=tipo)
    assert _de_la_nota(PUE, devuelta) == [("2026-02", D("-48.00"), "nota_credito")]


def test_rule_2_a_note_on_a_ppd_already_paid_subtracts_whole() -> None:
    pago = pagada("P", "F", "2026-02-05", "1160.00")
    devuelta = nota("E", "2026-02-05", gravada("300.00"), "F")
    assert _de_la_nota(PPD, pago, devuelta) == [("2026-02", D("-48.00"), "nota_credito")]


def test_rule_3_only_what_passes_the_balance_subtracts_in_proportion() -> None:
    pago = pagada("P", "F", "2026-02-04", "1000.00")
    devuelta = nota("E", "2026-02-05", gravada("300.00"), "F")
    esperado = (D("48.00") * (D("348.00") - D("160.00")) / D("348.00")).quantize(D("0.01"))
    assert _de_la_nota(PPD, pago, devuelta) == [("2026-02", -esperado, "nota_credito_excedente")]


def test_rule_3_a_payment_of_a_later_day_does_not_lower_the_balance_of_the_day() -> None:
    pago = pagada("P", "F", "2026-02-06", "1160.00")
    assert _de_la_nota(PPD, pago, nota("E", "2026-02-05", gravada("300.00"), "F")) == []


def test_rule_3_earlier_notes_come_first() -> None:
    otra = nota("E0", "2026-02-04", gravada("900.00"), "F")
    devuelta = nota("E", "2026-02-05", gravada("200.00"), "F")
    assert _de_la_nota(PPD, otra, devuelta) == [("2026-02", D("-16.00"), "nota_credito_excedente")]


def test_rule_3_currencies_are_compared_in_pesos_each_with_its_rate() -> None:
    en_dolares = documento("F", "2026-01-10", gravada("100.00"), metodo_pago="PPD", moneda="USD", tipo_cambio=D("20"))
    cabe = nota("E", "2026-02-05", gravada("1000.00"), "F")
    assert _de_la_nota(en_dolares, cabe) == []
    assert saldo(en_dolares, libro(en_dolares, cabe)) == D("58.00")
    no_cabe = nota("E", "2026-02-05", gravada("3000.00"), "F")
    assert _de_la_nota(en_dolares, no_cabe) == [("2026-02", D("-160.00"), "nota_credito_excedente")]
    assert saldo(en_dolares, libro(en_dolares, no_cabe)) == 0


def test_rule_3_the_part_above_is_converted_with_the_rate_of_the_note() -> None:
    pago = pagada("P", "F", "2026-02-04", "1044.00")
    en_dolares = nota("E", "2026-02-05", gravada("10.00"), "F", moneda="USD", tipo_cambio=D("20"))
    assert _de_la_nota(PPD, pago, en_dolares) == [("2026-02", D("-16.00"), "nota_credito_excedente")]


def test_rule_3_a_rate_that_is_missing_to_compare_is_waited_for() -> None:
    sin_tc = documento("F", "2026-01-10", gravada("100.00"), metodo_pago="PPD", moneda="USD", tipo_cambio=None)
    devuelta = nota("E", "2026-02-05", gravada("300.00"), "F")
    assert _de_la_nota(sin_tc, devuelta) == []
    assert [(a.codigo, a.uuid) for a in avisos(sin_tc, devuelta)] == [("TC_SOSPECHOSO", devuelta.uuid)]


def test_rule_4_a_pue_note_without_a_known_invoice_subtracts() -> None:
    assert _de_la_nota(nota("E", "2026-02-05", gravada("300.00"))) == [
        ("2026-02", D("-48.00"), "nota_credito_sin_factura")
    ]
    assert _de_la_nota(nota("E", "2026-02-05", gravada("300.00"), "nadie")) == [
        ("2026-02", D("-48.00"), "nota_credito_sin_factura")
    ]


def test_rule_4_another_kind_of_relation_is_none() -> None:
    assert _de_la_nota(PPD, nota("E", "2026-02-05", gravada("300.00"), "F", tipo="04")) == [
        ("2026-02", D("-48.00"), "nota_credito_sin_factura")
    ]


def test_rule_4_a_ppd_note_without_a_known_invoice_waits_for_it() -> None:
    devuelta = nota("E", "2026-02-05", gravada("300.00"), "nadie", metodo_pago="PPD")
    assert _de_la_nota(devuelta) == []
    assert [(a.codigo, a.uuid) for a in avisos(devuelta)] == [("NC_SIN_FACTURA", devuelta.uuid)]


def test_rule_4_a_note_on_a_cancelled_invoice_gives_nothing_and_is_told() -> None:
    cancelada = documento("F", "2026-01-10", gravada("1000.00"), vigente=False)
    devuelta = nota("E", "2026-02-05", gravada("300.00"), "F")
    assert _de_la_nota(cancelada, devuelta) == []
    assert [(a.codigo, a.uuid) for a in avisos(cancelada, devuelta)] == [("NC_DE_CANCELADA", devuelta.uuid)]


def test_rule_5_several_invoices_take_it_in_document_order_and_the_rest_is_one_event() -> None:
    una = documento("F1", "2026-01-10", gravada("100.00"), metodo_pago="PPD")
    pue = documento("F2", "2026-01-10", gravada("100.00"))
    dos = documento("F3", "2026-01-10", gravada("100.00"), metodo_pago="PPD")
    devuelta = nota("E", "2026-02-05", gravada("150.00"), "F1", "F2", "nadie", "F3")
    assert _de_la_nota(una, pue, dos, devuelta) == []
    todos = libro(una, pue, dos, devuelta)
    assert (saldo(una, todos), saldo(dos, todos)) == (D("0.00"), D("58.00"))
    grande = nota("E", "2026-02-05", gravada("250.00"), "F1", "F2", "nadie", "F3")
    assert _de_la_nota(una, pue, dos, grande) == [("2026-02", D("-8.00"), "nota_credito_excedente")]


def test_rule_6_with_retention_a_pue_is_corrected_in_its_original_month() -> None:
    retenida = documento("F", "2026-01-10", gravada("1000.00", ret_iva="106.67"))
    devuelta = nota("E", "2026-03-05", gravada("300.00"), "F")
    assert _de_la_nota(retenida, devuelta) == [("2026-01", D("-48.00"), "nota_credito_retencion")]
    assert [(a.codigo, a.uuid) for a in avisos(retenida, devuelta)] == [("NC_CON_RETENCION", devuelta.uuid)]


def test_rule_6_with_retention_a_global_month_is_the_original() -> None:
    retenida = documento("F", "2026-02-01", gravada("1000.00", ret_iva="106.67"), periodo_global=Periodo(2026, 1))
    assert [e[0] for e in _de_la_nota(retenida, nota("E", "2026-03-05", gravada("300.00"), "F"))] == ["2026-01"]


def test_rule_6_with_retention_a_ppd_is_corrected_in_the_month_of_its_last_payment_until_then() -> None:
    retenida = documento("F", "2026-01-10", gravada("1000.00", ret_iva="106.67"), metodo_pago="PPD")
    pagos = [
        pagada("P1", "F", "2026-01-20", "500.00"),
        pagada("P2", "F", "2026-02-20", "553.33"),
        pagada("P3", "F", "2026-04-20", "10.00"),
    ]
    devuelta = nota("E", "2026-03-05", gravada("300.00"), "F")
    assert _de_la_nota(retenida, *pagos, devuelta) == [("2026-02", D("-48.00"), "nota_credito_retencion")]


def test_by_emission_every_note_subtracts_whole_on_its_date() -> None:
    retenida = documento("F2", "2026-01-10", gravada("1000.00", ret_iva="106.67"))
    en_saldo = nota("E", "2026-02-05", gravada("300.00"), "F", metodo_pago="PPD")
    con_retencion = nota("E2", "2026-03-05", gravada("300.00"), "F2")
    suelta = nota("E3", "2026-03-06", gravada("100.00"), metodo_pago="PPD")
    eventos = [e for e in hechos(PPD, retenida, en_saldo, con_retencion, suelta, opciones=EMISION) if e.regla != "pue"]
    assert [(str(e.periodo), e.cubetas.iva_16, e.regla) for e in eventos] == [
        ("2026-02", D("-48.00"), "nota_credito_emision"),
        ("2026-03", D("-48.00"), "nota_credito_emision"),
        ("2026-03", D("-16.00"), "nota_credito_emision"),
    ]
    assert [a.codigo for a in avisos(retenida, con_retencion, opciones=EMISION)] == ["NC_CON_RETENCION"]


def test_a_note_received_has_the_destination_and_percentage_of_its_invoice() -> None:
    factura = documento(
        "F", "2026-01-10", gravada("1000.00"), "recibido", destino=DestinoIva.MIXTO, acreditable_pct=D(50)
    )
    devuelta = nota("E", "2026-02-05", gravada("300.00"), "F", lado="recibido", uso_cfdi="S01", acreditable_pct=D(0))
    evento = hechos(factura, devuelta)[-1]
    assert (evento.destino, evento.motivo) == (DestinoIva.MIXTO, None)
    assert (evento.cubetas.iva_16, evento.no_acreditable) == (D("-24.00"), D("-24.00"))


def test_a_note_received_is_refused_as_its_invoice_was() -> None:
    factura = documento("F", "2026-01-10", gravada("2000.00"), "recibido", forma_pago="01")
    evento = hechos(factura, nota("E", "2026-02-05", gravada("300.00"), "F", lado="recibido"))[-1]
    assert (evento.motivo, evento.no_acreditable) == ("efectivo", D("-48.00"))


@pytest.mark.parametrize("opciones", [OpcionesIva(), EMISION])
def test_a_note_on_invoices_judged_otherwise_follows_the_first_and_says_so(opciones: OpcionesIva) -> None:
    rechazada = documento("F1", "2026-01-10", gravada("2000.00"), "recibido", forma_pago="01")
    buena = documento("F2", "2026-01-10", gravada("2000.00"), "recibido")
    otra = documento("F3", "2026-01-10", gravada("500.00"), "recibido")
    for facturas, dicho in ((("F1", "F2"), ["NC_DE_VARIAS"]), (("F2", "F3"), []), (("F1",), [])):
        devuelta = nota("E", "2026-02-05", gravada("300.00"), *facturas, lado="recibido")
        assert [a.codigo for a in avisos(rechazada, buena, otra, devuelta, opciones=opciones)] == dicho


@pytest.mark.parametrize(("segunda", "motivo"), [("01", "efectivo"), ("03", None)])
def test_a_note_on_an_invoice_paid_in_parts_is_refused_only_if_all_were(segunda: str, motivo: str | None) -> None:
    factura = documento("F", "2026-01-10", gravada("5000.00"), "recibido", metodo_pago="PPD")
    pagos = [
        pagada("P1", "F", "2026-01-20", "2900.00", lado="recibido", forma_pago="01"),
        pagada("P2", "F", "2026-01-21", "2900.00", lado="recibido", forma_pago=segunda),
        pagada("P3", "F", "2026-03-21", "10.00", lado="recibido"),
    ]
    evento = hechos(factura, *pagos, nota("E", "2026-02-05", gravada("300.00"), "F", lado="recibido"))[-1]
    assert evento.motivo == motivo


def test_a_note_received_without_a_known_invoice_is_judged_by_its_own_keeper_and_not_for_its_cash() -> None:
    suelta = nota("E", "2026-02-05", gravada("3000.00"), lado="recibido", forma_pago="01", uso_cfdi="G02")
    assert [(e.motivo, e.cubetas.iva_16) for e in hechos(suelta)] == [(None, D("-480.00"))]
    exenta = nota("E", "2026-02-05", gravada("3000.00"), lado="recibido", destino=DestinoIva.EXENTO)
    assert [e.motivo for e in hechos(exenta)] == ["exento"]


def test_a_note_of_zero_gives_no_event() -> None:
    assert _de_la_nota(PPD, nota("E", "2026-02-05", cubetas(), "F")) == []


def test_a_cancelled_invoice_among_others_takes_nothing_of_the_note() -> None:
    cancelada = documento("F0", "2026-01-10", gravada("1000.00"), metodo_pago="PPD", vigente=False)
    devuelta = nota("E", "2026-02-05", gravada("300.00"), "F0", "F")
    assert _de_la_nota(cancelada, PUE, devuelta) == [("2026-02", D("-48.00"), "nota_credito")]
    assert [a.codigo for a in avisos(cancelada, PUE, devuelta)] == ["NC_DE_CANCELADA"]
