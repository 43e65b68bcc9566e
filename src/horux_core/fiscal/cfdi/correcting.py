"""What the XML of a document cannot say: that it was cancelled, and the accountant's judgement of an expense."""

from dataclasses import dataclass, replace
from datetime import date, datetime, time
from decimal import Decimal

from horux_core.audit.ports import AuditTrail
from horux_core.fiscal.cfdi.listing import CfdiDetail, detail
from horux_core.fiscal.cfdi.model import MXN, Cfdi, DestinoIva, Direccion, Estado, Tipo
from horux_core.fiscal.cfdi.paging import folio
from horux_core.fiscal.cfdi.stored import Correction, StoredCfdi
from horux_core.fiscal.deeds import deed
from horux_core.fiscal.errors import ClasificacionEnFactura, CorreccionInvalida
from horux_core.fiscal.iva.acreditamiento import facturas_que_juzgan
from horux_core.fiscal.iva.saldos import Saldos
from horux_core.fiscal.ports import Books, OpenBooks
from horux_core.fiscal.recomputing import recompute
from horux_core.identity.model import Actor, Permission
from horux_core.kernel.clock import Clock, dia_fiscal
from horux_core.kernel.marca import CAMBIO, CAMPO, marca
from horux_core.kernel.same import SAME, Same
from horux_core.plans.policy import require_writable
from horux_core.plans.ports import Entitlements

_CAMPOS = ("estado", "fecha_cancelacion", "destino_iva", "acreditable_pct", "tipo_cambio_capturado")
_DECIMALES = 4
_DECIMALES_DE_CAMBIO = 6
_CAMBIO_MAXIMO = 1_000_000
_SIN_MONEDA = "XXX"


@dataclass(frozen=True, slots=True)
class CorrectCfdi:
    """Keep what the XML cannot say, note who said it, and work out the months it changes."""

    books: Books
    entitlements: Entitlements
    audit: AuditTrail
    clock: Clock

    def __call__(self, actor: Actor, uuid: str, correction: Correction, vista: str | Same = SAME) -> CfdiDetail:
        """`vista` is the mark of the judgement that was shown, refused when it is another by now; SAME: any.

        Raises ActionForbidden, SubscriptionInactive, CfdiMissing, CorreccionInvalida or ClasificacionEnFactura.
        """
        actor.require(Permission.WRITE_BOOKS)
        require_writable(self.entitlements.of(actor.tenant), actor.viewing)
        uuid, now = folio(uuid), self.clock()
        with self.books.open(actor.tenant) as books:
            books.lock()
            antes = books.cfdis.get(uuid)
            if vista not in (SAME, marca_de(antes)):
                raise CorreccionInvalida(CAMBIO, campo=CAMPO)
            decidida = decided(antes, correction, now)
            _en_su_factura(books, antes, decidida)
            cambios = _cambios(antes, decidida)
            if cambios:
                books.cfdis.correct(uuid, decidida)
                recompute(books, only=[uuid])
                self.audit.record(deed(actor, "cfdi-corregido", "PATCH", f"/api/cfdi/{uuid}", cambios))
            return detail(books, uuid)


def marca_de(guardado: StoredCfdi) -> str:
    """Of another judgement it is another."""
    g = guardado
    return marca(g.estado, g.fecha_cancelacion, g.destino_iva, g.acreditable_pct, g.tipo_cambio_capturado)


def decided(antes: StoredCfdi, correction: Correction, now: datetime) -> Correction:
    """The correction made whole: a cancellation has a date, one taken back has none. Raises CorreccionInvalida."""
    estado = antes.estado if correction.estado is SAME else correction.estado
    fecha = correction.fecha_cancelacion
    if _juzga(correction):
        _del_gasto(antes, correction.acreditable_pct)
    if isinstance(correction.tipo_cambio_capturado, Decimal):
        _del_cambio(antes.cfdi, correction.tipo_cambio_capturado)
    if estado is Estado.VIGENTE:
        if isinstance(fecha, datetime):
            raise CorreccionInvalida(
                "Un CFDI vigente no lleva fecha de cancelación: manda también estado cancelado.", campo="estado"
            )
        return replace(correction, fecha_cancelacion=None)
    if fecha is SAME and antes.fecha_cancelacion is not None:
        return correction
    hoy = dia_fiscal(now)
    cuando = fecha if isinstance(fecha, datetime) else datetime.combine(max(hoy, _emision(antes)), time())
    if cuando.date() < _emision(antes):
        raise CorreccionInvalida(
            "La fecha de cancelación es anterior a la emisión del CFDI: revísala.", campo="fechaCancelacion"
        )
    if isinstance(fecha, datetime) and cuando.date() > hoy:
        raise CorreccionInvalida("La fecha de cancelación está en el futuro: revísala.", campo="fechaCancelacion")
    return replace(correction, fecha_cancelacion=cuando)


def _emision(guardado: StoredCfdi) -> date:
    return guardado.cfdi.fecha_emision.date()


def _juzga(correction: Correction) -> bool:
    return isinstance(correction.destino_iva, DestinoIva) or isinstance(correction.acreditable_pct, Decimal)


def _del_gasto(antes: StoredCfdi, pct: object) -> None:
    if antes.direccion is Direccion.EMITIDO:
        raise CorreccionInvalida(
            "El destino y el porcentaje acreditable son solo de los CFDI recibidos.", campo="destinoIva"
        )
    if antes.cfdi.tipo not in (Tipo.INGRESO, Tipo.EGRESO, Tipo.PAGO):
        raise CorreccionInvalida(
            "Este tipo de CFDI no acredita IVA: no lleva destino ni porcentaje acreditable.", campo="destinoIva"
        )
    if isinstance(pct, Decimal) and not (pct.is_finite() and 0 <= pct <= 100):
        raise CorreccionInvalida("El porcentaje acreditable va de 0 a 100.", campo="acreditablePct")
    if isinstance(pct, Decimal) and pct != round(pct, _DECIMALES):
        raise CorreccionInvalida(
            f"El porcentaje acreditable lleva a lo más {_DECIMALES} decimales.", campo="acreditablePct"
        )


def _en_su_factura(books: OpenBooks, antes: StoredCfdi, correction: Correction) -> None:
    """Raises ClasificacionEnFactura: an invoice in the books is judged in place of this payment or credit note."""
    if not _juzga(correction) or antes.cfdi.tipo is Tipo.INGRESO:
        return
    documentos = books.iva.connected([antes.cfdi.uuid])
    facturas = facturas_que_juzgan(documentos[antes.cfdi.uuid], Saldos(documentos))
    if facturas:
        raise ClasificacionEnFactura(facturas)


def _del_cambio(cfdi: Cfdi, cambio: Decimal) -> None:
    if cfdi.tipo is Tipo.PAGO:
        raise CorreccionInvalida(
            "Cada pago lleva su tipo de cambio en el XML y no se captura aquí. Si falta o está mal, pide que "
            "sustituyan el complemento.",
            campo="tipoCambio",
        )
    if cfdi.moneda in (MXN, _SIN_MONEDA):
        raise CorreccionInvalida(
            "El tipo de cambio se captura solo en un CFDI en moneda extranjera.", campo="tipoCambio"
        )
    posible = cambio.is_finite() and 0 < cambio < _CAMBIO_MAXIMO and cambio != 1
    if not (posible and cambio == round(cambio, _DECIMALES_DE_CAMBIO)):
        raise CorreccionInvalida(
            f"El tipo de cambio es mayor que 0, no es 1 (el del peso) y lleva a lo más {_DECIMALES_DE_CAMBIO} "
            "decimales, como 18.5432.",
            campo="tipoCambio",
        )


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
