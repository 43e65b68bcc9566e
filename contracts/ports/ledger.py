"""What every Ledger promises; a subclass brings `ledger`, `trail` and `deliveries` over one store, and two clients.

`tenant` and `other` are live, and have no subscription; `registry` keeps them.
"""

from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import timedelta
from decimal import Decimal
from uuid import uuid4

import pytest

from contracts.clients import NOW, a_subscription
from contracts.ports.audit_trail import a_deed, deeds
from horux_core.audit.ports import AuditTrail
from horux_core.billing.events import PaymentReceived
from horux_core.billing.gateway import Charge, ChargeState, Invoice
from horux_core.billing.model import Flaw, Payment, PaymentStatus, Subscription, SubscriptionStatus, Unmatched
from horux_core.billing.ports import Ledger
from horux_core.kernel.ids import TenantId
from horux_core.kernel.importe import CERO
from horux_core.kernel.pages import CursorMalformed
from horux_core.outbox.ports import Deliveries
from horux_core.tenancy.errors import TenantMissing
from horux_core.tenancy.ports import Registry

CANCELLED = SubscriptionStatus.CANCELLED


def a_payment(tenant: TenantId, number: str | None = "8000000001", amount: str = "500.00") -> Payment:
    reference = "SPEI 1" if number is None else None
    return Payment(
        uuid4(), tenant, None, number, Decimal(amount), "MXN", PaymentStatus.APPROVED, "credit_card", "accredited",
        reference, CERO, None, NOW, NOW, NOW, NOW,
    )  # fmt: skip


def added(ledger: Ledger, *subscriptions: Subscription) -> None:
    with ledger.transaction() as tx:
        for subscription in subscriptions:
            tx.tenants.lock(subscription.tenant)
            tx.subscriptions.add(subscription)


def put(ledger: Ledger, *payments: Payment) -> None:
    with ledger.transaction() as tx:
        for payment in payments:
            tx.payments.put(payment)


def full(subscription: Subscription) -> Subscription:
    """With something in every field."""
    return replace(
        subscription.linked(f"acuerdo-{uuid4()}", "https://pagos.invalid/1"),
        current_period_start=NOW,
        current_period_end=NOW + timedelta(days=31),
        agreement_state=SubscriptionStatus.AUTHORIZED,
        agreement_changed_at=NOW + timedelta(microseconds=1),
        reminded_of=NOW,
        listed=True,
        entered_at=NOW + timedelta(microseconds=2),
        failed_on=NOW + timedelta(days=30),
    )


class LedgerContract:
    def test_gives_back_the_subscription_it_keeps(self, ledger: Ledger, tenant: TenantId) -> None:
        kept = full(a_subscription(tenant))
        added(ledger, kept)
        assert ledger.subscription(kept.id) == kept
        assert ledger.subscription(uuid4()) is None
        with ledger.transaction() as tx:
            assert tx.subscriptions.get(kept.id) == kept
            assert tx.subscriptions.get(uuid4()) is None
            changed = replace(a_subscription(tenant), id=kept.id, created_at=kept.created_at)
            tx.subscriptions.save(changed)
        assert ledger.subscription(kept.id) == changed

    def test_finds_it_by_its_agreement(self, ledger: Ledger, tenant: TenantId, other: TenantId) -> None:
        mine, theirs = full(a_subscription(tenant)), a_subscription(other)
        added(ledger, mine, theirs)
        assert ledger.agreed(mine.mp_preapproval_id or "") == mine
        assert ledger.agreed("acuerdo-de-nadie") is None

    def test_the_newest_that_is_not_cancelled_counts(self, ledger: Ledger, tenant: TenantId, other: TenantId) -> None:
        old = a_subscription(tenant, status=CANCELLED)
        new = a_subscription(tenant, status=CANCELLED, created_at=NOW + timedelta(days=2))
        added(ledger, new, old)
        with ledger.transaction() as tx:
            assert tx.subscriptions.live(tenant) == new
            assert tx.subscriptions.live(other) is None
        standing = a_subscription(tenant, created_at=NOW + timedelta(days=1))
        added(ledger, standing)
        with ledger.transaction() as tx:
            assert tx.subscriptions.live(tenant) == standing

    def test_tells_those_that_stand_from_those_that_ended(
        self, ledger: Ledger, registry: Registry, tenant: TenantId, other: TenantId
    ) -> None:
        past = a_subscription(tenant, status=CANCELLED, created_at=NOW - timedelta(days=9))
        mine, theirs = a_subscription(tenant, created_at=NOW + timedelta(days=1)), a_subscription(other)
        added(ledger, past, mine, theirs)
        assert list(ledger.standing()) == [theirs, mine]
        assert list(ledger.ended()) == []
        with ledger.transaction() as tx:
            tx.subscriptions.save(theirs.cancelled())
        assert list(ledger.standing()) == [mine]
        assert list(ledger.ended()) == [theirs.cancelled()]
        with registry.transaction() as tx2:
            for each in (tenant, other):
                tx2.tenants.save(tx2.tenants.lock(each).closing())
        assert (list(ledger.standing()), list(ledger.ended())) == ([], [])

    def test_tells_whose_agreement_ended_lately(
        self, ledger: Ledger, registry: Registry, tenant: TenantId, other: TenantId
    ) -> None:
        then = NOW - timedelta(days=1)
        long_ago, before, followed, never, standing = (
            replace(a_subscription(tenant, created_at=NOW + timedelta(days=n)), status=status, agreement_changed_at=at)
            for n, (status, at) in enumerate(
                (
                    (CANCELLED, then - timedelta(microseconds=1)), (CANCELLED, then), (CANCELLED, NOW),
                    (CANCELLED, None), (SubscriptionStatus.AUTHORIZED, NOW),
                )
            )
        )  # fmt: skip
        gone = replace(a_subscription(other, created_at=NOW), status=CANCELLED, agreement_changed_at=NOW)
        added(ledger, long_ago, before, followed, never, standing, gone)
        assert list(ledger.ended_since(then)) == [gone, before, followed]
        with registry.transaction() as tx:
            tx.tenants.save(tx.tenants.lock(other).closing())
        assert list(ledger.ended_since(then)) == [before, followed]

    def test_gives_back_the_payment_it_keeps(self, ledger: Ledger, tenant: TenantId) -> None:
        subscription = a_subscription(tenant)
        added(ledger, subscription)
        paid = replace(a_payment(tenant), subscription=subscription.id)
        put(ledger, paid)
        odd = replace(
            paid, amount=Decimal("123456789012.34"), currency="USD", status=PaymentStatus.DISPUTED,
            refunded=Decimal("1.50"), flaw=Flaw.CURRENCY, due_on=None, paid_at=None, method="", detail="in_process",
        )  # fmt: skip
        assert ledger.payment(paid.id) == paid
        put(ledger, odd)
        assert ledger.payment(paid.id) == odd
        assert ledger.payment(uuid4()) is None
        with ledger.transaction() as tx:
            assert tx.payments.known("8000000001") == odd
            assert tx.payments.known("8000000002") is None

    def test_tells_what_was_noted_by_hand(self, ledger: Ledger, tenant: TenantId, other: TenantId) -> None:
        by_hand, theirs = a_payment(tenant, None), a_payment(other, None)
        put(ledger, a_payment(tenant), by_hand, theirs)
        with ledger.transaction() as tx:
            assert tx.payments.by_hand(tenant) == (by_hand,)

    def test_gives_payments_a_page_at_a_time_last_first(
        self, ledger: Ledger, tenant: TenantId, other: TenantId
    ) -> None:
        own = [a_payment(tenant, f"80000000{n:02}") for n in range(5)]
        for payment in own:
            put(ledger, payment, a_payment(other, f"9{payment.mp_payment_id}"))
        put(ledger, replace(own[0], detail="partially_refunded"))
        first = ledger.page(tenant, None, 2)
        assert first.items == (own[4], own[3])
        second = ledger.page(tenant, first.next_cursor, 3)
        assert second.items == (own[2], own[1], replace(own[0], detail="partially_refunded"))
        assert second.next_cursor is None
        assert ledger.page(tenant, None, 5).next_cursor is None

    def test_gives_back_the_charge_it_keeps(self, ledger: Ledger, tenant: TenantId) -> None:
        subscription = a_subscription(tenant)
        added(ledger, subscription)
        charge = Charge("7000000001", "acuerdo-1", ChargeState.RETRYING, "8000000001", NOW, 1, NOW + timedelta(days=2))
        kept = Invoice(charge, subscription.id, failure_told=True)
        over = Invoice(
            replace(charge, state=ChargeState.CANCELLED, payment=None, attempt=2, next_attempt_at=None),
            subscription.id,
            failure_told=False,
        )
        for invoice in (kept, over):
            with ledger.transaction() as tx:
                tx.invoices.put(invoice)
            with ledger.transaction() as tx:
                assert tx.invoices.get("7000000001") == invoice
                assert tx.invoices.get("7000000002") is None

    def test_keeps_for_an_admin_what_belongs_to_nobody_once_each(self, ledger: Ledger) -> None:
        first, second = (Unmatched("payment", f"800000000{n}", "sin-suscripcion", NOW) for n in range(2))
        again = replace(first, why="de-dos-suscripciones", seen_at=NOW + timedelta(days=1))
        for news in (first, second, again):
            with ledger.transaction() as tx:
                tx.aside.put(news)
        page = ledger.unmatched(None, 1)
        assert page.items == (again,)
        assert ledger.unmatched(page.next_cursor, 5).items == (second,)

    def test_takes_it_away_again_for_the_reason_it_was_kept_for(self, ledger: Ledger) -> None:
        kept = Unmatched("payment", "8000000001", "sin-suscripcion", NOW)
        with ledger.transaction() as tx:
            tx.aside.put(kept)
            tx.aside.drop("payment", "8000000001", "pago-refunded")
            tx.aside.drop("agreement", "8000000001", "sin-suscripcion")
        assert ledger.unmatched(None, 5).items == (kept,)
        with ledger.transaction() as tx:
            tx.aside.drop("payment", "8000000001", "sin-suscripcion")
            tx.aside.drop("payment", "8000000001")
        assert ledger.unmatched(None, 5).items == ()

    def test_refuses_a_cursor_it_did_not_give(self, ledger: Ledger, tenant: TenantId) -> None:
        for ask in (lambda: ledger.page(tenant, "otro", 5), lambda: ledger.unmatched("otro", 5)):
            with pytest.raises(CursorMalformed):
                ask()

    def test_keeps_all_or_nothing(
        self, ledger: Ledger, registry: Registry, trail: AuditTrail, deliveries: Deliveries, tenant: TenantId
    ) -> None:
        def done(fail: bool) -> Subscription:
            subscription = a_subscription(tenant)
            payment = a_payment(tenant, f"8{subscription.id.int % 10**9}")
            with ledger.transaction() as tx:
                locked = tx.tenants.lock(tenant)
                tx.tenants.save(replace(locked, active=False))
                tx.subscriptions.add(subscription)
                tx.payments.put(payment)
                tx.aside.put(Unmatched("payment", payment.mp_payment_id or "", "sin-suscripcion", NOW))
                tx.outbox.put(PaymentReceived(tenant, payment.id))
                tx.audit.record(a_deed(tenant))
                if fail:
                    raise ZeroDivisionError
            return subscription

        with pytest.raises(ZeroDivisionError):
            done(fail=True)
        left = (ledger.page(tenant, None, 5).items, ledger.unmatched(None, 5).items, deeds(trail.page(tenant, None, 5)))
        assert left == ((), (), [])
        assert (list(ledger.standing()), registry.get(tenant).active) == ([], True)
        kept = done(fail=False)
        assert (list(ledger.standing()), registry.get(tenant).active) == ([kept], False)
        assert len(ledger.page(tenant, None, 5).items) == len(ledger.unmatched(None, 5).items) == 1
        assert len(deeds(trail.page(tenant, None, 5))) == 1
        delivery = deliveries.claim(None, NOW + timedelta(days=9999))
        assert delivery is not None
        assert isinstance(delivery.event, PaymentReceived)
        assert deliveries.claim(None, NOW + timedelta(days=9999)) is None

    def test_locks_none_but_who_is_there(self, ledger: Ledger) -> None:
        with pytest.raises(TenantMissing), ledger.transaction() as tx:
            tx.tenants.lock(TenantId(uuid4()))

    def test_one_at_a_time_holds_a_client(self, ledger: Ledger, tenant: TenantId, other: TenantId) -> None:
        with ledger.hold(tenant) as ours, ledger.hold(tenant) as also, ledger.hold(other) as theirs:
            assert (ours, also, theirs) == (True, False, True)
            with ledger.hold(tenant) as still:
                assert not still
        with pytest.raises(ZeroDivisionError), ledger.hold(tenant):
            raise ZeroDivisionError
        with ledger.hold(tenant) as at_last:
            assert at_last

    def test_those_that_change_the_same_client_take_turns(self, ledger: Ledger, tenant: TenantId) -> None:
        subscription = replace(a_subscription(tenant), amount=CERO)
        added(ledger, subscription)

        def one_more(_: int) -> None:
            with ledger.transaction() as tx:
                tx.tenants.lock(tenant)
                found = tx.subscriptions.get(subscription.id)
                assert found is not None
                tx.subscriptions.save(replace(found, amount=found.amount + 1))

        with ThreadPoolExecutor(4) as pool:
            list(pool.map(one_more, range(20)))
        found = ledger.subscription(subscription.id)
        assert found is not None
        assert found.amount == 20
