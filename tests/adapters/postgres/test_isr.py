"""The ISR of a taxpayer in PostgreSQL: what is stored of a year is what the pure rules make of its documents."""

from dataclasses import replace
from datetime import date
from decimal import Decimal

import pytest

from horux_adapters.demo import year as story
from horux_adapters.postgres.books import PostgresBooks
from horux_adapters.sat.reader import SatReader
from horux_core.fiscal.cfdi.direccion import direccion
from horux_core.fiscal.cfdi.stored import Entry
from horux_core.fiscal.configuracion.model import AjustesIsr, ConfiguracionFiscal, Contribuyente
from horux_core.fiscal.ports import Books
from horux_core.fiscal.recomputing import recompute
from horux_core.kernel.ids import TenantId
from horux_core.kernel.rfc import Rfc
from tests.adapters.postgres.test_books import InPostgres, tenant_dsn  # noqa: F401
from tests.core.fiscal.isr.cargados import FISICA, by_the_rules

D = Decimal
MORAL = Rfc(story.CLIENT.rfc)
COEFICIENTES = AjustesIsr(coeficientes=((2024, D("0.1523")), (2025, D("0.1871"))))
SETTINGS = (
    (MORAL, ConfiguracionFiscal(2026, ("601",), perdidas=D("1000.00"), ptu=D("800.00"), isr=COEFICIENTES)),
    (MORAL, ConfiguracionFiscal(2026, ("626",), ptu=D("800.00"))),
    (FISICA, ConfiguracionFiscal(2026, ("612", "606"), isr=AjustesIsr(regimen_gastos="606"))),
)


def documents() -> list[Entry]:
    """A year of the sample client, read as the product reads it."""
    reader = SatReader()
    entries = []
    for name, content in story.year(date(2027, 1, 1), 7):
        cfdi = reader.read(content)
        entries.append(Entry(name, cfdi, direccion(cfdi, MORAL), reader.pack(content)))
    return entries


class TestAYear(InPostgres):
    @pytest.mark.parametrize(("rfc", "ajustes"), SETTINGS, ids=["601", "626", "612 y 606"])
    def test_is_what_the_pure_rules_make_of_it(
        self, books: Books, tenant: TenantId, rfc: Rfc, ajustes: ConfiguracionFiscal
    ) -> None:
        assert isinstance(books, PostgresBooks)
        entries = documents()
        with replace(books, contribuyente=lambda _: Contribuyente(rfc, ajustes.regimenes)).open(tenant) as opened:
            opened.lock()
            opened.ajustes.guardar(ajustes)
            opened.cfdis.enter(entries)
            while recompute(opened, 40):
                pass
            stored = opened.isr.meses(2026)
            assert stored == by_the_rules(opened, 2026, [entry.cfdi.uuid for entry in entries])
        assert len(entries) > 300
        assert len(stored) == 12 * len(ajustes.regimenes)
        assert any(mes.isr_a_pagar for mes in stored)


class TestSettings(InPostgres):
    def test_those_kept_before_isr_was_worked_out_have_its_defaults(self, books: Books, tenant: TenantId) -> None:
        kept = ConfiguracionFiscal(2026, ("601",), isr=COEFICIENTES)
        with books.open(tenant) as opened:
            opened.ajustes.guardar(kept)
            assert opened.ajustes.vigente(2026) == kept
            opened.conn.execute("UPDATE configuracion_fiscal SET valores = valores - 'isr'")  # type: ignore[attr-defined]
            assert opened.ajustes.vigente(2026) == replace(kept, isr=AjustesIsr())
