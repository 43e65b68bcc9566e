"""Measuring what every client keeps, so that looking them all over opens no books."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from horux_core.fiscal.ports import Books
from horux_core.kernel.clock import Clock
from horux_core.kernel.errors import Unavailable
from horux_core.operations.clients import Clients
from horux_core.operations.overseeing import measured
from horux_core.tenancy.errors import TenantMissing
from horux_core.tenancy.model import Tenant
from horux_core.tenancy.ports import Registry

_AT_ONCE = 200


@dataclass(frozen=True, slots=True)
class MeasureClients:
    """Note how many documents each client has and how much room they take. One that cannot be opened is passed over."""

    registry: Registry
    books: Books
    clients: Clients
    clock: Clock

    def __call__(self) -> Mapping[str, int]:
        """How many were measured, and how many not."""
        done = passed = 0
        for tenant in self._everybody():
            try:
                self.clients.measured(tenant.id, measured(self.books, tenant.id, self.clock()))
            except (Unavailable, TenantMissing):
                passed += 1
            else:
                done += 1
        return {"medidas": done, "sin medir": passed}

    def _everybody(self) -> Iterator[Tenant]:
        cursor, more = None, True
        while more:
            page = self.registry.page(cursor, _AT_ONCE)
            yield from page.items
            cursor, more = page.next_cursor, page.next_cursor is not None
