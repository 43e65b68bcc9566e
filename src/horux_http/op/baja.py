"""Letting a client go: asked for with its RFC written out, then followed step by step to its receipt."""

from typing import Any

from litestar import Controller, Response, get, post
from litestar.di import NamedDependency
from litestar.exceptions import NotFoundException
from litestar.params import FromPath, SkipValidation

from horux_core.kernel.errors import Invalid
from horux_core.kernel.rfc import Rfc
from horux_core.onboarding.deprovisioning import DeprovisionTenant
from horux_core.onboarding.errors import DeprovisioningUnfinished, RunInProgress
from horux_core.onboarding.model import BAJA, RunKind, Step
from horux_core.onboarding.watching import RunSeen, WatchRun
from horux_core.tenancy.errors import TenantMissing
from horux_core.tenancy.listing import ShowTenant
from horux_core.tenancy.model import Tenant
from horux_http.browser.forms import NOTHING, Refused
from horux_http.browser.frame import Frame
from horux_http.browser.given import Framed, Sent
from horux_http.op import words
from horux_http.op.asking import OPERATION
from horux_http.op.card import place

Finding = NamedDependency[SkipValidation[ShowTenant]]


class BajaPages(Controller):
    path = "/op/clientes/{rfc:str}/baja"
    opt = OPERATION

    @get(sync_to_thread=True)
    def show(
        self,
        frame: Framed,
        rfc: FromPath[str],
        show_tenant: Finding,
        watch_run: NamedDependency[SkipValidation[WatchRun]],
    ) -> Response[str]:
        try:
            return _asked(frame, show_tenant(frame.actor, rfc))
        except TenantMissing:
            seen = watch_run(frame.actor, rfc, RunKind.BAJA)
        if seen is None:
            raise NotFoundException
        return frame.page("op/baja_hecha.html", seen=seen, names=words.STEPS, instead=_instead(seen))

    @post(sync_to_thread=True)
    def let_go(
        self,
        frame: Framed,
        rfc: FromPath[str],
        form: Sent,
        show_tenant: Finding,
        deprovision_tenant: NamedDependency[SkipValidation[DeprovisionTenant]],
    ) -> Response[Any]:
        tenant = show_tenant(frame.actor, rfc)
        if not _same(form["rfc"], tenant):
            refused = Refused("No se dio de baja.", "rfc-distinto", {"rfc": f"Escribe {tenant.rfc} para confirmar."})
            return _asked(frame, tenant, form["rfc"], refused)
        try:
            deprovision_tenant(frame.actor, rfc)
        except DeprovisioningUnfinished as error:
            return frame.go(f"{place(rfc)}/baja", str(error))
        except RunInProgress as error:
            return _asked(frame, tenant, form["rfc"], Refused.of(error))
        return frame.go(f"{place(rfc)}/baja", f"{tenant.nombre} se dio de baja. Su RFC queda libre.")


def _asked(frame: Frame, tenant: Tenant, written: str = "", refused: Refused = NOTHING) -> Response[str]:
    status = 422 if refused else 200
    return frame.page(
        "op/baja.html",
        status=status,
        t=tenant,
        place=place(tenant.rfc),
        written=written,
        refused=refused,
        steps=[words.LETTING_GO[step] for step in BAJA],
    )


def _instead(seen: RunSeen) -> dict[Step, str]:
    """There was no e.firma to destroy where an ended run left no receipt."""
    return {} if seen.receipt or seen.open else {Step.FIEL: "no tenía"}


def _same(written: str, tenant: Tenant) -> bool:
    try:
        return Rfc(written) == tenant.rfc
    except Invalid:
        return False
