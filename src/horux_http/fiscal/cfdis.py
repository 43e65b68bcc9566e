"""A taxpayer's documents: finding them, showing them, their files, and what their XML cannot say."""

from datetime import date
from typing import Annotated

from litestar import Controller, Response, get, patch
from litestar.di import NamedDependency
from litestar.params import FromPath, FromQuery, JSONBody, QueryParameter, SkipValidation

from horux_core.fiscal.cfdi.correcting import CorrectCfdi
from horux_core.fiscal.cfdi.listing import MAXIMO_POR_PAGINA, POR_PAGINA, DownloadXml, ListCfdis, ShowCfdi
from horux_core.fiscal.cfdi.model import Direccion, Estado, Tipo
from horux_core.fiscal.cfdi.paging import folio
from horux_core.fiscal.cfdi.stored import Filter
from horux_core.identity.keys import Scope
from horux_core.identity.model import Actor, Permission
from horux_http.fiscal.wire import CfdiDetalleOut, CfdiOut, CfdisOut
from horux_http.fiscal.wire_ajustes import CfdiPatch
from horux_http.session import NEEDS, SCOPE

Desde = Annotated[date | None, QueryParameter(description="Emitidos desde este día.")]
Hasta = Annotated[date | None, QueryParameter(description="Emitidos hasta este día, incluido.")]
Rfc = Annotated[str | None, QueryParameter(description="RFC del emisor o del receptor.", max_length=20)]
Nombre = Annotated[str | None, QueryParameter(description="Parte de un nombre, sin importar acentos.", max_length=200)]
Metodo = Annotated[str | None, QueryParameter(name="metodoPago", description="PUE o PPD.", max_length=3)]
Cursor = Annotated[str | None, QueryParameter(description="El nextCursor de la página anterior.", max_length=100)]
Limit = Annotated[int, QueryParameter(ge=1, le=MAXIMO_POR_PAGINA, description="Cuántos como máximo.")]


class CfdiController(Controller):
    path = "/api/cfdi"
    tags = ("CFDI",)

    @get("/", sync_to_thread=True, opt={SCOPE: Scope.CFDI_READ}, summary="CFDI del más nuevo al más viejo")
    def list(
        self,
        actor: NamedDependency[SkipValidation[Actor]],
        list_cfdis: NamedDependency[SkipValidation[ListCfdis]],
        desde: Desde = None,
        hasta: Hasta = None,
        tipo: FromQuery[Tipo | None] = None,
        rfc: Rfc = None,
        q: Nombre = None,
        metodo_pago: Metodo = None,
        estado: FromQuery[Estado | None] = None,
        direccion: FromQuery[Direccion | None] = None,
        cursor: Cursor = None,
        limit: Limit = POR_PAGINA,
    ) -> CfdisOut:
        page = list_cfdis(actor, Filter(desde, hasta, tipo, rfc, q, metodo_pago, estado, direccion), cursor, limit)
        return CfdisOut([CfdiOut.of(stored) for stored in page.items], page.next_cursor)

    @get(
        "/{uuid:str}",
        sync_to_thread=True,
        opt={SCOPE: Scope.CFDI_READ},
        summary="Un CFDI con impuestos, pagos, relaciones y saldo",
    )
    def show(
        self,
        actor: NamedDependency[SkipValidation[Actor]],
        uuid: FromPath[str],
        show_cfdi: NamedDependency[SkipValidation[ShowCfdi]],
    ) -> CfdiDetalleOut:
        return CfdiDetalleOut.con(show_cfdi(actor, uuid))

    @get(
        "/{uuid:str}/xml",
        sync_to_thread=True,
        opt={SCOPE: Scope.CFDI_READ},
        media_type="application/xml",
        summary="El XML original",
    )
    def xml(
        self,
        actor: NamedDependency[SkipValidation[Actor]],
        uuid: FromPath[str],
        download_xml: NamedDependency[SkipValidation[DownloadXml]],
    ) -> Response[bytes]:
        content = download_xml(actor, uuid)
        return Response(
            content,
            media_type="application/xml",
            headers={
                "Content-Disposition": f'attachment; filename="{folio(uuid)}.xml"',
                "X-Content-Type-Options": "nosniff",
            },
        )

    @patch(
        "/{uuid:str}",
        sync_to_thread=True,
        opt={NEEDS: Permission.WRITE_BOOKS, SCOPE: Scope.CFDI_WRITE},
        summary="Cancelación, destino, porcentaje acreditable y tipo de cambio",
    )
    def correct(
        self,
        actor: NamedDependency[SkipValidation[Actor]],
        uuid: FromPath[str],
        data: JSONBody[CfdiPatch],
        correct_cfdi: NamedDependency[SkipValidation[CorrectCfdi]],
    ) -> CfdiDetalleOut:
        return CfdiDetalleOut.con(correct_cfdi(actor, uuid, data.as_correction()))
