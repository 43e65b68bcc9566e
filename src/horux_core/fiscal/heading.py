"""What stands above every page: who is looking, at whose books, and what may be done there."""

from dataclasses import dataclass
from datetime import datetime

from horux_core.billing.model import Subscription
from horux_core.billing.ports import Subscriptions
from horux_core.billing.standing import BillingPolicy, read_only_since
from horux_core.fiscal.ports import Books
from horux_core.identity.introducing import Introduce
from horux_core.identity.model import Actor, User
from horux_core.identity.ports import Cards
from horux_core.kernel.clock import Clock
from horux_core.plans.model import ILIMITADO, Entitlement, Feature
from horux_core.plans.ports import Entitlements
from horux_core.tenancy.model import Tenant
from horux_core.tenancy.ports import Registry


@dataclass(frozen=True, slots=True)
class Desk:
    """The taxpayer being worked in. `cfdis` are those stored; without `subscription` it never had one.

    `read_only_since` is when writing ended for its people; None while they write, and where nothing tells it.
    """

    tenant: Tenant
    entitlement: Entitlement
    cfdis: int
    subscription: Subscription | None
    read_only_since: datetime | None = None

    def has(self, feature: Feature) -> bool:
        return feature in self.entitlement.features

    @property
    def room(self) -> int | None:
        """How many CFDI it may keep yet; None without a limit."""
        limit = self.entitlement.cfdi_limit
        return None if limit == ILIMITADO else max(limit - self.cfdis, 0)


@dataclass(frozen=True, slots=True)
class Heading:
    """`desk` is None for the operator's staff that views nobody, and for who must choose a password first."""

    actor: Actor
    user: User
    cards: Cards
    desk: Desk | None


@dataclass(frozen=True, slots=True)
class ShowHeading:
    introduce: Introduce
    registry: Registry
    entitlements: Entitlements
    subscriptions: Subscriptions
    books: Books
    policy: BillingPolicy
    clock: Clock

    def __call__(self, actor: Actor) -> Heading:
        """Raises SessionExpired, TenantMissing, TenantGone and what opening the books does."""
        user, cards = self.introduce(actor)
        return Heading(actor, user, cards, self._desk(actor))

    def _desk(self, actor: Actor) -> Desk | None:
        ident = actor.tenant_id
        if ident is None or actor.must_change_password:
            return None
        with self.books.open(ident) as books:
            cfdis = books.cfdis.count()
        entitlement, paying = self.entitlements.of(ident), self.subscriptions.live(ident)
        since = None if entitlement.writable else read_only_since(paying, self.clock(), self.policy)
        return Desk(self.registry.get(ident), entitlement, cfdis, paying, since)
