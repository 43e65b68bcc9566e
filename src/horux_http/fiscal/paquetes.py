"""The SAT's packages: taking them in, and how the books compare with them."""

from datetime import date
from typing import Annotated, Any
from uuid import UUID

from litestar import Controller, Request, Response, get, post
from litestar.concurrency import sync_to_thread
from litestar.di import NamedDependency
from litestar.openapi.datastructures import ResponseSpec
from litestar.params import FromPath, QueryParameter, SkipValidation

from horux_core.fiscal.calendario.vencimientos import primer_dia, ultimo_dia
from horux_core.fiscal.cfdi.ports import ReadingRoom, Spool
from horux_core.fiscal.paquetes.consultando import MAXIMO_POR_PAGINA, POR_PAGINA, CompareWithSat, Tramo
from horux_core.fiscal.paquetes.errors import ComparacionInvalida
from horux_core.fiscal.paquetes.importando import AdmitPackage, ResultadoPaquete, ShowPackage, TakePackage
from horux_core.fiscal.paquetes.model import Comparacion
from horux_core.identity.authenticating import Authenticate
from horux_core.identity.model import Actor
from horux_core.kernel.ids import JobId
from horux_core.kernel.periodo import Periodo
from horux_http.fiscal.receiving import spooled
from horux_http.fiscal.wire_paquetes import ComparacionOut, PaqueteEnCursoOut, PaqueteOut
from horux_http.fiscal.wire_upload import QueuedOut
from horux_http.session import still

_FILE = {"type": "string", "contentMediaType": "application/octet-stream"}
Resultado = Annotated[
    Comparacion | None, QueryParameter(description="Solo los de este resultado; si no, todos los que no coinciden.")
]

Desde = Annotated[date | None, QueryParameter(description="Emitidos desde este día.")]
Hasta = Annotated[date | None, QueryParameter(description="Emitidos hasta este día, incluido.")]
Anio = Annotated[int | None, QueryParameter(description="El año del mes, en lugar de desde y hasta.")]
Mes = Annotated[int | None, QueryParameter(description="El mes de ese año.")]
Cursor = Annotated[str | None, QueryParameter(description="El nextCursor de la página anterior.", max_length=100)]
Limit = Annotated[int, QueryParameter(ge=1, le=MAXIMO_POR_PAGINA, description="Cuántos como máximo.")]


class PaquetesController(Controller):
    path = "/api/xml-sat"
    tags = ("Paquetes del SAT",)
    opt = {  # noqa: RUF012
        "bodies": {
            "take": {
                "application/zip": {},
                "application/octet-stream": {},
                "multipart/form-data": {
                    "type": "object",
                    "required": ["files"],
                    "properties": {"files": {"type": "array", "items": _FILE}},
                },
            },
        }
    }

    # `receive` measures the body while it arrives: Litestar's own limit would answer without our words.
    @post(
        "/paquetes",
        summary="Importa paquetes de la descarga masiva",
        description="ZIP de XML o de metadata, o un TXT de metadata, como `application/zip`, "
        "`application/octet-stream` o el campo `files` de `multipart/form-data`. Lo que el SAT dio por cancelado se "
        "cancela en los libros. Uno pequeño responde 200 con el resultado; uno grande, 202 con `jobId`.",
        status_code=200,
        request_max_body_size=None,
        responses={202: ResponseSpec(QueuedOut, description="Se procesa después.", generate_examples=False)},
    )
    async def take(
        self,
        request: Request[Any, Any, Any],
        actor: NamedDependency[SkipValidation[Actor]],
        admit_package: NamedDependency[SkipValidation[AdmitPackage]],
        authenticate: NamedDependency[SkipValidation[Authenticate]],
        spool: NamedDependency[SkipValidation[Spool]],
        room: NamedDependency[SkipValidation[ReadingRoom]],
        take_package: NamedDependency[SkipValidation[TakePackage]],
    ) -> Response[PaqueteOut | QueuedOut]:
        await sync_to_thread(admit_package, actor)
        taken = await spooled(
            request, spool, room, actor.tenant, lambda: still(request, authenticate, actor), take_package
        )
        if isinstance(taken, ResultadoPaquete):
            return Response(PaqueteOut.of(taken), status_code=200)
        return Response(QueuedOut(taken), status_code=202, headers={"Location": f"/api/xml-sat/paquetes/{taken}"})

    @get("/paquetes/{job_id:uuid}", summary="Cómo va un paquete grande", sync_to_thread=True)
    def show(
        self,
        job_id: FromPath[UUID],
        actor: NamedDependency[SkipValidation[Actor]],
        show_package: NamedDependency[SkipValidation[ShowPackage]],
    ) -> PaqueteEnCursoOut:
        return PaqueteEnCursoOut.of(show_package(actor, JobId(job_id)))

    @get(
        "/comparacion",
        summary="Los CFDI de unos días contra la metadata del SAT",
        description="De un mes, con anio y mes, o de un día a otro, con desde y hasta.",
        sync_to_thread=True,
    )
    def compare(
        self,
        actor: NamedDependency[SkipValidation[Actor]],
        compare_with_sat: NamedDependency[SkipValidation[CompareWithSat]],
        desde: Desde = None,
        hasta: Hasta = None,
        anio: Anio = None,
        mes: Mes = None,
        resultado: Resultado = None,
        cursor: Cursor = None,
        limit: Limit = POR_PAGINA,
    ) -> ComparacionOut:
        tramo = _tramo(desde, hasta, anio, mes)
        return ComparacionOut.of(compare_with_sat(actor, tramo, resultado, cursor, limit))


def _tramo(desde: date | None, hasta: date | None, anio: int | None, mes: int | None) -> Tramo:
    """Raises ComparacionInvalida or PeriodoMalformed."""
    if desde is None and hasta is None and anio is not None and mes is not None:
        periodo = Periodo(anio, mes)
        return Tramo(primer_dia(periodo), ultimo_dia(periodo))
    if desde is not None and hasta is not None and anio is None and mes is None:
        return Tramo(desde, hasta)
    raise ComparacionInvalida(
        "desde", "Pide la comparación de un mes, con anio y mes, o de unos días, con desde y hasta."
    )
