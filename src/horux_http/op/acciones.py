"""What the operator does about one client: its payment link, a payment that came another way, its plan and limits."""

from dataclasses import dataclass
from typing import Any

from litestar import Controller, Response, post
from litestar.di import NamedDependency, Provide
from litestar.params import FromPath, SkipValidation

from horux_core.billing.errors import LinkUnavailable, PaymentMalformed, PaymentRepeated, PriceInvalid
from horux_core.billing.issuing import IssuePaymentLink
from horux_core.billing.model import Subscription
from horux_core.billing.paying import LONGEST_REFERENCE, PayByHand
from horux_core.billing.pricing import payable
from horux_core.billing.showing import ListPayments
from horux_core.identity.errors import EmailMalformed
from horux_core.kernel.errors import Conflict, HoruxError, Invalid, Unavailable
from horux_core.operations.overseeing import ShowClient
from horux_core.tenancy.auditing import ReadWholeAudit
from horux_core.tenancy.changing import Changes, ChangeTenant
from horux_core.tenancy.errors import LimitInvalid, NombreInvalid, PlanUnknown
from horux_http.billing.wire import ManualPayment
from horux_http.browser.formats import importe
from horux_http.browser.forms import Form, Refused
from horux_http.browser.frame import Frame
from horux_http.browser.given import Framed, Sent
from horux_http.browser.typed import Mistyped, Writing
from horux_http.op.asking import OPERATION, amount
from horux_http.op.card import card, place
from horux_http.op.summary import summary

_LIMIT = Writing("el límite", "2,000", decimals=0, whole=12, negative=True)


@dataclass(frozen=True, slots=True)
class Again:
    """Shows a client's page once more, with what was written and what was wrong with it."""

    show_client: ShowClient
    list_payments: ListPayments
    read_whole_audit: ReadWholeAudit

    def __call__(
        self, frame: Frame, rfc: str, form: Form, error: HoruxError, at: str = "", doing: str = ""
    ) -> Response[str]:
        values = {name: form[name] for name in form.sent}
        status = 503 if isinstance(error, Unavailable) else 422
        own = card(frame, self.show_client, rfc, measure=True)
        where = at or _of_link(error, form, own.subscription)
        return summary(
            own, self.list_payments, self.read_whole_audit, doing=doing, status=status, values=values,
            refused=Refused.of(error, where),
        )  # fmt: skip


def again(
    show_client: NamedDependency[SkipValidation[ShowClient]],
    list_payments: NamedDependency[SkipValidation[ListPayments]],
    read_whole_audit: NamedDependency[SkipValidation[ReadWholeAudit]],
) -> Again:
    return Again(show_client, list_payments, read_whole_audit)


Anew = NamedDependency[SkipValidation[Again]]


class AccionesPages(Controller):
    path = "/op/clientes/{rfc:str}"
    opt = OPERATION
    dependencies = {"again": Provide(again, sync_to_thread=False)}  # noqa: RUF012

    @post("/liga", sync_to_thread=True)
    def link(
        self,
        frame: Framed,
        rfc: FromPath[str],
        form: Sent,
        issue_payment_link: NamedDependency[SkipValidation[IssuePaymentLink]],
        again: Anew,
    ) -> Response[Any]:
        try:
            named = amount(form["amount"])
            made = issue_payment_link(frame.actor, rfc, form["payer_email"] or None, named)
        except (Invalid, Conflict, Unavailable) as error:
            return again(frame, rfc, form, error, doing="liga")
        if made.open_link is None:
            return frame.go(place(rfc), "Se guardó. Este cliente paga por transferencia: recibe los datos por correo.")
        return frame.go(f"{place(rfc)}#liga", f"Liga generada. Va por correo a {made.payer_email}.")

    @post("/pago", sync_to_thread=True)
    def paid(
        self,
        frame: Framed,
        rfc: FromPath[str],
        form: Sent,
        pay_by_hand: NamedDependency[SkipValidation[PayByHand]],
        again: Anew,
    ) -> Response[Any]:
        at = "paid"
        try:
            paid = amount(form["paid"])
            if not paid or not payable(paid):
                raise PriceInvalid("Escribe cuánto pagó, en pesos y con dos decimales a lo más.")
            at = "paid_at"
            moment = ManualPayment(paid, form["paid_at"], form["reference"]).moment()
            at = "paid_at" if _told(form["reference"]) else "reference"
            noted = pay_by_hand(frame.actor, rfc, paid, moment, form["reference"])
        except (PriceInvalid, PaymentMalformed, PaymentRepeated) as error:
            return again(frame, rfc, form, error, "reference" if isinstance(error, PaymentRepeated) else at, "pago")
        return frame.go(f"{place(rfc)}/pagos", f"Pago de {importe(noted.amount)} anotado. Su periodo se extendió.")

    @post("/plan", sync_to_thread=True)
    def plan(
        self,
        frame: Framed,
        rfc: FromPath[str],
        form: Sent,
        change_tenant: NamedDependency[SkipValidation[ChangeTenant]],
        again: Anew,
    ) -> Response[Any]:
        at = "cfdi_limit"
        try:
            cfdis = _limit(form["cfdi_limit"])
            at = "users_limit"
            users = _limit(form["users_limit"])
            at = _over(cfdis)
            change_tenant(frame.actor, rfc, Changes(form["nombre"], form["plan"], cfdis, users))
        except (LimitInvalid, NombreInvalid, PlanUnknown) as error:
            where = {NombreInvalid: "nombre", PlanUnknown: "plan"}.get(type(error), at)
            return again(frame, rfc, form, error, where)
        return frame.go(place(rfc), "Cambios guardados.")


def _limit(text: str) -> int | None:
    """Nothing follows the plan. Raises LimitInvalid."""
    try:
        found = _LIMIT.maybe(text, "limit")
    except Mistyped as error:
        raise LimitInvalid(
            "El límite es un número de 0 en adelante, -1 para ninguno, o vacío para seguir al plan."
        ) from error
    return None if found is None else int(found)


def _over(cfdis: int | None) -> str:
    """Which of the two limits is out of bounds, when one is."""
    return "cfdi_limit" if cfdis is not None and not -1 <= cfdis <= 1_000_000_000 else "users_limit"


def _told(reference: str) -> bool:
    """Whether it can be the reference of a payment at all."""
    return bool(reference) and reference.isprintable() and len(reference) <= LONGEST_REFERENCE


def _of_link(error: HoruxError, form: Form, s: Subscription | None) -> str:
    """Beside which field it is told: the one that is missing, or the one that was named."""
    if isinstance(error, PriceInvalid):
        return "amount"
    if isinstance(error, EmailMalformed):
        return "payer_email"
    if not isinstance(error, LinkUnavailable):
        return ""
    if not form["payer_email"] and (s is None or s.payer_email is None):
        return "payer_email"
    if form["amount"] or s is None or not s.amount:
        return "amount"
    return "payer_email" if form["payer_email"] else ""
