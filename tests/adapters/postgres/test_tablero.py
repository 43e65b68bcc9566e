"""The month at a glance from PostgreSQL: the same as from memory, and at once for 50,000 documents."""

import time

import pytest

from horux_core.fiscal.ports import Books
from horux_core.kernel.periodo import Periodo
from tests.adapters.postgres.test_books import InPostgres, tenant_dsn  # noqa: F401
from tests.adapters.postgres.test_reportes import CUANTOS, filled
from tests.core.fiscal.tablero.comparado import cuadra, mostrado
from tests.despacho import Despacho

SEGUNDOS = 0.1


class TestDashboard(InPostgres):
    @pytest.fixture
    def here(self, books: Books) -> Despacho:
        despacho = Despacho()
        object.__setattr__(despacho, "books", books)
        return despacho

    def test_is_that_of_memory_and_of_each_capability(self, here: Despacho) -> None:
        there = Despacho()
        for despacho in (here, there):
            despacho.enter_samples("escenario")
        for mes in (1, 2, 3, 4, 12):
            assert cuadra(here, Periodo(2025, mes)) == mostrado(there, Periodo(2025, mes)), mes

    def test_a_month_of_many_documents_is_told_at_once(self, here: Despacho) -> None:
        filled(here)
        taken = []
        for _ in range(20):
            start = time.perf_counter()
            mostrado(here, Periodo(2026, 3))
            taken.append(time.perf_counter() - start)
        print(f"{CUANTOS:,} CFDI: {min(taken) * 1000:.1f} ms, {sorted(taken)[10] * 1000:.1f} ms")
        assert min(taken) < SEGUNDOS

    def test_many_documents_say_what_each_capability_says(self, here: Despacho) -> None:
        filled(here)
        for mes in (3, 4):
            cuadra(here, Periodo(2026, mes))
