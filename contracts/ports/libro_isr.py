"""What the ISR of every Books promises; a subclass brings the `books` and `tenant` fixtures."""

from dataclasses import replace
from datetime import date
from decimal import Decimal
from typing import Any

import pytest

from contracts.libros import PROPIO, a_cfdi, a_credit_note, a_full_cfdi, a_payment, a_ppd, an_entry, recibido, uuid
from horux_core.fiscal.cfdi.model import Direccion, Estado, Tipo
from horux_core.fiscal.cfdi.stored import Correction
from horux_core.fiscal.configuracion.model import Contribuyente
from horux_core.fiscal.isr.model import Clase, DocumentoIsr, MesIsr, Movimiento
from horux_core.fiscal.isr.movimientos import cuentas
from horux_core.fiscal.ports import Books
from horux_core.kernel.ids import TenantId
from horux_core.kernel.periodo import Periodo
from horux_core.kernel.rfc import Rfc

DICIEMBRE, ENERO, FEBRERO, MARZO = Periodo(2025, 12), Periodo(2026, 1), Periodo(2026, 2), Periodo(2026, 3)
D = Decimal


def a_movement(n: int, periodo: Periodo = ENERO, **changes: Any) -> Movimiento:
    dia = date(periodo.anio, periodo.mes, 15)
    plain = Movimiento(
        *(uuid(n), 0, 0, Clase.INGRESO, "601", periodo, dia, D("100.00")), regla="facturado", articulo="LISR 16, 17"
    )
    return replace(plain, **changes)


def a_full_month(periodo: Periodo = ENERO, regimen: str = "601") -> MesIsr:
    valores = (D(f"{n}.50") for n in range(1, len(MesIsr.__dataclass_fields__) - 1))
    return MesIsr(periodo, regimen, *valores)


class LibroIsrContract:
    def test_knows_whose_books_they_are(self, books: Books, tenant: TenantId) -> None:
        with books.open(tenant) as opened:
            assert opened.contribuyente == Contribuyente(Rfc(PROPIO), ("601",))
            assert opened.contribuyente.rfc.moral

    def test_gives_what_isr_is_worked_out_from_and_all_that_ties(self, books: Books, tenant: TenantId) -> None:
        factura = a_ppd(1, descuento=D("10.50"), regimen_emisor="601", regimen_receptor="626")
        todos = (factura, a_payment(2, 1), a_credit_note(3, 1), recibido(a_cfdi(4)))
        with books.open(tenant) as opened:
            opened.cfdis.enter([an_entry(d) for d in todos])
            opened.cfdis.correct(uuid(1), Correction(Estado.CANCELADO))
            dados = opened.isr.connected([uuid(2)])
            flujos = opened.iva.connected([uuid(2)])
        assert set(dados) == {uuid(1), uuid(2), uuid(3)}
        assert {u: d.flujo for u, d in dados.items()} == flujos
        assert dados[uuid(1)] == DocumentoIsr(flujos[uuid(1)], D("1000.00"), D("10.50"), "601", "626")
        assert not dados[uuid(1)].flujo.vigente
        assert (dados[uuid(2)].regimen_emisor, dados[uuid(2)].nomina, dados[uuid(2)].retenciones) == (None, None, None)

    def test_gives_payroll_and_what_a_certificate_says(self, books: Books, tenant: TenantId) -> None:
        completo = a_full_cfdi(1)
        nomina = replace(completo, tipo=Tipo.NOMINA, pagos=(), retenciones=None)
        constancia = replace(completo, uuid=uuid(2), tipo=Tipo.RETENCIONES, pagos=(), nomina=None)
        with books.open(tenant) as opened:
            opened.cfdis.enter([an_entry(nomina), an_entry(constancia, Direccion.RECIBIDO)])
            dados = opened.isr.connected([uuid(1), uuid(2)])
            assert opened.isr.connected(["no es un uuid", uuid(9)]) == {}
        assert dados[uuid(1)].nomina == completo.nomina
        assert dados[uuid(2)].retenciones == completo.retenciones
        assert dados[uuid(2)].isr_retenido == D("2.20")

    def test_puts_movements_in_place_of_the_old_and_tells_the_months(self, books: Books, tenant: TenantId) -> None:
        with books.open(tenant) as opened:
            assert opened.isr.replace([uuid(1), uuid(2)], [a_movement(1), a_movement(2, FEBRERO)]) == {ENERO, FEBRERO}
            assert opened.isr.replace([uuid(1)], [a_movement(1, MARZO)]) == {ENERO, MARZO}
            assert opened.isr.movimientos(ENERO, MARZO) == (a_movement(2, FEBRERO), a_movement(1, MARZO))
            assert opened.isr.replace([uuid(3), "otro"], ()) == frozenset()

    def test_gives_movements_back_as_they_were_by_day_and_document(self, books: Books, tenant: TenantId) -> None:
        lleno = a_movement(1, pago=2, docto=3, clase=Clase.NO_DEDUCIBLE, importe=D("-7.01"), regimen="612")
        gemelo = replace(lleno, importe=D("1.00"), regla="pct")
        temprano = a_movement(9, FEBRERO, fecha=date(2025, 12, 31))
        with books.open(tenant) as opened:
            opened.isr.replace([], [lleno, gemelo, a_movement(3), a_movement(2), temprano, a_movement(4, MARZO)])
            assert opened.isr.movimientos(ENERO, FEBRERO) == (temprano, lleno, gemelo, a_movement(2), a_movement(3))
            assert opened.isr.movimientos(FEBRERO, FEBRERO) == (temprano,)

    def test_adds_up_the_movements_of_a_year(self, books: Books, tenant: TenantId) -> None:
        del_anio = [a_movement(n, clase=clase, importe=D(f"{n}.33")) for n, clase in enumerate(Clase, 1)]
        del_anio += [a_movement(10, importe=D("-0.40")), a_movement(11, MARZO), a_movement(12, regimen="")]
        with books.open(tenant) as opened:
            opened.isr.replace([], [*del_anio, a_movement(13, DICIEMBRE)])
            assert opened.isr.cuentas(2026) == cuentas(del_anio)
            assert set(opened.isr.cuentas(2025)) == {("601", DICIEMBRE)}
            assert opened.isr.cuentas(2024) == {}

    def test_knows_the_years_with_a_movement_or_a_month(self, books: Books, tenant: TenantId) -> None:
        with books.open(tenant) as opened:
            assert opened.isr.anios() == ()
            opened.isr.replace([], [a_movement(1), a_movement(2, DICIEMBRE), a_movement(3)])
            opened.isr.guardar_meses(2024, [MesIsr(Periodo(2024, 2), "601")])
            opened.isr.guardar_meses(2023, ())
            assert opened.isr.anios() == (2024, 2025, 2026)
            opened.isr.replace([uuid(2)], ())
            opened.isr.guardar_meses(2024, ())
            assert opened.isr.anios() == (2026,)

    def test_puts_months_in_place_of_those_of_the_year(self, books: Books, tenant: TenantId) -> None:
        completo = a_full_month()
        tarifa = replace(a_full_month(regimen="606"), coeficiente=None, tasa_pct=None)
        with books.open(tenant) as opened:
            opened.isr.guardar_meses(2025, [MesIsr(DICIEMBRE, "601")])
            opened.isr.guardar_meses(2026, [MesIsr(FEBRERO, "601"), tarifa, completo])
            assert opened.isr.meses(2026) == (completo, tarifa, MesIsr(FEBRERO, "601"))
            opened.isr.guardar_meses(2026, [MesIsr(MARZO, "612")])
            assert opened.isr.meses(2026) == (MesIsr(MARZO, "612"),)
            assert opened.isr.meses(2025) == (MesIsr(DICIEMBRE, "601"),)
            assert opened.isr.meses(2024) == ()

    def test_keeps_nothing_of_a_failed_transaction(self, books: Books, tenant: TenantId) -> None:
        with books.open(tenant) as opened:
            opened.isr.replace([], [a_movement(1)])
        with pytest.raises(ZeroDivisionError), books.open(tenant) as opened:  # noqa: PT012
            opened.isr.replace([uuid(1)], [a_movement(1, MARZO)])
            opened.isr.guardar_meses(2026, [MesIsr(ENERO, "601")])
            _ = 1 / 0
        with books.open(tenant) as opened:
            assert opened.isr.movimientos(ENERO, MARZO) == (a_movement(1),)
            assert opened.isr.meses(2026) == ()
