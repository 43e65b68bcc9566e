from dataclasses import dataclass
from typing import Protocol

from horux_core.billing.model import Subscription
from horux_core.kernel.ids import TenantId


class Subscriptions(Protocol):
    def open(self, subscription: Subscription) -> None:
        """Keep the tenant's subscription; the same id again replaces it."""

    def live(self, tenant: TenantId) -> Subscription | None:
        """The newest that is not cancelled, else the newest, else None."""

    def cancel(self, tenant: TenantId) -> None:
        """Mark every subscription of the tenant cancelled."""

    def remove(self, tenant: TenantId) -> None:
        """Take them away, as if they had never been: the undo of opening a tenant."""


@dataclass(frozen=True, slots=True)
class PaymentLink:
    """Where the client pays, and the name the provider knows the agreement by."""

    url: str
    reference: str


class PaymentLinks(Protocol):
    """The provider of payments, as far as opening and closing a client needs it."""

    def create(self, subscription: Subscription) -> PaymentLink | None:
        """A link for the subscription's amount; asked again for the same subscription it gives the same one.

        None when the provider works without links. Raises Unavailable when the provider does not answer.
        """

    def cancel(self, subscription: Subscription) -> None:
        """End the agreement at the provider, and that it asked for without living to keep the answer's reference.

        Nothing when it is ended or the provider knows none. Raises Unavailable when the provider does not answer.
        """
