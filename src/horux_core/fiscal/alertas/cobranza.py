"""What was collected or paid, against the documents that should say so."""

from collections import defaultdict
from collections.abc import Iterable, Iterator
from datetime import date, timedelta
from decimal import Decimal

from horux_core.fiscal.alertas.hallazgos import de_uno, hallazgo
from horux_core.fiscal.alertas.hechos import Abono, Comprobante, Hechos
from horux_core.fiscal.alertas.model import Hallazgo, Severidad
from horux_core.fiscal.calendario.vencimientos import ultimo_dia
from horux_core.fiscal.cfdi.model import MXN, PPD, PUE, Tipo
from horux_core.kernel.importe import CENTAVO, CERO, centavos
from horux_core.kernel.periodo import Periodo

DIA_DEL_REP = 5
DIAS_MEDIA, DIAS_ALTA = timedelta(days=30), timedelta(days=90)
SIN_BANCO = frozenset({"01", "12", "13", "14", "15", "17", "23", "24", "25", "26", "27", "30"})
"""FormaPago that leave no bank movement: cash, and those that settle without money."""

_HOLGURA_CAMBIARIA = Decimal("0.01")
"""Of the total, for what two exchange rates make of it."""


def sin_complemento(hechos: Hechos) -> Iterator[Hallazgo]:
    """A PPD collected or paid at the bank, by month, that no vigente P covers once its 5th has passed."""
    pagados = _por_factura(hechos.abonos or ())
    movimientos = _por_factura(hechos.banco.conciliados if hechos.banco else ())
    for c in hechos.comprobantes:
        if c.vigente and c.tipo is Tipo.INGRESO and c.metodo_pago == PPD and c.uuid in movimientos:
            cubierto = sum((a.importe for a in pagados.get(c.uuid, ())), CERO)
            yield from _descubiertos(c, movimientos[c.uuid], cubierto, hechos)


def _descubiertos(c: Comprobante, movimientos: list[Abono], cubierto: Decimal, hechos: Hechos) -> Iterator[Hallazgo]:
    movido = sum((m.importe for m in movimientos), CERO)
    holgura = CENTAVO if c.moneda == MXN else movido * _HOLGURA_CAMBIARIA
    por_mes: defaultdict[Periodo, Decimal] = defaultdict(lambda: CERO)
    for movimiento in movimientos:
        por_mes[Periodo.of(movimiento.fecha)] += movimiento.importe
    acumulado = CERO
    for periodo in sorted(por_mes):
        acumulado += por_mes[periodo]
        siguiente = periodo.siguiente()
        dia_5 = date(siguiente.anio, siguiente.mes, DIA_DEL_REP)
        falta = centavos(min(acumulado - cubierto, por_mes[periodo]))
        if falta <= holgura or hechos.hoy <= dia_5:
            continue
        if c.emitido:
            detalle = f"Se cobraron {falta} MXN en {periodo} y ningún complemento vigente los cubre."
            yield hallazgo("PPD_SIN_REP", c.uuid, periodo, detalle, (c.uuid,), dia_5)
        if c.recibido:
            detalle = f"Se pagaron {falta} MXN en {periodo} y no ha llegado su complemento."
            limite = hechos.limite_mensual(periodo)
            yield hallazgo("REP_NO_RECIBIDO", c.uuid, periodo, detalle, (c.uuid,), limite)


def vencidas(hechos: Hechos) -> Iterator[Hallazgo]:
    saldos = hechos.saldos or {}
    for c in hechos.comprobantes:
        saldo = saldos.get(c.uuid, CERO)
        edad = hechos.hoy - c.fecha.date()
        if c.vigente and c.metodo_pago == PPD and saldo > CENTAVO and edad > DIAS_MEDIA:
            severidad = Severidad.ALTA if edad > DIAS_ALTA else Severidad.MEDIA
            detalle = f"Debe {saldo} {c.moneda} desde el {c.fecha:%d/%m/%Y}."
            yield hallazgo("PPD_VENCIDA", c.uuid, c.periodo, detalle, (c.uuid,), severidad=severidad)


def pue_sin_cobro(hechos: Hechos) -> Iterator[Hallazgo]:
    """Issued as paid, and nothing at the bank up to the end of its month, whose statement is loaded."""
    if hechos.banco is None:
        return
    movimientos = _por_factura(hechos.banco.conciliados)
    for c in hechos.comprobantes:
        fin = ultimo_dia(c.periodo)
        de_banco = c.vigente and c.emitido and c.tipo is Tipo.INGRESO and c.forma_pago not in SIN_BANCO
        if not de_banco or c.metodo_pago != PUE or hechos.hoy <= fin or c.periodo not in hechos.banco.meses:
            continue
        if not any(m.fecha <= fin for m in movimientos.get(c.uuid, ())):
            yield de_uno("PUE_NO_PAGADA", c, f"No tiene cobro conciliado en {c.periodo}.", fin)


def _por_factura(abonos: Iterable[Abono]) -> dict[str, list[Abono]]:
    por_uuid: defaultdict[str, list[Abono]] = defaultdict(list)
    for abono in abonos:
        por_uuid[abono.uuid].append(abono)
    return dict(por_uuid)
