"""What each plan costs, set in place."""

from collections.abc import Mapping, Sequence
from decimal import Decimal
from typing import Any

from litestar import Controller, Response, get, post
from litestar.di import NamedDependency
from litestar.params import SkipValidation

from horux_core.billing.errors import PriceInvalid
from horux_core.billing.model import Frequency, PlanPrices
from horux_core.billing.pricing import PRECIOS, SetPrices, ShowPrices, price
from horux_core.identity.model import Permission
from horux_core.plans.catalogue import CATALOGUE
from horux_core.tenancy.auditing import ReadWholeAudit
from horux_http.browser.formats import importe
from horux_http.browser.forms import NOTHING, Form, Refused
from horux_http.browser.frame import Frame
from horux_http.browser.given import Framed, Sent
from horux_http.op import words
from horux_http.op.asking import OPERATION, amount

_HISTORY = 10
Showing = NamedDependency[SkipValidation[ShowPrices]]
Reading = NamedDependency[SkipValidation[ReadWholeAudit]]


class PreciosPages(Controller):
    path = "/op/precios"
    opt = OPERATION

    @get(sync_to_thread=True)
    def show(self, frame: Framed, show_prices: Showing, read_whole_audit: Reading) -> Response[str]:
        frame.actor.require(Permission.OPERATE)
        return _page(frame, show_prices(frame.actor), read_whole_audit)

    @post(sync_to_thread=True)
    def keep(
        self,
        frame: Framed,
        form: Sent,
        show_prices: Showing,
        set_prices: NamedDependency[SkipValidation[SetPrices]],
        read_whole_audit: Reading,
    ) -> Response[Any]:
        now = show_prices(frame.actor)
        wanted, refused = _read(form, now)
        cleared = () if refused else _cleared(wanted, now)
        if refused or set(form["quitar"].split()) != set(cleared):
            written = {name: form[name] for name in form.sent}
            return _page(frame, now, read_whole_audit, refused, written, cleared, status=422)
        changed = [each for each in wanted if each not in now]
        for each in changed:
            set_prices(frame.actor, each.plan.value, each.monthly, each.yearly)
        told = "Precios guardados. Las suscripciones que ya existen conservan el suyo." if changed else "Nada cambió."
        return frame.go("/op/precios", told)


def _read(form: Form, now: Sequence[PlanPrices]) -> tuple[list[PlanPrices], Refused]:
    """All of them, or why not: none is set unless every one can be."""
    wrong: dict[str, str] = {}
    wanted = []
    for each in now:
        found: dict[Frequency, Decimal | None] = {}
        for frequency in Frequency:
            name = f"{each.plan.value}_{frequency.value}"
            found[frequency] = None
            if name not in form.sent:
                wrong[name] = "Faltó en lo que se envió. Carga la página de nuevo y guarda otra vez."
                continue
            try:
                found[frequency] = price(amount(form[name]))
            except PriceInvalid as error:
                wrong[name] = str(error)
        wanted.append(PlanPrices(each.plan, found[Frequency.MONTHLY], found[Frequency.YEARLY]))
    return wanted, Refused(next(iter(wrong.values()), ""), PriceInvalid.code, wrong) if wrong else NOTHING


def _cleared(wanted: Sequence[PlanPrices], now: Sequence[PlanPrices]) -> tuple[str, ...]:
    """The names of the prices that would be taken away: that is asked about first."""
    return tuple(
        f"{before.plan.value}_{frequency.value}"
        for after, before in zip(wanted, now, strict=True)
        for frequency in Frequency
        if before.per(frequency) and not after.per(frequency)
    )


def _page(
    frame: Frame, prices: Sequence[PlanPrices], read_whole_audit: ReadWholeAudit, refused: Refused = NOTHING,
    written: Mapping[str, str] | None = None, cleared: Sequence[str] = (), status: int = 200,
) -> Response[str]:  # fmt: skip
    values = {
        f"{each.plan.value}_{frequency.value}": importe(found) if (found := each.per(frequency)) else ""
        for each in prices
        for frequency in Frequency
    }
    return frame.page(
        "op/precios.html", status=status, prices=prices, cleared=cleared, asked=_told(cleared, prices),
        without=[each.plan.called for each in prices if not each.set], terms=CATALOGUE, refused=refused,
        values={**values, **(written or {})}, deeds=words.DEEDS, told_of=words.told,
        history=read_whole_audit(frame.actor, None, _HISTORY, action=PRECIOS).items,
    )  # fmt: skip


def _told(cleared: Sequence[str], prices: Sequence[PlanPrices]) -> list[str]:
    """Each with what it is now: `Business al año, 14,900.00`."""
    return [
        f"{each.plan.called} {words.EVERY[frequency]}, {importe(each.per(frequency))}"
        for each in prices
        for frequency in Frequency
        if f"{each.plan.value}_{frequency.value}" in cleared
    ]
