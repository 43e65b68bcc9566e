"""The share of each invoice in a payment (FISCAL.md 2.5, 2.7)."""

from dataclasses import replace
from datetime import datetime
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from horux_core.fiscal.cfdi.model import Cubetas, DestinoIva, DoctoPagado, Pago
from horux_core.fiscal.iva.conversion import cambio_de_docto, valores
from horux_core.fiscal.iva.pagos import prorrateo
from horux_core.fiscal.iva.saldos import saldo
from tests.core.fiscal.iva.libros import (
    avisos,
    complemento,
    cubetas,
    docto,
    documento,
    gravada,
    hechos,
    libro,
    nota,
    pagada,
    un_pago,
)

D = Decimal
PPD = documento("F", "2026-01-05", gravada("1000.00"), metodo_pago="PPD")
PPD_USD = documento("F", "2026-01-05", gravada("1000.00"), metodo_pago="PPD", moneda="USD", tipo_cambio=D("20"))

centavos_ = st.integers(1, 10**9).map(lambda n: D(n) / 100)


@given(
    total=centavos_,
    buckets=st.lists(st.integers(0, 10**15).map(lambda n: D(n) / 10**6), min_size=14, max_size=14),
    cortes=st.lists(st.integers(0, 1000), max_size=6),
)
def test_the_parts_of_an_invoice_paid_in_full_add_up_to_it(
    total: Decimal, buckets: list[Decimal], cortes: list[int]
) -> None:
    factura = Cubetas(*[b.quantize(D("0.01")) for b in buckets])
    puntos = sorted((total * c / 1000).quantize(D("0.01")) for c in cortes)
    antes, partes = D(0), []
    for punto in [*puntos, total]:
        partes.append(prorrateo(factura, total, antes, punto - antes))
        antes = punto
    assert [sum(columna) for columna in zip(*map(valores, partes), strict=True)] == list(valores(factura))


def test_what_was_paid_beyond_the_total_gives_nothing_more() -> None:
    assert prorrateo(gravada("100.00"), D("116.00"), D("116.00"), D("50.00")) == Cubetas()
    assert prorrateo(gravada("100.00"), D("116.00"), D("-20.00"), D("500.00")) == gravada("100.00")


def test_an_invoice_of_zero_is_never_divided_by() -> None:
    factura = documento("F", "2026-01-05", gravada("1000.00"), metodo_pago="PPD", total=D(0))
    [evento] = hechos(factura, pagada("P", "F", "2026-02-10", "0.00"))
    assert evento.cubetas == Cubetas()


def test_without_imp_saldo_ant_earlier_payments_are_ordered_by_date_and_parcialidad() -> None:
    chica = documento("F", "2026-01-05", gravada("0.50"), metodo_pago="PPD")
    tarde = pagada("P1", "F", "2026-03-10", "0.19", parcialidad=3)
    segunda = pagada("P2", "F", "2026-02-10", "0.19", parcialidad=2)
    primera = pagada("P3", "F", "2026-02-10", "0.20", parcialidad=1)
    ivas = {e.uuid: e.cubetas.iva_16 for e in hechos(chica, tarde, segunda, primera)}
    assert ivas == {primera.uuid: D("0.03"), segunda.uuid: D("0.02"), tarde.uuid: D("0.03")}


def test_without_imp_saldo_ant_credit_notes_of_earlier_days_come_before() -> None:
    devuelta = nota("E", "2026-02-01", gravada("500.00"), "F")
    pago = pagada("P", "F", "2026-02-10", "600.00")
    [evento] = hechos(PPD, devuelta, pago)
    assert evento.cubetas.iva_16 == D("80.00")


def test_a_credit_note_of_the_same_day_comes_after_the_payment() -> None:
    pago = pagada("P", "F", "2026-02-10", "1160.00")
    devuelta = nota("E", "2026-02-10", gravada("500.00"), "F")
    assert [e.cubetas.iva_16 for e in hechos(PPD, devuelta, pago)] == [D("-80.00"), D("160.00")]


def test_imp_saldo_ant_rules_over_the_payments_at_hand() -> None:
    [evento] = hechos(PPD, pagada("P", "F", "2026-02-10", "580.00", saldo_anterior=D("290.00")))
    assert evento.cubetas.iva_16 == D("40.00")


def test_what_is_not_object_of_the_tax_is_prorated_even_when_the_payment_brings_taxes() -> None:
    factura = documento("F", "2026-01-05", gravada("1000.00", base_no_objeto="840.00"), metodo_pago="PPD")
    pago = pagada("P", "F", "2026-02-10", "1000.00", gravada("500.00"), saldo_anterior=D("2000.00"))
    [evento] = hechos(factura, pago)
    assert (evento.cubetas.base_no_objeto, evento.cubetas.iva_16, evento.regla) == (D("420.00"), D("80.00"), "pago")


def test_one_payment_may_hold_the_same_invoice_twice() -> None:
    partes = [
        docto("F", "580.00", saldo_anterior=D("1160.00")),
        docto("F", "580.00", saldo_anterior=D("580.00"), parcialidad=2),
    ]
    eventos = hechos(PPD, complemento("P", un_pago("2026-02-10", *partes)))
    assert [(e.pago, e.docto, e.cubetas.iva_16) for e in eventos] == [(0, 0, D("80.00")), (0, 1, D("80.00"))]


def test_one_cfdi_may_hold_payments_of_two_months() -> None:
    pago = complemento(
        "P", un_pago("2026-02-10", docto("F", "580.00")), un_pago("2026-03-10", docto("F", "580.00", parcialidad=2))
    )
    eventos = hechos(PPD, pago)
    assert [(str(e.periodo), e.pago, e.cubetas.iva_16) for e in eventos] == [
        ("2026-02", 0, D("80.00")),
        ("2026-03", 1, D("80.00")),
    ]


def test_a_payment_of_an_unknown_invoice_without_taxes_is_pending_and_never_guessed() -> None:
    pago = pagada("P", "F", "2026-02-10", "1160.00")
    [evento] = hechos(pago)
    assert (evento.regla, evento.cubetas) == ("pendiente", Cubetas())
    assert [(a.codigo, a.uuid) for a in avisos(pago)] == [("PAGO_SIN_FACTURA", pago.uuid)]


def test_a_payment_of_an_unknown_invoice_with_taxes_counts_them() -> None:
    [evento] = hechos(pagada("P", "F", "2026-02-10", "1160.00", gravada("1000.00")))
    assert (evento.regla, evento.cubetas.iva_16) == ("pago", D("160.00"))


def test_an_operation_number_is_no_invoice_and_is_told_apart() -> None:
    pago = pagada("P", "123-45-678901234", "2026-02-10", "1160.00")
    [aviso] = avisos(pago)
    assert aviso.codigo == "PAGO_SIN_FACTURA"
    assert "no es un folio fiscal" in aviso.detalle


def test_a_payment_that_names_no_invoice_is_told() -> None:
    pago = complemento("P", un_pago("2026-02-10"))
    assert hechos(pago) == []
    assert [a.codigo for a in avisos(pago)] == ["PAGO_SIN_FACTURA"]


def test_of_an_unknown_invoice_not_even_that_it_bears_no_tax_is_taken_on_trust() -> None:
    [evento] = hechos(pagada("P", "F", "2026-02-10", "1160.00", objeto_imp="01"))
    assert (evento.cubetas, evento.regla) == (Cubetas(), "pendiente")


@pytest.mark.parametrize(("objeto", "cubeta"), [("01", "base_no_objeto"), ("03", "base_sin_desglose")])
def test_a_share_that_denies_the_taxes_of_its_invoice_is_owed_if_ours_not_credited_if_not(
    objeto: str, cubeta: str
) -> None:
    pago = pagada("P", "F", "2026-02-10", "1160.00", objeto_imp=objeto)
    assert [e.cubetas for e in hechos(PPD, pago)] == [gravada("1000.00")]
    factura, recibido = replace(PPD, emitido=False, recibido=True), replace(pago, emitido=False, recibido=True)
    assert [e.cubetas for e in hechos(factura, recibido)] == [cubetas(**{cubeta: "1160.00"})]
    for documentos in ((PPD, pago), (factura, recibido)):
        [aviso] = avisos(*documentos)
        assert (aviso.codigo, PPD.uuid in aviso.detalle) == ("PAGO_INCONSISTENTE", True)


@pytest.mark.parametrize(("objeto", "cubeta"), [("01", "base_no_objeto"), ("03", "base_sin_desglose")])
def test_a_share_without_taxes_of_an_invoice_without_them_is_right(objeto: str, cubeta: str) -> None:
    factura = documento("F", "2026-01-05", cubetas(**{cubeta: "1000.00"}), metodo_pago="PPD", total=D(1000))
    pago = pagada("P", "F", "2026-02-10", "500.00", objeto_imp=objeto)
    assert [e.cubetas for e in hechos(factura, pago)] == [cubetas(**{cubeta: "500.00"})]
    assert avisos(factura, pago) == []


@pytest.mark.parametrize("objeto", ["01", "03"])
def test_a_share_that_brings_taxes_has_them_whatever_it_says_of_its_object(objeto: str) -> None:
    pago = pagada("P", "F", "2026-02-10", "1160.00", gravada("1000.00"), objeto_imp=objeto)
    assert [e.cubetas for e in hechos(PPD, pago)] == [gravada("1000.00")]
    assert avisos(PPD, pago) == []


@pytest.mark.parametrize("tipo_cambio", [None, D(1)])
def test_a_payment_in_foreign_currency_without_a_rate_waits_for_it(tipo_cambio: Decimal | None) -> None:
    pago = pagada("P", "F", "2026-02-10", "1160.00", moneda="USD", moneda_p="USD", tipo_cambio=tipo_cambio)
    assert hechos(PPD_USD, pago) == []
    assert [(a.codigo, a.uuid) for a in avisos(PPD_USD, pago)] == [("TC_SOSPECHOSO", pago.uuid)]


def test_a_prorated_share_is_rounded_in_its_currency_and_then_converted() -> None:
    pago = pagada(
        "P",
        "F",
        "2026-02-10",
        "386.67",
        moneda="USD",
        moneda_p="USD",
        tipo_cambio=D("18.5"),
        saldo_anterior=D("1160.00"),
    )
    [evento] = hechos(PPD_USD, pago)
    assert (evento.cubetas.base_16, evento.cubetas.iva_16) == (D("6166.79"), D("986.61"))


def test_shares_written_in_the_currency_of_the_payment_are_read_as_such() -> None:
    pago = pagada("P", "F", "2026-02-10", "10000.00", moneda="USD", equivalencia=D("0.05"), monto=D("10000.00"))
    [evento] = hechos(PPD_USD, pago)
    assert evento.cubetas.iva_16 == D("1379.40")
    assert saldo(PPD_USD, libro(PPD_USD, pago)) == D("660.00")
    assert [a.codigo for a in avisos(PPD_USD, pago)] == ["PAGO_INCONSISTENTE"]


def test_a_share_in_another_currency_than_its_invoice_is_carried_over() -> None:
    pago = pagada("P", "F", "2026-02-10", "11600.00")
    [evento] = hechos(PPD_USD, pago)
    assert evento.cubetas == cubetas(base_16="10000.00", iva_16="1600.00")
    assert saldo(PPD_USD, libro(PPD_USD, pago)) == D("580.00")
    assert [a.codigo for a in avisos(PPD_USD, pago)] == ["PAGO_INCONSISTENTE"]


def test_money_collected_of_a_cancelled_invoice_counts_and_is_told() -> None:
    cancelada = documento("F", "2026-01-05", gravada("1000.00"), metodo_pago="PPD", vigente=False)
    pago = pagada("P", "F", "2026-02-10", "1160.00")
    [evento] = hechos(cancelada, pago)
    assert (evento.cubetas.iva_16, evento.motivo) == (D("160.00"), None)
    assert [(a.codigo, a.uuid) for a in avisos(cancelada, pago)] == [("PAGO_DE_CANCELADA", pago.uuid)]


def test_money_paid_for_a_cancelled_invoice_is_not_creditable() -> None:
    cancelada = documento("F", "2026-01-05", gravada("1000.00"), "recibido", metodo_pago="PPD", vigente=False)
    pago = pagada("P", "F", "2026-02-10", "1160.00", lado="recibido")
    [evento] = hechos(cancelada, pago)
    assert (evento.motivo, evento.no_acreditable) == ("factura_cancelada", D("160.00"))


def test_a_payment_received_is_judged_as_its_invoice() -> None:
    factura = documento(
        "F",
        "2026-01-05",
        gravada("1000.00"),
        "recibido",
        metodo_pago="PPD",
        destino=DestinoIva.MIXTO,
        acreditable_pct=D(50),
    )
    pago = pagada("P", "F", "2026-02-10", "1160.00", lado="recibido", acreditable_pct=D(0), destino=DestinoIva.EXENTO)
    [evento] = hechos(factura, pago)
    assert (evento.destino, evento.cubetas.iva_16, evento.no_acreditable) == (DestinoIva.MIXTO, D("80.00"), D("80.00"))


def test_the_use_of_a_payment_itself_refuses_nothing() -> None:
    [evento] = hechos(pagada("P", "F", "2026-02-10", "1160.00", gravada("1000.00"), lado="recibido"))
    assert evento.motivo is None


def test_the_balance_takes_payments_and_credit_notes() -> None:
    documentos = (
        PPD,
        pagada("P", "F", "2026-02-10", "580.00"),
        nota("E", "2026-02-11", gravada("100.00"), "F", tipo="03"),
    )
    assert saldo(PPD, libro(*documentos)) == D("464.00")


def test_a_cancelled_invoice_owes_nothing() -> None:
    cancelada = documento("F", "2026-01-05", gravada("1000.00"), metodo_pago="PPD", vigente=False)
    assert saldo(cancelada, libro(cancelada)) == 0


def test_a_note_of_the_same_day_moves_no_rounding_of_the_payment() -> None:
    chica = documento("F", "2026-01-05", gravada("0.50"), metodo_pago="PPD")
    devuelta = nota("E", "2026-02-10", cubetas(base_16="0.16", iva_16="0.03"), "F")
    assert [e.cubetas.iva_16 for e in hechos(chica, devuelta, pagada("P", "F", "2026-02-10", "0.20"))] == [D("0.03")]


def test_a_share_in_the_currency_of_its_payment_has_no_rate_between_them() -> None:
    pago = pagada(
        "P", "F", "2026-02-10", "1160.00", moneda="USD", moneda_p="USD", tipo_cambio=D("20"), equivalencia=D("18.5")
    )
    [evento] = hechos(PPD_USD, pago)
    assert evento.cubetas.iva_16 == D("3200.00")


def test_shares_that_match_the_amount_but_not_more_than_it_once_converted_stay_as_written() -> None:
    pago = pagada(
        "P",
        "F",
        "2026-02-10",
        "1000.00",
        moneda_p="USD",
        tipo_cambio=D("18.5"),
        equivalencia=D("18.5"),
        monto=D("1000.00"),
    )
    assert saldo(PPD, libro(PPD, pago)) == D("160.00")


def test_imp_saldo_ant_in_another_currency_than_the_invoice_is_not_compared_with_its_total() -> None:
    [evento] = hechos(PPD_USD, pagada("P", "F", "2026-02-10", "11600.00", saldo_anterior=D("23200.00")))
    assert evento.cubetas.iva_16 == D("1600.00")


def test_a_rate_of_one_between_two_currencies_is_no_rate() -> None:
    docto = DoctoPagado("f", "USD", D(1), 1, None, D("1160.00"), None, "02", False, Cubetas())
    pago = Pago(datetime(2026, 2, 1), "03", "MXN", D(1), D("21460.00"), None, (docto,))
    assert cambio_de_docto(pago, docto) is None
