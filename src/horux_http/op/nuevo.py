"""Taking a client in: the form, and its steps as they are taken."""

from collections.abc import Mapping, Sequence
from typing import Any

from litestar import Controller, Response, get, post
from litestar.di import NamedDependency
from litestar.params import FromQuery, SkipValidation

from horux_core.billing.errors import PriceInvalid
from horux_core.billing.model import PlanPrices
from horux_core.billing.pricing import ShowPrices
from horux_core.identity.addresses import email_address
from horux_core.identity.errors import EmailMalformed, EmailTaken, NombreMalformed
from horux_core.identity.model import Permission
from horux_core.identity.temporary_passwords import VALID
from horux_core.kernel.errors import Conflict, HoruxError, Invalid, Unavailable
from horux_core.kernel.rfc import RfcMalformed
from horux_core.onboarding.errors import AmountInvalid, FrequencyUnknown, RegimenUnknown
from horux_core.onboarding.model import ALTA, NewClient, Provisioned, RunKind, Step
from horux_core.onboarding.provisioning import ProvisionTenant
from horux_core.onboarding.watching import Progress, RunSeen, StepTaken, WatchRun, taken
from horux_core.tenancy.errors import DatabaseNameTaken, GenericRfc, NombreInvalid, PlanUnknown, RfcTaken
from horux_core.tenancy.model import nombre_of
from horux_http.access_log import request_id
from horux_http.browser.formats import importe
from horux_http.browser.forms import NOTHING, Form, Refused
from horux_http.browser.given import Framed, Sent
from horux_http.op import words
from horux_http.op.asking import OPERATION, amount

FIELDS = (
    "rfc", "nombre", "plan", "frequency", "admin_nombre", "admin_email", "payer_email", "amount", "regimenes",
)  # fmt: skip
_EMPTY = {**dict.fromkeys(FIELDS, ""), "plan": "business", "frequency": "monthly"}
_WHERE: Mapping[type[HoruxError], str] = {
    RfcMalformed: "rfc", GenericRfc: "rfc", RfcTaken: "rfc", DatabaseNameTaken: "rfc", PlanUnknown: "plan",
    RegimenUnknown: "regimenes", AmountInvalid: "amount", PriceInvalid: "amount", FrequencyUnknown: "frequency",
    EmailTaken: "admin_email", NombreMalformed: "admin_nombre",
}  # fmt: skip
_LIVE = "op/pasos.html"

Watching = NamedDependency[SkipValidation[WatchRun]]


class NuevoPages(Controller):
    path = "/op/clientes/nuevo"
    opt = OPERATION

    @get(sync_to_thread=True)
    def show(self, frame: Framed, show_prices: NamedDependency[SkipValidation[ShowPrices]]) -> Response[str]:
        frame.actor.require(Permission.OPERATE)
        return self._page(frame, show_prices, _EMPTY)

    @get("/pasos", sync_to_thread=True)
    def steps(self, frame: Framed, watch_run: Watching, rfc: FromQuery[str] = "") -> Response[str]:
        """Of a run that takes long, for who waits for it: asked for again by itself while it is open."""
        seen = watch_run(frame.actor, rfc, RunKind.ALTA)
        return frame.page(_LIVE, seen=seen if seen and seen.open else None, names=words.STEPS, rfc=rfc)

    @post(sync_to_thread=True)
    def take_in(
        self,
        frame: Framed,
        form: Sent,
        provision_tenant: NamedDependency[SkipValidation[ProvisionTenant]],
        show_prices: NamedDependency[SkipValidation[ShowPrices]],
        watch_run: Watching,
    ) -> Response[str]:
        values = {name: form[name] for name in FIELDS}
        try:
            done = provision_tenant(frame.actor, _client(form))
        except (Invalid, Conflict, Unavailable) as error:
            seen = watch_run(frame.actor, form["rfc"], RunKind.ALTA) if "failedStep" in error.facts else None
            status = 503 if isinstance(error, Unavailable) else 422
            refused = Refused.of(error, _field(error, form))
            return self._page(
                frame, show_prices, values, status=status, refused=refused, run=seen, steps=_steps(error, seen)
            )
        seen = watch_run(frame.actor, str(done.tenant.rfc), RunKind.ALTA)
        steps = taken(seen.run) if seen else ()
        return self._page(frame, show_prices, values, done=done, run=seen, steps=steps)

    def _page(self, frame: Framed, show_prices: ShowPrices, values: Mapping[str, str], **shown: Any) -> Response[str]:
        plans = [(each.plan.value, _priced(each)) for each in show_prices(frame.actor)]
        frequencies = list(words.FREQUENCIES.items())
        given = {"status": 200, "refused": NOTHING, "done": None, "run": None, "steps": (), **shown}
        done: Provisioned | None = given["done"]
        return frame.page(
            "op/nuevo.html", values=values, plans=plans, frequencies=frequencies, names=words.STEPS,
            request_id=request_id(), coming=ALTA, temporary_days=VALID.days,
            instead={} if done and done.payment_link else {Step.LIGA: "sin liga"},
            failed=next((one.step for one in given["steps"] if one.how is Progress.FAILED), None), **given,
        )  # fmt: skip


def _client(form: Form) -> NewClient:
    """Raises PriceInvalid."""
    keys = tuple(form["regimenes"].replace(",", " ").split())
    return NewClient(
        form["rfc"], form["nombre"], form["plan"], form["admin_email"], form["admin_nombre"], keys,
        form["payer_email"] or None, amount(form["amount"]), form["frequency"],
    )  # fmt: skip


def _field(error: HoruxError, form: Form) -> str:
    """Beside which field it is told; of the two names and addresses, the first that is at fault."""
    if isinstance(error, EmailMalformed):
        return "admin_email" if _fails(email_address, form["admin_email"]) else "payer_email"
    if isinstance(error, NombreInvalid):
        return "nombre" if _fails(nombre_of, form["nombre"]) else "admin_nombre"
    return _WHERE.get(type(error), "")


def _fails(read: Any, text: str) -> bool:
    try:
        read(text)
    except Invalid:
        return True
    return False


def _steps(error: HoruxError, seen: RunSeen | None) -> Sequence[StepTaken]:
    return taken(seen.run, Step(str(error.facts["failedStep"]))) if seen else ()


def _priced(prices: PlanPrices) -> str:
    name = prices.plan.called
    if prices.monthly:
        return f"{name}, {importe(prices.monthly)} al mes"
    return f"{name}, {importe(prices.yearly)} al año" if prices.yearly else f"{name}, sin precio"
