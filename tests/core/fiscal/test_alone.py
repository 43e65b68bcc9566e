"""Whoever changes the books does it alone: it takes the lock before it reads what it will change."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from copy import deepcopy
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from uuid import UUID

import pytest

from contracts.libros import a_cfdi, uuid
from horux_adapters.memory.ajustes import MemoryAjustes
from horux_adapters.memory.books import MemoryBooks, MemoryOpenBooks
from horux_adapters.memory.cfdis import MemoryCfdis
from horux_adapters.memory.libro_isr import MemoryLibroIsr
from horux_adapters.memory.libro_iva import MemoryLibroIva
from horux_core.fiscal.cfdi.correcting import CorrectCfdi
from horux_core.fiscal.cfdi.model import Estado
from horux_core.fiscal.cfdi.stored import Correction
from horux_core.fiscal.configuracion.adjusting import RECALCULO, Adjustment, AdjustSettings, RecomputeBooks
from horux_core.fiscal.configuracion.declaring import NoteReturn
from horux_core.fiscal.configuracion.model import Declaracion
from horux_core.jobs.model import Job
from horux_core.kernel.ids import JobId, TenantId
from horux_core.kernel.periodo import Periodo
from tests.despacho import AHORA, Despacho


class OnlyLocked(MemoryOpenBooks):
    """Books that open their stores to nobody before the lock is taken."""

    @property
    def cfdis(self) -> MemoryCfdis:
        assert self.locked
        return MemoryCfdis(self.tables)

    @property
    def iva(self) -> MemoryLibroIva:
        assert self.locked
        return MemoryLibroIva(self.tables)

    @property
    def isr(self) -> MemoryLibroIsr:
        assert self.locked
        return MemoryLibroIsr(self.tables)

    @property
    def ajustes(self) -> MemoryAjustes:
        assert self.locked
        return MemoryAjustes(self.tables)


@dataclass(frozen=True)
class StrictBooks:
    books: MemoryBooks
    opened: list[OnlyLocked] = field(default_factory=list)
    """Those that took the lock, or changed anything."""

    @contextmanager
    def open(self, tenant: TenantId) -> Iterator[OnlyLocked]:
        with self.books.open(tenant) as books:
            opened, before = OnlyLocked(books.tables, books.contribuyente), deepcopy(books.tables)
            yield opened
            if opened.locked or books.tables != before:
                self.opened.append(opened)


def correct(d: Despacho, books: StrictBooks) -> None:
    use_case = CorrectCfdi(books, d.entitlements, d.audit, d.clock)
    use_case(d.actor(), uuid(1), Correction(estado=Estado.CANCELADO))


def adjust(d: Despacho, books: StrictBooks) -> None:
    use_case = AdjustSettings(books, d.registry, d.entitlements, d.audit, d.jobs, d.clock)
    use_case(d.actor(), 2026, Adjustment(efectivo_tope=Decimal(1)))


def note(d: Despacho, books: StrictBooks) -> None:
    use_case = NoteReturn(books, d.entitlements, d.audit, d.clock)
    use_case(d.actor(), Declaracion("iva", Periodo(2026, 1), date(2026, 2, 17), Decimal(1)))


def recompute(d: Despacho, books: StrictBooks) -> None:
    job = Job(JobId(UUID(int=9)), d.tenant, RECALCULO, {}, None, AHORA)
    d.jobs.put(job)
    RecomputeBooks(d.jobs, books)(job)


@pytest.mark.parametrize("change", [correct, adjust, note, recompute])
def test_takes_the_lock_first(change: Callable[[Despacho, StrictBooks], None]) -> None:
    despacho = Despacho()
    despacho.enter(a_cfdi(1))
    books = StrictBooks(despacho.books)
    change(despacho, books)
    assert [opened.locked for opened in books.opened] == [[True]]
