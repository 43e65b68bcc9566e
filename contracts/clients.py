"""The makers of clients that suites and tests share: what is not asked for is plain and valid."""

from datetime import UTC, datetime
from decimal import Decimal
from uuid import UUID, uuid4

from horux_core.billing.model import Frequency, Subscription, SubscriptionStatus
from horux_core.identity.model import Actor
from horux_core.kernel.ids import RunId, SessionId, TenantId, UserId
from horux_core.kernel.rfc import Rfc
from horux_core.onboarding.model import NewClient, Run, RunKind, RunState
from horux_core.plans.model import Plan
from horux_core.tenancy.model import Tenant, TenantState

RFC = "CAS2408138W2"
NOW = datetime(2026, 3, 1, 12, 0, tzinfo=UTC)
OPERATOR = Actor(UserId(UUID(int=1)), "operador@horuxfin.com", True, SessionId(UUID(int=2)))
NOMBRES = {"Ñ": "_n", "&": "_a"}


def a_tenant(rfc: str = RFC, state: TenantState = TenantState.LIVE, tenant: UUID | None = None) -> Tenant:
    name = "".join(NOMBRES.get(letter, letter.lower()) for letter in rfc)
    return Tenant(
        TenantId(tenant or uuid4()), Rfc(rfc), "Cascabel SA de CV", Plan.BUSINESS, f"horux_{name}", "principal",
        ("601",), state, True, NOW,
    )  # fmt: skip


def a_subscription(
    tenant: TenantId,
    amount: str = "500.00",
    payer_email: str | None = "pagos@cascabel.mx",
    status: SubscriptionStatus = SubscriptionStatus.PENDING,
    created_at: datetime = NOW,
) -> Subscription:
    return Subscription(
        uuid4(), tenant, Plan.BUSINESS, status, Decimal(amount), Frequency.MONTHLY, payer_email, None, None, None, None,
        created_at,
    )  # fmt: skip


def a_run(tenant: TenantId | None = None, kind: RunKind = RunKind.ALTA, started_at: datetime = NOW) -> Run:
    return Run(RunId(uuid4()), kind, tenant or TenantId(uuid4()), RFC, RunState.ABIERTA, None, None, started_at)


def a_client(
    rfc: str = RFC,
    plan: str = "business",
    admin_email: str = "ana@cascabel.mx",
    payer_email: str | None = "pagos@cascabel.mx",
    amount: str | None = "500.00",
    regimenes: tuple[str, ...] = (),
) -> NewClient:
    price = None if amount is None else Decimal(amount)
    return NewClient(rfc, "Cascabel SA de CV", plan, admin_email, "Ana Cascabel", regimenes, payer_email, price)
