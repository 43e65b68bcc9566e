"""A taxpayer's e.firma, as its owner keeps it, sees what it was used for, and has it destroyed."""

from typing import Annotated, Any

from litestar import Controller, Request, delete, get, post
from litestar.di import NamedDependency
from litestar.params import FromQuery, QueryParameter, RawBody, SkipValidation

from horux_core.fiel.destroying import DestroyFiel
from horux_core.fiel.showing import ListReceipts, ListUses, ShowFiel
from horux_core.fiel.storing import StoreFiel
from horux_core.identity.model import Actor, Permission
from horux_core.tenancy.listing import LONGEST_PAGE, PAGE
from horux_http.docs import REFUSALS
from horux_http.fiel.form import FORM, uploaded
from horux_http.fiel.wire import FielOut, ReciboOut, RecibosOut, UsosOut
from horux_http.session import NEEDS

Limit = Annotated[int, QueryParameter(ge=1, le=LONGEST_PAGE, description="Cuántos como máximo.")]
_FILE = {"type": "string", "format": "binary"}
_FORM_TAKEN = {
    "type": "object",
    "required": ["cer", "key", "password"],
    "properties": {"cer": _FILE, "key": _FILE, "password": {"type": "string", "format": "password"}},
}


class FielController(Controller):
    path = "/api/fiel"
    tags = ("e.firma",)
    opt = {"bodies": {"upload": {FORM: _FORM_TAKEN}}}  # noqa: RUF012

    @post(
        sync_to_thread=True,
        opt={NEEDS: Permission.OWN},
        summary="Sube la e.firma, la primera o en lugar de la anterior",
        description="El certificado (`cer`), la llave privada (`key`) y su contraseña; cada archivo, de 64 KiB cuando "
        "más. Se comprueba que sea una e.firma vigente de esta empresa y se guarda cifrada.",
    )
    def upload(
        self,
        request: Request[Any, Any, Any],
        actor: NamedDependency[SkipValidation[Actor]],
        body: RawBody,
        store_fiel: NamedDependency[SkipValidation[StoreFiel]],
    ) -> FielOut:
        return FielOut.of(store_fiel(actor, uploaded(body, *request.content_type)))

    @get(sync_to_thread=True, opt={REFUSALS: {404}}, summary="Cómo está la e.firma guardada")
    def show(
        self, actor: NamedDependency[SkipValidation[Actor]], show_fiel: NamedDependency[SkipValidation[ShowFiel]]
    ) -> FielOut:
        return FielOut.of(show_fiel(actor))

    @delete(
        sync_to_thread=True,
        status_code=200,
        opt={REFUSALS: {404}},
        summary="Elimina la e.firma: queda un recibo firmado, y ninguna copia",
    )
    def destroy(
        self, actor: NamedDependency[SkipValidation[Actor]], destroy_fiel: NamedDependency[SkipValidation[DestroyFiel]]
    ) -> ReciboOut:
        return ReciboOut.of(destroy_fiel(actor), proven=True)

    @get("/usos", sync_to_thread=True, summary="El libro de uso de la e.firma, lo último primero")
    def uses(
        self,
        actor: NamedDependency[SkipValidation[Actor]],
        list_uses: NamedDependency[SkipValidation[ListUses]],
        cursor: FromQuery[str | None] = None,
        limit: Limit = PAGE,
    ) -> UsosOut:
        return UsosOut.of(list_uses(actor, cursor, limit))

    @get("/recibos", sync_to_thread=True, summary="Los recibos de las e.firmas eliminadas, el último primero")
    def receipts(
        self,
        actor: NamedDependency[SkipValidation[Actor]],
        list_receipts: NamedDependency[SkipValidation[ListReceipts]],
        cursor: FromQuery[str | None] = None,
        limit: Limit = PAGE,
    ) -> RecibosOut:
        return RecibosOut.of(list_receipts(actor, cursor, limit))
