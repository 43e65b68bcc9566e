"""What a client has with us besides its row in the registry."""

from dataclasses import dataclass

from horux_core.billing.ports import PaymentGateway, Subscriptions
from horux_core.identity.ports import Directory
from horux_core.tenancy.ports import TenantDatabases


@dataclass(frozen=True, slots=True)
class Holdings:
    """A database, people, a subscription, and an agreement with the provider of payments."""

    databases: TenantDatabases
    directory: Directory
    subscriptions: Subscriptions
    links: PaymentGateway
