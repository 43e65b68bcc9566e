"""What every month costs, from the last closed months: payroll, recurring expenses, taxes (FISCAL.md 7.3)."""

from calendar import monthrange
from collections.abc import Iterable, Iterator, Sequence
from datetime import date, timedelta
from itertools import pairwise
from statistics import median_low

from horux_core.fiscal.cfdi.model import PUE, Tipo
from horux_core.fiscal.pronostico.model import Antecedente, Concepto, Contribucion, Detalle, Parametros, Parte
from horux_core.kernel.importe import CERO, centavos
from horux_core.kernel.periodo import Periodo

_FIN_DE_MES = 31
_PERIODICAS = (7, 14)


def cerrados(hoy: date, parametros: Parametros) -> tuple[Periodo, ...]:
    """The last closed months, oldest first: never the one under way."""
    meses: list[Periodo] = []
    periodo = Periodo.of(hoy)
    for _ in range(parametros.meses_de_media):
        periodo = periodo.anterior()
        meses.append(periodo)
    return tuple(reversed(meses))


def nominas(documentos: Iterable[Antecedente], hoy: date, hasta: date, parametros: Parametros) -> list[Detalle]:
    """The mean of the closed months, on the days on which it was paid in them."""
    meses = cerrados(hoy, parametros)
    pagadas = _contables(documentos, Tipo.NOMINA, meses)
    fechas = sorted({documento.fecha for documento in pagadas})
    saltos = {(b - a).days for a, b in pairwise(fechas)}
    if len(fechas) >= parametros.meses_de_media and len(saltos) == 1 and saltos <= set(_PERIODICAS):
        partes = _entre(_partes(pagadas), len(fechas))
        dias = _cada(fechas[-1], saltos.pop(), hoy, hasta)
        return [_estimado(dia, Concepto.NOMINA, "", partes) for dia in dias]
    detalles = []
    for numero, suyas in _por_dia_del_mes(pagadas, meses):
        partes = _entre(_partes(suyas), len(meses))
        detalles += [_estimado(dia, Concepto.NOMINA, "", partes) for dia in _cada_mes(numero, hoy, hasta)]
    return detalles


def gastos(documentos: Iterable[Antecedente], hoy: date, hasta: date, parametros: Parametros) -> list[Detalle]:
    """PUE of the suppliers that billed in every closed month: the mean of each, on its usual day."""
    meses = cerrados(hoy, parametros)
    de: dict[str, list[Antecedente]] = {}
    for documento in _contables(documentos, Tipo.INGRESO, meses):
        if documento.metodo_pago == PUE:
            de.setdefault(documento.contraparte, []).append(documento)
    detalles = []
    for contraparte, suyos in sorted(de.items()):
        if len({(documento.fecha.year, documento.fecha.month) for documento in suyos}) == len(meses):
            usual = median_low(_numero(documento.fecha) for documento in suyos)
            partes = _entre(_partes(suyos), len(meses))
            for dia in _cada_mes(usual, hoy, hasta):
                detalles.append(_estimado(dia, Concepto.GASTO_RECURRENTE, contraparte, partes))
    return detalles


def impuestos(contribuciones: Iterable[Contribucion], hoy: date, hasta: date, parametros: Parametros) -> list[Detalle]:
    """On its due date, what was worked out for a closed month; for a month that is not closed, the mean of those."""
    todas = sorted(contribuciones, key=lambda c: (c.impuesto, c.periodo))
    meses, actual = cerrados(hoy, parametros), Periodo.of(hoy)
    detalles = []
    for una in todas:
        if una.pagada or not hoy <= una.vence <= hasta:
            continue
        if una.periodo < actual and una.a_pagar is not None:
            partes = _entre([Parte("", _fin_de(una.periodo), una.a_pagar)], 1)
            detalles.append(_impuesto(una, partes, estimado=False))
            continue
        propias = [p for p in todas if p.impuesto == una.impuesto and p.meses == 1]
        previas = [p for p in propias if p.periodo in meses and p.a_pagar is not None]
        de_los_meses = [Parte("", _fin_de(p.periodo), (p.a_pagar or CERO) * una.meses) for p in previas]
        detalles.append(_impuesto(una, _entre(de_los_meses, len(meses)), estimado=True))
    return [detalle for detalle in detalles if detalle.importe > 0]


def _impuesto(una: Contribucion, partes: tuple[Parte, ...], *, estimado: bool) -> Detalle:
    return _movimiento(una.vence, Concepto.IMPUESTO, una.impuesto, partes, estimado, una.articulo)


def _estimado(dia: date, concepto: Concepto, contraparte: str, partes: tuple[Parte, ...]) -> Detalle:
    return _movimiento(dia, concepto, contraparte, partes, estimado=True)


def _movimiento(
    dia: date, concepto: Concepto, contraparte: str, partes: tuple[Parte, ...], estimado: bool, articulo: str = ""
) -> Detalle:
    importe = sum((parte.importe for parte in partes), CERO)
    return Detalle(dia, False, concepto, contraparte, importe, partes, estimado=estimado, articulo=articulo)


def _partes(documentos: Iterable[Antecedente]) -> list[Parte]:
    return [Parte(documento.uuid, documento.fecha, documento.importe) for documento in documentos]


def _entre(enteras: Iterable[Parte], veces: int) -> tuple[Parte, ...]:
    """What each gives to the mean of so many times: in cents, and together the mean in cents."""
    partes: list[Parte] = []
    acumulado = dado = CERO
    for parte in enteras:
        acumulado += parte.importe
        hasta_aqui = centavos(acumulado / veces)
        partes.append(Parte(parte.uuid, parte.fecha, hasta_aqui - dado))
        dado = hasta_aqui
    return tuple(partes)


def _fin_de(periodo: Periodo) -> date:
    return _dia(periodo, _FIN_DE_MES)


def _dia(periodo: Periodo, numero: int) -> date:
    """That day of the month, or its last one when it has no such day."""
    return date(periodo.anio, periodo.mes, min(numero, monthrange(periodo.anio, periodo.mes)[1]))


def _contables(documentos: Iterable[Antecedente], tipo: Tipo, meses: Sequence[Periodo]) -> list[Antecedente]:
    desde, hasta = _dia(meses[0], 1), _fin_de(meses[-1])
    contables = (d for d in documentos if desde <= d.fecha <= hasta and d.vigente and d.tipo is tipo)
    return sorted(contables, key=lambda d: (d.fecha, d.uuid))


def _numero(dia: date) -> int:
    """Its day of the month; the last one of any month is the same day."""
    return _FIN_DE_MES if dia.day == monthrange(dia.year, dia.month)[1] else dia.day


def _por_dia_del_mes(pagadas: Sequence[Antecedente], meses: Sequence[Periodo]) -> list[tuple[int, list[Antecedente]]]:
    """The usual days and what was paid on each: the first, second... payday when all months have as many, so that a
    weekend does not make a new one; else each day by itself."""
    paydays = {mes: sorted({d.fecha for d in pagadas if Periodo.of(d.fecha) == mes}) for mes in meses}
    veces = {len(fechas) for fechas in paydays.values()}
    grupos: dict[int, list[Antecedente]] = {}
    for documento in pagadas:
        fechas = paydays[Periodo.of(documento.fecha)]
        if len(veces) == 1:
            lugar = fechas.index(documento.fecha)
            numero = median_low(_numero(suyas[lugar]) for suyas in paydays.values())
        else:
            numero = _numero(documento.fecha)
        grupos.setdefault(numero, []).append(documento)
    return sorted(grupos.items())


def _cada(ultima: date, salto: int, hoy: date, hasta: date) -> Iterator[date]:
    dia = ultima + timedelta(days=salto)
    while dia <= hasta:
        if dia >= hoy:
            yield dia
        dia += timedelta(days=salto)


def _cada_mes(numero: int, hoy: date, hasta: date) -> Iterator[date]:
    periodo = Periodo.of(hoy)
    while periodo <= Periodo.of(hasta):
        dia = _dia(periodo, numero)
        if hoy <= dia <= hasta:
            yield dia
        periodo = periodo.siguiente()
