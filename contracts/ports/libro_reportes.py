"""What the documents that reports read promise in every Books; a subclass brings `books` and `tenant`."""

from dataclasses import replace
from datetime import date, datetime
from decimal import Decimal

from contracts.libros import AJENO, PROPIO, a_cfdi, a_full_cfdi, an_entry, an_event, recibido, uuid
from horux_core.fiscal.cfdi.model import Direccion, Estado, Tipo
from horux_core.fiscal.cfdi.stored import Correction
from horux_core.fiscal.ports import Books
from horux_core.fiscal.reportes.model import Ficha
from horux_core.kernel.ids import TenantId
from horux_core.kernel.periodo import Periodo

D = Decimal


class LibroReportesContract:
    def test_tells_every_field_of_a_document(self, books: Books, tenant: TenantId) -> None:
        full = replace(a_full_cfdi(1), tipo=Tipo.NOMINA, moneda="USD", subtotal=D("10.10"), descuento=D("0.10"))
        with books.open(tenant) as opened:
            opened.cfdis.enter([an_entry(full, Direccion.AMBAS)])
            opened.cfdis.correct(uuid(1), Correction(tipo_cambio_capturado=D("17.5")))
            found = opened.reportes.fichas([uuid(1), uuid(9)])
        assert found == {
            uuid(1): Ficha(
                uuid(1), Tipo.NOMINA, True, True, True, full.fecha_emision, "USD", D("17.5"), D("10.10"), D("0.10"),
                full.total, full.cubetas, None, "A", "0001", PROPIO, "ESCUELA KEMPER URGATE", "601", AJENO,
                "UNIVERSIDAD ROBÓTICA ESPAÑOLA", "26015", full.nomina,
            )
        }  # fmt: skip

    def test_gives_every_document_or_those_named_cancelled_too(self, books: Books, tenant: TenantId) -> None:
        with books.open(tenant) as opened:
            opened.cfdis.enter([an_entry(a_cfdi(1)), an_entry(recibido(a_cfdi(2)))])
            opened.cfdis.correct(uuid(1), Correction(Estado.CANCELADO))
            todas, una = opened.reportes.fichas(), opened.reportes.fichas([uuid(2), uuid(2), "no es folio"])
            assert opened.reportes.fichas([]) == {}
        assert {f.uuid: (f.vigente, f.emitido, f.recibido) for f in todas.values()} == {
            uuid(1): (False, True, False),
            uuid(2): (True, False, True),
        }
        assert una == {uuid(2): todas[uuid(2)]}
        assert (una[uuid(2)].nomina, una[uuid(2)].tipo_cambio) == (None, D(1))

    def test_a_period_has_what_is_vigente_and_issued_in_it_in_order(self, books: Books, tenant: TenantId) -> None:
        dates = {
            1: datetime(2025, 12, 31, 23, 59, 59),
            2: datetime(2026, 1, 31, 23, 59, 59),
            4: datetime(2026, 1, 1),
            3: datetime(2026, 1, 1),
            5: datetime(2026, 2, 1),
            6: datetime(2026, 1, 2),
        }
        with books.open(tenant) as opened:
            opened.cfdis.enter([an_entry(a_cfdi(n, fecha_emision=f)) for n, f in dates.items()])
            opened.cfdis.correct(uuid(6), Correction(Estado.CANCELADO))
            found = opened.reportes.emitidas_entre(date(2026, 1, 1), date(2026, 1, 31))
        assert [f.uuid for f in found] == [uuid(3), uuid(4), uuid(2)]

    def test_payroll_is_found_by_the_day_it_was_paid(self, books: Books, tenant: TenantId) -> None:
        nomina = a_full_cfdi(1).nomina
        assert nomina is not None
        days = {
            1: date(2026, 1, 31),
            2: date(2026, 2, 1),
            3: date(2026, 2, 28),
            4: date(2026, 3, 1),
            5: date(2026, 2, 1),
        }
        with books.open(tenant) as opened:
            for n, day in days.items():
                paid = a_cfdi(n, tipo=Tipo.NOMINA, nomina=replace(nomina, fecha_pago=day))
                opened.cfdis.enter([an_entry(paid)])
            opened.cfdis.enter([an_entry(a_cfdi(6, fecha_emision=datetime(2026, 2, 10)))])
            opened.cfdis.correct(uuid(5), Correction(Estado.CANCELADO))
            found = opened.reportes.nominas_pagadas(date(2026, 2, 1), date(2026, 2, 28))
        assert [f.uuid for f in found] == [uuid(2), uuid(3)]

    def test_names_once_each_document_whose_money_moved_in_some_months(self, books: Books, tenant: TenantId) -> None:
        febrero, marzo, abril = (Periodo(2026, mes) for mes in (2, 3, 4))
        with books.open(tenant) as opened:
            opened.iva.replace(
                [],
                [
                    *(
                        an_event(2, marzo),
                        an_event(2, abril, docto=1),
                        an_event(1, febrero),
                        an_event(1, febrero, pago=1),
                    ),
                    *(an_event(3, Periodo(2026, 1)), an_event(4, Periodo(2026, 5))),
                ],
                [],
            )
            assert opened.reportes.con_movimiento(febrero, abril) == (uuid(1), uuid(2))
            assert opened.reportes.con_movimiento(febrero, febrero) == (uuid(1),)
