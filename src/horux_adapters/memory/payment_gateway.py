from collections.abc import Callable
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from decimal import Decimal
from itertools import count
from uuid import UUID

from horux_core.billing.errors import AgreementRefused, AgreementUnknown, ChargeUnknown, ReceiptUnknown
from horux_core.billing.gateway import Agreement, Charge, ChargeState, Receipt, ReceiptState
from horux_core.billing.model import Frequency, Subscription, SubscriptionStatus
from horux_core.kernel.importe import CERO

_CYCLE = {Frequency.MONTHLY: timedelta(days=30), Frequency.YEARLY: timedelta(days=365)}
_RETRY = timedelta(days=2)


@dataclass
class MemoryPaymentGateway:
    """A provider whose links nobody can pay: what payers and banks would do there is told to it by its last methods."""

    clock: Callable[[], datetime]
    agreements: dict[str, Agreement] = field(default_factory=dict)
    invoices: dict[str, Charge] = field(default_factory=dict)
    payments: dict[str, Receipt] = field(default_factory=dict)
    declined: dict[str, int] = field(default_factory=dict)
    numbers: "count[int]" = field(default_factory=lambda: count(1))

    @property
    def standing(self) -> dict[UUID | None, Agreement]:
        """The agreements that are not ended, by subscription."""
        return {a.subscription: a for a in self.agreements.values() if a.state is not SubscriptionStatus.CANCELLED}

    @property
    def ended(self) -> set[UUID | None]:
        return {a.subscription for a in self.agreements.values()} - self.standing.keys()

    def open(self, subscription: Subscription, reason: str) -> Agreement | None:
        if subscription.payer_email is None:
            raise AgreementRefused(f"Falta el correo de quien paga «{reason}».")
        now = self.clock()
        terms = (subscription.amount, subscription.frequency)
        standing = self.standing.get(subscription.id)
        if standing is not None:
            fits = standing.state is SubscriptionStatus.PENDING and (standing.amount, standing.frequency) == terms
            if standing.state is SubscriptionStatus.AUTHORIZED or fits:
                return standing
            self.close(subscription)
        reference = f"acuerdo-{next(self.numbers)}-{subscription.id.hex}"
        url = f"https://pagos.invalid/{reference}"
        made = Agreement(reference, SubscriptionStatus.PENDING, subscription.id, *terms, url, now, now)
        self.agreements[reference] = made
        return made

    def close(self, subscription: Subscription) -> None:
        for agreement in list(self.agreements.values()):
            named = subscription.mp_preapproval_id == agreement.reference
            if (agreement.subscription == subscription.id or named) and agreement.state is not _CANCELLED:
                self._put(agreement, SubscriptionStatus.CANCELLED)

    def pause(self, reference: str) -> Agreement:
        return self._moved(reference, SubscriptionStatus.PAUSED)

    def resume(self, reference: str) -> Agreement:
        return self._moved(reference, SubscriptionStatus.AUTHORIZED)

    def agreement(self, reference: str) -> Agreement:
        if reference not in self.agreements:
            raise AgreementUnknown("No hay tal acuerdo.")
        return self.agreements[reference]

    def charges(self, agreement: str) -> tuple[Charge, ...]:
        own = (charge for charge in self.invoices.values() if charge.agreement == agreement)
        return tuple(sorted(own, key=lambda charge: charge.due_on))

    def charge(self, reference: str) -> Charge:
        if reference not in self.invoices:
            raise ChargeUnknown("No hay tal cargo.")
        return self.invoices[reference]

    def receipt(self, reference: str) -> Receipt:
        if reference not in self.payments:
            raise ReceiptUnknown("No hay tal pago.")
        return self.payments[reference]

    def receipts(self, subscription: Subscription) -> tuple[Receipt, ...]:
        own = (receipt for receipt in self.payments.values() if receipt.subscription == subscription.id)
        return tuple(sorted(own, key=lambda receipt: receipt.changed_at))

    def approve(self, reference: str) -> None:
        """The payer enters a card, which is tried with nothing, and the first charge is made."""
        agreement = self._put(self.agreement(reference), SubscriptionStatus.AUTHORIZED)
        tried = replace(self._paid(agreement), agreement=None, subscription=None, amount=CERO, validation=True)
        self.payments[tried.reference] = tried
        self.collect(reference)

    def decline(self, reference: str, tries: int) -> None:
        """From now on the card is refused, and a charge is given up after so many tries."""
        self.declined[reference] = tries

    def collect(self, reference: str) -> None:
        """A cycle begins: its charge is tried once."""
        agreement, now = self.agreement(reference), self.clock()
        receipt = self._paid(agreement)
        state = ChargeState.COLLECTED
        if reference in self.declined:
            receipt = replace(receipt, state=ReceiptState.REJECTED, detail="cc_rejected_other_reason", paid_at=None)
            state = ChargeState.RETRYING if self.declined[reference] > 1 else ChargeState.GIVEN_UP
        again = now + _RETRY if state is ChargeState.RETRYING else None
        number = f"cargo-{next(self.numbers)}"
        self.payments[receipt.reference] = receipt
        self.invoices[number] = Charge(number, reference, state, receipt.reference, now, 1, again)
        due = now + _CYCLE[agreement.frequency or Frequency.MONTHLY]
        self.agreements[reference] = replace(agreement, changed_at=now, next_charge_at=due)

    def refund(self, reference: str, amount: Decimal) -> None:
        """So much is given back to the payer."""
        paid = self.receipt(reference)
        refunded = paid.refunded + amount
        whole = refunded == paid.amount
        state, detail = (ReceiptState.REFUNDED, "refunded") if whole else (paid.state, "partially_refunded")
        self.payments[reference] = replace(
            paid, refunded=refunded, state=state, detail=detail, changed_at=self.clock()
        )  # fmt: skip

    def dispute(self, reference: str) -> None:
        """The holder of the card says that the payment is not his."""
        paid = self.receipt(reference)
        self.payments[reference] = replace(
            paid, state=ReceiptState.DISPUTED, detail="in_process", changed_at=self.clock()
        )  # fmt: skip

    def _moved(self, reference: str, state: SubscriptionStatus) -> Agreement:
        agreement = self.agreement(reference)
        if agreement.state is state:
            return agreement
        if agreement.state not in (SubscriptionStatus.AUTHORIZED, SubscriptionStatus.PAUSED):
            raise AgreementRefused("El acuerdo no está en un estado que lo permita.")
        return self._put(agreement, state)

    def _put(self, agreement: Agreement, state: SubscriptionStatus) -> Agreement:
        changed = replace(agreement, state=state, changed_at=self.clock())
        self.agreements[agreement.reference] = changed
        return changed

    def _paid(self, agreement: Agreement) -> Receipt:
        now = self.clock()
        return Receipt(
            f"pago-{next(self.numbers)}", agreement.reference, agreement.subscription, ReceiptState.APPROVED,
            "accredited", agreement.amount, CERO, "MXN", True, False, "credit_card", now, now, now,
        )  # fmt: skip


_CANCELLED = SubscriptionStatus.CANCELLED
