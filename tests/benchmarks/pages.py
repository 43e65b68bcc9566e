"""What each page asks of the books, and how long it takes: at N documents, and at ten times as many."""

import math
import statistics
import time
from collections.abc import Callable, Mapping
from datetime import date, timedelta
from decimal import Decimal
from functools import partial
from typing import Any

import psycopg

from horux_core.fiscal.alertas.model import EstadoAlerta
from horux_core.fiscal.cfdi.model import Cfdi, Direccion, Tipo
from horux_core.fiscal.cfdi.stored import Filter
from horux_core.fiscal.conciliacion.cargando import Dicho
from horux_core.fiscal.conciliacion.consultando import Pedido as PedidoBancario
from horux_core.fiscal.conciliacion.importando import EstadoCuenta, Movimiento
from horux_core.fiscal.reportes.nombres import DE_UN_MES, NombreReporte, Pedido
from horux_core.fiscal.tablero.model import FiguraTablero
from horux_core.identity.model import Actor, Role
from horux_core.kernel.ids import TenantId
from horux_core.kernel.periodo import Periodo
from tests.benchmarks.ground import Ground, Measure, ms

Act = Callable[[], object]
_NOTHING = Filter()
_MARZO = 3
_SECONDS = 1.5
"""How long each is asked again and again, but for the one time that the slowest needs."""
_FILAS = 400


def pages(ground: Ground, tenant: TenantId) -> Mapping[str, Act]:
    """Every page of a taxpayer's books by its name; it has all the documents of the first that was filled."""
    cases = ground.horux.use_cases
    first, actor = (Actor(None, "ana@ejemplo.mx", False, None, each, Role.OWNER) for each in (ground.tenant(), tenant))
    some, paid = (cases.list_cfdis()(first, Filter(tipo=tipo)).items[0].cfdi for tipo in (Tipo.INGRESO, Tipo.PAGO))
    anio = some.fecha_emision.year
    return {
        **_of_documents(cases, actor, some, paid),
        **_of_taxes(cases, actor, Periodo(anio, _MARZO)),
        **_of_reports(cases, actor, anio),
        **_of_the_bank(cases, actor),
    }


def _of_documents(cases: Any, actor: Actor, some: Cfdi, paid: Cfdi) -> dict[str, Act]:
    listing, show, xml = cases.list_cfdis(), cases.show_cfdi(), cases.download_xml()
    cursor = None
    for _ in range(100):
        cursor = listing(actor, _NOTHING, cursor).next_cursor or cursor
    since = date(some.fecha_emision.year, _MARZO, 1)
    return {
        "lista: primera página": lambda: listing(actor, _NOTHING),
        "lista: página cien": lambda: listing(actor, _NOTHING, cursor),
        "lista: por tipo": lambda: listing(actor, Filter(tipo=Tipo.EGRESO)),
        "lista: de unos días": lambda: listing(actor, Filter(desde=since, hasta=since + timedelta(days=6))),
        "búsqueda por RFC": lambda: listing(actor, Filter(rfc=some.rfc_receptor)),
        "búsqueda por parte de un nombre": lambda: listing(actor, Filter(nombre="papeler")),
        "búsqueda que no encuentra nada": lambda: listing(actor, Filter(nombre="zzzqx")),
        "un CFDI con su saldo": lambda: show(actor, paid.uuid),
        "su XML original": lambda: xml(actor, some.uuid),
    }


def _of_taxes(cases: Any, actor: Actor, mes: Periodo) -> dict[str, Act]:
    dashboard, detail = cases.show_dashboard(), cases.show_dashboard_detail()
    desde, hasta = date(mes.anio, 1, 1), date(mes.anio, 12, 31)
    return {
        "dashboard": lambda: dashboard(actor, mes),
        "dashboard: detalle de por cobrar": lambda: detail(actor, mes, FiguraTablero.POR_COBRAR),
        "dashboard: detalle de ingresos": lambda: detail(actor, mes, FiguraTablero.INGRESOS),
        "IVA del año": lambda: cases.show_iva_year()(actor, mes.anio),
        "IVA: detalle de un mes": lambda: cases.show_iva_detail()(actor, mes),
        "ISR del año": lambda: cases.show_isr_year()(actor, mes.anio),
        "ISR: detalle de un mes": lambda: cases.show_isr_detail()(actor, mes),
        "alertas abiertas": lambda: cases.list_alertas()(actor, EstadoAlerta.ABIERTA),
        "calendario del año": lambda: cases.show_calendario()(actor, desde, hasta),
    }


def _of_reports(cases: Any, actor: Actor, anio: int) -> dict[str, Act]:
    show = cases.show_report()
    asked = {n: Pedido(n, anio, _MARZO) for n in NombreReporte}
    years = {f"{n} del año": Pedido(n, anio) for n in NombreReporte if n not in DE_UN_MES}
    named = {f"{n} de un mes": pedido for n, pedido in asked.items()} | years
    return {f"reporte {name}": partial(show, actor, pedido) for name, pedido in named.items()}


def _of_the_bank(cases: Any, actor: Actor) -> dict[str, Act]:
    cases.load_statement()(actor, _statement(cases.list_cfdis(), actor), Dicho("banco.csv", "BBVA"))
    listing, forecast = cases.list_conciliacion(), cases.show_forecast()
    return {
        "conciliación: primera página": lambda: listing(actor, PedidoBancario()),
        "conciliación: volver a buscar": lambda: cases.match_again()(actor.tenant),
        "pronóstico": lambda: forecast(actor, Decimal("100000.00")),
    }


def _statement(listing: Any, actor: Actor) -> EstadoCuenta:
    """What was collected and paid of the newest invoices, a day later."""
    newest = listing(actor, Filter(tipo=Tipo.INGRESO), None, _FILAS).items
    return EstadoCuenta(
        tuple(
            Movimiento(
                stored.cfdi.fecha_emision.date() + timedelta(days=1),
                stored.cfdi.total if stored.direccion is Direccion.EMITIDO else -stored.cfdi.total,
                f"SPEI {stored.cfdi.rfc_receptor}",
                linea=n,
            )
            for n, stored in enumerate(newest, 1)
            if stored.cfdi.total
        )
    )


def timed(acts: Mapping[str, Act]) -> dict[str, float]:
    """The median seconds of each; those that do not take long are asked many times."""
    return {name: _median(act) for name, act in acts.items()}


def _median(act: Act) -> float:
    """The first time counts only when it is slow: then it is not asked again."""
    taken = [_once(act)]
    if taken[0] < _SECONDS:
        ends = time.perf_counter() + _SECONDS
        taken = [_once(act)]
        while time.perf_counter() < ends and len(taken) < 200:
            taken.append(_once(act))
    return statistics.median(taken)


def _once(act: Act) -> float:
    """Endless is what the server breaks off."""
    began = time.perf_counter()
    try:
        act()
    except psycopg.errors.IdleInTransactionSessionTimeout:
        return math.inf
    return time.perf_counter() - began


def measures(ground: Ground, taken: Mapping[str, float]) -> list[Measure]:
    return [Measure(name, f"p50 {ms(p50)}", f"{p50 / ground.round_trip:.0f} viajes") for name, p50 in taken.items()]
