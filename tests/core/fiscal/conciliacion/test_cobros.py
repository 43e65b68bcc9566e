"""What the bank says was collected and paid, as the alerts weigh it."""

from datetime import date, datetime
from uuid import uuid4

import pytest

from contracts.libros import a_payment, a_ppd, uuid
from contracts.ports.conciliacion import CUENTA, OTRA
from horux_core.fiscal.conciliacion.cobros import meses, por_factura
from horux_core.fiscal.conciliacion.libro import Carga, Cobro, CuentaBancaria
from horux_core.kernel.periodo import Periodo
from tests.core.fiscal.conciliacion.oficina import D, Oficina, movimiento


@pytest.fixture
def oficina() -> Oficina:
    return Oficina()


def test_the_money_of_a_p_is_its_invoices(oficina: Oficina) -> None:
    oficina.despacho.enter(a_ppd(1, "1160.00"), a_ppd(2, "1160.00"), a_payment(3, 1, 2, pagado="580.00"))
    oficina.carga(movimiento("2026-02-20", "1160.00"))
    assert oficina.estados() == ["conciliado"]
    ident = oficina.filas()[0].fila.renglon.id
    dia = date(2026, 2, 20)
    with oficina.despacho.books.open(oficina.despacho.tenant) as books:
        assert set(por_factura(books)) == {Cobro(uuid(n), None, dia, D("580.00"), ident) for n in (1, 2)}


def test_a_month_is_covered_by_a_statement_loaded_after_it(oficina: Oficina) -> None:
    """The clock stands on 9 May 2026."""
    oficina.carga(movimiento("2026-03-30", "1.00"), movimiento("2026-05-08", "1.00"))
    with oficina.despacho.books.open(oficina.despacho.tenant) as books:
        assert meses(books) == {Periodo(2026, 4)}


def _carga(desde: str, hasta: str, cargada: str = "2026-05-09", cuenta: CuentaBancaria = CUENTA) -> Carga:
    en = datetime.fromisoformat(f"{cargada}T18:00:00+00:00")
    return Carga(uuid4(), cuenta.id, "a.csv", date.fromisoformat(desde), date.fromisoformat(hasta), en)


@pytest.mark.parametrize(
    ("cargas", "cubiertos"),
    [
        ([_carga("2026-03-04", "2026-03-28")], ["2026-03"]),
        ([_carga("2026-03-05", "2026-03-31")], []),
        ([_carga("2026-03-01", "2026-03-27")], []),
        ([_carga("2026-03-15", "2026-03-15")], []),
        ([_carga("2026-02-28", "2026-04-30")], ["2026-03", "2026-04"]),
        ([_carga("2026-03-01", "2026-03-31", "2026-03-31")], []),
        ([_carga("2026-03-01", "2026-03-31", "2026-04-01")], ["2026-03"]),
        ([_carga("2026-03-16", "2026-03-31"), _carga("2026-03-02", "2026-03-12")], ["2026-03"]),
        ([_carga("2026-03-17", "2026-03-31"), _carga("2026-03-02", "2026-03-12")], []),
        ([_carga("2026-03-01", "2026-03-12", "2026-03-12"), _carga("2026-03-13", "2026-03-31")], []),
        ([_carga("2026-03-01", "2026-03-12", "2026-03-12"), _carga("2026-03-12", "2026-03-31")], ["2026-03"]),
        ([_carga("2026-03-01", "2026-03-31"), _carga("2026-03-10", "2026-03-12")], ["2026-03"]),
        ([_carga("2026-03-01", "2026-03-15"), _carga("2026-03-16", "2026-03-31", cuenta=OTRA)], []),
        ([_carga("1800-03-01", "2026-03-31"), _carga("2026-04-01", "2026-04-30")], ["2026-04"]),
        ([_carga("1990-01-01", "1990-01-31"), _carga("2026-03-01", "9999-12-31")], ["1990-01"]),
    ],
)
def test_a_month_is_covered_from_its_first_days_to_its_last(
    oficina: Oficina, cargas: list[Carga], cubiertos: list[str]
) -> None:
    with oficina.despacho.books.open(oficina.despacho.tenant) as books:
        for cuenta in (CUENTA, OTRA):
            books.conciliacion.guardar_cuenta(cuenta)
        for carga in cargas:
            books.conciliacion.entrar(carga, [])
        assert sorted(map(str, meses(books))) == cubiertos
