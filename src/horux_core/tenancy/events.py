from dataclasses import dataclass

from horux_core.kernel.events import Event
from horux_core.kernel.ids import TenantId


@dataclass(frozen=True, slots=True)
class PlanChanged(Event):
    """The operator put a client on another plan."""

    tenant: TenantId
