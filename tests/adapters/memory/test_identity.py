from collections.abc import Callable
from dataclasses import replace
from decimal import Decimal
from uuid import uuid4

import pytest

from contracts.ports.card_index import CardIndexContract
from contracts.ports.directory import NOW, DirectoryContract, NewTenant
from contracts.ports.standings import StandingsContract
from contracts.ports.throttle import ThrottleContract
from horux_adapters.memory.database import MemoryDatabase
from horux_adapters.memory.identity import MemoryCardIndex, MemoryDirectory, MemoryStandings, MemoryThrottle
from horux_core.billing.model import Frequency, Subscription, SubscriptionStatus
from horux_core.identity.ports import CardIndex, Directory, Standings, Throttle
from horux_core.kernel.ids import TenantId
from horux_core.kernel.rfc import Rfc
from horux_core.plans.model import Plan
from horux_core.tenancy.model import Tenant, TenantState


@pytest.fixture
def control() -> MemoryDatabase:
    return MemoryDatabase()


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
def subscribe(control: MemoryDatabase) -> Callable[[TenantId, str], None]:
    def keep(tenant: TenantId, status: str) -> None:
        with control.transaction() as tables:
            tables["subscriptions"][uuid4()] = Subscription(
                uuid4(),
                tenant,
                Plan.BUSINESS,
                SubscriptionStatus(status),
                Decimal("899.00"),
                Frequency.MONTHLY,
                None,
                None,
                None,
                None,
                None,
                NOW,
            )

    return keep


class TestMemoryDirectory(DirectoryContract):
    pass


class TestMemoryStandings(StandingsContract):
    @pytest.fixture
    def standings(self, control: MemoryDatabase) -> Standings:
        return MemoryStandings(control)


class TestMemoryCardIndex(CardIndexContract):
    @pytest.fixture
    def cards(self, control: MemoryDatabase) -> CardIndex:
        return MemoryCardIndex(control)


class TestMemoryThrottle(ThrottleContract):
    @pytest.fixture
    def throttle(self, control: MemoryDatabase) -> Throttle:
        return MemoryThrottle(control)
