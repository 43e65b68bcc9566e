"""Books in memory of a moral or of a física, settled as an accountant would, and what ISR makes of them."""

from dataclasses import replace
from typing import Any

from contracts.libros import a_tenant
from horux_core.fiscal.configuracion.adjusting import Adjustment, AdjustSettings
from horux_core.fiscal.configuracion.model import ConfiguracionFiscal
from horux_core.fiscal.isr.consulting import AnioIsr, ShowIsrDetail, ShowIsrYear
from horux_core.fiscal.isr.model import MesIsr
from horux_core.fiscal.isr.movimientos import cuentas, movimientos
from horux_core.fiscal.isr.recomputing import opciones_por_anio
from horux_core.fiscal.isr.year import year
from horux_core.fiscal.iva.model import Figura, OpcionesIva
from horux_core.fiscal.ports import OpenBooks
from horux_core.identity.model import Role
from horux_core.kernel.periodo import Periodo
from horux_core.kernel.rfc import Rfc
from tests.despacho import Despacho

FISICA = Rfc("ROEM691011EZ4")


def a_fisica(*regimenes: str) -> Despacho:
    despacho = Despacho()
    with despacho.control.transaction() as tables:
        tables["tenants"][despacho.tenant] = replace(a_tenant(despacho.tenant), rfc=FISICA, regimenes=regimenes)
    return despacho


def adjust(despacho: Despacho, anio: int = 2026, **changes: Any) -> ConfiguracionFiscal:
    use_case = AdjustSettings(
        *(despacho.books, despacho.registry, despacho.entitlements, despacho.audit, despacho.jobs, despacho.clock)
    )
    return use_case(despacho.actor(Role.CONTADOR), anio, Adjustment(**changes))


def stored(despacho: Despacho, anio: int = 2026) -> tuple[MesIsr, ...]:
    with despacho.books.open(despacho.tenant) as books:
        return books.isr.meses(anio)


def shown(despacho: Despacho, anio: int = 2026) -> AnioIsr:
    return ShowIsrYear(despacho.books, despacho.entitlements)(despacho.actor(Role.VISOR), anio)


def detail(despacho: Despacho, anio: int, mes: int, regimen: str | None = None) -> dict[str, tuple[Figura, ...]]:
    show = ShowIsrDetail(despacho.books, despacho.entitlements)
    return dict(show(despacho.actor(Role.VISOR), Periodo(anio, mes), regimen))


def by_the_rules(books: OpenBooks, anio: int, uuids: list[str]) -> tuple[MesIsr, ...]:
    """The year of those documents straight from the pure rules, as months are put down: by month, then régimen."""
    opciones = opciones_por_anio(books)(anio)
    movidos = movimientos(books.isr.connected(uuids), None, opciones, OpcionesIva())
    meses = year(anio, cuentas(m for m in movidos if m.periodo.anio == anio), opciones)
    return tuple(sorted((mes for suyos in meses.values() for mes in suyos), key=lambda m: (m.periodo, m.regimen)))
