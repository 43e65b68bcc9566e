"""What the XML of a document cannot say: that it was cancelled, and the accountant's judgement of an expense."""

from dataclasses import dataclass, replace
from datetime import date, datetime, time
from decimal import Decimal

from horux_core.audit.ports import AuditTrail
from horux_core.fiscal.cfdi.listing import CfdiDetail, detail
from horux_core.fiscal.cfdi.model import DestinoIva, Direccion, Estado
from horux_core.fiscal.cfdi.paging import folio
from horux_core.fiscal.cfdi.stored import Correction, StoredCfdi
from horux_core.fiscal.deeds import deed
from horux_core.fiscal.errors import CorreccionInvalida
from horux_core.fiscal.iva.recomputing import recompute
from horux_core.fiscal.ports import Books
from horux_core.identity.model import Actor, Permission
from horux_core.kernel.clock import Clock, dia_fiscal
from horux_core.kernel.same import SAME
from horux_core.plans.policy import require_writable
from horux_core.plans.ports import Entitlements

_CAMPOS = ("estado", "fecha_cancelacion", "destino_iva", "acreditable_pct")
_DECIMALES = 4


@dataclass(frozen=True, slots=True)
class CorrectCfdi:
    """Keep what the XML cannot say, note who said it, and work out the months it changes."""

    books: Books
    entitlements: Entitlements
    audit: AuditTrail
    clock: Clock

    def __call__(self, actor: Actor, uuid: str, correction: Correction) -> CfdiDetail:
        """Raises ActionForbidden, SubscriptionInactive, CfdiMissing or CorreccionInvalida."""
        actor.require(Permission.WRITE_BOOKS)
        require_writable(self.entitlements.of(actor.tenant), actor.viewing)
        uuid, now = folio(uuid), self.clock()
        with self.books.open(actor.tenant) as books:
            books.lock()
            antes = books.cfdis.get(uuid)
            decidida = decided(antes, correction, now)
            cambios = _cambios(antes, decidida)
            if cambios:
                books.cfdis.correct(uuid, decidida)
                recompute(books)
                self.audit.record(deed(actor, now, "cfdi-corregido", "PATCH", f"/api/cfdi/{uuid}", cambios))
            return detail(books, uuid)


def decided(antes: StoredCfdi, correction: Correction, now: datetime) -> Correction:
    """The correction made whole: a cancellation has a date, one taken back has none. Raises CorreccionInvalida."""
    estado = antes.estado if correction.estado is SAME else correction.estado
    fecha = correction.fecha_cancelacion
    if correction.destino_iva is not SAME or correction.acreditable_pct is not SAME:
        _del_gasto(antes, correction.destino_iva, correction.acreditable_pct)
    if estado is Estado.VIGENTE:
        if isinstance(fecha, datetime):
            raise CorreccionInvalida("Un CFDI vigente no lleva fecha de cancelación: manda también estado cancelado.")
        return replace(correction, fecha_cancelacion=None)
    if fecha is SAME and antes.fecha_cancelacion is not None:
        return correction
    hoy = dia_fiscal(now)
    cuando = fecha if isinstance(fecha, datetime) else datetime.combine(max(hoy, _emision(antes)), time())
    if cuando.date() < _emision(antes):
        raise CorreccionInvalida("La fecha de cancelación es anterior a la emisión del CFDI: revísala.")
    if isinstance(fecha, datetime) and cuando.date() > hoy:
        raise CorreccionInvalida("La fecha de cancelación está en el futuro: revísala.")
    return replace(correction, fecha_cancelacion=cuando)


def _emision(guardado: StoredCfdi) -> date:
    return guardado.cfdi.fecha_emision.date()


def _del_gasto(antes: StoredCfdi, destino: object, pct: object) -> None:
    if antes.direccion is Direccion.EMITIDO and (isinstance(destino, DestinoIva) or isinstance(pct, Decimal)):
        raise CorreccionInvalida("El destino y el porcentaje acreditable son solo de los CFDI recibidos.")
    if isinstance(pct, Decimal) and not (pct.is_finite() and 0 <= pct <= 100):
        raise CorreccionInvalida("El porcentaje acreditable va de 0 a 100.")
    if isinstance(pct, Decimal) and pct != round(pct, _DECIMALES):
        raise CorreccionInvalida(f"El porcentaje acreditable lleva a lo más {_DECIMALES} decimales.")


def _cambios(antes: StoredCfdi, correction: Correction) -> dict[str, object]:
    """By field: what it was and what it becomes, only of those that change."""
    cambios: dict[str, object] = {}
    for campo in _CAMPOS:
        nuevo, viejo = getattr(correction, campo), getattr(antes, campo)
        if nuevo is not SAME and nuevo != viejo:
            cambios[campo] = f"{_escrito(viejo)} → {_escrito(nuevo)}"
    return cambios


def _escrito(valor: object) -> str:
    return "sin dato" if valor is None else valor.isoformat() if isinstance(valor, datetime) else str(valor)
