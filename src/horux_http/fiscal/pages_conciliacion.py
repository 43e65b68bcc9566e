"""The bank beside the books: what is proposed, what has no CFDI, what has no bank, and taking in a statement."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from litestar import Controller, Request, Response, get, post
from litestar.concurrency import sync_to_thread
from litestar.di import NamedDependency, Provide
from litestar.params import FromPath, FromQuery, SkipValidation

from horux_core.fiscal.cfdi.ports import ReadingRoom, Spool
from horux_core.fiscal.conciliacion.cargando import AdmitStatement, LoadStatement, ResultadoCarga
from horux_core.fiscal.conciliacion.consultando import ListConciliacion
from horux_core.fiscal.conciliacion.eligiendo import DecideMatch
from horux_core.fiscal.conciliacion.errors import CuentaFaltante, TipoCambioFaltante
from horux_core.fiscal.conciliacion.importando import MAX_ESTADO_CUENTA
from horux_core.fiscal.conciliacion.model import EstadoRenglon
from horux_core.fiscal.conciliacion.sin_banco import ListSinBanco
from horux_core.identity.authenticating import Authenticate
from horux_core.identity.model import Permission
from horux_core.kernel.errors import Conflict, HoruxError, Invalid, TooLarge
from horux_core.kernel.periodo import Periodo
from horux_core.plans.errors import FeatureNotInPlan
from horux_core.plans.model import Feature
from horux_http.browser import filling
from horux_http.browser.forms import Form, Refused
from horux_http.browser.frame import Frame
from horux_http.browser.given import Framed, Sent
from horux_http.browser.lacking import upgrade
from horux_http.browser.typed import Mistyped
from horux_http.fiscal.bank_views import PATH, WITHOUT_BANK, View, address
from horux_http.fiscal.conciliacion import FORM_ROOM, ONE, held_statement, told
from horux_http.fiscal.holding import OneFile
from horux_http.fiscal.judging import RATE
from horux_http.fiscal.receiving import receive_form
from horux_http.session import NEEDS, still

Listing = NamedDependency[SkipValidation[ListConciliacion]]
Without = NamedDependency[SkipValidation[ListSinBanco]]
Deciding = NamedDependency[SkipValidation[DecideMatch]]
_FIELDS: Mapping[type[HoruxError], str] = {
    CuentaFaltante: "cuenta", TipoCambioFaltante: "tipoCambio", Mistyped: "tipoCambio",
}  # fmt: skip
_SENTENCES: Mapping[type[HoruxError], str] = {
    CuentaFaltante: "El archivo no dice de qué cuenta es. Escribe su número o su nombre, de hasta 80 letras.",
}
_WRITES = {NEEDS: Permission.WRITE_BOOKS}


@dataclass(frozen=True, slots=True)
class Counter:
    """Where a statement is handed in: held while it arrives, read once its form has proved to be ours."""

    request: Request[Any, Any, Any]
    authenticate: Authenticate
    spool: Spool
    room: ReadingRoom
    load_statement: LoadStatement

    async def taken(self, frame: Frame, fields: dict[str, bytearray]) -> ResultadoCarga:
        """`fields` are filled as they arrive. Raises FormForged, DeskChanged, and what is wrong with the statement."""
        held = OneFile(self.spool, self.room, frame.actor.tenant, ONE)

        def load() -> ResultadoCarga:
            dicho, estado = held_statement(held, fields, self.load_statement, RATE.read)
            return self.load_statement(still(self.request, self.authenticate, frame.actor), estado, dicho)

        try:
            await receive_form(self.request, held, MAX_ESTADO_CUENTA + FORM_ROOM, frame.proved, fields)
            return await sync_to_thread(load)
        finally:
            held.discard()


def counter(
    request: Request[Any, Any, Any],
    authenticate: NamedDependency[SkipValidation[Authenticate]],
    spool: NamedDependency[SkipValidation[Spool]],
    room: NamedDependency[SkipValidation[ReadingRoom]],
    load_statement: NamedDependency[SkipValidation[LoadStatement]],
) -> Counter:
    return Counter(request, authenticate, spool, room, load_statement)


class ConciliacionPages(Controller):
    path = PATH
    dependencies = {"counter": Provide(counter, sync_to_thread=False)}  # noqa: RUF012

    @get(sync_to_thread=True)
    def show(
        self,
        frame: Framed,
        list_conciliacion: Listing,
        list_sin_banco: Without,
        lista: FromQuery[str] = "",
        cursor: FromQuery[str] = "",
        mes: FromQuery[str] = "",
        desde: FromQuery[int] = 0,
    ) -> Response[str]:
        try:
            month = Periodo.parse(mes) if mes else None
            heavy = lista == WITHOUT_BANK and frame.has(Feature.CONCILIACION)
            if heavy and (meanwhile := filling.first(frame, "Conciliación")):
                return meanwhile
            return View(list_conciliacion, list_sin_banco)(frame, lista, cursor, month, desde)
        except FeatureNotInPlan:
            return upgrade(frame, "Conciliación")

    @post(opt=_WRITES, request_max_body_size=None)
    async def take(
        self,
        frame: Framed,
        admit_statement: NamedDependency[SkipValidation[AdmitStatement]],
        counter: NamedDependency[SkipValidation[Counter]],
        list_conciliacion: Listing,
        list_sin_banco: Without,
    ) -> Response[Any]:
        fields = {name: bytearray() for name in ("cuenta", "moneda", "tipoCambio")}
        try:
            await sync_to_thread(admit_statement, frame.actor)
            return frame.go(address("propuestas"), _done(await counter.taken(frame, fields)))
        except FeatureNotInPlan:
            return upgrade(frame, "Conciliación")
        except (Invalid, Conflict, TooLarge) as error:
            sent = Form({name: (told(value),) for name, value in fields.items()})
            return await sync_to_thread(View(list_conciliacion, list_sin_banco, _refused(error), sent), frame)

    @post("/{ident:uuid}/aceptar", sync_to_thread=True, opt=_WRITES)
    def accept(self, frame: Framed, form: Sent, ident: FromPath[UUID], decide_match: Deciding) -> Response[Any]:
        return _decided(frame, form, lambda: decide_match.accept(frame.actor, ident), "Conciliado.")

    @post("/{ident:uuid}/rechazar", sync_to_thread=True, opt=_WRITES)
    def refuse(self, frame: Framed, form: Sent, ident: FromPath[UUID], decide_match: Deciding) -> Response[Any]:
        done = "Propuesta rechazada. No se vuelve a proponer."
        return _decided(frame, form, lambda: decide_match.refuse(frame.actor, ident), done)

    @post("/{ident:uuid}/deshacer", sync_to_thread=True, opt=_WRITES)
    def undo(self, frame: Framed, form: Sent, ident: FromPath[UUID], decide_match: Deciding) -> Response[Any]:
        done = "Conciliación deshecha. El movimiento vuelve a estar por decidir."
        return _decided(frame, form, lambda: decide_match.undo(frame.actor, ident), done)


def _decided(frame: Frame, form: Form, decide: Any, done: str) -> Response[Any]:
    try:
        decide()
    except FeatureNotInPlan:
        return upgrade(frame, "Conciliación")
    except Conflict as error:
        done = str(error)
    return frame.go(address(form["lista"]), done)


def _refused(error: HoruxError) -> Refused:
    """Beside its field; what the API calls a field by is left out of the sentence."""
    sentence = _SENTENCES.get(type(error)) or str(error).replace("`", "")
    return Refused(sentence, error.code, {_FIELDS.get(type(error), "archivo"): sentence}, error.facts)


def _done(result: ResultadoCarga) -> str:
    count = {estado: result.estados.get(estado, 0) for estado in EstadoRenglon}
    return (
        f"Estado de cuenta de {result.cuenta.nombre}: "
        f"{_many(result.renglones, 'movimiento')}, {_many(result.nuevos, 'nuevo')}. "
        f"{_many(count[EstadoRenglon.CONCILIADO], 'conciliado')}, {count[EstadoRenglon.SUGERIDO]} por decidir y "
        f"{count[EstadoRenglon.SIN_DOCUMENTO]} sin CFDI."
    )


def _many(n: int, what: str) -> str:
    return f"{n} {what}{'' if n == 1 else 's'}"
