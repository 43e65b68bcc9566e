"""Packages of the SAT into PostgreSQL: the same books as in memory, whatever came first."""

from collections.abc import Iterator
from decimal import Decimal
from typing import Any

import pytest

from horux_core.fiscal.cfdi.model import Estado
from horux_core.fiscal.ports import Books
from horux_core.kernel.periodo import Periodo
from tests.adapters.postgres.test_books import InPostgres, tenant_dsn  # noqa: F401
from tests.paquetes import Paqueteria
from tests.samples import shared

NAMES = (
    *("esc_metadata_emitidos.zip", "esc_metadata_recibidos.zip", "esc_emitidos_3C551434_01.zip"),
    *("esc_emitidos_3C551434_02.zip", "esc_recibidos_D6ADE0B3_01.zip"),
)
E14 = "9ba40dd2-c9e8-58a7-a20c-01eb314fabfe"


class TestTheScenario(InPostgres):
    @pytest.fixture
    def here(self, books: Books) -> Iterator[Paqueteria]:
        paqueteria = Paqueteria()
        object.__setattr__(paqueteria.despacho, "books", books)
        yield paqueteria
        paqueteria.pool.close()

    @pytest.mark.parametrize("names", [NAMES, NAMES[::-1]], ids=["metadata primero", "XML primero"])
    def test_comes_to_the_same_as_in_memory(self, here: Paqueteria, names: tuple[str, ...]) -> None:
        there = Paqueteria()
        for name in NAMES:
            there.sample(name)
        for name in (*names, *names):
            here.sample(name)
        for paqueteria in (here, there):
            paqueteria.imported(("e14.xml", shared("samples", "escenario", "e14_cancelada.xml").read_bytes()))
        assert seen(here) == seen(there)
        kept = here.despacho.get(E14)
        assert (kept.estado, str(kept.fecha_cancelacion)) == (Estado.CANCELADO, "2025-03-13 10:01:00")
        assert here.despacho.pending() == 0
        there.pool.close()


def seen(paqueteria: Paqueteria) -> Any:
    """The months, what they are compared with, and the files that were read."""
    despacho = paqueteria.despacho
    with despacho.books.open(despacho.tenant) as books:
        archivos = books.metadata.archivos()
        meses = books.iva.meses(Periodo(2024, 1), Periodo(2026, 1))
    assert meses[Periodo(2025, 3)].iva_trasladado > Decimal(0)
    return archivos, meses, [paqueteria.compared(2025, n) for n in range(1, 6)]
