"""What each morning notes to be reminded of: each once, and told by one event."""

from contextlib import AbstractContextManager
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from horux_adapters.memory.database import MemoryDatabase
from horux_core.fiscal.calendario.events import ObligationsDue
from horux_core.fiscal.calendario.generando import EstadoObligacion
from horux_core.fiscal.calendario.marcando import Marca, MarkObligacion
from horux_core.fiscal.calendario.recordando import RemindObligaciones
from horux_core.fiscal.ports import OpenBooks
from horux_core.kernel.ids import TenantId
from horux_core.plans.model import Feature
from horux_core.plans.ports import Entitlements
from horux_core.tenancy.errors import DatabaseUnavailable
from tests.core.fiscal.calendario.test_consultando import Sin
from tests.despacho import Despacho

DIA = timedelta(days=1)
MAYO_16 = datetime(2026, 5, 16, 15, tzinfo=UTC)
"""Five days before the 21st."""


@pytest.fixture
def despacho() -> Despacho:
    return Despacho()


def remind(despacho: Despacho, at: datetime, rights: Entitlements | None = None) -> int:
    act = RemindObligaciones(despacho.books, despacho.registry, rights or despacho.entitlements, lambda: at)
    return act()["recordatorios"]


def events(control: MemoryDatabase) -> list[ObligationsDue]:
    return [row.delivery.event for row in control.tables["outbox"].values()]


def noted(despacho: Despacho, event: ObligationsDue) -> list[str]:
    with despacho.books.open(despacho.tenant) as books:
        return [f"{clave.obligacion}-{clave.periodo} {m}" for clave, m in books.calendario.recordatorios(event.lote)]


def test_notes_each_once_and_has_it_told(despacho: Despacho) -> None:
    remind(despacho, MAYO_16)
    (event,) = events(despacho.control)
    assert event.tenant == despacho.tenant
    assert {"ISR_PROV_PM-2026-04 5_dias", "IVA_MENSUAL-2026-04 5_dias"} <= set(noted(despacho, event))
    assert remind(despacho, MAYO_16) == 0
    assert remind(despacho, MAYO_16 + DIA) == 1
    assert noted(despacho, events(despacho.control)[1]) == ["DIOT-2026-04 aviso"]
    assert remind(despacho, MAYO_16 + 3 * DIA) == 2
    assert len(events(despacho.control)) == 3


def test_what_was_filed_is_not_reminded_of(despacho: Despacho) -> None:
    mark = MarkObligacion(despacho.books, despacho.entitlements, despacho.audit, lambda: MAYO_16)
    for ident in ("ISR_PROV_PM-2026-04", "IVA_MENSUAL-2026-04"):
        mark(despacho.actor(), ident, Marca(EstadoObligacion.PRESENTADA))
    remind(despacho, MAYO_16)
    assert all("2026-04 5_dias" not in each for event in events(despacho.control) for each in noted(despacho, event))


def test_of_nothing_from_before_the_taxpayer_came(despacho: Despacho) -> None:
    with despacho.control.transaction() as tables:
        tenant = tables["tenants"][despacho.tenant]
        tables["tenants"][despacho.tenant] = replace(tenant, created_at=MAYO_16)
    remind(despacho, MAYO_16)
    assert len(noted(despacho, events(despacho.control)[0])) == 2


def test_nobody_without_the_calendar_is_reminded(despacho: Despacho) -> None:
    assert remind(despacho, MAYO_16, Sin(despacho, Feature.CALENDARIO)) == 0
    assert events(despacho.control) == []


def test_a_database_that_does_not_answer_is_tried_again(despacho: Despacho) -> None:
    class Down:
        def open(self, tenant: TenantId) -> AbstractContextManager[OpenBooks]:
            raise DatabaseUnavailable("No responde.", retryAfter=5)

    act = RemindObligaciones(Down(), despacho.registry, despacho.entitlements, lambda: MAYO_16)
    with pytest.raises(DatabaseUnavailable):
        act()
