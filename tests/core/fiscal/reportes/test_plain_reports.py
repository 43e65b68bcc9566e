"""The reports of generated books, worked out twice: 120 books, 5,000 with PROOF=full."""

from collections.abc import Iterable, Mapping
from datetime import date
from fractions import Fraction
from random import Random

import pytest

from horux_core.fiscal.isr.model import CALCULADOS
from horux_core.fiscal.iva.model import Figura
from horux_core.fiscal.reportes.antiguedad_saldos import TRAMOS
from horux_core.fiscal.reportes.model import BaseReporte, Rango, Reporte
from horux_core.kernel.periodo import Periodo
from tests.core.fiscal.isr.plain_months import PlainYear
from tests.core.fiscal.iva.segundo_mes import Cuentas, months
from tests.core.fiscal.reportes.azar import LibroAlAzar
from tests.core.fiscal.reportes.despacho import cuadran, de, mostrado
from tests.core.fiscal.reportes.plain_diot import COLUMNS, diot
from tests.core.fiscal.reportes.plain_reports import PlainReports
from tests.despacho import Despacho
from tests.system.scale import proof

F = Fraction
_LIBROS = proof(120, 5_000)
_TANDAS = 10
_ANIO = [(2026, m) for m in range(1, 13)]
_CONCENTRADO = ("subtotal", "iva", "retenciones", "total", "cobradoPagado", "saldo")
_ULTIMO = (31, 28, 31, 30)


def _dichas(figuras: Iterable[Figura]) -> dict[str, Fraction]:
    return {f.figura: F(f.total) for f in figuras}


def _filas(reporte: Reporte) -> dict[str, dict[str, Fraction]]:
    """Without figures of nothing."""
    return {f.clave: {n: x for n, x in _dichas(f.figuras).items() if x} for f in reporte.filas}


def _llenas(filas: Mapping[str, Mapping[str, Fraction]], *menos: str) -> dict[str, dict[str, Fraction]]:
    return {clave: {n: x for n, x in suyas.items() if x and n not in menos} for clave, suyas in filas.items()}


@pytest.mark.parametrize("tanda", range(_TANDAS))
def test_both_engines_give_the_same_reports(tanda: int) -> None:
    for semilla in range(tanda, _LIBROS, _TANDAS):
        libro = LibroAlAzar(semilla)
        despacho, otro = libro.despacho(), PlainReports(libro)
        mes = Random(semilla).randint(1, 4)
        _resultados(despacho, otro, mes, semilla)
        _flujo(despacho, otro, semilla)
        _contrapartes(despacho, otro, mes, semilla)
        _impuestos(despacho, otro, mes, semilla)


def _resultados(despacho: Despacho, otro: PlainReports, mes: int, semilla: int) -> None:
    for base, flow in ((BaseReporte.DEVENGADO, False), (BaseReporte.FLUJO, True)):
        for en, rango in ((mes, [(2026, mes)]), (None, _ANIO)):
            propio, ajeno = mostrado(despacho, "estado-resultados", mes=en, base=base), otro.results(rango, flow)
            assert _dichas(propio.figuras) == ajeno, (semilla, base, en)
            assert _razon(propio, "margen") == _entre(ajeno["utilidad"], ajeno["ingresos"], 4), semilla
            cuadran(propio)
        contra = Rango(Periodo(2026, 2), Periodo(2026, 2))
        a, b = otro.results([(2026, mes)], flow), otro.results([(2026, 2)], flow)
        comparado = mostrado(despacho, "comparativo", mes=mes, base=base, contra=contra)
        cuadran(comparado)
        for f in comparado.filas:
            x, y = a[f.clave], b[f.clave]
            assert _dichas(f.figuras) == {"a": x, "b": y, "diferencia": x - y}, (semilla, f.clave)
            assert dict(f.razones)["diferenciaPct"] == _pct(x - y, abs(y)), (semilla, f.clave)


def _entre(x: Fraction, y: Fraction, decimales: int) -> Fraction | None:
    if y == 0:
        return None
    partes = 10**decimales
    entero = (abs(x / y) * partes + F(1, 2)).__floor__()
    return F(entero if x / y >= 0 else -entero, partes)


def _pct(x: Fraction, y: Fraction) -> Fraction | None:
    """To the hundredth of one per cent."""
    proporcion = _entre(x, y, 4)
    return None if proporcion is None else proporcion * 100


def _razon(reporte: Reporte, nombre: str) -> Fraction | None:
    hallada = dict(reporte.razones)[nombre]
    return None if hallada is None else F(hallada)


def _flujo(despacho: Despacho, otro: PlainReports, semilla: int) -> None:
    propio = mostrado(despacho, "flujo-efectivo", mes=None)
    cuadran(propio)
    assert _dichas(propio.figuras) == otro.flow(_ANIO, F(0)), semilla
    saldo = F(0)
    for fila, mes in zip(propio.filas, _ANIO, strict=True):
        ajeno = otro.flow([mes], saldo)
        assert _dichas(fila.figuras) == ajeno, (semilla, mes)
        saldo = ajeno["saldoFinal"]


def _contrapartes(despacho: Despacho, otro: PlainReports, mes: int, semilla: int) -> None:
    propio, ajeno = mostrado(despacho, "concentrado-rfc", mes=mes), otro.by_counterpart([(2026, mes)])
    cuadran(propio)
    assert _filas(propio) == _llenas(ajeno, "cfdi"), semilla
    assert {f.clave: F(dict(f.datos)["cfdi"]) for f in propio.filas} == {k: x["cfdi"] for k, x in ajeno.items()}
    for lado in ("emitido", "recibido"):
        suyas = {k: x for k, x in ajeno.items() if k.startswith(lado)}
        for nombre in _CONCENTRADO:
            suma = sum((x[nombre] for x in suyas.values()), F(0))
            assert F(de(propio, f"{nombre}{lado.capitalize()}s").total) == suma, (semilla, nombre)
        todo = sum((x["total"] for x in suyas.values()), F(0))
        for fila in propio.filas:
            if fila.clave in suyas:
                assert dict(fila.razones)["pct"] == _pct(suyas[fila.clave]["total"], todo), semilla
    saldos = otro.ages(date(2026, mes, _ULTIMO[mes - 1]))
    propio = mostrado(despacho, "antiguedad-saldos", mes=mes)
    cuadran(propio)
    assert _filas(propio) == _llenas(saldos), semilla
    for lado, sufijo in (("emitido", "PorCobrar"), ("recibido", "PorPagar")):
        for nombre in (*TRAMOS, "saldo"):
            suma = sum((x.get(nombre, F(0)) for k, x in saldos.items() if k.startswith(lado)), F(0))
            assert F(de(propio, f"{nombre}{sufijo}").total) == suma, (semilla, nombre)


def _impuestos(despacho: Despacho, otro: PlainReports, mes: int, semilla: int) -> None:
    apertura = otro.libro.apertura
    inicio = Cuentas()
    if apertura is not None:
        inicio = Cuentas(saldo=F(apertura.saldo_a_favor), ret_siguiente=F(apertura.retenido_mes_anterior))
    cuentas = months(otro.ties, _ANIO[:4], inicio, {})[mes - 1]
    papel = mostrado(despacho, "papel-iva", mes=mes)
    cuadran(papel)
    dichas = _dichas(papel.figuras)
    assert (dichas["ivaTrasladado"], dichas["ivaAcreditable"], dichas["ivaNoAcreditable"], dichas["aPagar"]) == (
        *(cuentas.trasladado, cuentas.acreditable, cuentas.no_acreditable, cuentas.a_pagar),
    ), semilla
    assert (dichas["resultado"], dichas["saldoAFavor"], dichas["retenidoATerceros"]) == (
        *(cuentas.resultado, cuentas.saldo, cuentas.por_enterar),
    ), semilla
    propio = mostrado(despacho, "diot", mes=mes)
    cuadran(propio)
    ajeno = diot(otro, (2026, mes), cuentas)
    assert _filas(propio) == _llenas(ajeno), semilla
    assert _dichas(propio.figuras) == {c: sum((x[c] for x in ajeno.values()), F(0)) for c in COLUMNS}, semilla
    _isr(despacho, otro, mes, semilla)


def _isr(despacho: Despacho, otro: PlainReports, mes: int, semilla: int) -> None:
    papel = mostrado(despacho, "papel-isr", mes=mes)
    cuadran(papel)
    hechos = otro.engine.facts()
    assert [f.clave for f in papel.filas] == [r for r in otro.libro.opciones.regimenes if r in CALCULADOS], semilla
    total = F(0)
    for fila in papel.filas:
        m = PlainYear(hechos, fila.clave, 2026, otro.libro.opciones).months()[mes - 1]
        dichas = _dichas(fila.figuras)
        assert (dichas["ingresosMes"], dichas["ingresosAcum"], dichas["deduccionesMes"], dichas["deduccionesAcum"]) == (
            *(m.income, m.income_to_date, m.deducted, m.deducted_to_date),
        ), semilla
        assert (dichas["base"], dichas["isrCausado"], dichas["pagosPrevios"], dichas["retenciones"]) == (
            *(m.base, m.tax, m.paid_before, m.withheld),
        ), (semilla, fila.clave)
        assert dichas["isrAPagar"] == m.to_pay, (semilla, fila.clave)
        total += m.to_pay
    assert F(de(papel, "isrAPagar").total) == total, semilla
