from dataclasses import replace
from datetime import date, datetime
from decimal import Decimal

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from contracts.libros import a_cfdi, a_credit_note, a_payment, a_ppd, an_entry, recibido, uuid
from horux_core.fiscal.cfdi.model import Cfdi, Estado
from horux_core.fiscal.cfdi.stored import Correction
from horux_core.fiscal.configuracion.model import ConfiguracionFiscal, Declaracion
from horux_core.fiscal.iva.eventos import eventos
from horux_core.fiscal.iva.mes import cuentas
from horux_core.fiscal.iva.model import Apertura, MesIva, ModoNotas, OpcionesIva
from horux_core.fiscal.iva.recomputing import encadenar
from horux_core.fiscal.recomputing import recompute
from horux_core.kernel.periodo import PRIMERO, ULTIMO, Periodo
from tests.core.fiscal.iva.libros import cadena
from tests.despacho import Despacho

D = Decimal
MARZO_15 = datetime(2026, 3, 15, 9)


def meses(despacho: Despacho) -> dict[Periodo, MesIva]:
    with despacho.books.open(despacho.tenant) as books:
        return books.iva.meses(PRIMERO, ULTIMO)


def gasto(n: int, total: str = "2320.00", **changes: object) -> Cfdi:
    return recibido(a_cfdi(n, total, **changes))


def test_works_out_what_is_marked_and_unmarks_it() -> None:
    despacho = Despacho()
    despacho.enter(a_cfdi(1), gasto(2, "580.00"))
    enero = despacho.mes(2026, 1)
    assert enero is not None
    assert (enero.iva_trasladado, enero.iva_acreditable, enero.a_pagar) == (D("160.00"), D("80.00"), D("80.00"))
    assert despacho.pending() == 0


def test_nothing_marked_changes_nothing() -> None:
    despacho = Despacho()
    with despacho.books.open(despacho.tenant) as books:
        assert recompute(books) is False
        assert books.iva.meses(PRIMERO, ULTIMO) == {}


def test_carries_the_balance_from_month_to_month_with_no_gap() -> None:
    despacho = Despacho()
    despacho.enter(gasto(1), a_cfdi(2, "580.00", fecha_emision=MARZO_15))
    found = meses(despacho)
    assert list(found) == [Periodo(2026, 1), Periodo(2026, 2), Periodo(2026, 3)]
    assert [m.saldo_a_favor for m in found.values()] == [D("320.00"), D("320.00"), D("240.00")]


def test_an_older_document_moves_every_later_month() -> None:
    despacho = Despacho()
    despacho.enter(a_cfdi(1, fecha_emision=MARZO_15))
    despacho.enter(gasto(2, "232.00"))
    assert next(iter(meses(despacho))) == Periodo(2026, 1)
    assert meses(despacho)[Periodo(2026, 3)].a_pagar == D("128.00")


def test_a_payment_counts_in_its_month_when_its_invoice_comes_later() -> None:
    despacho = Despacho()
    sin_desglose = a_payment(2, 1)
    docto = replace(sin_desglose.pagos[0].doctos[0], con_impuestos=False)
    pago = replace(sin_desglose, pagos=(replace(sin_desglose.pagos[0], doctos=(docto,)),))
    despacho.enter(pago)
    with despacho.books.open(despacho.tenant) as books:
        assert [aviso.codigo for aviso in books.cfdis.avisos(uuid(2))] == ["PAGO_SIN_FACTURA"]
    despacho.enter(a_ppd(1))
    febrero = despacho.mes(2026, 2)
    assert febrero is not None
    assert febrero.iva_trasladado == D("80.00")
    with despacho.books.open(despacho.tenant) as books:
        assert books.cfdis.avisos(uuid(2)) == ()


def test_months_vanish_with_the_events_that_made_them() -> None:
    despacho = Despacho()
    despacho.enter(a_cfdi(1), a_cfdi(2, fecha_emision=MARZO_15))
    for n, left in ((1, [Periodo(2026, 3)]), (2, [])):
        with despacho.books.open(despacho.tenant) as books:
            books.cfdis.correct(uuid(n), Correction(estado=Estado.CANCELADO))
            recompute(books)
        assert list(meses(despacho)) == left


def test_works_out_in_stretches_to_the_same_end() -> None:
    documents = [*(a_ppd(n) for n in range(1, 6)), *(a_payment(n + 10, n) for n in range(1, 6)), a_credit_note(20, 1)]
    whole, parts = Despacho(), Despacho()
    whole.enter(*documents)
    with parts.books.open(parts.tenant) as books:
        books.cfdis.enter([an_entry(d) for d in documents])
    more, turns = True, 0
    while more:
        with parts.books.open(parts.tenant) as books:
            more = recompute(books, 2)
        turns += 1
    assert turns > 1
    assert parts.pending() == 0
    assert meses(parts) == meses(whole)


def test_says_that_more_remain() -> None:
    despacho = Despacho()
    with despacho.books.open(despacho.tenant) as books:
        books.cfdis.enter([an_entry(a_cfdi(n)) for n in range(3)])
        assert recompute(books, 2) is True
        assert recompute(books, 2) is False


def test_the_opening_starts_the_chain_and_gives_what_was_withheld() -> None:
    despacho = Despacho()
    with despacho.books.open(despacho.tenant) as books:
        apertura = Apertura(Periodo(2026, 1), D("50.00"), D("10.00"))
        books.ajustes.guardar(ConfiguracionFiscal(2026, apertura=apertura))
    despacho.enter(a_cfdi(1))
    enero = despacho.mes(2026, 1)
    assert enero is not None
    assert (enero.saldo_anterior, enero.iva_acreditable, enero.a_pagar) == (D("50.00"), D("10.00"), D("100.00"))


def test_an_opening_in_the_middle_replaces_the_balance_carried() -> None:
    despacho = Despacho()
    with despacho.books.open(despacho.tenant) as books:
        apertura = Apertura(Periodo(2026, 2), D("7.00"))
        books.ajustes.guardar(ConfiguracionFiscal(2026, apertura=apertura))
    despacho.enter(gasto(1), a_cfdi(2, fecha_emision=MARZO_15))
    found = meses(despacho)
    assert [m.saldo_a_favor for m in found.values()] == [D("320.00"), D("7.00"), D("0.00")]


def test_an_opening_alone_puts_its_month_down() -> None:
    despacho = Despacho()
    with despacho.books.open(despacho.tenant) as books:
        apertura = Apertura(Periodo(2026, 4), D("7.00"))
        books.ajustes.guardar(ConfiguracionFiscal(2026, apertura=apertura))
        encadenar(books)
    assert {p: m.saldo_a_favor for p, m in meses(despacho).items()} == {Periodo(2026, 4): D("7.00")}


def test_a_balance_asked_back_leaves_the_chain() -> None:
    despacho = Despacho()
    despacho.enter(gasto(1), a_cfdi(2, fecha_emision=MARZO_15))
    with despacho.books.open(despacho.tenant) as books:
        books.ajustes.declarar(Declaracion("iva", Periodo(2026, 1), date(2026, 2, 17), D(0), D("320.00")))
        encadenar(books, Periodo(2026, 1))
    assert [m.saldo_a_favor for m in meses(despacho).values()] == [D("320.00"), D("0.00"), D("0.00")]
    assert meses(despacho)[Periodo(2026, 3)].a_pagar == D("160.00")


def test_a_balance_asked_back_before_an_opening_leaves_the_opening_whole() -> None:
    despacho = Despacho()
    despacho.enter(gasto(1), a_cfdi(2, fecha_emision=MARZO_15))
    with despacho.books.open(despacho.tenant) as books:
        books.ajustes.guardar(ConfiguracionFiscal(2026, apertura=Apertura(Periodo(2026, 2), D("50.00"))))
        books.ajustes.declarar(Declaracion("iva", Periodo(2026, 1), date(2026, 2, 17), D(0), D("320.00")))
        encadenar(books)
    found = meses(despacho)
    assert [m.saldo_a_favor for m in found.values()] == [D("320.00"), D("50.00"), D("0.00")]
    assert found[Periodo(2026, 3)].a_pagar == D("110.00")


def test_each_year_is_worked_out_under_its_own_options() -> None:
    despacho = Despacho()
    with despacho.books.open(despacho.tenant) as books:
        books.ajustes.guardar(ConfiguracionFiscal(2026, iva=OpcionesIva(efectivo_tope=D("100.00"))))
    efectivo = {"forma_pago": "01"}
    despacho.enter(
        gasto(1, "1160.00", fecha_emision=datetime(2025, 12, 1), **efectivo), gasto(2, "1160.00", **efectivo)
    )
    diciembre, enero = despacho.mes(2025, 12), despacho.mes(2026, 1)
    assert diciembre is not None
    assert enero is not None
    assert (diciembre.iva_acreditable, diciembre.iva_no_acreditable) == (D("160.00"), D("0.00"))
    assert (enero.iva_acreditable, enero.iva_no_acreditable) == (D("0.00"), D("160.00"))


def test_a_notice_is_given_once_however_many_options_there_are() -> None:
    despacho = Despacho()
    with despacho.books.open(despacho.tenant) as books:
        books.ajustes.guardar(ConfiguracionFiscal(2026, iva=OpcionesIva(efectivo_tope=D("100.00"))))
    despacho.enter(a_cfdi(1, fecha_emision=datetime(2025, 12, 1)), a_cfdi(2, moneda="USD", tipo_cambio=None))
    with despacho.books.open(despacho.tenant) as books:
        assert [aviso.codigo for aviso in books.cfdis.avisos(uuid(2))] == ["TC_SOSPECHOSO"]


def test_a_payment_that_crosses_the_year_is_counted_once() -> None:
    despacho = Despacho()
    with despacho.books.open(despacho.tenant) as books:
        books.ajustes.guardar(ConfiguracionFiscal(2026, iva=OpcionesIva(notas=ModoNotas.EMISION)))
    despacho.enter(a_ppd(1, fecha_emision=datetime(2025, 12, 1)), a_payment(2, 1))
    assert sum(m.iva_trasladado for m in meses(despacho).values()) == D("80.00")


@pytest.mark.parametrize("fecha", [datetime(1990, 1, 1), datetime(2200, 12, 31)])
def test_bears_the_first_and_the_last_month_there_are(fecha: datetime) -> None:
    despacho = Despacho()
    despacho.enter(a_cfdi(1, fecha_emision=fecha))
    assert len(meses(despacho)) == 1


@given(st.lists(st.tuples(st.integers(1, 12), st.integers(1, 99_999_99), st.booleans()), min_size=1, max_size=8))
@settings(max_examples=40, deadline=None)
def test_one_by_one_in_any_order_ends_as_all_at_once(rows: list[tuple[int, int, bool]]) -> None:
    documents = [
        (recibido if bought else replace)(a_cfdi(n, str(D(cents) / 100), fecha_emision=datetime(2026, month, 3)))
        for n, (month, cents, bought) in enumerate(rows)
    ]
    despacho = Despacho()
    for document in documents:
        despacho.enter(document)
    with despacho.books.open(despacho.tenant) as books:
        hechos, _ = eventos(books.iva.connected(d.uuid for d in documents), None, OpcionesIva())
    periodos = sorted({e.periodo for e in hechos})
    por_mes = {p: cuentas([e for e in hechos if e.periodo == p]) for p in periodos}
    expected = cadena(Apertura(periodos[0]), periodos[-1], por_mes, OpcionesIva())
    assert list(meses(despacho).values()) == expected
