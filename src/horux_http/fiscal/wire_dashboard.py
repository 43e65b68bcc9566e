"""The shape of the month at a glance on the wire (SPEC 3, `/dashboard`). Amounts are strings, never floats."""

from collections.abc import Mapping
from datetime import date
from decimal import Decimal
from typing import Annotated, Self

from msgspec import Meta, Struct

from horux_core.fiscal.alertas.model import Severidad
from horux_core.fiscal.calendario.generando import EstadoObligacion, Vencimiento
from horux_core.fiscal.calendario.marcando import ident_de
from horux_core.fiscal.reportes.antiguedad_saldos import TRAMOS
from horux_core.fiscal.reportes.model import Rango
from horux_core.fiscal.tablero.model import (
    AlertasAbiertas,
    Cartera,
    Conteo,
    FiguraTablero,
    Impuesto,
    MesDeTendencia,
    Proximas,
    Tablero,
)
from horux_core.kernel.importe import CERO
from horux_core.kernel.periodo import Periodo
from horux_http.fiscal.wire import PesosOut, mxn
from horux_http.fiscal.wire_alertas import AlertaOut
from horux_http.fiscal.wire_calendario import ObligacionOut, VencidasOut

EnterosOut = Annotated[str, Meta(description="En pesos enteros (CFF 20).", examples=["5707"])]
DetalleOut = Annotated[
    str,
    Meta(
        description="La ruta de los CFDI que suman la cifra.",
        examples=["/api/dashboard/detalle?anio=2026&mes=1&figura=porCobrar"],
    ),
]


class VencimientoOut(Struct, rename="camel"):
    """La obligación de pagarlo, en el calendario."""

    id: Annotated[str, Meta(examples=["IVA_MENSUAL-2026-01"])]
    limite: Annotated[date, Meta(examples=["2026-02-18"])]
    estado: EstadoObligacion

    @classmethod
    def of(cls, v: Vencimiento | None) -> Self | None:
        return None if v is None else cls(ident_de(v.clave), v.limite, v.estado)


class IvaPorPagarOut(Struct, rename="camel"):
    a_pagar_pesos: EnterosOut
    saldo_a_favor: PesosOut
    vencimiento: VencimientoOut | None
    detalle: DetalleOut


class IsrDeRegimenOut(Struct, rename="camel"):
    regimen: Annotated[str, Meta(examples=["601"])]
    a_pagar_pesos: EnterosOut
    vencimiento: VencimientoOut | None
    detalle: DetalleOut


class IsrPorPagarOut(Struct, rename="camel"):
    """La suma de sus regímenes."""

    a_pagar_pesos: EnterosOut
    regimenes: list[IsrDeRegimenOut]
    detalle: DetalleOut


class CarteraOut(Struct, rename="camel"):
    """Saldos de facturas en parcialidades o diferidas al fin del mes, en MXN, por los días desde cada una."""

    al: Annotated[date, Meta(description="El día al que se cuentan: el último del mes, u hoy mientras corre.")]
    saldo: PesosOut
    de0a30: PesosOut
    de31a60: PesosOut
    de61a90: PesosOut
    mas_de90: PesosOut
    documentos: int
    detalle: DetalleOut

    @classmethod
    def of(cls, cartera: Cartera, periodo: Periodo, figura: FiguraTablero) -> Self:
        hasta30, hasta60, hasta90, mas = (mxn(cartera.tramos[nombre]) for nombre in TRAMOS)
        ruta = detalle_de(periodo, figura)
        return cls(cartera.al, mxn(cartera.saldo), hasta30, hasta60, hasta90, mas, cartera.documentos, ruta)


class ContraMesAnteriorOut(Struct, rename="camel"):
    """Lo facturado en el mes, sin impuestos y menos notas de crédito, contra el mes anterior."""

    importe: PesosOut
    mes_anterior: PesosOut
    diferencia: PesosOut
    detalle: DetalleOut
    detalle_mes_anterior: DetalleOut


class MesDeTendenciaOut(Struct, rename="camel"):
    anio: Annotated[int, Meta(examples=[2026])]
    mes: Annotated[int, Meta(ge=1, le=12, examples=[1])]
    ingresos: PesosOut
    gastos: PesosOut
    utilidad: PesosOut
    iva_a_pagar_pesos: EnterosOut
    isr_a_pagar_pesos: EnterosOut
    detalle: Annotated[dict[str, str], Meta(description="Por el nombre de la cifra, la ruta de los CFDI que la suman.")]

    @classmethod
    def of(cls, mes: MesDeTendencia) -> Self:
        propias = (FiguraTablero.INGRESOS, FiguraTablero.GASTOS, FiguraTablero.UTILIDAD)
        rutas = {figura.value: detalle_de(mes.periodo, figura) for figura in propias}
        rutas |= {f"{tax}APagarPesos": _de_impuesto(tax, mes.periodo) for tax in ("iva", "isr")}
        return cls(
            *(mes.periodo.anio, mes.periodo.mes, mxn(mes.ingresos), mxn(mes.gastos), mxn(mes.utilidad)),
            *(_entero(mes.iva_a_pagar), _entero(mes.isr_a_pagar), rutas),
        )


class AlertasAbiertasOut(Struct, rename="camel"):
    abiertas: int
    por_severidad: Annotated[dict[Severidad, int], Meta(examples=[{"crítica": 1, "alta": 0, "media": 4, "baja": 0}])]
    graves: Annotated[list[AlertaOut], Meta(description="Las más graves, cinco a lo más.")]
    detalle: Annotated[str, Meta(examples=["/api/alertas?estado=abierta"])]

    @classmethod
    def of(cls, alertas: AlertasAbiertas | None) -> Self | None:
        if alertas is None:
            return None
        por_severidad = {severidad: alertas.por_severidad.get(severidad, 0) for severidad in reversed(Severidad)}
        graves = [AlertaOut.of(alerta) for alerta in alertas.graves]
        return cls(alertas.total, por_severidad, graves, "/api/alertas?estado=abierta")


class ProximasOut(Struct, rename="camel"):
    """Las primeras obligaciones por cumplir, cinco a lo más."""

    desde: date
    hasta: date
    obligaciones: list[ObligacionOut]
    vencidas: VencidasOut | None
    detalle: Annotated[str, Meta(examples=["/api/calendario?desde=2026-02-01&hasta=2026-04-02"])]

    @classmethod
    def of(cls, proximas: Proximas | None) -> Self | None:
        if proximas is None:
            return None
        ruta = f"/api/calendario?desde={proximas.desde}&hasta={proximas.hasta}"
        obligaciones = [ObligacionOut.of(v) for v in proximas.obligaciones]
        return cls(proximas.desde, proximas.hasta, obligaciones, VencidasOut.of(proximas.vencidas), ruta)


class ConteoOut(Struct, rename="camel"):
    """Los CFDI emitidos y recibidos en el mes, también los cancelados, y cuántos hay guardados en total."""

    total: int
    emitidos: int
    recibidos: int
    cancelados: int
    guardados: int
    detalle: Annotated[str, Meta(examples=["/api/cfdi?desde=2026-01-01&hasta=2026-01-31"])]

    @classmethod
    def of(cls, conteo: Conteo, guardados: int, periodo: Periodo) -> Self:
        mes = Rango(periodo, periodo)
        ruta = f"/api/cfdi?desde={mes.primer_dia}&hasta={mes.ultimo_dia}"
        return cls(conteo.total, conteo.emitidos, conteo.recibidos, conteo.cancelados, guardados, ruta)


class DashboardOut(Struct, rename="camel"):
    """El mes de una empresa. `sinTipoCambio` cuenta los CFDI del mes que no se suman porque les falta."""

    anio: Annotated[int, Meta(examples=[2026])]
    mes: Annotated[int, Meta(ge=1, le=12, examples=[1])]
    moneda: Annotated[str, Meta(examples=["MXN"])]
    cifras_en_proceso: Annotated[bool, Meta(description="Aún hay CFDI por calcular: las cifras van a cambiar.")]
    sin_tipo_cambio: int
    iva: IvaPorPagarOut
    isr: IsrPorPagarOut
    por_cobrar: CarteraOut
    por_pagar: CarteraOut
    ingresos: ContraMesAnteriorOut
    gastos: ContraMesAnteriorOut
    tendencia: Annotated[list[MesDeTendenciaOut], Meta(min_length=12, max_length=12)]
    cfdis: ConteoOut
    alertas: AlertasAbiertasOut | None
    proximas: ProximasOut | None

    @classmethod
    def of(cls, t: Tablero) -> Self:
        p = t.periodo
        antes, ahora = t.tendencia[-2:]
        return cls(
            *(p.anio, p.mes, "MXN", t.en_proceso, t.sin_cambio),
            IvaPorPagarOut(
                *(_entero(t.iva.a_pagar), mxn(t.saldo_a_favor), VencimientoOut.of(t.iva.vencimiento)),
                _de_impuesto("iva", p),
            ),
            _isr(t.isr, p),
            CarteraOut.of(t.por_cobrar, p, FiguraTablero.POR_COBRAR),
            CarteraOut.of(t.por_pagar, p, FiguraTablero.POR_PAGAR),
            _comparado(FiguraTablero.INGRESOS, antes, ahora),
            _comparado(FiguraTablero.GASTOS, antes, ahora),
            [MesDeTendenciaOut.of(mes) for mes in t.tendencia],
            ConteoOut.of(t.cfdis, t.guardados, p),
            AlertasAbiertasOut.of(t.alertas),
            ProximasOut.of(t.proximas),
        )


def detalle_de(periodo: Periodo, figura: FiguraTablero) -> str:
    return f"/api/dashboard/detalle?anio={periodo.anio}&mes={periodo.mes}&figura={figura}"


def _de_impuesto(impuesto: str, periodo: Periodo) -> str:
    return f"/api/{impuesto}/{periodo.anio}/{periodo.mes}/detalle"


def _entero(importe: Decimal) -> str:
    return format(importe, ".0f")


def _isr(de_regimen: Mapping[str, Impuesto], periodo: Periodo) -> IsrPorPagarOut:
    ruta = _de_impuesto("isr", periodo)
    return IsrPorPagarOut(
        _entero(sum((impuesto.a_pagar for impuesto in de_regimen.values()), CERO)),
        [
            IsrDeRegimenOut(regimen, _entero(i.a_pagar), VencimientoOut.of(i.vencimiento), f"{ruta}?regimen={regimen}")
            for regimen, i in de_regimen.items()
        ],
        ruta,
    )


def _comparado(figura: FiguraTablero, antes: MesDeTendencia, ahora: MesDeTendencia) -> ContraMesAnteriorOut:
    viejo, nuevo = (getattr(mes, figura.value) for mes in (antes, ahora))
    return ContraMesAnteriorOut(
        *(mxn(nuevo), mxn(viejo), mxn(nuevo - viejo)),
        detalle_de(ahora.periodo, figura),
        detalle_de(antes.periodo, figura),
    )
