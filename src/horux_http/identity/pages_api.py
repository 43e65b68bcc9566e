"""The API keys of a taxpayer, as its owner makes, sees and revokes them; a new one's secret is shown once."""

from datetime import datetime, time
from typing import Any
from uuid import UUID

from litestar import Controller, Response, get, post
from litestar.di import NamedDependency
from litestar.params import FromPath, FromQuery, SkipValidation

from horux_core.identity.errors import KeyMalformed, TooManyKeys
from horux_core.identity.issuing_keys import (
    LONGEST_LIFE,
    MOST_KEYS,
    IssueKey,
    ListKeys,
    RevokeKey,
    WantedKey,
)
from horux_core.identity.keys import Scope
from horux_core.identity.model import Permission
from horux_core.kernel.clock import MEXICO
from horux_core.kernel.ids import KeyId
from horux_core.plans.errors import FeatureNotInPlan
from horux_http.browser.forms import NOTHING, Form, Refused
from horux_http.browser.frame import Frame
from horux_http.browser.given import Framed, Sent
from horux_http.browser.lacking import upgrade
from horux_http.browser.typed import day
from horux_http.session import NEEDS

PATH = "/configuracion/api"
Listing = NamedDependency[SkipValidation[ListKeys]]
SCOPES = {
    Scope.CFDI_READ: "Consultar CFDI y bajar su XML",
    Scope.CFDI_WRITE: "Subir CFDI, seguir sus cargas y corregirlos",
    Scope.REPORTES_READ: "Consultar IVA, ISR, reportes y su detalle",
}
_FIELDS = {"nombre": "nombre", "scopes": "scopes", "expiraEn": "expira"}


class LlavesPages(Controller):
    path = PATH

    @get(sync_to_thread=True)
    def show(self, frame: Framed, list_keys: Listing, revocar: FromQuery[str] = "") -> Response[str]:
        return _page(frame, list_keys, leaving=revocar)

    @post(sync_to_thread=True, opt={NEEDS: Permission.OWN})
    def create(
        self, frame: Framed, form: Sent, list_keys: Listing, issue_key: NamedDependency[SkipValidation[IssueKey]]
    ) -> Response[Any]:
        try:
            issued = issue_key(frame.actor, WantedKey(form["nombre"], form.every("scopes"), _until(form["expira"])))
        except FeatureNotInPlan:
            return upgrade(frame, "Llaves de API")
        except (KeyMalformed, TooManyKeys) as error:
            refused = Refused.of(error, _FIELDS.get(str(error.facts.get("campo")), ""))
            return _page(frame, list_keys, refused=refused, form=form, status=422)
        return frame.go(PATH, once={"nombre": issued.key.nombre, "secreto": issued.secret})

    @post("/{key:uuid}/revocar", sync_to_thread=True, opt={NEEDS: Permission.OWN})
    def revoke(
        self,
        frame: Framed,
        form: Sent,  # noqa: ARG002 its proof is asked for
        key: FromPath[UUID],
        revoke_key: NamedDependency[SkipValidation[RevokeKey]],
    ) -> Response[bytes]:
        revoke_key(frame.actor, KeyId(key))
        return frame.go(PATH, "Llave revocada. Quien la usaba ya no entra.")


_EMPTY = Form()


def _page(
    frame: Frame,
    list_keys: ListKeys,
    *,
    leaving: str = "",
    refused: Refused = NOTHING,
    form: Form = _EMPTY,
    status: int = 200,
) -> Response[Any]:
    try:
        keys = list_keys(frame.actor)
    except FeatureNotInPlan:
        return upgrade(frame, "Llaves de API")
    return frame.page(
        "identity/api_keys.html",
        status=status,
        keys=keys,
        most=MOST_KEYS,
        scopes=SCOPES,
        leaving=next((each.key for each in keys if str(each.key.id) == leaving), None),
        refused=refused,
        sent=form,
        latest=frame.today + LONGEST_LIFE,
    )


def _until(text: str) -> datetime | None:
    """The end of that day. Raises KeyMalformed."""
    if not text:
        return None
    try:
        return datetime.combine(day(text), time(23, 59, 59), MEXICO)
    except ValueError as error:
        raise KeyMalformed("expiraEn", "Escribe el día en que vence, o déjalo vacío.") from error
