"""Giving a client the folder in which its SAT packages are left."""

from contextlib import suppress
from dataclasses import dataclass

from horux_core.fiscal.paquetes.ports import Buzon
from horux_core.kernel.errors import NotFound
from horux_core.kernel.ids import EventId
from horux_core.onboarding.events import ClientWelcomed
from horux_core.tenancy.model import TenantState
from horux_core.tenancy.ports import Registry


@dataclass(frozen=True, slots=True)
class OpenInbox:
    """As soon as a client is taken in; letting it go takes the folder away. Raises BuzonInaccesible."""

    buzon: Buzon
    registry: Registry

    def __call__(self, event: ClientWelcomed, _: EventId) -> None:
        with suppress(NotFound):
            tenant = self.registry.get(event.tenant)
            if tenant.state is TenantState.LIVE:
                self.buzon.preparar(tenant)
