"""Results, flow and comparison, by hand (FISCAL.md 7.4)."""

from dataclasses import replace
from datetime import date, datetime
from decimal import Decimal

import pytest

from contracts.libros import PROPIO, a_cfdi, a_credit_note, a_payment, a_ppd, an_entry, recibido, uuid
from horux_core.fiscal.cfdi.model import Cfdi, Cubetas, Direccion, Estado, Nomina, Tipo
from horux_core.fiscal.cfdi.stored import Correction
from horux_core.fiscal.configuracion.model import Declaracion
from horux_core.fiscal.reportes.model import SIN_TIPO_CAMBIO, BaseReporte, Rango
from horux_core.fiscal.reportes.nombres import NombreReporte, Pedido
from horux_core.kernel.periodo import Periodo, PeriodoMalformed
from tests.core.fiscal.reportes.despacho import cuadran, de, fila, mostrado, totales
from tests.despacho import Despacho

D = Decimal
NOMINA = Nomina(
    *("O", date(2026, 2, 1), None, None, None, D("9000.10"), D("500.00"), D("30.05"), D("8000.05"), D("1000.05")),
    *(D("500"), D("0"), D("10.02"), None, None, None),
)


def nomina(n: int) -> Cfdi:
    """Issued in January, paid in February: costs 9,020.13 and the worker gets 8,530.15."""
    return a_cfdi(n, "8530.15", tipo=Tipo.NOMINA, nomina=NOMINA, cubetas=Cubetas())


@pytest.fixture
def despacho() -> Despacho:
    despacho = Despacho()
    despacho.enter(
        a_cfdi(1, subtotal=D("1100.00"), descuento=D("100.00")),
        a_ppd(2, "2320.00"),
        a_payment(3, 2, pagado="580.00"),
        a_credit_note(4, 1),
        recibido(a_cfdi(5, "580.00")),
        recibido(a_credit_note(6, 5, total="58.00")),
        nomina(7),
        a_cfdi(8, tipo=Tipo.TRASLADO),
        a_cfdi(9, "99999.00"),
    )
    with despacho.books.open(despacho.tenant) as books:
        books.cfdis.correct(uuid(9), Correction(Estado.CANCELADO))
    despacho.enter()
    return despacho


def test_results_as_invoiced(despacho: Despacho) -> None:
    shown = mostrado(despacho, "estado-resultados")
    assert totales(shown.figuras) == {
        "facturado": "3000.00", "notasEmitidas": "-100.00", "ingresos": "2900.00", "compras": "500.00",
        "notasRecibidas": "-50.00", "nomina": "9020.13", "costosYGastos": "9470.13", "utilidad": "-6570.13",
    }  # fmt: skip
    assert shown.razones == (("margen", D("-2.2656")),)
    assert (shown.base, shown.desde, shown.hasta) == ("devengado", date(2026, 1, 1), date(2026, 1, 31))
    assert [r.uuid for r in de(shown, "ingresos").documentos] == [uuid(1), uuid(2), uuid(4)]
    cuadran(shown)


def test_results_as_collected_and_paid(despacho: Despacho) -> None:
    enero = mostrado(despacho, "estado-resultados", base=BaseReporte.FLUJO)
    assert totales(enero.figuras) == {
        "facturado": "1000.00", "notasEmitidas": "-100.00", "ingresos": "900.00", "compras": "500.00",
        "notasRecibidas": "-50.00", "costosYGastos": "450.00", "utilidad": "450.00",
    }  # fmt: skip
    febrero = mostrado(despacho, "estado-resultados", mes=2, base=BaseReporte.FLUJO)
    assert totales(febrero.figuras) == {
        "facturado": "500.00", "ingresos": "500.00", "nomina": "9020.13", "costosYGastos": "9020.13",
        "utilidad": "-8520.13",
    }  # fmt: skip
    assert [(r.uuid, r.fecha) for r in de(febrero, "facturado").documentos] == [(uuid(3), date(2026, 2, 20))]
    cuadran(febrero)


def test_without_income_there_is_no_margin(despacho: Despacho) -> None:
    assert mostrado(despacho, "estado-resultados", mes=3).razones == (("margen", None),)


def test_a_foreign_currency_is_put_in_pesos_and_waits_for_a_rate(despacho: Despacho) -> None:
    usd = {"moneda": "USD", "fecha_emision": datetime(2026, 4, 1)}
    despacho.enter(
        a_cfdi(20, "116.00", tipo_cambio=D("17.123456"), **usd),
        a_ppd(21, "116.00", tipo_cambio=None, **usd),
    )
    shown = mostrado(despacho, "estado-resultados", mes=4)
    assert de(shown, "ingresos").total == D("1712.35")
    (aviso,) = shown.advertencias
    assert aviso.codigo == SIN_TIPO_CAMBIO
    assert uuid(21) in aviso.detalle


def test_what_is_still_to_be_worked_out_is_told(despacho: Despacho) -> None:
    with despacho.books.open(despacho.tenant) as books:
        books.iva.mark_all()
    assert [a.codigo for a in mostrado(despacho, "diot").advertencias] == ["cifras_en_proceso"]


def test_an_own_invoice_to_oneself_is_income_and_cost(despacho: Despacho) -> None:
    propia = a_cfdi(30, rfc_receptor=PROPIO, fecha_emision=datetime(2026, 5, 1))
    despacho.enter(an_entry(propia, Direccion.AMBAS))
    shown = mostrado(despacho, "estado-resultados", mes=5)
    assert totales(shown.figuras) == {
        "facturado": "1000.00", "ingresos": "1000.00", "compras": "1000.00", "costosYGastos": "1000.00",
    }  # fmt: skip


def test_flow_of_money_by_month(despacho: Despacho) -> None:
    with despacho.books.open(despacho.tenant) as books:
        for impuesto in ("iva", "isr"):
            books.ajustes.declarar(Declaracion(impuesto, Periodo(2026, 1), date(2026, 2, 17), D("10.00")))
        books.ajustes.declarar(Declaracion("iva", Periodo(2025, 12), date(2025, 12, 31), D("7.00")))
    shown = mostrado(despacho, "flujo-efectivo", mes=None, saldo_inicial=D("50.00"))
    assert shown.base == "flujo"
    assert totales(shown.figuras) == {
        "saldoInicial": "50.00", "cobrado": "1624.00", "entradas": "1624.00", "pagado": "522.00",
        "nominaNeta": "8530.15", "impuestosPagados": "20.00", "salidas": "9072.15", "saldoFinal": "-7398.15",
    }  # fmt: skip
    assert len(shown.filas) == 12
    enero, febrero, marzo = (totales(f.figuras) for f in shown.filas[:3])
    assert (enero["cobrado"], enero["saldoFinal"]) == ("1044.00", "572.00")
    assert (febrero["saldoInicial"], febrero["saldoFinal"]) == ("572.00", "-7398.15")
    assert marzo == {"saldoInicial": "-7398.15", "saldoFinal": "-7398.15"}
    cuadran(shown)


def test_money_collected_is_without_what_was_withheld() -> None:
    despacho = Despacho()
    cubetas = Cubetas(base_16=D("1000"), iva_16=D("160"), ret_isr=D("100"), ret_iva=D("106.67"))
    despacho.enter(a_cfdi(1, "953.33", subtotal=D("1000"), cubetas=cubetas))
    assert de(mostrado(despacho, "flujo-efectivo"), "cobrado").total == D("953.33")
    assert de(mostrado(despacho, "estado-resultados", base=BaseReporte.FLUJO), "facturado").total == D("1000.00")


def test_a_payment_of_an_invoice_nobody_kept_counts_without_its_taxes() -> None:
    despacho = Despacho()
    despacho.enter(a_payment(1, 99, pagado="1160.00"))
    assert de(mostrado(despacho, "estado-resultados", mes=2, base=BaseReporte.FLUJO), "ingresos").total == D("1000.00")
    assert de(mostrado(despacho, "flujo-efectivo", mes=2), "cobrado").total == D("1160.00")


def test_each_payment_of_a_complement_is_of_its_own_month() -> None:
    despacho = Despacho()
    (febrero,) = a_payment(2, 1, pagado="580.00").pagos
    marzo = replace(febrero, fecha_pago=datetime(2026, 3, 2))
    despacho.enter(a_ppd(1), a_payment(2, 1, pagos=(febrero, marzo)))
    for mes in (2, 3):
        shown = mostrado(despacho, "estado-resultados", mes=mes, base=BaseReporte.FLUJO)
        assert de(shown, "ingresos").total == D("500.00")
    assert de(mostrado(despacho, "flujo-efectivo", mes=None), "cobrado").total == D("1160.00")


def test_an_expense_that_is_not_deductible_is_money_all_the_same() -> None:
    despacho = Despacho()
    despacho.enter(recibido(a_cfdi(1, "5800.00", forma_pago="01")), recibido(a_cfdi(2, "116.00")))
    with despacho.books.open(despacho.tenant) as books:
        books.cfdis.correct(uuid(2), Correction(acreditable_pct=D("8.5")))
    assert de(mostrado(despacho, "flujo-efectivo"), "pagado").total == D("5916.00")
    assert de(mostrado(despacho, "estado-resultados", base=BaseReporte.FLUJO), "compras").total == D("5100.00")


def test_two_periods_side_by_side(despacho: Despacho) -> None:
    contra = Rango(Periodo(2026, 2), Periodo(2026, 2))
    shown = mostrado(despacho, "comparativo", base=BaseReporte.FLUJO, contra=contra)
    ingresos = fila(shown, "ingresos")
    assert totales(ingresos.figuras) == {"a": "900.00", "b": "500.00", "diferencia": "400.00"}
    assert ingresos.razones == (("diferenciaPct", D("80.0000")),)
    assert fila(shown, "utilidad").razones == (("diferenciaPct", D("105.2800")),)
    assert fila(shown, "compras").razones == (("diferenciaPct", None),)
    assert totales(shown.figuras)["diferencia"] == "8970.13"
    assert shown.contra == contra
    cuadran(shown)


def test_the_other_period_is_that_of_the_year_before(despacho: Despacho) -> None:
    assert mostrado(despacho, "comparativo").contra == Rango(Periodo(2025, 1), Periodo(2025, 1))
    assert mostrado(despacho, "comparativo", mes=None).contra == Rango(Periodo(2025, 1), Periodo(2025, 12))


@pytest.mark.parametrize("nombre", ["antiguedad-saldos", "diot", "papel-iva", "papel-isr"])
def test_what_is_of_a_month_needs_one(nombre: str) -> None:
    with pytest.raises(PeriodoMalformed):
        Pedido(NombreReporte(nombre), 2026)


@pytest.mark.parametrize(("anio", "mes"), [(2026, 0), (2026, 13), (1989, 1), (2201, None)])
def test_a_period_that_cannot_be_is_refused(anio: int, mes: int | None) -> None:
    with pytest.raises(PeriodoMalformed):
        Pedido(NombreReporte.COMPARATIVO, anio, mes)
