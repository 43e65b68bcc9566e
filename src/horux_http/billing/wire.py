"""The shapes of what a client pays on the wire (SPEC 3 and 7)."""

import re
from datetime import UTC, date, datetime, time
from decimal import Decimal
from typing import Annotated, Self
from uuid import UUID

from msgspec import Meta, Struct

from horux_core.billing.errors import PaymentMalformed
from horux_core.billing.model import Payment, Subscription, Unmatched
from horux_core.kernel.clock import MEXICO
from horux_core.kernel.pages import Page

PesosOut = Annotated[str, Meta(description="Importe en MXN con dos decimales.", examples=["999.00"])]
PlanName = Annotated[str, Meta(description="starter, business, professional o enterprise.", examples=["business"])]
Momento = Annotated[
    str, Meta(max_length=40, description="Día (en México) o momento, ISO 8601.", examples=["2026-03-31"])
]

_DAY = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}(T|$)")


class NewLink(Struct, rename="camel", forbid_unknown_fields=True):
    """El correo de la cuenta de MercadoPago que va a pagar; sin él, el que ya se tenía.

    `amount`, en MXN por periodo, es un precio acordado con la empresa; sin él, el que ya se tenía o el de la lista.
    """

    payer_email: Annotated[str, Meta(max_length=320, examples=["pagos@cascabel.mx"])] | None = None
    amount: Annotated[Decimal, Meta(examples=["999.00"])] | None = None


class ManualPayment(Struct, rename="camel", forbid_unknown_fields=True):
    """Un pago que llegó por fuera del proveedor de pagos, una transferencia por ejemplo."""

    amount: Annotated[Decimal, Meta(examples=["999.00"])]
    paid_at: Momento
    reference: Annotated[str, Meta(max_length=200, examples=["SPEI 8846120"])]

    def moment(self) -> datetime:
        """A day begins in Mexico; a moment without a zone is Mexico's. Raises PaymentMalformed."""
        try:
            if not _DAY.match(self.paid_at):
                # The day of a week, or a bare number, is not how a bank dates a payment.
                raise ValueError
            if "T" not in self.paid_at:
                return datetime.combine(date.fromisoformat(self.paid_at), time(), MEXICO).astimezone(UTC)
            read = datetime.fromisoformat(self.paid_at)
            return (read if read.tzinfo else read.replace(tzinfo=MEXICO)).astimezone(UTC)
        except (ValueError, OverflowError) as error:
            raise PaymentMalformed("La fecha del pago no se entiende: escríbela como 2026-03-31.") from error


class SubscriptionOut(Struct, rename="camel"):
    """Lo que paga una empresa; `overdue` es que terminó lo pagado y el cobro siguiente aún se intenta."""

    plan: PlanName
    status: Annotated[str, Meta(description="pending, authorized, paused o cancelled.", examples=["authorized"])]
    amount: PesosOut
    frequency: Annotated[str, Meta(description="monthly o yearly.", examples=["monthly"])]
    current_period_start: datetime | None
    current_period_end: datetime | None
    next_billing_date: datetime | None
    overdue: bool
    mp_preapproval_id: str | None
    payment_link: Annotated[str, Meta(examples=["https://www.mercadopago.com.mx/subscriptions/checkout"])] | None

    @classmethod
    def of(cls, s: Subscription, now: datetime) -> Self:
        return cls(
            s.plan.value, s.status.value, f"{s.amount:.2f}", s.frequency.value, s.current_period_start,
            s.current_period_end, s.next_billing_date, s.overdue(now), s.mp_preapproval_id, s.payment_link,
        )  # fmt: skip


class PaymentOut(Struct, rename="camel"):
    """Un pago; `mpPaymentId` es nulo en los que anotó el operador, que llevan su `reference`.

    `refunded` es lo devuelto, que puede ser una parte. Uno con `flaw` se hizo, y no cuenta.
    """

    id: UUID
    mp_payment_id: Annotated[str, Meta(examples=["1320487713"])] | None
    amount: PesosOut
    status: Annotated[str, Meta(description="approved, pending, rejected, refunded o disputed.", examples=["approved"])]
    payment_method: Annotated[str, Meta(examples=["visa"])]
    paid_at: datetime | None
    reference: str | None
    refunded: PesosOut
    flaw: (
        Annotated[str, Meta(description="monto-distinto, otra-moneda u otro-cobrador.", examples=["monto-distinto"])]
        | None
    )

    @classmethod
    def of(cls, p: Payment) -> Self:
        return cls(
            p.id, p.mp_payment_id, f"{p.amount:.2f}", p.status.value, p.method, p.paid_at, p.reference,
            f"{p.refunded:.2f}", None if p.flaw is None else p.flaw.value,
        )  # fmt: skip


class PaymentsOut(Struct, rename="camel"):
    items: list[PaymentOut]
    next_cursor: str | None

    @classmethod
    def of(cls, page: Page[Payment]) -> Self:
        return cls([PaymentOut.of(payment) for payment in page.items], page.next_cursor)


class UnmatchedOut(Struct, rename="camel"):
    """Algo que dijo el proveedor de pagos y que alguien tiene que ver."""

    topic: Annotated[str, Meta(description="agreement, charge o payment.", examples=["payment"])]
    reference: Annotated[str, Meta(description="Su número allá.", examples=["1320487713"])]
    why: Annotated[
        str,
        Meta(
            description="Por qué, en una palabra fija: sin-suscripcion, de-dos-suscripciones, pago-de-otra-empresa, "
            "pago-sin-periodo, pago-refunded, pago-disputed, monto-distinto, otra-moneda, otro-cobrador, "
            "acuerdo-por-otro-monto, dos-acuerdos-vigentes o acuerdo-vigente-de-suscripcion-cancelada.",
            examples=["pago-sin-periodo"],
        ),
    ]
    seen_at: datetime


class UnmatchedPage(Struct, rename="camel"):
    items: list[UnmatchedOut]
    next_cursor: str | None

    @classmethod
    def of(cls, page: Page[Unmatched]) -> Self:
        items = [UnmatchedOut(each.topic, each.reference, each.why, each.seen_at) for each in page.items]
        return cls(items, page.next_cursor)
