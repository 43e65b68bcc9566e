"""What the books say was paid and the bank does not show."""

from datetime import datetime
from decimal import Decimal

import pytest

from contracts.libros import a_payment, a_ppd, uuid
from horux_core.fiscal.conciliacion.libro import uuid_de
from horux_core.fiscal.conciliacion.sin_banco import ListSinBanco, SinBanco
from horux_core.identity.errors import ActionForbidden
from horux_core.kernel.periodo import Periodo
from tests.core.fiscal.conciliacion.oficina import Oficina, factura, movimiento

D = Decimal
ENERO = Periodo(2026, 1)


def listed(oficina: Oficina, periodo: Periodo | None = None) -> SinBanco:
    d = oficina.despacho
    return ListSinBanco(d.books, d.entitlements)(d.actor(), periodo)


def left(oficina: Oficina, periodo: Periodo | None = None) -> dict[str, Decimal]:
    return {uuid_de(s.candidato.id): s.queda for s in listed(oficina, periodo).documentos}


def test_without_a_statement_nothing_is_missing() -> None:
    oficina = Oficina()
    oficina.despacho.enter(factura(1, "2026-01-10", "1160.00"))
    assert listed(oficina) == SinBanco(None, False, ())


def test_lists_what_no_row_settles_in_the_days_covered() -> None:
    oficina = Oficina()
    oficina.despacho.enter(
        factura(1, "2026-01-10", "1160.00"), factura(2, "2026-01-12", "2320.00"), factura(3, "2026-01-30", "50.00")
    )
    oficina.carga(movimiento("2026-01-02", "7.77"), movimiento("2026-01-11", "1160.00"), movimiento("2026-01-20", "9"))
    assert left(oficina) == {uuid(2): D("2320.00")}
    assert listed(oficina).periodo == ENERO
    assert listed(oficina, Periodo(2026, 2)) == SinBanco(Periodo(2026, 2), False, ())


def test_an_invoice_in_parts_is_not_listed_and_its_payment_is() -> None:
    oficina = Oficina()
    pago = a_payment(2, 1, pagado="580.00")
    dia = pago.pagos[0].fecha_pago
    oficina.despacho.enter(a_ppd(1, "1160.00", fecha_emision=datetime(dia.year, dia.month, 1)), pago)
    oficina.carga(movimiento(f"{dia:%Y-%m}-01", "7.77"), movimiento(f"{dia:%Y-%m}-28", "9.99"))
    assert left(oficina) == {uuid(2): D("580.00")}


def test_who_may_not_read_is_refused() -> None:
    d = Oficina().despacho
    with pytest.raises(ActionForbidden):
        ListSinBanco(d.books, d.entitlements)(d.actor(None))
