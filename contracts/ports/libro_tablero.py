"""What is kept for the month at a glance promises in every Books; a subclass brings `books` and `tenant`."""

from datetime import date, datetime
from decimal import Decimal
from typing import Any

import pytest

from contracts.libros import AJENO, PROPIO, a_cfdi, a_credit_note, a_ppd, an_entry, recibido, uuid
from horux_core.fiscal.cfdi.model import Direccion, Estado
from horux_core.fiscal.cfdi.stored import Correction
from horux_core.fiscal.iva.model import Lado
from horux_core.fiscal.ports import Books
from horux_core.fiscal.reportes.apuntes import Concepto
from horux_core.fiscal.reportes.contrapartes import Contraparte, Deuda
from horux_core.fiscal.tablero.model import Conteo, Importe, Resultado, SaldoDelDia, SaldoInsoluto
from horux_core.kernel.ids import TenantId
from horux_core.kernel.periodo import Periodo

ENERO, FEBRERO, MARZO = Periodo(2026, 1), Periodo(2026, 2), Periodo(2026, 3)
D = Decimal
DIA = date(2026, 1, 15)


def an_amount(n: int, importe: str | None = "100.25", periodo: Periodo = ENERO, **changes: Concepto) -> Importe:
    concepto = changes.get("concepto", Concepto.INGRESO)
    return Importe(uuid(n), concepto, periodo, None if importe is None else D(importe))


def a_balance(
    n: int, saldo: str = "50.05", desde: Periodo = ENERO, hasta: Periodo | None = None, lado: Lado = Lado.EMITIDO
) -> SaldoInsoluto:
    return SaldoInsoluto(uuid(n), lado, desde, hasta, DIA, D(saldo))


def a_debt(n: int, saldo: str = "50.05") -> Deuda:
    """Of an issued invoice, by its customer."""
    return Deuda(uuid(n), Contraparte(Lado.EMITIDO, AJENO, "UNIVERSIDAD ROBÓTICA ESPAÑOLA"), DIA, D(saldo))


class LibroTableroContract:
    def test_adds_up_the_results_of_each_month(self, books: Books, tenant: TenantId) -> None:
        gasto = an_amount(3, "7.10", FEBRERO, concepto=Concepto.GASTO)
        todos = [an_amount(1), an_amount(2, "-0.26"), gasto, an_amount(4, None, FEBRERO, concepto=Concepto.GASTO)]
        with books.open(tenant) as opened:
            opened.tablero.replace([], todos, ())
            assert opened.tablero.resultados(ENERO, MARZO) == {
                ENERO: Resultado({Concepto.INGRESO: D("99.99")}),
                FEBRERO: Resultado({Concepto.GASTO: D("7.10")}, 1),
            }
            assert list(opened.tablero.resultados(FEBRERO, FEBRERO)) == [FEBRERO]
            assert opened.tablero.resultados(MARZO, MARZO) == {}

    def test_puts_amounts_in_place_of_the_old(self, books: Books, tenant: TenantId) -> None:
        with books.open(tenant) as opened:
            opened.tablero.replace([], [an_amount(1), an_amount(2, "1.00")], ())
            opened.tablero.replace([uuid(1)], [an_amount(1, "3.00", FEBRERO)], ())
            assert opened.tablero.resultados(ENERO, FEBRERO) == {
                ENERO: Resultado({Concepto.INGRESO: D("1.00")}),
                FEBRERO: Resultado({Concepto.INGRESO: D("3.00")}),
            }
            opened.tablero.replace([uuid(1), uuid(2), uuid(9)], (), ())
            assert opened.tablero.resultados(ENERO, FEBRERO) == {}

    def test_tells_what_is_owed_at_the_end_of_each_month(self, books: Books, tenant: TenantId) -> None:
        cambia = [a_balance(1, hasta=FEBRERO), a_balance(1, "20.00", FEBRERO, MARZO)]
        ambas = [a_balance(2, "5.00", FEBRERO), a_balance(2, "5.00", FEBRERO, lado=Lado.RECIBIDO)]
        with books.open(tenant) as opened:
            opened.tablero.replace([], (), [*cambia, *ambas])
            assert opened.tablero.saldos(ENERO) == (SaldoDelDia(Lado.EMITIDO, DIA, D("50.05"), 1),)
            assert set(opened.tablero.saldos(FEBRERO)) == {
                SaldoDelDia(Lado.EMITIDO, DIA, D("25.00"), 2),
                SaldoDelDia(Lado.RECIBIDO, DIA, D("5.00"), 1),
            }

    def test_puts_balances_in_place_of_the_old(self, books: Books, tenant: TenantId) -> None:
        with books.open(tenant) as opened:
            opened.cfdis.enter([an_entry(a_ppd(n)) for n in (1, 2)])
            opened.tablero.replace([], (), [a_balance(2), a_balance(1)])
            assert opened.tablero.deudas(ENERO) == (a_debt(1), a_debt(2))
            opened.tablero.replace([uuid(1)], (), [a_balance(1, "9.00", FEBRERO)])
            assert opened.tablero.deudas(ENERO) == (a_debt(2),)
            assert opened.tablero.deudas(FEBRERO) == (a_debt(1, "9.00"), a_debt(2))

    def test_tells_who_owes_what_at_the_end_of_each_month_or_at_last(self, books: Books, tenant: TenantId) -> None:
        cambia = [a_balance(1, hasta=FEBRERO), a_balance(1, "20.00", FEBRERO, MARZO)]
        ambas = [a_balance(2, "5.00", FEBRERO), a_balance(2, "5.00", FEBRERO, lado=Lado.RECIBIDO)]
        sin_nombre = recibido(a_ppd(3, nombre_emisor=None))
        with books.open(tenant) as opened:
            opened.cfdis.enter([an_entry(a_ppd(1)), an_entry(a_ppd(2), Direccion.AMBAS), an_entry(sin_nombre)])
            anterior = SaldoInsoluto(uuid(3), Lado.RECIBIDO, ENERO, None, date(2026, 1, 14), D(1))
            opened.tablero.replace([], (), [*ambas, *cambia, anterior])
            sin = Deuda(uuid(3), Contraparte(Lado.RECIBIDO, AJENO, ""), date(2026, 1, 14), D(1))
            consigo = Contraparte(Lado.RECIBIDO, PROPIO, "ESCUELA KEMPER URGATE")
            de_dos = (a_debt(2, "5.00"), Deuda(uuid(2), consigo, DIA, D("5.00")))
            assert opened.tablero.deudas(Periodo(2025, 12)) == ()
            assert opened.tablero.deudas(ENERO) == (sin, a_debt(1))
            assert opened.tablero.deudas(FEBRERO) == (sin, a_debt(1, "20.00"), *de_dos)
            assert opened.tablero.deudas(MARZO) == opened.tablero.deudas(None) == (sin, *de_dos)

    def test_names_the_ppd_that_no_rate_puts_in_mxn(self, books: Books, tenant: TenantId) -> None:
        usd: dict[str, Any] = {"moneda": "USD", "tipo_cambio": None}
        with books.open(tenant) as opened:
            opened.cfdis.enter(
                [
                    an_entry(a_ppd(2, **usd)), an_entry(recibido(a_ppd(1, **usd))), an_entry(a_cfdi(3, **usd)),
                    an_entry(a_ppd(4, **usd)), an_entry(a_ppd(5, **usd)), an_entry(a_credit_note(6, 2, **usd)),
                    an_entry(a_ppd(7, moneda="USD", tipo_cambio=D(18))), an_entry(a_ppd(8, tipo_cambio=None)),
                    an_entry(a_ppd(9, fecha_emision=datetime(2026, 2, 1), **usd)),
                ]
            )  # fmt: skip
            opened.cfdis.correct(uuid(4), Correction(Estado.CANCELADO))
            opened.cfdis.correct(uuid(5), Correction(tipo_cambio_capturado=D("17.5")))
            assert opened.tablero.sin_cambio(ENERO) == (uuid(1), uuid(2))
            assert opened.tablero.sin_cambio(FEBRERO) == (uuid(1), uuid(2), uuid(9))
            assert opened.tablero.sin_cambio(None) == (uuid(1), uuid(2), uuid(9))

    def test_counts_the_documents_of_some_days(self, books: Books, tenant: TenantId) -> None:
        with books.open(tenant) as opened:
            assert opened.tablero.conteo(DIA, DIA) == Conteo()
            dias = {1: datetime(2026, 1, 15), 2: datetime(2026, 1, 16, 23, 59, 59), 3: datetime(2026, 1, 17)}
            opened.cfdis.enter([an_entry(a_cfdi(n, fecha_emision=dia)) for n, dia in dias.items()])
            opened.cfdis.enter([an_entry(recibido(a_cfdi(4))), an_entry(a_cfdi(5), Direccion.AMBAS)])
            opened.cfdis.correct(uuid(1), Correction(Estado.CANCELADO))
            assert opened.tablero.conteo(DIA, date(2026, 1, 16)) == Conteo(4, 3, 2, 1)
            assert opened.tablero.conteo(date(2026, 1, 17), date(2026, 1, 17)) == Conteo(1, 1, 0, 0)

    def test_keeps_nothing_of_a_failed_transaction(self, books: Books, tenant: TenantId) -> None:
        with pytest.raises(ZeroDivisionError), books.open(tenant) as opened:  # noqa: PT012
            opened.tablero.replace([], [an_amount(1)], [a_balance(1)])
            _ = 1 / 0
        with books.open(tenant) as opened:
            assert opened.tablero.resultados(ENERO, MARZO) == {}
            assert opened.tablero.saldos(ENERO) == ()
