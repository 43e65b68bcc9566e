"""The month at a glance against the capabilities that each of its figures comes from."""

from datetime import timedelta
from decimal import Decimal

from horux_core.fiscal.alertas.consultando import ListAlertas
from horux_core.fiscal.alertas.model import EstadoAlerta, Severidad
from horux_core.fiscal.calendario.consultando import ShowCalendario
from horux_core.fiscal.calendario.generando import DE_IMPUESTO, Vencidas
from horux_core.fiscal.cfdi.listing import ListCfdis
from horux_core.fiscal.cfdi.model import Direccion, Estado
from horux_core.fiscal.cfdi.stored import Filter, StoredCfdi
from horux_core.fiscal.isr.consulting import ShowIsrYear
from horux_core.fiscal.iva.consulting import ShowIvaYear
from horux_core.fiscal.iva.model import Figura
from horux_core.fiscal.reportes.antiguedad_saldos import TRAMOS, tramo
from horux_core.fiscal.reportes.consultando import ShowReport, ShowReportDetail
from horux_core.fiscal.reportes.model import Rango
from horux_core.fiscal.reportes.nombres import NombreReporte, Pedido
from horux_core.fiscal.reportes.saldos_mxn import SaldosMxn, hasta_el
from horux_core.fiscal.tablero.consultando import ShowDashboard, ShowDashboardDetail
from horux_core.fiscal.tablero.model import Cartera, FiguraTablero, Tablero
from horux_core.kernel.clock import dia_fiscal
from horux_core.kernel.periodo import Periodo
from tests.despacho import Despacho

D = Decimal
RESULTADOS, ANTIGUEDAD = NombreReporte.ESTADO_RESULTADOS, NombreReporte.ANTIGUEDAD_SALDOS


def mostrado(despacho: Despacho, periodo: Periodo) -> Tablero:
    return ShowDashboard(despacho.books, despacho.entitlements, despacho.clock)(despacho.actor(), periodo)


def detalle(despacho: Despacho, periodo: Periodo, figura: FiguraTablero) -> dict[str, Figura]:
    hecho = ShowDashboardDetail(despacho.books, despacho.entitlements, despacho.clock)(
        despacho.actor(), periodo, figura
    )
    return {f.figura: f for f in hecho}


def totales(despacho: Despacho, nombre: NombreReporte, periodo: Periodo) -> dict[str, Decimal]:
    pedido = Pedido(nombre, periodo.anio, periodo.mes)
    hecho = ShowReport(despacho.books, despacho.entitlements, despacho.clock)(despacho.actor(), pedido)
    return {f.figura: f.total for f in hecho.figuras}


def cuadra(despacho: Despacho, periodo: Periodo) -> Tablero:
    """Every figure is that of its own capability, and its detail adds up to it."""
    tablero = mostrado(despacho, periodo)
    _impuestos(despacho, tablero)
    _cartera(despacho, tablero, tablero.por_cobrar, FiguraTablero.POR_COBRAR, "PorCobrar")
    _cartera(despacho, tablero, tablero.por_pagar, FiguraTablero.POR_PAGAR, "PorPagar")
    assert tablero.tendencia[-1].periodo == periodo
    for mes in tablero.tendencia:
        reportado = totales(despacho, RESULTADOS, mes.periodo)
        assert (mes.ingresos, mes.gastos, mes.utilidad) == (
            *(reportado["ingresos"], reportado["costosYGastos"], reportado["utilidad"]),
        ), mes.periodo
    _detalle_de_resultados(despacho, tablero)
    _documentos(despacho, tablero)
    _alertas(despacho, tablero)
    _calendario(despacho, tablero)
    return tablero


def _impuestos(despacho: Despacho, tablero: Tablero) -> None:
    actor = despacho.actor()
    for mes in tablero.tendencia:
        de_iva = ShowIvaYear(despacho.books, despacho.entitlements)(actor, mes.periodo.anio)
        propio = de_iva.meses[mes.periodo.mes - 1]
        assert (mes.iva_a_pagar, mes.iva_trasladado, mes.iva_acreditable) == (
            *(propio.a_pagar_pesos, propio.iva_trasladado, propio.iva_acreditable),
        )
        de_isr = ShowIsrYear(despacho.books, despacho.entitlements)(actor, mes.periodo.anio).meses
        propios = {m.regimen: m.a_pagar_pesos for m in de_isr if m.periodo == mes.periodo}
        assert mes.isr_a_pagar == sum(propios.values(), D(0))
    assert tablero.iva.a_pagar == tablero.tendencia[-1].iva_a_pagar
    assert tablero.isr_a_pagar == sum(propios.values(), D(0))
    assert tablero.saldo_a_favor == de_iva.meses[tablero.periodo.mes - 1].saldo_a_favor
    assert {regimen: i.a_pagar for regimen, i in tablero.isr.items()} == propios


def _cartera(despacho: Despacho, tablero: Tablero, cartera: Cartera, figura: FiguraTablero, sufijo: str) -> None:
    reportado = totales(despacho, ANTIGUEDAD, tablero.periodo)
    assert reportado | debido(despacho, tablero.periodo, sufijo) == reportado
    assert cartera.saldo == reportado[f"saldo{sufijo}"]
    assert cartera.tramos == {nombre: reportado[f"{nombre}{sufijo}"] for nombre in TRAMOS}
    documentos = detalle(despacho, tablero.periodo, figura)
    pedido = Pedido(ANTIGUEDAD, tablero.periodo.anio, tablero.periodo.mes)
    propios = {
        f.figura: f
        for f in ShowReportDetail(ShowReport(despacho.books, despacho.entitlements, despacho.clock))(
            despacho.actor(), pedido, None
        )
    }
    for nombre, hecha in documentos.items():
        assert hecha.total == sum((r.importe for r in hecha.documentos), D(0)) == reportado[nombre]
        assert sorted(r.uuid for r in hecha.documentos) == sorted(r.uuid for r in propios[nombre].documentos)
    assert len(documentos[f"saldo{sufijo}"].documentos) == cartera.documentos


def debido(despacho: Despacho, periodo: Periodo, sufijo: str) -> dict[str, Decimal]:
    """What is owed of the PPD at the end of a month by age, from all the documents as they stood then."""
    fin = Rango(periodo, periodo).ultimo_dia
    al = min(fin, dia_fiscal(despacho.clock()))
    with despacho.books.open(despacho.tenant) as books:
        documentos = hasta_el(books.iva.connected(books.reportes.fichas()), fin)
    saldos = SaldosMxn(documentos)
    suyos = (d for d in documentos.values() if (d.emitido if sufijo == "PorCobrar" else d.recibido))
    hecho = dict.fromkeys((*TRAMOS, "saldo"), D(0))
    for d in suyos:
        saldo = saldos.saldo(d.uuid) if d.metodo_pago == "PPD" else D(0)
        if saldo > 0:
            hecho[tramo((al - d.fecha.date()).days)] += saldo
            hecho["saldo"] += saldo
    return {f"{nombre}{sufijo}": total for nombre, total in hecho.items()}


def _detalle_de_resultados(despacho: Despacho, tablero: Tablero) -> None:
    ultimo = tablero.tendencia[-1]
    for figura, nombre, total in (
        (FiguraTablero.INGRESOS, "ingresos", ultimo.ingresos),
        (FiguraTablero.GASTOS, "costosYGastos", ultimo.gastos),
        (FiguraTablero.UTILIDAD, "utilidad", ultimo.utilidad),
    ):
        hecha = detalle(despacho, tablero.periodo, figura)[nombre]
        assert hecha.total == total == sum((r.importe for r in hecha.documentos), D(0))


def _documentos(despacho: Despacho, tablero: Tablero) -> None:
    mes = Rango(tablero.periodo, tablero.periodo)
    guardados = _todos(despacho)
    del_mes = [g for g in guardados if mes.primer_dia <= g.cfdi.fecha_emision.date() <= mes.ultimo_dia]
    c = tablero.cfdis
    assert (tablero.guardados, c.total) == (len(guardados), len(del_mes))
    assert c.emitidos == sum(g.direccion is not Direccion.RECIBIDO for g in del_mes)
    assert c.recibidos == sum(g.direccion is not Direccion.EMITIDO for g in del_mes)
    assert c.cancelados == sum(g.estado is Estado.CANCELADO for g in del_mes)


def _todos(despacho: Despacho) -> list[StoredCfdi]:
    listar = ListCfdis(despacho.books)
    page = listar(despacho.actor(), Filter(), None, 500)
    todos = [*page.items]
    while page.next_cursor:
        page = listar(despacho.actor(), Filter(), page.next_cursor, 500)
        todos += page.items
    return todos


def _alertas(despacho: Despacho, tablero: Tablero) -> None:
    listar, actor = ListAlertas(despacho.books, despacho.entitlements), despacho.actor()
    assert tablero.alertas is not None
    abiertas = listar(actor, EstadoAlerta.ABIERTA, None, None, 500).items
    assert tablero.alertas.graves == abiertas[:5]
    por_severidad = {s: sum(a.hallazgo.severidad is s for a in abiertas) for s in Severidad}
    assert tablero.alertas.por_severidad == {s: n for s, n in por_severidad.items() if n}


def _calendario(despacho: Despacho, tablero: Tablero) -> None:
    mostrar, actor = ShowCalendario(despacho.books, despacho.entitlements, despacho.clock), despacho.actor()
    assert tablero.proximas is not None
    assert tablero.proximas.desde == dia_fiscal(despacho.clock())
    vencen = mostrar(actor, tablero.proximas.desde, tablero.proximas.hasta)
    assert tablero.proximas.obligaciones == tuple(v for v in vencen if v.abierta)[:5]
    hoy = dia_fiscal(despacho.clock())
    with despacho.books.open(despacho.tenant) as books:
        primero = books.iva.primer_periodo()
    antes = mostrar(actor, hoy - timedelta(days=365), hoy - timedelta(days=1))
    atrasadas = [v.limite for v in antes if v.abierta and primero and v.clave.periodo >= primero]
    assert tablero.proximas.vencidas == (Vencidas(len(atrasadas), atrasadas[0]) if atrasadas else None)
    anio = tablero.periodo.anio
    todas = (*mostrar(actor, Rango.de(anio, None).primer_dia, Rango.de(anio + 1, None).ultimo_dia),)
    del_mes = [v for v in todas if tablero.periodo in v.periodicidad.meses(v.clave.periodo)]
    assert tablero.iva.vencimiento == next((v for v in del_mes if v.clave.obligacion == "IVA_MENSUAL"), None)
    de_isr = [v for v in del_mes if v.clave.obligacion in DE_IMPUESTO["isr"]]
    assert {i.vencimiento for i in tablero.isr.values() if i.vencimiento} <= set(de_isr)
    assert bool(de_isr) == any(i.vencimiento for i in tablero.isr.values())
