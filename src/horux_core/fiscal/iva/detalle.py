"""The documents behind each figure of a month (FISCAL.md 3.2)."""

from collections.abc import Callable, Iterable, Sequence
from datetime import date
from decimal import Decimal
from functools import partial
from itertools import pairwise

from horux_core.fiscal.cfdi.model import Cubetas, DestinoIva
from horux_core.fiscal.iva.acreditamiento import ARTICULOS_DE_MOTIVO, iva
from horux_core.fiscal.iva.mes import destino_supuesto, suma
from horux_core.fiscal.iva.model import Apertura, Evento, Figura, Lado, MesIva, OpcionesIva, Renglon
from horux_core.kernel.importe import CERO, centavos

_COBRADO: tuple[tuple[str, str, Callable[[Cubetas], Decimal]], ...] = (
    ("ivaTrasladado", "iva_trasladado", iva),
    ("ivaRetenido", "iva_retenido", lambda c: c.ret_iva),
    ("base16", "base_16", lambda c: c.base_16),
    ("iva16", "iva_16", lambda c: c.iva_16),
    ("base8", "base_8", lambda c: c.base_8),
    ("iva8", "iva_8", lambda c: c.iva_8),
    ("base0", "base_0", lambda c: c.base_0),
    ("baseExento", "base_exento", lambda c: c.base_exento),
    ("baseNoObjeto", "base_no_objeto", lambda c: c.base_no_objeto),
)
"""Figures of what was collected: their public name, their column and the part of an event that makes them up."""

ACREDITABLE, _PERDIDO = "ivaAcreditable", "ivaNoAcreditable"
_RETENCION = ("retencion_mes_anterior", "LIVA 5-IV; 1-A")
_PCT = ("acreditable_pct", "LIVA 5-I")
_FACTOR = ("factor_prorrateo", "LIVA 5-V-c")


def detalle(
    mes: MesIva,
    eventos_mes: Sequence[Evento],
    eventos_mes_anterior: Sequence[Evento],
    mes_anterior: MesIva | Apertura,
    opciones: OpcionesIva,
    opciones_anteriores: OpcionesIva | None = None,
    solo: str | None = None,
) -> list[Figura]:
    """The documents of each figure of `mes`, or of the one named, whose amounts add up to it to the cent.

    `eventos_mes` are all the events it was made from, `eventos_mes_anterior` those of the month before: the IVA
    withheld then is credited now, in ACREDITABLE alone. `opciones_anteriores` are those that month was made with, when
    they are others. What rounding leaves over is spread by accumulated amounts, in order of date.
    """
    eventos = _en_orden(eventos_mes)
    emitidos = [e for e in eventos if e.lado is Lado.EMITIDO]

    def cobrada(nombre: str, columna: str, parte: Callable[[Cubetas], Decimal]) -> Figura:
        return _figura(nombre, getattr(mes, columna), (_renglon(e, parte(e.cubetas)) for e in emitidos))

    def acreditable() -> Figura:
        de_antes = _heredado(eventos_mes_anterior, mes, mes_anterior, opciones_anteriores or opciones)
        return _figura(ACREDITABLE, mes.iva_acreditable, [*_acreditable(eventos, mes, opciones), *de_antes])

    def no_acreditable() -> Figura:
        return _figura(_PERDIDO, mes.iva_no_acreditable, _no_acreditable(eventos, mes, opciones))

    del_mes: dict[str, Callable[[], Figura]] = {
        nombre: partial(cobrada, nombre, columna, parte) for nombre, columna, parte in _COBRADO
    }
    primeras = {nombre: del_mes.pop(nombre) for nombre in ("ivaTrasladado", "ivaRetenido")}
    todas = {**primeras, ACREDITABLE: acreditable, _PERDIDO: no_acreditable, **del_mes}
    return [hacer() for nombre, hacer in todas.items() if solo in (None, nombre)]


def _acreditable(eventos: Sequence[Evento], mes: MesIva, opciones: OpcionesIva) -> Iterable[Renglon]:
    directos, mixtos = _separados(eventos, opciones)
    for evento in directos:
        yield _renglon(evento, _neto(evento))
    netos = _repartido(mes.factor, [_neto(e) for e in mixtos])
    for evento, parte in zip(mixtos, netos, strict=True):
        yield _renglon(evento, parte)


def _heredado(
    eventos: Sequence[Evento], mes: MesIva, anterior: MesIva | Apertura, opciones: OpcionesIva
) -> Iterable[Renglon]:
    """The IVA withheld the month before, with the factor of that month."""
    if isinstance(anterior, Apertura):
        yield Renglon("", _primer_dia(mes), mes.retenido_mes_anterior, "apertura", _RETENCION[1])
    elif opciones.retencion_enterada:
        directos, mixtos = _separados(_en_orden(eventos), opciones)
        for evento in directos:
            yield _renglon(evento, evento.cubetas.ret_iva, *_RETENCION)
        partes = _repartido(anterior.factor, [e.cubetas.ret_iva for e in mixtos])
        for evento, parte in zip(mixtos, partes, strict=True):
            yield _renglon(evento, parte, *_RETENCION)


def _no_acreditable(eventos: Sequence[Evento], mes: MesIva, opciones: OpcionesIva) -> Iterable[Renglon]:
    for evento in eventos:
        if evento.motivo is not None:
            yield _renglon(evento, evento.no_acreditable, evento.motivo, ARTICULOS_DE_MOTIVO[evento.motivo])
        else:
            yield _renglon(evento, evento.no_acreditable, *_PCT)
    _, mixtos = _separados(eventos, opciones)
    netos = _repartido(mes.factor, [_neto(e) for e in mixtos])
    retenidos = _repartido(mes.factor, [e.cubetas.ret_iva for e in mixtos])
    for evento, neto, retenido in zip(mixtos, netos, retenidos, strict=True):
        yield _renglon(evento, iva(evento.cubetas) - neto - retenido, *_FACTOR)


def _separados(eventos: Sequence[Evento], opciones: OpcionesIva) -> tuple[list[Evento], list[Evento]]:
    """The received documents not refused: those for taxed acts, and those for taxed and exempt ones."""
    supuesto = destino_supuesto(suma(e.cubetas for e in eventos if e.lado is Lado.EMITIDO), opciones)
    validos = [e for e in eventos if e.lado is Lado.RECIBIDO and e.motivo is None]
    return (
        [e for e in validos if (e.destino or supuesto) is DestinoIva.GRAVADO],
        [e for e in validos if (e.destino or supuesto) is DestinoIva.MIXTO],
    )


def _repartido(factor: Decimal, importes: Sequence[Decimal]) -> list[Decimal]:
    """Each amount's share of round(factor × Σ), as the difference of rounded accumulated amounts."""
    acumulados = [CERO]
    for importe in importes:
        acumulados.append(acumulados[-1] + importe)
    return [centavos(factor * hasta) - centavos(factor * desde) for desde, hasta in pairwise(acumulados)]


def _neto(evento: Evento) -> Decimal:
    """IVA credited in its own month: without what was withheld (LIVA 5-IV)."""
    return iva(evento.cubetas) - evento.cubetas.ret_iva


def _renglon(evento: Evento, importe: Decimal, regla: str | None = None, articulo: str | None = None) -> Renglon:
    return Renglon(evento.uuid, evento.fecha, importe, regla or evento.regla, articulo or evento.articulo)


def _primer_dia(mes: MesIva) -> date:
    return date(mes.periodo.anio, mes.periodo.mes, 1)


def _figura(nombre: str, total: Decimal, renglones: Iterable[Renglon]) -> Figura:
    """A figure with one line per document, day and rule; those of nothing are left out."""
    juntos: dict[tuple[str, date, str, str], Decimal] = {}
    for r in renglones:
        if r.importe:
            clave = (r.uuid, r.fecha, r.regla, r.articulo)
            juntos[clave] = juntos.get(clave, CERO) + r.importe
    documentos = tuple(Renglon(u, f, importe, g, a) for (u, f, g, a), importe in juntos.items() if importe)
    return Figura(nombre, total, documentos)


def _en_orden(eventos: Iterable[Evento]) -> list[Evento]:
    return sorted(eventos, key=lambda e: (e.fecha, e.uuid, e.pago, e.docto, e.lado))
