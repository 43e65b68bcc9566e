from dataclasses import dataclass

from horux_core.kernel.events import Event
from horux_core.kernel.ids import TenantId, UserId


@dataclass(frozen=True, slots=True)
class PersonInvited(Event):
    """`by` let this person into a taxpayer, or asked that it be told once more."""

    tenant: TenantId
    user: UserId
    by: UserId


@dataclass(frozen=True, slots=True)
class ResetAsked(Event):
    """Somebody says that it forgot the password of this address, which may be nobody's."""

    email: str
