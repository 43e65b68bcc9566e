"""Building a report from the books of a taxpayer."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import partial

from horux_core.fiscal.cfdi.model import Advertencia, Cubetas, Tipo
from horux_core.fiscal.isr.model import MesIsr
from horux_core.fiscal.isr.recomputing import opciones_por_anio as opciones_isr_por_anio
from horux_core.fiscal.isr.recomputing import trabajar
from horux_core.fiscal.iva.consulting import meses_mostrados
from horux_core.fiscal.iva.eventos import eventos
from horux_core.fiscal.iva.model import Documento, Evento, Figura, Lado, OpcionesIva
from horux_core.fiscal.iva.recomputing import IVA, apertura_de, opciones_por_anio
from horux_core.fiscal.ports import Books, OpenBooks
from horux_core.fiscal.recomputing import en_proceso
from horux_core.fiscal.reportes.antiguedad_saldos import antiguedad_saldos
from horux_core.fiscal.reportes.apuntes import Apunte, devengados, movidos, nominas, sin_cambio
from horux_core.fiscal.reportes.comparativo import comparativo
from horux_core.fiscal.reportes.concentrado_rfc import concentrado_rfc
from horux_core.fiscal.reportes.diot import diot
from horux_core.fiscal.reportes.errors import ClaveMissing
from horux_core.fiscal.reportes.estado_resultados import estado_resultados
from horux_core.fiscal.reportes.flujo_efectivo import flujo_efectivo
from horux_core.fiscal.reportes.model import BaseReporte, Calculo, Ficha, Rango, Reporte, avisos_de_cambio
from horux_core.fiscal.reportes.nombres import NombreReporte, Pedido
from horux_core.fiscal.reportes.papel_isr import PapelIsr, calculo_isr
from horux_core.fiscal.reportes.papel_iva import LibroDelMes, PapelIva, calculo_iva, de_documentos, papel_iva
from horux_core.identity.model import Actor, Permission
from horux_core.kernel.clock import Clock, dia_fiscal
from horux_core.kernel.periodo import PRIMERO, Periodo
from horux_core.plans.model import Feature
from horux_core.plans.policy import require_feature
from horux_core.plans.ports import Entitlements

_DE_FLUJO = frozenset({NombreReporte.FLUJO_EFECTIVO, NombreReporte.DIOT, NombreReporte.PAPEL_IVA})


@dataclass(frozen=True, slots=True)
class ShowReport:
    """A report of a period, with the documents behind each of its figures."""

    books: Books
    entitlements: Entitlements
    clock: Clock

    def __call__(self, actor: Actor, pedido: Pedido) -> Reporte:
        """Raises ActionForbidden, FeatureNotInPlan or EjercicioSinTarifa."""
        actor.require(Permission.READ_BOOKS)
        require_feature(self.entitlements.of(actor.tenant), Feature.REPORTES)
        with self.books.open(actor.tenant) as books:
            books.steady()
            armar = leido(books, replace(pedido, hoy=dia_fiscal(self.clock())))
        return armar()


@dataclass(frozen=True, slots=True)
class ShowReportDetail:
    """The documents behind each figure of a report, or of one of its lines: they add up to it to the cent."""

    show: ShowReport

    def __call__(self, actor: Actor, pedido: Pedido, clave: str | None) -> tuple[Figura, ...]:
        """Raises what ShowReport raises, or ClaveMissing when the report has no such line."""
        mostrado = self.show(actor, pedido)
        if clave is None:
            return mostrado.figuras
        for fila in mostrado.filas:
            if fila.clave == clave:
                return fila.figuras
        raise ClaveMissing


def reporte(books: OpenBooks, pedido: Pedido) -> Reporte:
    """The report that was asked for."""
    return leido(books, pedido)()


def leido(books: OpenBooks, pedido: Pedido) -> Callable[[], Reporte]:
    """All that the report needs, read; what is called works it out, and needs the books no longer.

    A database ends a transaction that asks nothing of it for a minute, which a year of many documents takes.
    """
    avisos, calcular = en_proceso(books), _LECTURAS[pedido.nombre](books, pedido)
    return lambda: armado(pedido, calcular(), avisos)


def armado(pedido: Pedido, calculo: Calculo, avisos: tuple[Advertencia, ...]) -> Reporte:
    """What was worked out, as the report of its period."""
    return Reporte(
        pedido.nombre,
        base_de(pedido),
        pedido.rango.primer_dia,
        pedido.rango.ultimo_dia,
        calculo.figuras,
        calculo.razones,
        calculo.filas,
        (*avisos, *avisos_de_cambio(calculo.sin_cambio)),
        pedido.comparado if pedido.nombre is NombreReporte.COMPARATIVO else None,
        pedido.al,
    )


def base_de(pedido: Pedido) -> BaseReporte:
    """What the report is drawn from; results, as it was asked."""
    if pedido.nombre in (NombreReporte.ESTADO_RESULTADOS, NombreReporte.COMPARATIVO):
        return pedido.base
    return BaseReporte.FLUJO if pedido.nombre in _DE_FLUJO else BaseReporte.DEVENGADO


def libro_del_mes(books: OpenBooks, periodo: Periodo) -> LibroDelMes:
    antes = periodo.anterior() if periodo != PRIMERO else periodo
    meses, opciones_de = meses_mostrados(books, antes, periodo), opciones_por_anio(books.ajustes)
    return LibroDelMes(
        meses[periodo],
        books.iva.eventos(periodo),
        apertura_de(books.ajustes, periodo) or meses[antes],
        books.iva.eventos(antes) if antes != periodo else (),
        opciones_de(periodo.anio),
        opciones_de(antes.anio),
    )


def papel_de_iva(books: OpenBooks, periodo: Periodo) -> Callable[[], PapelIva]:
    libro = libro_del_mes(books, periodo)
    return partial(papel_iva, libro, books.reportes.fichas(e.uuid for e in (*libro.eventos, *libro.previos)))


def papel_de_isr(books: OpenBooks, periodo: Periodo) -> PapelIsr:
    """The year up to a month. Raises EjercicioSinTarifa."""
    opciones = opciones_isr_por_anio(books)(periodo.anio)
    trabajado = trabajar(periodo.anio, books.isr.cuentas(periodo.anio), opciones)
    for error in trabajado.sin_tarifa.values():
        raise error
    meses: list[MesIsr] = [m for m in trabajado.meses if m.periodo <= periodo]
    return PapelIsr(periodo, tuple(meses), books.isr.movimientos(Periodo(periodo.anio, 1), periodo), opciones)


def _resultados(books: OpenBooks, rango: Rango, base: BaseReporte) -> Callable[[], Calculo]:
    if base is BaseReporte.FLUJO:
        apuntes = _apuntes_de_flujo(books, rango)
        return lambda: estado_resultados(apuntes())
    return partial(_devengado, books.reportes.emitidas_entre(rango.primer_dia, rango.ultimo_dia))


def _devengado(fichas: Sequence[Ficha]) -> Calculo:
    calculo = estado_resultados(devengados(fichas))
    return Calculo(calculo.figuras, calculo.razones, sin_cambio=sin_cambio(fichas))


def _apuntes_de_flujo(books: OpenBooks, rango: Rango) -> Callable[[], list[Apunte]]:
    uuids = books.reportes.con_movimiento(rango.desde, rango.hasta)
    documentos = books.isr.connected(uuids)
    pagadas = books.reportes.nominas_pagadas(rango.primer_dia, rango.ultimo_dia)
    opciones_de = opciones_por_anio(books.ajustes)
    return lambda: [*movidos(documentos, uuids, rango, opciones_de), *nominas(pagadas)]


def _comparativo(books: OpenBooks, pedido: Pedido) -> Callable[[], Calculo]:
    leidos = [_resultados(books, rango, pedido.base) for rango in (pedido.rango, pedido.comparado)]

    def calcular() -> Calculo:
        a, b = (resultados() for resultados in leidos)
        calculo = comparativo(a, b)
        return Calculo(calculo.figuras, calculo.razones, calculo.filas, (*a.sin_cambio, *b.sin_cambio))

    return calcular


def _flujo(books: OpenBooks, pedido: Pedido) -> Callable[[], Calculo]:
    presentadas = (*books.ajustes.declaraciones(IVA), *books.ajustes.declaraciones("isr"))
    apuntes = _apuntes_de_flujo(books, pedido.rango)
    return lambda: flujo_efectivo(apuntes(), presentadas, pedido.rango, pedido.saldo_inicial)


def _concentrado(books: OpenBooks, pedido: Pedido) -> Callable[[], Calculo]:
    fichas = books.reportes.emitidas_entre(pedido.rango.primer_dia, pedido.rango.ultimo_dia)
    con_saldo = (f.uuid for f in fichas if f.tipo in (Tipo.INGRESO, Tipo.EGRESO))
    return partial(concentrado_rfc, fichas, books.iva.connected(con_saldo))


def _antiguedad(books: OpenBooks, pedido: Pedido) -> Callable[[], Calculo]:
    periodo = pedido.rango.hasta
    deudas, faltan = books.tablero.deudas(periodo), books.tablero.sin_cambio(periodo)
    return partial(antiguedad_saldos, deudas, pedido.al or pedido.rango.ultimo_dia, faltan)


def _diot(books: OpenBooks, pedido: Pedido) -> Callable[[], Calculo]:
    libro = libro_del_mes(books, pedido.rango.desde)
    recibidos = [e for e in libro.eventos if e.lado is Lado.RECIBIDO]
    fichas = books.reportes.fichas(e.uuid for e in recibidos)
    documentos = books.iva.connected({e.uuid for e in recibidos})

    def calcular() -> Calculo:
        perdido = next(f for f in de_documentos(libro) if f.figura == "ivaNoAcreditable")
        enteras = _enteras(documentos, recibidos, libro.opciones)
        return diot(recibidos, perdido, fichas, pedido.rango.primer_dia, enteras)

    return calcular


def _enteras(
    documentos: Mapping[str, Documento], recibidos: Iterable[Evento], opciones: OpcionesIva
) -> dict[tuple[str, int, int], Cubetas]:
    """What events were before the percentages of the accountant; none when there are no percentages."""
    if all(d.acreditable_pct is None for d in documentos.values()):
        return {}
    sin_pct = {uuid: replace(d, acreditable_pct=None) for uuid, d in documentos.items()}
    enteros, _ = eventos(sin_pct, {e.uuid for e in recibidos}, opciones)
    return {(e.uuid, e.pago, e.docto): e.cubetas for e in enteros if e.lado is Lado.RECIBIDO}


_LECTURAS: Mapping[NombreReporte, Callable[[OpenBooks, Pedido], Callable[[], Calculo]]] = {
    NombreReporte.ESTADO_RESULTADOS: lambda books, pedido: _resultados(books, pedido.rango, pedido.base),
    NombreReporte.FLUJO_EFECTIVO: _flujo,
    NombreReporte.COMPARATIVO: _comparativo,
    NombreReporte.CONCENTRADO_RFC: _concentrado,
    NombreReporte.ANTIGUEDAD_SALDOS: _antiguedad,
    NombreReporte.DIOT: _diot,
    NombreReporte.PAPEL_IVA: lambda books, pedido: partial(calculo_iva, libro_del_mes(books, pedido.rango.desde)),
    NombreReporte.PAPEL_ISR: lambda books, pedido: partial(calculo_isr, papel_de_isr(books, pedido.rango.desde)),
}
