"""The documents behind each figure of a month's ISR (FISCAL.md 4)."""

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import replace
from datetime import date
from decimal import Decimal
from itertools import pairwise

from horux_core.fiscal.isr import arrendamiento
from horux_core.fiscal.isr.articulos import CAPTURADA, OPCIONAL, PREDIAL
from horux_core.fiscal.isr.flujo import deduce
from horux_core.fiscal.isr.model import (
    ARRENDAMIENTO,
    GENERAL_PM,
    RESICO,
    SUELDOS,
    Clase,
    MesIsr,
    Movimiento,
    OpcionesIsr,
)
from horux_core.fiscal.iva.model import Figura, Renglon
from horux_core.kernel.importe import CERO, centavos
from horux_core.kernel.periodo import Periodo

PAGO_PROVISIONAL = ("pago_provisional", "LISR 14, 106, 211")
PTU = ("ptu", "LISR 14-II, 106, 211")
PERDIDAS = ("perdidas_anteriores", "LISR 14-II, 106, 211")
SIN_UTILIDAD = ("sin_utilidad", "LISR 14, 106, 115, 211")
_INGRESOS = (Clase.INGRESO, Clase.EXENTO)


def detalle(
    mes: MesIsr,
    previos: Sequence[MesIsr],
    movimientos: Iterable[Movimiento],
    opciones: OpcionesIsr,
    solo: str | None = None,
) -> list[Figura]:
    """The documents of each figure of `mes`, or of the one named, whose amounts add up to it to the cent.

    `previos` are the months of the year before it, `movimientos` all those of the year that it was made from. A line
    with no UUID is what no document says: a setting, or an earlier payment. What rounding leaves over is spread by
    accumulated amounts, in order of date.
    """
    anio = mes.periodo.anio
    hasta = [Periodo(anio, m) for m in range(1, mes.periodo.mes + 1)]
    libro = _Libro(mes.regimen, movimientos, opciones)
    del_pago = _meses_del_pago(mes, hasta, opciones)
    renglones: dict[str, tuple[Decimal | None, Callable[[], Iterable[Renglon]]]] = {
        "ingresosMes": (mes.ingresos_mes, lambda: libro.de(_INGRESOS, [mes.periodo])),
        "ingresosAcum": (mes.ingresos_acum, lambda: libro.de(_INGRESOS, hasta)),
        "deduccionesMes": (mes.deducciones_mes, lambda: libro.deducciones([mes.periodo])),
        "deduccionesAcum": (mes.deducciones_acum, lambda: libro.deducciones(hasta)),
        "base": (mes.base, lambda: _base(mes, del_pago, libro)),
        "pagosPrevios": (mes.pagos_previos, lambda: _pagos(mes, previos)),
        "retenciones": (mes.retenciones, lambda: libro.de((Clase.RETENCION,), del_pago or [mes.periodo])),
        "noDeducible": (None, lambda: libro.de((Clase.NO_DEDUCIBLE,), [mes.periodo])),
        "retenidoATerceros": (None, lambda: libro.de((Clase.RETENIDO_A_TERCEROS,), [mes.periodo])),
    }
    return [_figura(nombre, total, de()) for nombre, (total, de) in renglones.items() if solo in (None, nombre)]


class _Libro:
    """The movements of one régimen, as lines of its figures."""

    def __init__(self, regimen: str, movimientos: Iterable[Movimiento], opciones: OpcionesIsr) -> None:
        self.regimen = regimen
        self.opciones = opciones
        propios = [m for m in movimientos if m.regimen == regimen]
        self._todos = sorted(propios, key=lambda m: (m.fecha, m.uuid, m.pago, m.docto, m.clase))

    def de(self, clases: Sequence[Clase], periodos: Sequence[Periodo]) -> list[Renglon]:
        buscados = frozenset(periodos)
        elegidos = (m for m in self._todos if m.clase in clases and m.periodo in buscados)
        return [Renglon(m.uuid, m.fecha, m.importe, m.regla, m.articulo) for m in elegidos]

    def deducciones(self, periodos: Sequence[Periodo]) -> list[Renglon]:
        if not deduce(self.regimen, self.opciones):
            return []
        if self.regimen == ARRENDAMIENTO and self.opciones.arrendamiento_opcional:
            return [r for p in periodos for r in self._opcionales(p)]
        capturadas = [
            Renglon("", date(p.anio, p.mes, 1), importe, CAPTURADA, "LISR 34, 104, 115, 209")
            for p in periodos
            for regimen, mes, importe in self.opciones.otras_deducciones
            if (regimen, mes) == (self.regimen, p.mes)
        ]
        return [*self.de((Clase.DEDUCCION,), periodos), *capturadas]

    def _opcionales(self, periodo: Periodo) -> Iterator[Renglon]:
        ingresos = self.de((Clase.INGRESO,), [periodo])
        yield from _partes(arrendamiento.FRACCION_OPCIONAL, ingresos, OPCIONAL, "LISR 115")
        predial = arrendamiento.predial_de(periodo, self.opciones)
        yield Renglon("", date(periodo.anio, periodo.mes, 1), predial, PREDIAL, "LISR 115")


def _meses_del_pago(mes: MesIsr, hasta: list[Periodo], opciones: OpcionesIsr) -> list[Periodo]:
    """The months that the payment of a month covers."""
    if mes.regimen == ARRENDAMIENTO:
        return arrendamiento.meses_del_pago(mes.periodo, opciones)
    solo = mes.regimen == SUELDOS or (mes.regimen == RESICO and not opciones.moral)
    return [mes.periodo] if solo else hasta


def _base(mes: MesIsr, del_pago: Sequence[Periodo], libro: _Libro) -> list[Renglon]:
    renglones = libro.de((Clase.INGRESO,), del_pago)
    if mes.regimen == GENERAL_PM:
        renglones = list(_partes(mes.coeficiente or CERO, renglones, "coeficiente_utilidad", "LISR 14-I"))
    renglones += [replace(r, importe=-r.importe) for r in libro.deducciones(del_pago)]
    dia = _primero(mes.periodo)
    renglones += [Renglon("", dia, -mes.ptu, *PTU), Renglon("", dia, -mes.perdidas, *PERDIDAS)]
    faltante = min(sum((r.importe for r in renglones), CERO), CERO)
    return [*renglones, Renglon("", dia, -faltante, *SIN_UTILIDAD)]


def _pagos(mes: MesIsr, previos: Sequence[MesIsr]) -> Iterator[Renglon]:
    for previo in previos:
        if mes.pagos_previos:
            yield Renglon("", _primero(previo.periodo), previo.isr_a_pagar, *PAGO_PROVISIONAL)


def _primero(periodo: Periodo) -> date:
    return date(periodo.anio, periodo.mes, 1)


def _partes(fraccion: Decimal, de: Sequence[Renglon], regla: str, articulo: str) -> Iterator[Renglon]:
    """Each line's share of round(fraccion × Σ), as the difference of rounded accumulated amounts."""
    acumulados = [CERO]
    for renglon in de:
        acumulados.append(acumulados[-1] + renglon.importe)
    for renglon, (desde, hasta) in zip(de, pairwise(acumulados), strict=True):
        importe = centavos(fraccion * hasta) - centavos(fraccion * desde)
        yield Renglon(renglon.uuid, renglon.fecha, importe, regla, articulo)


def _figura(nombre: str, total: Decimal | None, renglones: Iterable[Renglon]) -> Figura:
    """A figure with one line per document, day and rule; those of nothing are left out. Without `total`, their sum."""
    juntos: dict[tuple[str, date, str, str], Decimal] = {}
    for r in renglones:
        clave = (r.uuid, r.fecha, r.regla, r.articulo)
        juntos[clave] = juntos.get(clave, CERO) + r.importe
    documentos = tuple(Renglon(u, f, importe, g, a) for (u, f, g, a), importe in juntos.items() if importe)
    return Figura(nombre, sum(juntos.values(), CERO) if total is None else total, documentos)
