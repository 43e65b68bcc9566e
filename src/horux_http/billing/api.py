"""What clients pay: for the operator, who sends links and notes payments, and for the client itself."""

from typing import Annotated

from litestar import Controller, get, post
from litestar.di import NamedDependency
from litestar.params import FromPath, FromQuery, JSONBody, QueryParameter, SkipValidation
from litestar.status_codes import HTTP_200_OK

from horux_core.billing.issuing import IssuePaymentLink
from horux_core.billing.paying import PayByHand
from horux_core.billing.showing import ListPayments, ListUnmatched, ShowSubscription
from horux_core.identity.model import Actor, Permission
from horux_core.kernel.clock import Clock
from horux_core.tenancy.listing import LONGEST_PAGE, PAGE
from horux_http.billing.wire import ManualPayment, NewLink, PaymentOut, PaymentsOut, SubscriptionOut, UnmatchedPage
from horux_http.docs import REFUSALS
from horux_http.session import NEEDS

Asking = NamedDependency[SkipValidation[Actor]]
Now = NamedDependency[SkipValidation[Clock]]
Limit = Annotated[int, QueryParameter(ge=1, le=LONGEST_PAGE, description="Cuántos como máximo.")]


class TenantBillingController(Controller):
    path = "/api/tenants/{rfc:str}"
    tags = ("Operador",)

    @get("/subscription", sync_to_thread=True, summary="Lo que paga una empresa")
    def subscription(
        self,
        actor: Asking,
        rfc: FromPath[str],
        show_subscription: NamedDependency[SkipValidation[ShowSubscription]],
        clock: Now,
    ) -> SubscriptionOut:
        return SubscriptionOut.of(show_subscription(actor, rfc), clock())

    @get("/payments", sync_to_thread=True, summary="Pagos de una empresa, del último al primero")
    def payments(
        self,
        actor: Asking,
        rfc: FromPath[str],
        list_payments: NamedDependency[SkipValidation[ListPayments]],
        cursor: FromQuery[str | None] = None,
        limit: Limit = PAGE,
    ) -> PaymentsOut:
        return PaymentsOut.of(list_payments(actor, rfc, cursor, limit))

    @post(
        "/payment-link",
        sync_to_thread=True,
        opt={NEEDS: Permission.OPERATE},
        status_code=HTTP_200_OK,
        summary="Genera la liga de pago de una empresa y se la manda a quien paga",
    )
    def link(
        self,
        actor: Asking,
        rfc: FromPath[str],
        issue_payment_link: NamedDependency[SkipValidation[IssuePaymentLink]],
        clock: Now,
        data: JSONBody[NewLink | None] = None,
    ) -> SubscriptionOut:
        asked = data or NewLink()
        return SubscriptionOut.of(issue_payment_link(actor, rfc, asked.payer_email, asked.amount), clock())

    @post(
        "/payments/manual",
        sync_to_thread=True,
        opt={NEEDS: Permission.OPERATE},
        summary="Marcar como pagado: extiende el periodo y autoriza",
    )
    def by_hand(
        self,
        actor: Asking,
        rfc: FromPath[str],
        data: JSONBody[ManualPayment],
        pay_by_hand: NamedDependency[SkipValidation[PayByHand]],
    ) -> PaymentOut:
        return PaymentOut.of(pay_by_hand(actor, rfc, data.amount, data.moment(), data.reference))


class SuscripcionController(Controller):
    path = "/api/suscripcion"
    tags = ("Empresa",)

    @get(
        "/",
        sync_to_thread=True,
        opt={REFUSALS: {404}},
        summary="Mi suscripción: lo que se paga, hasta cuándo y cómo pagar",
    )
    def own(
        self, actor: Asking, show_subscription: NamedDependency[SkipValidation[ShowSubscription]], clock: Now
    ) -> SubscriptionOut:
        return SubscriptionOut.of(show_subscription(actor), clock())

    @get("/pagos", sync_to_thread=True, summary="Pagos de mi empresa, del último al primero")
    def payments(
        self,
        actor: Asking,
        list_payments: NamedDependency[SkipValidation[ListPayments]],
        cursor: FromQuery[str | None] = None,
        limit: Limit = PAGE,
    ) -> PaymentsOut:
        return PaymentsOut.of(list_payments(actor, None, cursor, limit))


class UnmatchedController(Controller):
    path = "/api/admin/pagos-por-revisar"
    tags = ("Operador",)

    @get("/", sync_to_thread=True, summary="Lo que el operador tiene que revisar de los pagos, lo último primero")
    def unmatched(
        self,
        actor: Asking,
        list_unmatched: NamedDependency[SkipValidation[ListUnmatched]],
        cursor: FromQuery[str | None] = None,
        limit: Limit = PAGE,
    ) -> UnmatchedPage:
        return UnmatchedPage.of(list_unmatched(actor, cursor, limit))
