"""Accepting, refusing, undoing; and what is left of a document afterwards."""

from datetime import date

import pytest

from horux_core.fiscal.conciliacion.decidiendo import aceptar, deshacer, rechazar
from horux_core.fiscal.conciliacion.disponibles import disponibles
from horux_core.fiscal.conciliacion.errors import (
    ConciliacionMissing,
    PropuestaRechazada,
    RenglonYaConciliado,
    SaldoInsuficiente,
)
from horux_core.fiscal.conciliacion.importando import EstadoCuenta, Movimiento, filas
from horux_core.fiscal.conciliacion.model import (
    Clase,
    Decisiones,
    EstadoRenglon,
    Parte,
    Propuesta,
    Regla,
    Renglon,
    Signo,
)
from tests.core.fiscal.conciliacion.bancos import D, documento, renglon, resuelve

FACTURA = documento("d", Clase.PPD, "2026-01-10", "1000.00")
NADA = Decisiones()


def renglones(cuenta: str, estado: EstadoCuenta) -> list[Renglon]:
    return [fila.renglon for fila in filas(cuenta, estado)]


def parcial(id_: str, importe: str) -> Propuesta:
    return Propuesta(id_, EstadoRenglon.SUGERIDO, Regla.PARCIALIDAD, (Parte("d", D(importe)),))


def test_what_is_accepted_is_settled_and_lowers_the_document() -> None:
    hecho = aceptar(NADA, parcial("r", "400.00"), [FACTURA])
    assert hecho.aceptadas[0].estado is EstadoRenglon.CONCILIADO
    assert disponibles([FACTURA], hecho) == {"d": D("600.00")}
    resultado = resuelve([renglon("r", "2026-01-11", "400.00")], [FACTURA], hecho)["r"]
    assert (resultado.estado, resultado.propuestas) == (EstadoRenglon.CONCILIADO, hecho.aceptadas)


def test_a_row_is_accepted_once() -> None:
    hecho = aceptar(NADA, parcial("r", "400.00"), [FACTURA])
    with pytest.raises(RenglonYaConciliado):
        aceptar(hecho, parcial("r", "1.00"), [FACTURA])


@pytest.mark.parametrize("pedido", ["600.01", "700.00"])
def test_a_document_is_not_used_beyond_what_is_left(pedido: str) -> None:
    hecho = aceptar(NADA, parcial("r", "400.00"), [FACTURA])
    with pytest.raises(SaldoInsuficiente):
        aceptar(hecho, parcial("s", pedido), [FACTURA])
    assert disponibles([FACTURA], aceptar(hecho, parcial("s", "600.00"), [FACTURA])) == {"d": D("0.00")}


def test_a_document_that_is_gone_cannot_be_accepted() -> None:
    with pytest.raises(SaldoInsuficiente):
        aceptar(NADA, parcial("r", "400.00"), [])


def test_what_was_refused_cannot_be_accepted_and_is_undone_if_it_stood() -> None:
    hecho = rechazar(aceptar(NADA, parcial("r", "400.00"), [FACTURA]), parcial("r", "400.00"))
    assert hecho.aceptadas == ()
    with pytest.raises(PropuestaRechazada):
        aceptar(hecho, parcial("r", "400.00"), [FACTURA])


def test_what_is_undone_may_be_proposed_again() -> None:
    hecho = deshacer(aceptar(NADA, parcial("r", "400.00"), [FACTURA]), "r")
    assert hecho == NADA
    with pytest.raises(ConciliacionMissing):
        deshacer(hecho, "r")


def test_a_transfer_settles_both_rows_and_is_refused_for_both() -> None:
    ida = Propuesta("s", EstadoRenglon.SUGERIDO, Regla.TRASPASO, contrarenglon="r")
    vuelta = Propuesta("r", EstadoRenglon.SUGERIDO, Regla.TRASPASO, contrarenglon="s")
    hecho = aceptar(NADA, ida, [])
    assert hecho.aceptadas[0].estado is EstadoRenglon.TRASPASO
    with pytest.raises(RenglonYaConciliado):
        aceptar(hecho, vuelta, [])
    filas = [renglon("r", "2026-01-11", "-100.00", cuenta="A"), renglon("s", "2026-01-12", "100.00", cuenta="B")]
    assert {r.estado for r in resuelve(filas, [], hecho).values()} == {EstadoRenglon.TRASPASO}
    rechazado = rechazar(hecho, vuelta)
    assert rechazado.aceptadas == ()
    assert {r.estado for r in resuelve(filas, [], rechazado).values()} == {EstadoRenglon.RECHAZADO}


def test_the_payment_that_comes_later_is_not_matched_again_nor_lowers_its_invoice_twice() -> None:
    hecho = aceptar(NADA, parcial("r", "400.00"), [FACTURA])
    uno = documento("p1", Clase.PAGO, "2026-01-11", "400.00", paga=(("d", D("400.00")),))
    dos = documento("p2", Clase.PAGO, "2026-01-20", "250.00", paga=(("d", D("250.00")),))
    tras_pagos = documento("d", Clase.PPD, "2026-01-10", "350.00")
    assert disponibles([tras_pagos, dos, uno], hecho) == {"p1": D(0), "p2": D("250.00"), "d": D("350.00")}


def test_rows_are_known_again_and_equal_ones_of_a_day_apart() -> None:
    uno, otro = Movimiento(date(2026, 1, 5), D("-10.5"), "CAFE  X"), Movimiento(date(2026, 1, 6), D("7.00"), "Y")
    enero = renglones("A", EstadoCuenta((uno, uno, otro)))
    assert len({r.id for r in enero}) == 3
    assert (enero[0].monto, enero[0].signo, enero[2].signo) == (D("10.50"), Signo.CARGO, Signo.ABONO)
    assert renglones("A", EstadoCuenta((uno, uno, otro))) == enero
    traslape = renglones("A", EstadoCuenta((otro, Movimiento(date(2026, 1, 7), D("7.00"), "Y"))))
    assert traslape[0].id == enero[2].id
    assert {r.id for r in renglones("B", EstadoCuenta((uno, uno, otro)))}.isdisjoint(r.id for r in enero)
