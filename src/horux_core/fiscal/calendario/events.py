from dataclasses import dataclass
from uuid import UUID

from horux_core.kernel.events import Event
from horux_core.kernel.ids import TenantId


@dataclass(frozen=True, slots=True)
class ObligationsDue(Event):
    """Obligations of a taxpayer are to be reminded of, in one mail: those noted under that name."""

    tenant: TenantId
    lote: UUID
