"""What the bank says was collected or paid, against the documents that should say so."""

from datetime import UTC, date, datetime, timedelta
from uuid import UUID

import pytest

from contracts.libros import D, a_cfdi, a_payment, a_ppd, recibido, uuid
from contracts.ports.conciliacion import CUENTA, a_row, proposed, standing
from horux_core.fiscal.cfdi.model import Cfdi
from horux_core.fiscal.conciliacion.libro import Carga, identidad
from horux_core.fiscal.conciliacion.model import EstadoRenglon, Parte
from tests.core.fiscal.alertas.test_revisando import ENERO, Revision

BANCARIAS = {"PPD_SIN_REP", "REP_NO_RECIBIDO", "PUE_NO_PAGADA"}


@pytest.fixture
def revision() -> Revision:
    return Revision()


def statement(revision: Revision, at: datetime = datetime(2026, 2, 3, tzinfo=UTC)) -> None:
    with revision.despacho.books.open(revision.despacho.tenant) as books:
        books.conciliacion.guardar_cuenta(CUENTA)
        carga = Carga(UUID(int=5), CUENTA.id, "enero.csv", date(2026, 1, 1), date(2026, 1, 31), at)
        books.conciliacion.entrar(carga, [a_row(1, importe="1160.00"), a_row(2, importe="-1160.00")])


def matched(revision: Revision, row: int, documento: str | None, importe: str = "1160.00") -> None:
    """The row settles that document, or none."""
    fila = a_row(row, importe="1160.00" if row == 1 else "-1160.00")
    with revision.despacho.books.open(revision.despacho.tenant) as books:
        if documento is None:
            books.conciliacion.guardar([standing(fila, EstadoRenglon.SIN_DOCUMENTO)])
            return
        propuesta = proposed(row, Parte(documento, D(importe)), estado=EstadoRenglon.CONCILIADO)
        books.conciliacion.guardar([standing(fila, EstadoRenglon.CONCILIADO, propuesta, aceptada=identidad(propuesta))])


def told(revision: Revision) -> set[str]:
    revision.review()
    return BANCARIAS & set(revision.open_ones())


def paid(n: int, factura: int) -> Cfdi:
    return a_payment(n, factura, pagado="1160.00")


def test_nothing_is_said_of_the_bank_before_a_statement_comes(revision: Revision) -> None:
    revision.despacho.enter(a_ppd(1), a_cfdi(2))
    assert told(revision) == set()


def test_a_ppd_that_was_collected_lacks_its_payment_until_it_comes(revision: Revision) -> None:
    revision.despacho.enter(a_ppd(1))
    statement(revision)
    assert told(revision) == set()
    matched(revision, 1, uuid(1))
    assert told(revision) == {"PPD_SIN_REP"}
    alerta = revision.open_ones()["PPD_SIN_REP"].hallazgo
    assert (alerta.periodo, alerta.limite, alerta.uuids) == (ENERO, date(2026, 2, 5), (uuid(1),))
    revision.despacho.enter(paid(2, 1))
    assert told(revision) == set()


def test_a_ppd_that_was_paid_lacks_the_suppliers_payment(revision: Revision) -> None:
    revision.despacho.enter(recibido(a_ppd(1)))
    statement(revision)
    matched(revision, 2, uuid(1))
    assert told(revision) == {"REP_NO_RECIBIDO"}
    revision.despacho.enter(recibido(paid(2, 1)))
    assert told(revision) == set()


def test_money_that_is_no_longer_of_an_invoice_asks_for_no_payment(revision: Revision) -> None:
    revision.despacho.enter(a_ppd(1))
    statement(revision)
    matched(revision, 1, uuid(1))
    assert told(revision) == {"PPD_SIN_REP"}
    matched(revision, 1, None)
    assert told(revision) == set()


def test_money_matched_with_a_payment_is_of_its_invoices(revision: Revision) -> None:
    revision.despacho.enter(a_ppd(1), a_ppd(2, "1160.00", folio="2"), a_payment(3, 1, 2, pagado="580.00"))
    statement(revision)
    matched(revision, 1, f"{uuid(3)}#0")
    assert told(revision) == set()
    with revision.despacho.books.open(revision.despacho.tenant) as books:
        books.iva.replace([uuid(1)], [], [])
    assert told(revision) == set()


def test_a_pue_without_money_in_its_month_is_told_once_the_statement_is_whole(revision: Revision) -> None:
    revision.despacho.enter(a_cfdi(1), a_cfdi(2, "50.00", forma_pago="01"))
    statement(revision, datetime(2026, 1, 30, tzinfo=UTC))
    assert told(revision) == set()
    statement_whole = Carga(UUID(int=6), CUENTA.id, "b.csv", date(2026, 1, 1), date(2026, 1, 31), revision.now)
    with revision.despacho.books.open(revision.despacho.tenant) as books:
        books.conciliacion.entrar(statement_whole, [])
    assert told(revision) == {"PUE_NO_PAGADA"}
    assert revision.open_ones()["PUE_NO_PAGADA"].hallazgo.uuids == (uuid(1),)
    revision.now += timedelta(minutes=1)
    matched(revision, 1, uuid(1))
    assert told(revision) == set()
