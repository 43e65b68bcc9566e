"""A client's first page, with the forms that change it: each refused one is shown here again, with what was written."""

from collections.abc import Mapping
from typing import Any

from litestar import Response

from horux_core.billing.showing import ListPayments
from horux_core.plans.catalogue import CATALOGUE
from horux_core.plans.model import Plan
from horux_core.tenancy.auditing import ReadWholeAudit
from horux_http.browser.formats import importe
from horux_http.op.card import Card

_SHOWN = 5
_DOING = ("liga", "pago")


def summary(
    own: Card, list_payments: ListPayments, read_whole_audit: ReadWholeAudit, doing: str = "", **shown: Any
) -> Response[str]:
    tenant = own.file.row.client.tenant
    values = {**_as_it_is(own), **shown.pop("values", {})}
    return own.page(
        "op/cliente.html",
        paid=list_payments(own.frame.actor, tenant.rfc, None, _SHOWN),
        entries=read_whole_audit(own.frame.actor, None, _SHOWN, tenant.rfc).items,
        doing=doing if doing in _DOING else "",
        plans=[(plan.value, plan.called) for plan in Plan],
        terms=CATALOGUE[tenant.plan],
        values=values,
        **shown,
    )


def _as_it_is(own: Card) -> Mapping[str, str]:
    tenant, s = own.file.row.client.tenant, own.subscription
    cfdis, users = tenant.cfdi_limit_override, tenant.users_limit_override
    return {
        "nombre": tenant.nombre,
        "plan": tenant.plan.value,
        "cfdi_limit": "" if cfdis is None else str(cfdis),
        "users_limit": "" if users is None else str(users),
        "payer_email": (s.payer_email or "") if s else "",
        "amount": "",
        "paid": importe(s.amount) if s and s.amount else "",
        "paid_at": own.frame.today.isoformat(),
        "reference": "",
    }
