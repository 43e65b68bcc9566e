"""Reading the month of a taxpayer at a glance, and the documents behind it."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal

from horux_core.fiscal.alertas.model import EstadoAlerta, abiertas
from horux_core.fiscal.calendario.consultando import de_los_periodos, por_cumplir
from horux_core.fiscal.calendario.generando import DE_IMPUESTO, Vencimiento
from horux_core.fiscal.calendario.obligaciones import regimen_de
from horux_core.fiscal.isr.consulting import mostrado
from horux_core.fiscal.isr.model import MesIsr
from horux_core.fiscal.isr.recomputing import ISR, opciones_por_anio
from horux_core.fiscal.iva.consulting import meses_mostrados
from horux_core.fiscal.iva.model import Figura, Lado, MesIva
from horux_core.fiscal.iva.recomputing import IVA
from horux_core.fiscal.ports import Books, OpenBooks
from horux_core.fiscal.reportes.antiguedad_saldos import TRAMOS, por_edad, tramo
from horux_core.fiscal.reportes.consultando import reporte
from horux_core.fiscal.reportes.estado_resultados import DE_GASTO, DE_INGRESO
from horux_core.fiscal.reportes.model import Rango
from horux_core.fiscal.reportes.nombres import NombreReporte, Pedido
from horux_core.fiscal.tablero.model import (
    AlertasAbiertas,
    Cartera,
    FiguraTablero,
    Impuesto,
    MesDeTendencia,
    Proximas,
    Resultado,
    Tablero,
)
from horux_core.identity.model import Actor, Permission
from horux_core.kernel.clock import Clock, dia_fiscal
from horux_core.kernel.importe import CERO
from horux_core.kernel.periodo import PRIMERO, ULTIMO, Periodo, PeriodoMalformed
from horux_core.plans.model import Feature
from horux_core.plans.policy import require_feature
from horux_core.plans.ports import Entitlements

_MESES = 12
_SE_DECLARA = 17
_GRAVES = 5
_PROXIMAS = 5
_PROXIMOS_DIAS = timedelta(days=60)
_MAS_LARGO = 3
"""Months from the first of a period to its last, a quarter's."""

_DEL_REPORTE = {
    FiguraTablero.INGRESOS: (*(nombre for nombre, _ in DE_INGRESO), "ingresos"),
    FiguraTablero.GASTOS: (*(nombre for nombre, _ in DE_GASTO), "costosYGastos"),
    FiguraTablero.UTILIDAD: ("utilidad",),
}
_DE_CARTERA = {
    FiguraTablero.POR_COBRAR: (Lado.EMITIDO, "PorCobrar"),
    FiguraTablero.POR_PAGAR: (Lado.RECIBIDO, "PorPagar"),
}


@dataclass(frozen=True, slots=True)
class ShowDashboard:
    """A month in one answer: every figure is that of the capability it comes from."""

    books: Books
    entitlements: Entitlements
    clock: Clock

    def __call__(self, actor: Actor, periodo: Periodo) -> Tablero:
        """Raises ActionForbidden, FeatureNotInPlan, or PeriodoMalformed without a whole year before the month."""
        actor.require(Permission.READ_BOOKS)
        entitlement = self.entitlements.of(actor.tenant)
        require_feature(entitlement, Feature.DASHBOARD)
        rango = _ultimos(periodo)
        with self.books.open(actor.tenant) as books:
            books.steady()
            de_iva = meses_mostrados(books, rango.desde, rango.hasta)
            de_isr = _de_isr(books, rango)
            resultados = books.tablero.resultados(rango.desde, rango.hasta)
            con_calendario = Feature.CALENDARIO in entitlement.features
            vencen = _del_mes(books, periodo, self.clock) if con_calendario else ()
            carteras = _carteras(books, periodo, _al(periodo, self.clock))
            mes = Rango(periodo, periodo)
            return Tablero(
                periodo,
                bool(books.iva.pending(1)),
                Impuesto(de_iva[periodo].a_pagar_pesos, _de_impuesto(vencen, IVA)),
                de_iva[periodo].saldo_a_favor,
                {m.regimen: Impuesto(m.a_pagar_pesos, _de_regimen(books, vencen, m)) for m in de_isr.get(periodo, ())},
                carteras[Lado.EMITIDO],
                carteras[Lado.RECIBIDO],
                tuple(_tendencia(de_iva, de_isr, resultados)),
                resultados.get(periodo, Resultado({})).sin_cambio,
                books.tablero.conteo(mes.primer_dia, mes.ultimo_dia),
                books.cfdis.count(),
                _alertas(books) if Feature.ALERTAS in entitlement.features else None,
                _proximas(books, self.clock) if con_calendario else None,
            )


@dataclass(frozen=True, slots=True)
class ShowDashboardDetail:
    """The documents behind the figures of a month that come of no other capability: they add up to the cent."""

    books: Books
    entitlements: Entitlements
    clock: Clock

    def __call__(self, actor: Actor, periodo: Periodo, pedida: FiguraTablero) -> tuple[Figura, ...]:
        """The figure and what it is made of. Raises ActionForbidden or FeatureNotInPlan."""
        actor.require(Permission.READ_BOOKS)
        require_feature(self.entitlements.of(actor.tenant), Feature.DASHBOARD)
        with self.books.open(actor.tenant) as books:
            books.steady()
            if pedida in _DE_CARTERA:
                return _de_cartera(books, periodo, _al(periodo, self.clock), *_DE_CARTERA[pedida])
            hecho = reporte(books, Pedido(NombreReporte.ESTADO_RESULTADOS, periodo.anio, periodo.mes))
            return tuple(f for f in hecho.figuras if f.figura in _DEL_REPORTE[pedida])


def por_declarar(hoy: date) -> Periodo:
    """The month that is being worked on: the one before, until the day its returns are due (LIVA 5-D, LISR 14)."""
    mes = Periodo.of(hoy)
    return mes.anterior() if hoy.day <= _SE_DECLARA else mes


def _ultimos(periodo: Periodo) -> Rango:
    """The twelve months that end with this one. Raises PeriodoMalformed."""
    primero = periodo
    if periodo.anio == PRIMERO.anio and periodo.mes < _MESES:
        raise PeriodoMalformed(f"El tablero muestra los doce meses que terminan en el pedido: desde {PRIMERO.anio}-12.")
    for _ in range(_MESES - 1):
        primero = primero.anterior()
    return Rango(primero, periodo)


def _de_isr(books: OpenBooks, rango: Rango) -> dict[Periodo, list[MesIsr]]:
    opciones_de = opciones_por_anio(books)
    meses: dict[Periodo, list[MesIsr]] = {}
    for anio in range(rango.desde.anio, rango.hasta.anio + 1):
        for mes in mostrado(books, anio, opciones_de(anio)).meses:
            if mes.periodo in rango:
                meses.setdefault(mes.periodo, []).append(mes)
    return meses


def _tendencia(
    de_iva: Mapping[Periodo, MesIva], de_isr: Mapping[Periodo, list[MesIsr]], resultados: Mapping[Periodo, Resultado]
) -> Iterable[MesDeTendencia]:
    for periodo, mes in de_iva.items():
        importes = resultados.get(periodo, Resultado({})).importes
        ingresos, gastos = (
            sum((importes.get(concepto, CERO) for _, concepto in parte), CERO) for parte in (DE_INGRESO, DE_GASTO)
        )
        de_isr_del_mes = sum((m.a_pagar_pesos for m in de_isr.get(periodo, ())), Decimal(0))
        yield MesDeTendencia(
            periodo, ingresos, gastos, mes.a_pagar_pesos, de_isr_del_mes, mes.iva_trasladado, mes.iva_acreditable
        )


def _al(periodo: Periodo, clock: Clock) -> date:
    """The last day of the month, or today while it runs."""
    return min(Rango(periodo, periodo).ultimo_dia, dia_fiscal(clock()))


def _carteras(books: OpenBooks, periodo: Periodo, al: date) -> dict[Lado, Cartera]:
    sumas = {lado: dict.fromkeys(TRAMOS, CERO) for lado in Lado}
    cuantos = dict.fromkeys(Lado, 0)
    for saldo in books.tablero.saldos(periodo):
        sumas[saldo.lado][tramo((al - saldo.fecha).days)] += saldo.saldo
        cuantos[saldo.lado] += saldo.documentos
    return {lado: Cartera(sumas[lado], cuantos[lado], al) for lado in Lado}


def _de_cartera(books: OpenBooks, periodo: Periodo, al: date, lado: Lado, sufijo: str) -> tuple[Figura, ...]:
    return por_edad((d for d in books.tablero.deudas(periodo) if d.contraparte.lado is lado), al, sufijo)


def _del_mes(books: OpenBooks, periodo: Periodo, clock: Clock) -> tuple[Vencimiento, ...]:
    """The obligations of the periods that the month is in, a quarter at the longest."""
    hasta = periodo
    for _ in range(_MAS_LARGO - 1):
        hasta = min(hasta.siguiente(), ULTIMO)
    todas = de_los_periodos(books, periodo, hasta, dia_fiscal(clock()))
    return tuple(v for v in todas if periodo in v.periodicidad.meses(v.clave.periodo))


def _de_impuesto(vencen: Iterable[Vencimiento], impuesto: str) -> Vencimiento | None:
    return next((v for v in vencen if v.clave.obligacion in DE_IMPUESTO[impuesto]), None)


def _de_regimen(books: OpenBooks, vencen: Iterable[Vencimiento], mes: MesIsr) -> Vencimiento | None:
    propio = regimen_de(mes.regimen, books.contribuyente.rfc)
    return _de_impuesto((v for v in vencen if propio in v.regimenes), ISR)


def _alertas(books: OpenBooks) -> AlertasAbiertas:
    return AlertasAbiertas(
        abiertas(books.alertas.cuantas()), books.alertas.pagina(EstadoAlerta.ABIERTA, None, None, _GRAVES).items
    )


def _proximas(books: OpenBooks, clock: Clock) -> Proximas:
    hoy = dia_fiscal(clock())
    vencidas, pendientes = por_cumplir(books, hoy + _PROXIMOS_DIAS, hoy)
    return Proximas(hoy, hoy + _PROXIMOS_DIAS, pendientes[:_PROXIMAS], vencidas)
