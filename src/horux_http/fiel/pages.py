"""A taxpayer's e.firma on paper: whether it is safe and valid, taking another in, its book of use, and its end."""

from dataclasses import dataclass
from typing import Any

from litestar import Controller, Request, Response, get, post
from litestar.di import NamedDependency, Provide
from litestar.params import FromQuery, RawBody, SkipValidation
from multipart import MultipartError  # type: ignore[import-untyped]

from horux_core.fiel import errors
from horux_core.fiel.destroying import DestroyFiel
from horux_core.fiel.model import UseKind
from horux_core.fiel.showing import ListReceipts, ListUses, ShowFiel
from horux_core.fiel.storing import StoreFiel
from horux_core.identity.model import Permission
from horux_core.kernel.errors import Conflict, HoruxError, Invalid, Throttled, TooLarge, Unavailable
from horux_http.browser import forgery
from horux_http.browser.forms import NOTHING, Form, Refused
from horux_http.browser.frame import Frame
from horux_http.browser.given import Framed
from horux_http.fiel.form import FORM, PARTS, made, read
from horux_http.session import NEEDS

PATH = "/configuracion/sat"
PAGE = 50
_WITH_PROOF = (*PARTS, forgery.FIELD)
_WHERE: dict[type[HoruxError], str] = {
    errors.FielPasswordWrong: "password", errors.FielPasswordMissing: "password", Throttled: "password",
    errors.FielKeyMismatch: "key", errors.FielKeyMalformed: "key", errors.FielKeyUnencrypted: "key",
    errors.FielFilesSwapped: "cer", errors.FielCertificateMalformed: "cer", errors.FielIsCsd: "cer",
    errors.FielKindUndetermined: "cer", errors.FielExpired: "cer", errors.FielNotYetValid: "cer",
    errors.FielRfcMismatch: "cer", errors.FielIssuerUnknown: "cer",
}  # fmt: skip
_FORGOTTEN = {"cer": "Elige el certificado (.cer).", "key": "Elige la llave privada (.key)."}
_MARKED = (UseKind.ALTA, UseKind.REEMPLAZO, UseKind.USO)


@dataclass(frozen=True, slots=True)
class Cabinet:
    """Draws the page as it stands, with what was wrong with the form of it that was sent."""

    show_fiel: ShowFiel
    list_uses: ListUses
    list_receipts: ListReceipts

    def __call__(
        self,
        frame: Frame,
        *,
        cursor: str | None = None,
        destroying: bool = False,
        refused: Refused = NOTHING,
        status: int = 200,
    ) -> Response[str]:
        try:
            fiel = self.show_fiel(frame.actor)
        except errors.FielMissing:
            fiel = None
        uses = self.list_uses(frame.actor, cursor, PAGE)
        return frame.page(
            "fiel/own.html",
            status=status,
            fiel=fiel,
            uses=uses.items,
            stored=next((u for u in uses.items if u.kind in (UseKind.ALTA, UseKind.REEMPLAZO)), None),
            marked=_MARKED,
            receipts=self.list_receipts(frame.actor, None, PAGE).items,
            destroying=destroying,
            refused=refused,
            first=PATH if cursor else "",
            next=f"{PATH}?cursor={uses.next_cursor}#usos" if uses.next_cursor else "",
        )


def cabinet(
    show_fiel: NamedDependency[SkipValidation[ShowFiel]],
    list_uses: NamedDependency[SkipValidation[ListUses]],
    list_receipts: NamedDependency[SkipValidation[ListReceipts]],
) -> Cabinet:
    return Cabinet(show_fiel, list_uses, list_receipts)


Shown = NamedDependency[SkipValidation[Cabinet]]


class FielPages(Controller):
    path = PATH
    dependencies = {"cabinet": Provide(cabinet, sync_to_thread=False)}  # noqa: RUF012

    @get(sync_to_thread=True)
    def show(
        self, frame: Framed, cabinet: Shown, cursor: FromQuery[str | None] = None, destruir: FromQuery[str] = ""
    ) -> Response[str]:
        return cabinet(frame, cursor=cursor, destroying=bool(destruir))

    @post(sync_to_thread=True, opt={NEEDS: Permission.OWN})
    def store(
        self,
        request: Request[Any, Any, Any],
        frame: Framed,
        body: RawBody,
        store_fiel: NamedDependency[SkipValidation[StoreFiel]],
        cabinet: Shown,
    ) -> Response[Any]:
        found = _proven(request, frame, body)
        try:
            stored = store_fiel(frame.actor, made(found))
        except (Invalid, TooLarge, Throttled, Conflict, Unavailable) as error:
            return cabinet(frame, refused=_refused(error, found), status=_status(error))
        return frame.go(PATH, f"e.firma guardada. Certificado {stored.certificado.numero}.")

    @post("/destruir", sync_to_thread=True, opt={NEEDS: Permission.OWN})
    def destroy(
        self,
        frame: Framed,
        form: NamedDependency[SkipValidation[Form]],
        destroy_fiel: NamedDependency[SkipValidation[DestroyFiel]],
        cabinet: Shown,
    ) -> Response[Any]:
        assert frame.desk is not None
        rfc = str(frame.desk.tenant.rfc)
        if form["rfc"].upper() != rfc:
            told = f"Escribe {rfc} para confirmar."
            refused = Refused("El RFC no coincide.", fields={"rfc": told})
            return cabinet(frame, destroying=True, refused=refused, status=422)
        try:
            destroy_fiel(frame.actor)
        except errors.FielMissing:
            return frame.go(PATH, "Ya no hay e.firma guardada.")
        return frame.go(f"{PATH}#recibos", "e.firma destruida. Tu comprobante queda en esta página.")


def _proven(request: Request[Any, Any, Any], frame: Frame, body: bytes) -> dict[str, bytes]:
    """The form's parts, read here and never written to disk. Raises FormForged, DeskChanged, FielFormIncomplete."""
    kind, options = request.content_type
    found: dict[str, bytes] = {}
    if kind == FORM:
        try:
            found = read(body, options.get("boundary", ""), _WITH_PROOF)
        except (MultipartError, errors.FielFormIncomplete):
            # What it says may quote the password.
            found = {}
    frame.proved(found.pop(forgery.FIELD, b"").decode("ascii", "replace"))
    return found


def _refused(error: HoruxError, found: dict[str, bytes]) -> Refused:
    named = error.facts.get("archivo") or error.facts.get("parte")
    where = str(named) if named else next((at for kind, at in _WHERE.items() if isinstance(error, kind)), "")
    missing = isinstance(error, errors.FielFormIncomplete | errors.FielFileEmpty) and not found.get(where)
    if missing and where in _FORGOTTEN:
        return Refused(_FORGOTTEN[where], error.code, {where: _FORGOTTEN[where]}, error.facts)
    return Refused.of(error, where)


def _status(error: HoruxError) -> int:
    if isinstance(error, Throttled):
        return 429
    return 503 if isinstance(error, Unavailable) else 422
