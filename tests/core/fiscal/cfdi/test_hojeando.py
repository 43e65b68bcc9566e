from dataclasses import replace
from datetime import date, datetime
from decimal import Decimal

import pytest

from contracts.libros import PROPIO, a_cfdi, a_credit_note, a_payment, a_ppd, an_entry, recibido, uuid
from horux_adapters.hojas.xlsx_hojas import XlsxHojas
from horux_core.fiscal.cfdi.exportando import ExportCfdis
from horux_core.fiscal.cfdi.hojeando import BrowseCfdis, Estorbo, Hojeada
from horux_core.fiscal.cfdi.listing import ShowCfdi
from horux_core.fiscal.cfdi.model import Advertencia, Direccion, Estado, Tipo
from horux_core.fiscal.cfdi.stored import Correction, Filter
from horux_core.fiscal.errors import FiltroInvalido
from horux_core.identity.errors import ActionForbidden
from horux_core.identity.model import Role
from horux_core.kernel.pages import CursorMalformed
from tests.despacho import Despacho

D = Decimal
ODD = (Advertencia("RARO", "Algo raro."),)


@pytest.fixture
def despacho() -> Despacho:
    despacho = Despacho()
    despacho.enter(
        a_cfdi(1, "1000.00"), a_cfdi(2, "50.00", advertencias=ODD), a_credit_note(3, 1, total="116.00"),
        a_payment(4, 9, pagado="580.00"), a_cfdi(5, "9999.00"), a_cfdi(6, "300.00", tipo=Tipo.NOMINA),
        recibido(a_cfdi(7, "400.00")), recibido(a_cfdi(8, "10.00", moneda="USD", tipo_cambio=None)),
    )  # fmt: skip
    despacho.enter(an_entry(a_cfdi(10, "7.00", rfc_receptor=PROPIO), Direccion.AMBAS))
    with despacho.books.open(despacho.tenant) as books:
        books.cfdis.correct(uuid(5), Correction(estado=Estado.CANCELADO))
    return despacho


def browsed(despacho: Despacho, cursor: str | None = None, **wanted: object) -> Hojeada:
    return BrowseCfdis(despacho.books)(despacho.actor(Role.VISOR), Filter(**wanted), cursor)  # type: ignore[arg-type]


def test_never_adds_issued_to_received_nor_what_is_cancelled(despacho: Despacho) -> None:
    sumas = browsed(despacho).sumas
    assert (sumas.emitido, sumas.recibido) == (D("941.00"), D("407.00"))
    assert (sumas.cuantos, sumas.cancelados, sumas.sin_cambio) == (9, 1, 1)


def test_a_side_alone_has_its_own_total_and_the_cuts_stay(despacho: Despacho) -> None:
    sumas = browsed(despacho, direccion=Direccion.RECIBIDO).sumas
    assert (sumas.emitido, sumas.recibido, sumas.cuantos) == (None, D("407.00"), 3)
    assert (sumas.todos, sumas.emitidos, sumas.recibidos, sumas.por_revisar) == (9, 7, 3, 3)


def test_payroll_is_added_only_by_itself(despacho: Despacho) -> None:
    assert browsed(despacho, tipo=Tipo.NOMINA).sumas.emitido == D("300.00")
    assert browsed(despacho, tipo=Tipo.PAGO).sumas.emitido is None


def test_what_is_to_be_looked_at_is_a_cut_too(despacho: Despacho) -> None:
    found = browsed(despacho, por_revisar=True)
    odd = {uuid(2), uuid(4), uuid(8)}
    assert {r.stored.cfdi.uuid for r in found.renglones} == odd
    assert {r.stored.cfdi.uuid for r in browsed(despacho).renglones if r.revisar} == odd
    assert (found.sumas.cuantos, found.sumas.emitido, found.sumas.todos) == (3, D("50.00"), 9)


def test_each_row_says_what_it_adds(despacho: Despacho) -> None:
    rows = {r.stored.cfdi.uuid: r for r in browsed(despacho).renglones}
    added = {n: rows[uuid(n)].aporta for n in (1, 3, 4, 5, 6, 8)}
    assert added == {1: D("1000.00"), 3: D("-116.00"), 4: None, 5: None, 6: None, 8: None}
    assert rows[uuid(4)].pagado == (D("580.00"), "MXN")
    assert rows[uuid(1)].pagado is None
    emitted = [r.aporta for r in rows.values() if r.stored.direccion is not Direccion.RECIBIDO and r.aporta]
    assert sum(emitted, D(0)) == browsed(despacho).sumas.emitido


def test_tells_what_is_owed_of_an_invoice_paid_in_parts() -> None:
    despacho = Despacho()
    despacho.enter(a_ppd(1), a_payment(2, 1), a_credit_note(3, 1), a_cfdi(4), a_ppd(5), recibido(a_ppd(6)))
    with despacho.books.open(despacho.tenant) as books:
        books.cfdis.correct(uuid(5), Correction(estado=Estado.CANCELADO))
    owed = {r.stored.cfdi.uuid: r.saldo for r in browsed(despacho).renglones}
    show = ShowCfdi(despacho.books)
    assert owed[uuid(1)] == show(despacho.actor(), uuid(1)).saldo == D("464.00")
    assert [owed[uuid(n)] for n in (2, 3, 4, 5, 6)] == [None, None, None, None, D("1160.00")]


def test_says_which_field_keeps_the_most_out(despacho: Despacho) -> None:
    assert browsed(despacho, tipo=Tipo.TRASLADO, texto="robótica").estorbo == Estorbo("tipo", 9)
    assert browsed(despacho, tipo=Tipo.TRASLADO, desde=date(2030, 1, 1)).estorbo is None
    assert browsed(despacho).estorbo is None
    assert browsed(Despacho(), texto="x").estorbo is None


def test_pages_follow_each_other() -> None:
    despacho = Despacho()
    despacho.enter(*(a_cfdi(n, fecha_emision=datetime(2026, 1, 1, n // 60, n % 60)) for n in range(60)))
    first = browsed(despacho)
    second = browsed(despacho, first.sigue)
    assert (len(first.renglones), len(second.renglones), second.sigue) == (50, 10, None)
    assert first.cfdis == second.sumas.cuantos == 60
    with pytest.raises(CursorMalformed):
        browsed(despacho, "x")


def test_is_for_those_who_read(despacho: Despacho) -> None:
    for use_case in (BrowseCfdis(despacho.books), ExportCfdis(despacho.books, XlsxHojas(), despacho.clock)):
        with pytest.raises(ActionForbidden):
            use_case(despacho.actor(None), Filter())
    with pytest.raises(FiltroInvalido):
        browsed(despacho, texto="\0")


def test_exports_all_that_answers_and_nothing_else(despacho: Despacho) -> None:
    export = ExportCfdis(despacho.books, XlsxHojas(), despacho.clock)
    lista = export.lista(despacho.actor(Role.VISOR), Filter(direccion=Direccion.EMITIDO))
    rows = list(lista.hoja.renglones.filas)
    assert len(rows) == 7
    assert len({len(row) for row in (*rows, lista.hoja.columnas)}) == 1
    assert lista.archivo == f"{PROPIO}-cfdi-2026-05-09"
    name, content = export(despacho.actor(), Filter())
    assert (name[-5:], content[:2]) == (".xlsx", b"PK")


def test_a_part_of_many_is_exported_whole(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("horux_core.fiscal.cfdi.exportando._TRAMO", 3)
    despacho = Despacho()
    despacho.enter(*(replace(a_ppd(n), folio=str(n)) for n in range(10)))
    lista = ExportCfdis(despacho.books, XlsxHojas(), despacho.clock).lista(despacho.actor(), Filter())
    assert {row[4] for row in lista.hoja.renglones.filas} == {str(n) for n in range(10)}
