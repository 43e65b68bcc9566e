"""A taxpayer with an owner that makes API keys, and another."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime

from horux_core.audit.model import Entry
from horux_core.billing.model import SubscriptionStatus
from horux_core.identity.issuing_keys import IssuedKey, WantedKey
from horux_core.identity.model import Actor
from horux_core.kernel.ids import TenantId
from tests.core.identity.world import World

HERE, THERE = "EKU9003173C9", "AAA010101AAA"


class House:
    def __init__(self) -> None:
        self.world = World()
        self.here, self.there = self.world.tenant(HERE), self.world.tenant(THERE)
        self.ana = self.world.user("ana@ejemplo.mx", self.here)
        self.owner = self.world.actor(self.world.enter())

    def issued(self, *scopes: str, expires_at: datetime | None = None, nombre: str = "Caja") -> IssuedKey:
        return self.world.issue_key(self.owner, WantedKey(nombre, scopes or ("cfdi:read",), expires_at))

    def shown(self, secret: str, address: str = "192.0.2.1") -> Actor:
        return self.world.authenticate(secret, "req-1", address)

    def trail(self) -> Iterator[Entry]:
        yield from self.world.control.tables["audit_log"].values()

    def subscription(self, status: SubscriptionStatus, tenant: TenantId | None = None) -> None:
        with self.world.control.transaction() as tables:
            ident = next(i for i, s in tables["subscriptions"].items() if s.tenant == (tenant or self.here))
            tables["subscriptions"][ident] = replace(tables["subscriptions"][ident], status=status)
