from dataclasses import dataclass

from horux_core.kernel.events import Event
from horux_core.kernel.ids import TenantId, UserId


@dataclass(frozen=True, slots=True)
class ClientWelcomed(Event):
    """A client was taken in, and this person is its owner. `new_user`: it has no password of its own yet."""

    tenant: TenantId
    user: UserId
    new_user: bool
