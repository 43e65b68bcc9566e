"""What the settings of every Books promise; a subclass brings the `books` and `tenant` fixtures."""

from dataclasses import replace
from datetime import date
from decimal import Decimal

import pytest

from horux_core.fiscal.configuracion.model import AjustesCalendario, AjustesIsr, ConfiguracionFiscal, Declaracion
from horux_core.fiscal.isr.model import DescuentoEnFactura
from horux_core.fiscal.iva.model import Apertura, ModoNotas, OpcionesIva
from horux_core.fiscal.ports import Books
from horux_core.kernel.ids import TenantId
from horux_core.kernel.periodo import Periodo

D = Decimal
CON_TODO = ConfiguracionFiscal(
    2025,
    ("601", "626"),
    D("0.2145"),
    D("100.10"),
    D("200.20"),
    False,
    OpcionesIva(ModoNotas.EMISION, False, False, D("1500.50"), frozenset({"S01", "D01"})),
    Apertura(Periodo(2025, 3), D("12500.00"), D("1066.67")),
    AjustesIsr(
        ((2023, D("0.1523")), (2024, D("0.1871"))),
        2,
        Periodo(2020, 5),
        6,
        "626",
        "601",
        DescuentoEnFactura.NO_RESTA,
        True,
        frozenset({"16", "06"}),
        False,
        True,
        ((1, D("10.00")), (1, D("20.50"))),
        (("626", 2, D("30.00")),),
    ),
    AjustesCalendario("06000", D("3999999.99"), True, True, False),
)


class AjustesContract:
    def test_gives_settings_back_as_they_were(self, books: Books, tenant: TenantId) -> None:
        with books.open(tenant) as opened:
            opened.ajustes.guardar(CON_TODO)
            opened.ajustes.guardar(ConfiguracionFiscal(2030))
        with books.open(tenant) as opened:
            assert opened.ajustes.vigente(2025) == CON_TODO
            assert opened.ajustes.vigente(2030) == ConfiguracionFiscal(2030)

    def test_a_year_has_its_own_or_those_of_the_nearest_before(self, books: Books, tenant: TenantId) -> None:
        later = replace(CON_TODO, anio=2027, regimenes=("601",))
        with books.open(tenant) as opened:
            opened.ajustes.guardar(later)
            opened.ajustes.guardar(CON_TODO)
            assert opened.ajustes.vigente(2024) == ConfiguracionFiscal(2024)
            assert opened.ajustes.vigente(2026) == CON_TODO
            assert opened.ajustes.vigente(2028) == later
            assert opened.ajustes.todas() == (CON_TODO, later)

    def test_saving_a_year_again_replaces_it(self, books: Books, tenant: TenantId) -> None:
        with books.open(tenant) as opened:
            opened.ajustes.guardar(CON_TODO)
            opened.ajustes.guardar(ConfiguracionFiscal(2025))
            assert opened.ajustes.todas() == (ConfiguracionFiscal(2025),)

    def test_keeps_what_was_filed_oldest_first(self, books: Books, tenant: TenantId) -> None:
        enero = Declaracion("iva", Periodo(2026, 1), date(2026, 2, 17), D("5707.00"))
        antes = Declaracion("iva", Periodo(2025, 12), date(2026, 1, 17), D("0.00"), D("100.00"))
        otro = Declaracion("isr", Periodo(2026, 1), date(2026, 2, 17), D("1.00"))
        with books.open(tenant) as opened:
            for declaracion in (enero, antes, otro):
                opened.ajustes.declarar(declaracion)
            assert opened.ajustes.declaraciones("iva") == (antes, enero)
            assert opened.ajustes.declaraciones("isr") == (otro,)
            assert opened.ajustes.declaraciones("ieps") == ()

    def test_keeps_what_the_books_came_to_with_a_return(self, books: Books, tenant: TenantId) -> None:
        enero = Declaracion("iva", Periodo(2026, 1), date(2026, 2, 17), D("5707.00"))
        with books.open(tenant) as opened:
            for calculado in (D("-160.50"), None, D("0.00")):
                opened.ajustes.declarar(replace(enero, calculado=calculado))
                assert [d.calculado for d in opened.ajustes.declaraciones("iva")] == [calculado]

    def test_filing_a_month_again_replaces_it(self, books: Books, tenant: TenantId) -> None:
        first = Declaracion("iva", Periodo(2026, 1), date(2026, 2, 17), D("5707.00"))
        second = replace(first, presentada_en=date(2026, 3, 1), monto=D("6000.00"), saldo_solicitado=D("1.00"))
        with books.open(tenant) as opened:
            opened.ajustes.declarar(first)
            opened.ajustes.declarar(second)
            assert opened.ajustes.declaraciones("iva") == (second,)

    def test_keeps_nothing_of_a_failed_transaction(self, books: Books, tenant: TenantId) -> None:
        with pytest.raises(ZeroDivisionError), books.open(tenant) as opened:  # noqa: PT012
            opened.ajustes.guardar(CON_TODO)
            opened.ajustes.declarar(Declaracion("iva", Periodo(2026, 1), date(2026, 2, 17), D("1.00")))
            _ = 1 / 0
        with books.open(tenant) as opened:
            assert opened.ajustes.todas() == ()
            assert opened.ajustes.declaraciones("iva") == ()
