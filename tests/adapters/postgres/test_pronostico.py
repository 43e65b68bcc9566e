"""The documents of a forecast in a tenant's own database, and the same as those in memory."""

from datetime import date

import pytest

from contracts.ports.libro_pronostico import LibroPronosticoContract
from horux_core.fiscal.ports import Books
from horux_core.fiscal.pronostico.plazos import historias
from horux_core.kernel.ids import TenantId
from tests.adapters.postgres.test_books import InPostgres, tenant_dsn  # noqa: F401
from tests.core.fiscal.pronostico.azar import Azar
from tests.despacho import Despacho


class TestPostgresLibroPronostico(InPostgres, LibroPronosticoContract):
    @pytest.mark.parametrize("semilla", range(6))
    def test_the_same_books_are_the_same_in_memory(self, books: Books, tenant: TenantId, semilla: int) -> None:
        despacho, azar = Despacho(tenant=tenant), Azar(semilla, 60)
        found = []
        for each in (despacho.books, books):
            with each.open(tenant) as opened:
                azar.enter(opened)
                libro = opened.pronostico
                hechas = historias(libro.liquidado(date(2025, 5, 9), date(2026, 5, 9)))
                found.append(
                    (
                        {(h.lado, h.contraparte): h for h in hechas},
                        {c.uuid: c for c in libro.gastos(date(2025, 9, 1), date(2026, 4, 30))},
                    )
                )
        assert found[0] == found[1]
        assert all(found[0])
