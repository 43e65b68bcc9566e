"""What the bank says was collected and paid, for whoever weighs it against the invoices (FISCAL.md 6, 7.1)."""

from collections import defaultdict
from collections.abc import Collection, Iterator
from datetime import date, timedelta
from uuid import UUID

from horux_core.fiscal.calendario.vencimientos import primer_dia, ultimo_dia
from horux_core.fiscal.conciliacion.candidatos import paga
from horux_core.fiscal.conciliacion.libro import Carga, Cobro, uuids_de
from horux_core.fiscal.iva.model import Documento
from horux_core.fiscal.ports import OpenBooks
from horux_core.kernel.clock import dia_fiscal
from horux_core.kernel.importe import CERO, centavos
from horux_core.kernel.periodo import Periodo

_UN_DIA = timedelta(days=1)
_SILENCIO = timedelta(days=3)
"""Days without a row at either end of a month, or between two statements, that do not make it lack anything (P)."""
_PRIMERO, _ULTIMO = date(1990, 1, 1), date(2199, 12, 31)


def por_factura(books: OpenBooks, de: Collection[str] | None = None) -> tuple[Cobro, ...]:
    """What stands matched, the money of each P as that of the invoices it pays; only of the documents named, if any."""
    cobros = [c for c in books.conciliacion.cobros() if de is None or c.uuid in de]
    documentos = books.iva.connected({c.uuid for c in cobros if c.pago is not None})
    return tuple(parte for cobro in cobros for parte in _repartido(cobro, documentos.get(cobro.uuid)))


def _repartido(cobro: Cobro, pagador: Documento | None) -> Iterator[Cobro]:
    """In proportion to what the P settles of each; the last takes what rounding leaves."""
    if cobro.pago is None:
        yield cobro
        return
    if pagador is None or cobro.pago >= len(pagador.pagos):
        return
    partes = paga(pagador.pagos[cobro.pago])
    total, queda = sum((importe for _, importe in partes), CERO), cobro.importe
    for i, (uuid, importe) in enumerate(partes):
        if total > 0:
            suyo = queda if i == len(partes) - 1 else min(centavos(cobro.importe * importe / total), queda)
            queda -= suyo
            yield Cobro(uuid, None, cobro.fecha, suyo, cobro.renglon)


def fecha_pago_real(books: OpenBooks, uuid: str) -> date | None:
    """The day of the last row that stands matched with the document; for an invoice that says it was paid at once."""
    suyos = books.conciliacion.con_documentos([uuid])
    return max(
        (g.renglon.fecha for g in suyos if g.vigente is not None and uuid in uuids_de([g.vigente])), default=None
    )


def meses(books: OpenBooks) -> frozenset[Periodo]:
    """The months that the statements of an account hold whole: what they lack did not happen.

    A statement with a row outside every period does not tell what it holds.
    """
    por_cuenta: defaultdict[UUID, list[Carga]] = defaultdict(list)
    for carga in books.conciliacion.cargas():
        if carga.desde >= _PRIMERO and carga.hasta <= _ULTIMO:
            por_cuenta[carga.cuenta].append(carga)
    return frozenset(
        periodo
        for cargas in por_cuenta.values()
        for desde, hasta in _tramos(cargas)
        for periodo in _enteros(desde - _SILENCIO, hasta)
    )


def _tramos(cargas: list[Carga]) -> Iterator[tuple[date, date]]:
    """Of one account, from the day of a first row to the last day told of: statements that follow each other joined.

    A statement tells of no day that was not over when it was loaded.
    """
    desde: date | None = None
    hasta = date.min
    for carga in sorted(cargas, key=lambda c: c.desde):
        hasta_ahora = min(carga.hasta + _SILENCIO, dia_fiscal(carga.cargada_en) - _UN_DIA)
        if desde is not None and carga.desde > hasta + _UN_DIA:
            yield desde, hasta
            desde, hasta = None, date.min
        desde, hasta = desde or carga.desde, max(hasta, hasta_ahora)
    if desde is not None:
        yield desde, hasta


def _enteros(desde: date, hasta: date) -> Iterator[Periodo]:
    periodo = Periodo.of(max(desde, _PRIMERO))
    while ultimo_dia(periodo) <= hasta:
        if desde <= primer_dia(periodo):
            yield periodo
        periodo = periodo.siguiente()
