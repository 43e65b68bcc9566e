from dataclasses import replace
from decimal import Decimal

import pytest

from contracts.libros import a_cfdi, a_credit_note, a_payment, a_ppd, recibido, uuid
from contracts.samples import UN_UUID, UnConcepto, an_xml
from horux_adapters.sat.reader import SatReader
from horux_core.fiscal.cfdi.ficha import CONCEPTOS, Enlace, Hoja, LookAtCfdi
from horux_core.fiscal.cfdi.listing import ShowCfdi
from horux_core.fiscal.cfdi.model import Cfdi, Concepto, Direccion, Estado
from horux_core.fiscal.cfdi.stored import Correction, Entry, Original
from horux_core.fiscal.errors import CfdiMissing
from horux_core.identity.errors import ActionForbidden
from horux_core.identity.model import Role
from horux_core.kernel.periodo import Periodo
from tests.despacho import Despacho

D = Decimal


class Unread(SatReader):
    """A reader of documents whose files are not XML."""

    def unpack(self, original: Original) -> bytes:
        return b"hola"


def looked(despacho: Despacho, n: int, role: Role = Role.VISOR) -> Hoja:
    hoja = LookAtCfdi(despacho.books, Unread())(despacho.actor(role), uuid(n))
    assert hoja.detalle == ShowCfdi(despacho.books)(despacho.actor(role), uuid(n))
    return hoja


def test_tells_each_payment_with_the_balance_after_it_and_where_it_counts() -> None:
    despacho = Despacho()
    despacho.enter(a_ppd(1), a_payment(2, 1, pagado="580.00"), a_credit_note(3, 1))
    hoja = looked(despacho, 1)
    told = [(a.uuid, a.parcialidad, a.importe, a.saldo, a.periodos) for a in hoja.abonos]
    assert told == [
        (uuid(3), None, D("116.00"), D("1044.00"), ()),
        (uuid(2), 1, D("580.00"), D("464.00"), (Periodo(2026, 2),)),
    ]
    assert (hoja.cobrado, hoja.acreditado, hoja.detalle.saldo) == (D("580.00"), D("116.00"), D("464.00"))
    assert hoja.abonos[-1].saldo == hoja.detalle.saldo
    assert set(hoja.otras) == {uuid(2), uuid(3)}
    assert hoja.cuenta == ()


def test_a_payment_names_what_it_pays_and_counts_in_its_month() -> None:
    despacho = Despacho()
    despacho.enter(a_ppd(1), a_payment(2, 1, 9))
    hoja = looked(despacho, 2)
    assert set(hoja.otras) == {uuid(1)}
    assert hoja.monto == (D("1160.00"), "MXN")
    assert {e.periodo for e in hoja.cuenta} == {Periodo(2026, 2)}
    assert (hoja.por_pagos, hoja.abonos) == (False, ())
    mixed = a_payment(5, 1)
    despacho.enter(replace(mixed, pagos=(*mixed.pagos, replace(mixed.pagos[0], moneda="USD", tipo_cambio=D(18)))))
    assert looked(despacho, 5).monto is None


def test_one_paid_at_once_counts_by_itself() -> None:
    despacho = Despacho()
    despacho.enter(a_cfdi(1))
    hoja = looked(despacho, 1)
    assert (hoja.por_pagos, hoja.monto, [e.periodo for e in hoja.cuenta]) == (False, None, [Periodo(2026, 1)])


def test_relations_are_told_from_both_sides() -> None:
    despacho = Despacho()
    despacho.enter(a_cfdi(1), a_credit_note(3, 1, 8))
    assert looked(despacho, 1).enlaces == (Enlace("01", uuid(3), False),)
    assert looked(despacho, 3).enlaces == (Enlace("01", uuid(1), True), Enlace("01", uuid(8), True))


def test_a_cancelled_one_owes_nothing_and_counts_nowhere() -> None:
    despacho = Despacho()
    despacho.enter(a_ppd(1), a_payment(2, 1))
    with despacho.books.open(despacho.tenant) as books:
        books.cfdis.correct(uuid(1), Correction(estado=Estado.CANCELADO))
    hoja = looked(despacho, 1)
    assert (hoja.por_pagos, hoja.abonos, hoja.cuenta, hoja.cobrado) == (False, (), (), D(0))


@pytest.mark.parametrize(
    ("cfdi", "judged"), [(a_cfdi(1), False), (recibido(a_cfdi(1)), True), (recibido(a_payment(1, 2)), True)]
)
def test_only_an_expense_is_judged(cfdi: Cfdi, judged: bool) -> None:
    despacho = Despacho()
    despacho.enter(cfdi)
    assert looked(despacho, 1).se_juzga is judged


def test_tells_the_first_lines_of_its_file() -> None:
    despacho, reader = Despacho(), SatReader()
    lines = [UnConcepto(importe="1.00") for _ in range(CONCEPTOS + 5)]
    content = an_xml(conceptos=lines)
    despacho.enter(Entry("a.xml", reader.read(content), Direccion.EMITIDO, reader.pack(content)))
    hoja = LookAtCfdi(despacho.books, reader)(despacho.actor(), UN_UUID)
    assert (len(hoja.conceptos), hoja.lineas) == (CONCEPTOS, CONCEPTOS + 5)
    assert isinstance(hoja.conceptos[0], Concepto)


def test_is_for_those_who_read_and_of_what_there_is() -> None:
    despacho = Despacho()
    look = LookAtCfdi(despacho.books, SatReader())
    with pytest.raises(ActionForbidden):
        look(despacho.actor(None), uuid(1))
    with pytest.raises(CfdiMissing):
        look(despacho.actor(), uuid(1))
