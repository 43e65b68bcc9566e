"""What each event of billing makes Horux360 write, to whom, and when nothing is written any more."""

from dataclasses import replace
from datetime import timedelta
from decimal import Decimal
from uuid import uuid4

import pytest

from contracts.clients import NOW, RFC
from horux_core.billing import events
from horux_core.billing.model import BankAccount, Flaw, Frequency, PaymentStatus, SubscriptionStatus
from horux_core.billing.standing import BillingPolicy
from horux_core.identity.model import Role
from horux_core.kernel.ids import TenantId
from horux_core.notifications import letters
from horux_core.notifications.errors import MailRefused
from horux_core.notifications.model import MailState
from horux_core.notifications.paying import TellPaused, TellPaymentFailed, TellPaymentReceived
from horux_core.notifications.subscribing import SendPaymentLink, TellCancelled, TellExpiring
from horux_core.plans.model import Plan
from tests.core.notifications.desk import ANA, LINK, LOGIN, PAID_UNTIL, PAY, PAYER, STAFF, Desk

WHO = ("Cascabel SA de CV", RFC, Plan.BUSINESS)
AMOUNT = Decimal("500.00")
ACCOUNT = BankAccount("Horux Finanzas SA de CV", "Banco de Muestra", "002010077777777771")


@pytest.fixture
def desk() -> Desk:
    return Desk()


@pytest.fixture
def tenant(desk: Desk) -> TenantId:
    return desk.client()


def received(desk: Desk) -> TellPaymentReceived:
    return TellPaymentReceived(desk.readers, desk.ledger, desk.post)


def failed(desk: Desk) -> TellPaymentFailed:
    return TellPaymentFailed(desk.readers, desk.ledger, desk.post, PAY)


def paused(desk: Desk) -> TellPaused:
    return TellPaused(desk.readers, desk.ledger, desk.post, PAY)


def cancelled(desk: Desk, policy: BillingPolicy | None = None) -> TellCancelled:
    return TellCancelled(desk.readers, desk.ledger, desk.post, policy or BillingPolicy(), lambda: NOW, LOGIN)


def expiring(desk: Desk) -> TellExpiring:
    return TellExpiring(desk.readers, desk.ledger, desk.post, BillingPolicy(grace_days=7), PAY)


def link(desk: Desk, account: BankAccount | None = ACCOUNT) -> SendPaymentLink:
    return SendPaymentLink(desk.readers, desk.ledger, desk.post, account)


def test_sends_every_owner_its_receipt_and_nobody_else(desk: Desk, tenant: TenantId) -> None:
    desk.joined(tenant, "socia@cascabel.mx")
    desk.joined(tenant, "contador@cascabel.mx", Role.CONTADOR)
    desk.joined(tenant, "ida@cascabel.mx", active=False)
    desk.joined(tenant, "invitada@cascabel.mx", came_in=False)
    payment = desk.paid(tenant, desk.subscribed(tenant))
    desk.deliver(events.PaymentReceived(tenant, payment.id), received(desk))
    letter = letters.PaymentReceived(*WHO, AMOUNT, "credit_card", "77", NOW, PAID_UNTIL)
    assert desk.postman.letters() == [(ANA, letter), ("socia@cascabel.mx", letter)]


def test_a_payment_noted_by_hand_keeps_the_operator_s_reference(desk: Desk, tenant: TenantId) -> None:
    paid = desk.paid(tenant, None, mp_payment_id=None, reference="SPEI 1", method="transferencia")
    desk.deliver(events.PaymentReceived(tenant, paid.id), received(desk))
    letter = letters.PaymentReceived(*WHO, AMOUNT, "transferencia", "SPEI 1", NOW, None)
    assert desk.postman.letters() == [(ANA, letter)]


@pytest.mark.parametrize("change", [{"status": PaymentStatus.REFUNDED}, {"flaw": Flaw.AMOUNT}], ids=str)
def test_no_receipt_for_what_does_not_count_any_more(desk: Desk, tenant: TenantId, change: dict[str, object]) -> None:
    paid = desk.paid(tenant, desk.subscribed(tenant), **change)
    desk.deliver(events.PaymentReceived(tenant, paid.id), received(desk))
    assert desk.postman.sent == []


def test_tells_client_and_operator_of_a_charge_that_did_not_pass(desk: Desk, tenant: TenantId) -> None:
    owed = desk.subscribed(tenant, status=SubscriptionStatus.AUTHORIZED)
    refused = desk.paid(tenant, owed, status=PaymentStatus.REJECTED, detail="cc_rejected_insufficient_amount")
    desk.deliver(events.PaymentFailed(tenant, refused.id), failed(desk))
    letter = letters.PaymentFailed(*WHO, AMOUNT, NOW, "La tarjeta no tiene saldo suficiente.", False, LINK)
    assert desk.postman.letters() == [(ANA, letter), (STAFF, replace(letter, operator_copy=True))]


@pytest.mark.parametrize(
    ("detail", "reason"),
    [
        ("cc_rejected_call_for_authorize", "banco"),
        ("cc_rejected_bad_filled_date", "datos de la tarjeta"),
        ("cc_rejected_other_reason", None),
        ("algo_nuevo", None),
    ],
)
def test_says_what_the_client_can_do(desk: Desk, tenant: TenantId, detail: str, reason: str | None) -> None:
    refused = desk.paid(tenant, None, status=PaymentStatus.REJECTED, detail=detail)
    desk.deliver(events.PaymentFailed(tenant, refused.id), failed(desk))
    letter = desk.postman.sent[0].letter
    assert isinstance(letter, letters.PaymentFailed)
    assert letter.reason is None if reason is None else reason in (letter.reason or "")
    assert (letter.final, letter.pay_url) == (False, PAY)


def test_says_that_nobody_tries_again_when_nobody_does(desk: Desk, tenant: TenantId) -> None:
    owed = desk.subscribed(tenant, status=SubscriptionStatus.PAUSED, payment_link=None)
    refused = desk.paid(tenant, owed, status=PaymentStatus.REJECTED)
    desk.deliver(events.PaymentFailed(tenant, refused.id), failed(desk))
    letter = desk.postman.sent[0].letter
    assert isinstance(letter, letters.PaymentFailed)
    assert (letter.final, letter.pay_url) == (True, PAY)


def test_tells_of_no_problem_once_the_payment_has_passed(desk: Desk, tenant: TenantId) -> None:
    passed = desk.paid(tenant, desk.subscribed(tenant))
    desk.deliver(events.PaymentFailed(tenant, passed.id), failed(desk))
    assert desk.postman.sent == []


@pytest.mark.parametrize("expired", [True, False])
def test_tells_client_and_operator_that_it_only_reads_now(desk: Desk, tenant: TenantId, expired: bool) -> None:
    at = NOW + timedelta(days=3)
    owed = desk.subscribed(tenant, status=SubscriptionStatus.PAUSED, agreement_changed_at=at)
    desk.deliver(events.SubscriptionPaused(tenant, owed.id, expired), paused(desk))
    reason = "Terminó lo que estaba pagado y no recibimos otro pago." if expired else None
    letter = letters.PaymentFailed(*WHO, AMOUNT, PAID_UNTIL if expired else at, reason, True, LINK)
    assert desk.postman.letters() == [(ANA, letter), (STAFF, replace(letter, operator_copy=True))]


def test_tells_of_no_pause_that_is_over(desk: Desk, tenant: TenantId) -> None:
    owed = desk.subscribed(tenant, status=SubscriptionStatus.AUTHORIZED)
    desk.deliver(events.SubscriptionPaused(tenant, owed.id, False), paused(desk))
    assert desk.postman.sent == []


def test_tells_client_and_operator_that_it_was_cancelled_and_of_no_problem(desk: Desk, tenant: TenantId) -> None:
    ended = desk.subscribed(tenant, status=SubscriptionStatus.CANCELLED)
    desk.deliver(events.SubscriptionCancelled(tenant, ended.id), cancelled(desk))
    letter = letters.SubscriptionCancelled(*WHO, NOW, None, LOGIN)
    assert desk.postman.letters() == [(ANA, letter), (STAFF, replace(letter, operator_copy=True))]


@pytest.mark.parametrize(
    ("honored", "paid_until", "writes_until"),
    [(True, PAID_UNTIL, PAID_UNTIL), (True, NOW, None), (True, None, None), (False, PAID_UNTIL, None)],
)
def test_says_until_when_a_cancelled_client_writes(
    desk: Desk, tenant: TenantId, honored: bool, paid_until: object, writes_until: object
) -> None:
    ended = desk.subscribed(tenant, status=SubscriptionStatus.CANCELLED, current_period_end=paid_until)
    react = cancelled(desk, BillingPolicy(honor_paid_period=honored))
    desk.deliver(events.SubscriptionCancelled(tenant, ended.id), react)
    letter = desk.postman.sent[0].letter
    assert isinstance(letter, letters.SubscriptionCancelled)
    assert letter.writes_until == writes_until


def test_tells_the_client_alone_that_it_expires(desk: Desk, tenant: TenantId) -> None:
    owed = desk.subscribed(tenant, status=SubscriptionStatus.AUTHORIZED, payment_link=None)
    desk.deliver(events.SubscriptionExpiring(tenant, owed.id, PAID_UNTIL.isoformat()), expiring(desk))
    letter = letters.SubscriptionExpiring(*WHO, AMOUNT, PAID_UNTIL, PAID_UNTIL + timedelta(days=7), PAY)
    assert desk.postman.letters() == [(ANA, letter)]


def test_tells_the_day_from_which_the_client_only_reads_by_billing_s_own_rule(desk: Desk, tenant: TenantId) -> None:
    """Its card was entered after the last day it paid for, and has been taken away: its days of grace count anew."""
    entered = PAID_UNTIL + timedelta(days=2)
    owed = desk.subscribed(tenant, status=SubscriptionStatus.AUTHORIZED, entered_at=entered)
    desk.deliver(events.SubscriptionExpiring(tenant, owed.id, PAID_UNTIL.isoformat()), expiring(desk))
    ((_, letter),) = desk.postman.letters()
    assert isinstance(letter, letters.SubscriptionExpiring)
    assert letter.read_only_at == entered + timedelta(days=7)


@pytest.mark.parametrize(
    "change",
    [
        {"current_period_end": PAID_UNTIL + timedelta(days=30)},
        {"agreement_state": SubscriptionStatus.AUTHORIZED},
        {"status": SubscriptionStatus.PAUSED},
        {"status": SubscriptionStatus.CANCELLED},
    ],
    ids=["paid", "charges itself", "paused", "cancelled"],
)
def test_does_not_say_so_once_it_is_paid_or_charges_itself_or_only_reads_already(
    desk: Desk, tenant: TenantId, change: dict[str, object]
) -> None:
    owed = desk.subscribed(tenant, **{"status": SubscriptionStatus.AUTHORIZED, **change})
    desk.deliver(events.SubscriptionExpiring(tenant, owed.id, PAID_UNTIL.isoformat()), expiring(desk))
    assert desk.postman.sent == []


def test_sends_the_payer_its_link(desk: Desk, tenant: TenantId) -> None:
    owed = desk.subscribed(tenant, frequency=Frequency.YEARLY)
    desk.deliver(events.PaymentLinkIssued(tenant, owed.id), link(desk, None))
    letter = letters.PaymentLinkSent(*WHO, AMOUNT, Frequency.YEARLY, LINK)
    assert desk.postman.letters() == [(PAYER, letter)]


def test_sends_the_bank_account_where_there_are_no_links(desk: Desk, tenant: TenantId) -> None:
    owed = desk.subscribed(tenant, payment_link=None, payer_email=None)
    desk.deliver(events.PaymentLinkIssued(tenant, owed.id), link(desk))
    letter = letters.BankDetails(
        *WHO, AMOUNT, Frequency.MONTHLY, ACCOUNT.beneficiary, ACCOUNT.bank, ACCOUNT.clabe, RFC
    )  # fmt: skip
    assert desk.postman.letters() == [(ANA, letter)]


def test_without_link_and_account_the_operator_sees_a_dead_mail(desk: Desk, tenant: TenantId) -> None:
    owed = desk.subscribed(tenant, payment_link=None)
    with pytest.raises(MailRefused, match="BANK_CLABE"):
        desk.deliver(events.PaymentLinkIssued(tenant, owed.id), link(desk, None))
    (posted,) = desk.posted()
    assert (posted.state, posted.kind, posted.to) == (MailState.MUERTO, "BankDetails", PAYER)


def test_no_link_of_what_was_cancelled(desk: Desk, tenant: TenantId) -> None:
    owed = desk.subscribed(tenant, status=SubscriptionStatus.CANCELLED)
    desk.deliver(events.PaymentLinkIssued(tenant, owed.id), link(desk))
    assert desk.postman.sent == []


def test_without_an_address_of_the_operator_s_each_of_its_staff_is_told(desk: Desk, tenant: TenantId) -> None:
    with desk.house.directory.transaction() as tx:
        ana = tx.users.by_email(ANA)
        assert ana is not None
        for email, active in (("b@horuxfin.com", True), ("a@horuxfin.com", True), ("ida@horuxfin.com", False)):
            member = replace(ana, id=uuid4(), email=email, platform_admin=True, active=active)  # type: ignore[arg-type]
            tx.users.add(member)
    desk.readers = replace(desk.readers, admin_email=None)
    ended = desk.subscribed(tenant, status=SubscriptionStatus.CANCELLED)
    desk.deliver(events.SubscriptionCancelled(tenant, ended.id), cancelled(desk))
    assert [to for to, _ in desk.postman.letters()] == [ANA, "a@horuxfin.com", "b@horuxfin.com"]


def test_nobody_is_written_to_about_a_client_that_has_left_or_what_is_not_there(desk: Desk, tenant: TenantId) -> None:
    owed, gone = desk.subscribed(tenant), uuid4()
    paid = desk.paid(tenant, owed)
    refused = desk.paid(tenant, owed, id=uuid4(), mp_payment_id="78", status=PaymentStatus.REJECTED)
    for ident in (gone, None):
        if ident is None:
            desk.house.let_go(RFC)
        desk.deliver(events.PaymentReceived(tenant, ident or paid.id), received(desk))
        desk.deliver(events.PaymentFailed(tenant, ident or refused.id), failed(desk))
        desk.deliver(events.SubscriptionPaused(tenant, ident or owed.id, True), paused(desk))
        desk.deliver(events.SubscriptionCancelled(tenant, ident or owed.id), cancelled(desk))
        desk.deliver(events.SubscriptionExpiring(tenant, ident or owed.id, PAID_UNTIL.isoformat()), expiring(desk))
        desk.deliver(events.PaymentLinkIssued(tenant, ident or owed.id), link(desk))
    assert desk.postman.sent == []


def test_every_event_delivered_twice_is_one_mail_each(desk: Desk, tenant: TenantId) -> None:
    owed = desk.subscribed(tenant, status=SubscriptionStatus.CANCELLED)
    event = events.SubscriptionCancelled(tenant, owed.id)
    ident = desk.put(event)
    for _ in range(3):
        cancelled(desk)(event, ident)
    assert [to for to, _ in desk.postman.letters()] == [ANA, STAFF]
