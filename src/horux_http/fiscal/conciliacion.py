"""The bank against the books: statements taken in, how their rows stand, and what the accountant decides of them."""

from collections.abc import Callable, Mapping
from datetime import date
from decimal import Decimal
from typing import Annotated, Any
from uuid import UUID

from litestar import Controller, Request, get, post
from litestar.concurrency import sync_to_thread
from litestar.di import NamedDependency
from litestar.params import FromPath, FromQuery, QueryParameter, SkipValidation

from horux_core.fiscal.cfdi.limites import MIB
from horux_core.fiscal.cfdi.ports import ReadingRoom, Spool
from horux_core.fiscal.conciliacion.cargando import AdmitStatement, Dicho, LoadStatement, ResultadoCarga
from horux_core.fiscal.conciliacion.consultando import MAXIMO_POR_PAGINA, POR_PAGINA, ListConciliacion, Pedido
from horux_core.fiscal.conciliacion.eligiendo import DecideMatch
from horux_core.fiscal.conciliacion.importando import MAX_ESTADO_CUENTA, EstadoCuenta
from horux_core.fiscal.conciliacion.model import EstadoRenglon
from horux_core.identity.authenticating import Authenticate
from horux_core.identity.model import Actor
from horux_core.kernel.pages import Page
from horux_http.amounts import amount
from horux_http.fiscal.holding import OneFile
from horux_http.fiscal.receiving import FORM, receive_form
from horux_http.fiscal.wire_conciliacion import ConciliacionOut, EstadoCuentaOut
from horux_http.session import still

Rate = Callable[[str, str], Decimal]
"""Reads a number, given what its field is called."""
Desde = Annotated[date | None, QueryParameter(description="Movimientos desde este día.")]
Hasta = Annotated[date | None, QueryParameter(description="Movimientos hasta este día, incluido.")]
Cuenta = Annotated[str | None, QueryParameter(description="Número o nombre de la cuenta.", max_length=80)]
PorRevisar = Annotated[
    bool | None, QueryParameter(name="porRevisar", description="Conciliados con un CFDI que se canceló, o no.")
]
Cursor = Annotated[str | None, QueryParameter(description="El nextCursor de la página anterior.", max_length=100)]
Limit = Annotated[int, QueryParameter(ge=1, le=MAXIMO_POR_PAGINA, description="Cuántos como máximo.")]
FORM_ROOM = MIB
"""What the form adds to the file."""
_TIMES = 64
"""What reading a statement may weigh, in its own bytes."""
_PACKED = 4
"""What reading a workbook may weigh, in the bytes it unpacks to."""
ONE = "Aquí se sube un solo estado de cuenta. Sube cada uno por separado."
_SENT = {
    "type": "object",
    "required": ["archivo"],
    "properties": {
        "archivo": {"type": "string", "contentMediaType": "application/octet-stream"},
        "cuenta": {"type": "string", "maxLength": 80},
        "moneda": {"type": "string", "examples": ["USD"]},
        "tipoCambio": {"type": "string", "examples": ["18.5432"]},
    },
}


class ConciliacionController(Controller):
    path = "/api/conciliacion"
    tags = ("Conciliación",)
    opt = {"bodies": {"take": {FORM: _SENT}}}  # noqa: RUF012

    # `receive_form` measures the body while it arrives: Litestar's own limit would answer without our words.
    @post(
        "/estado-cuenta",
        summary="Sube un estado de cuenta y lo concilia",
        description="CSV, XLSX u OFX de hasta 10 MiB, en el campo `archivo`. `cuenta` es su número o nombre, si el "
        "archivo no lo dice; `moneda` y `tipoCambio`, de una cuenta en otra moneda. Lo que ya se había subido no se "
        "duplica.",
        status_code=200,
        request_max_body_size=None,
    )
    async def take(
        self,
        request: Request[Any, Any, Any],
        actor: NamedDependency[SkipValidation[Actor]],
        admit_statement: NamedDependency[SkipValidation[AdmitStatement]],
        authenticate: NamedDependency[SkipValidation[Authenticate]],
        spool: NamedDependency[SkipValidation[Spool]],
        room: NamedDependency[SkipValidation[ReadingRoom]],
        load_statement: NamedDependency[SkipValidation[LoadStatement]],
    ) -> EstadoCuentaOut:
        await sync_to_thread(admit_statement, actor)
        held = OneFile(spool, room, actor.tenant, ONE)
        fields = {name: bytearray() for name in ("cuenta", "moneda", "tipoCambio")}

        def load() -> ResultadoCarga:
            dicho, estado = held_statement(held, fields, load_statement)
            return load_statement(still(request, authenticate, actor), estado, dicho)

        try:
            await receive_form(request, held, MAX_ESTADO_CUENTA + FORM_ROOM, fields=fields)
            return EstadoCuentaOut.of(await sync_to_thread(load))
        finally:
            held.discard()

    @get("/", sync_to_thread=True, summary="Los movimientos del banco y cómo van, los más nuevos primero")
    def list(
        self,
        actor: NamedDependency[SkipValidation[Actor]],
        list_conciliacion: NamedDependency[SkipValidation[ListConciliacion]],
        desde: Desde = None,
        hasta: Hasta = None,
        cuenta: Cuenta = None,
        estado: FromQuery[EstadoRenglon | None] = None,
        por_revisar: PorRevisar = None,
        cursor: Cursor = None,
        limit: Limit = POR_PAGINA,
    ) -> ConciliacionOut:
        pedido = Pedido(desde, hasta, cuenta, estado, por_revisar)
        return ConciliacionOut.of(list_conciliacion(actor, pedido, cursor, limit))

    @post("/{ident:uuid}/aceptar", status_code=200, sync_to_thread=True, summary="Acepta una propuesta")
    def accept(
        self,
        actor: NamedDependency[SkipValidation[Actor]],
        ident: FromPath[UUID],
        decide_match: NamedDependency[SkipValidation[DecideMatch]],
    ) -> ConciliacionOut:
        return ConciliacionOut.of(Page(decide_match.accept(actor, ident), None))

    @post("/{ident:uuid}/rechazar", status_code=200, sync_to_thread=True, summary="Rechaza una propuesta para siempre")
    def refuse(
        self,
        actor: NamedDependency[SkipValidation[Actor]],
        ident: FromPath[UUID],
        decide_match: NamedDependency[SkipValidation[DecideMatch]],
    ) -> ConciliacionOut:
        return ConciliacionOut.of(Page(decide_match.refuse(actor, ident), None))

    @post("/{ident:uuid}/deshacer", status_code=200, sync_to_thread=True, summary="Deshace lo que se aceptó")
    def undo(
        self,
        actor: NamedDependency[SkipValidation[Actor]],
        ident: FromPath[UUID],
        decide_match: NamedDependency[SkipValidation[DecideMatch]],
    ) -> ConciliacionOut:
        return ConciliacionOut.of(Page(decide_match.undo(actor, ident), None))


def held_statement(
    held: OneFile, fields: Mapping[str, bytearray], load_statement: LoadStatement, rate: Rate = amount
) -> tuple[Dicho, EstadoCuenta]:
    """What was said of a statement, and what it says. Raises what `rate`, which reads the rate, and reading it do."""
    dicho = _dicho(held.name or "", {name: told(value) for name, value in fields.items()}, rate)
    return dicho, held.read(load_statement.read, _TIMES, lambda content: _PACKED * load_statement.weighs(content))


def told(value: bytearray) -> str:
    return value.decode("utf-8", "replace").strip()


def _dicho(archivo: str, dichos: dict[str, str], rate: Rate) -> Dicho:
    cambio: Decimal | None = rate(dichos["tipoCambio"], "tipoCambio") if dichos["tipoCambio"] else None
    return Dicho(archivo, dichos["cuenta"] or None, dichos["moneda"].upper() or None, cambio)
