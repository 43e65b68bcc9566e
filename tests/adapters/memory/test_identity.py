from collections.abc import Callable
from dataclasses import replace
from datetime import datetime
from uuid import uuid4

import pytest

from contracts.clients import a_subscription
from contracts.ports.card_index import CardIndexContract, Subscribe
from contracts.ports.directory import NOW, DirectoryContract, NewTenant
from contracts.ports.factors import FactorsContract
from contracts.ports.keys import KeyRingContract
from contracts.ports.people import PeopleContract
from contracts.ports.standings import StandingsContract
from contracts.ports.throttle import ThrottleContract
from horux_adapters.memory.billing import MemorySubscriptions
from horux_adapters.memory.database import MemoryDatabase
from horux_adapters.memory.identity import MemoryCardIndex, MemoryDirectory, MemoryStandings, MemoryThrottle
from horux_adapters.memory.keys import MemoryKeyRing
from horux_adapters.memory.plans import MemoryEntitlements
from horux_core.billing.model import SubscriptionStatus
from horux_core.identity.ports import CardIndex, Directory, KeyRing, Standings, Throttle
from horux_core.kernel.ids import TenantId
from horux_core.kernel.rfc import Rfc
from horux_core.plans.model import Plan
from horux_core.tenancy.model import Tenant, TenantState


@pytest.fixture
def control() -> MemoryDatabase:
    return MemoryDatabase(lambda: NOW)


@pytest.fixture
def directory(control: MemoryDatabase) -> Directory:
    return MemoryDirectory(control)


@pytest.fixture
def new_tenant(control: MemoryDatabase) -> NewTenant:
    def make(rfc: str) -> TenantId:
        ident = TenantId(uuid4())
        tenant = Tenant(
            ident,
            Rfc(rfc),
            f"Empresa {rfc}",
            Plan.BUSINESS,
            f"horux_{rfc.lower()}",
            "principal",
            (),
            TenantState.LIVE,
            True,
            NOW,
        )
        with control.transaction() as tables:
            tables["tenants"][ident] = tenant
        return ident

    return make


@pytest.fixture
def retire_tenant(control: MemoryDatabase) -> Callable[[TenantId], None]:
    def retire(tenant: TenantId) -> None:
        with control.transaction() as tables:
            tables["tenants"][tenant] = replace(tables["tenants"][tenant], state=TenantState.DEPROVISIONING)

    return retire


@pytest.fixture
def subscribe(control: MemoryDatabase) -> Subscribe:
    def keep(tenant: TenantId, status: str, ends: datetime | None = None) -> None:
        made = a_subscription(tenant, status=SubscriptionStatus(status))
        MemorySubscriptions(control).open(replace(made, current_period_end=ends))

    return keep


class TestMemoryDirectory(DirectoryContract, PeopleContract, FactorsContract):
    pass


class TestMemoryStandings(StandingsContract):
    @pytest.fixture
    def standings(self, control: MemoryDatabase) -> Standings:
        return MemoryStandings(control)


class TestMemoryCardIndex(CardIndexContract):
    @pytest.fixture
    def cards(self, control: MemoryDatabase) -> CardIndex:
        return MemoryCardIndex(control, MemoryEntitlements(control))


class TestMemoryThrottle(ThrottleContract):
    @pytest.fixture
    def throttle(self, control: MemoryDatabase) -> Throttle:
        return MemoryThrottle(control)


class TestMemoryKeyRing(KeyRingContract):
    @pytest.fixture
    def key_ring(self, control: MemoryDatabase) -> KeyRing:
        return MemoryKeyRing(control)
