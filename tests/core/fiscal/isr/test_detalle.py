"""The documents behind each figure add up to it to the cent."""

from dataclasses import replace
from decimal import Decimal

from hypothesis import given, settings
from hypothesis import strategies as st

from horux_core.fiscal.isr.detalle import detalle
from horux_core.fiscal.isr.model import DocumentoIsr, OpcionesIsr
from horux_core.fiscal.isr.movimientos import cuentas
from horux_core.fiscal.isr.year import year
from horux_core.fiscal.iva.model import Figura
from tests.core.fiscal.isr.azar import AzarIsr
from tests.core.fiscal.isr.libros import PF, PM, factura, movidos, nomina
from tests.core.fiscal.iva.libros import uuid

D = Decimal


def _figuras(regimen: str, mes: int, *documentos: DocumentoIsr, opciones: OpcionesIsr) -> dict[str, Figura]:
    propios = movidos(*documentos, opciones=opciones)
    meses = year(2026, cuentas(propios), opciones)[regimen]
    return {f.figura: f for f in detalle(meses[mes - 1], meses[: mes - 1], propios, opciones)}


@settings(max_examples=60, deadline=None)
@given(st.integers(0, 10**6))
def test_every_figure_is_the_sum_of_its_documents(semilla: int) -> None:
    libro = AzarIsr(semilla)
    propios = movidos(*libro.documentos, opciones=libro.opciones, de_iva=libro.de_iva)
    columnas = {
        "ingresosMes": "ingresos_mes",
        "ingresosAcum": "ingresos_acum",
        "deduccionesMes": "deducciones_mes",
        "deduccionesAcum": "deducciones_acum",
        "base": "base",
        "pagosPrevios": "pagos_previos",
        "retenciones": "retenciones",
    }
    conocidos = {d.flujo.uuid for d in libro.documentos} | {""}
    for meses in year(2026, cuentas(propios), libro.opciones).values():
        for k, mes in enumerate(meses):
            figuras = detalle(mes, meses[:k], propios, libro.opciones)
            assert {f.figura for f in figuras} == {*columnas, "noDeducible", "retenidoATerceros"}
            for figura in figuras:
                assert detalle(mes, meses[:k], propios, libro.opciones, figura.figura) == [figura]
                assert figura.total == sum((r.importe for r in figura.documentos), D(0)), (semilla, figura.figura)
                assert all(r.importe and r.regla and r.articulo for r in figura.documentos)
                assert {r.uuid for r in figura.documentos} <= conocidos
                if figura.figura in columnas:
                    assert figura.total == getattr(mes, columnas[figura.figura])


def test_a_line_tells_the_rule_and_the_article() -> None:
    figuras = _figuras("612", 1, factura("F", "2026-01-10T10:00:00", "1000.00", ret_isr="100.00"), opciones=PF)
    ingreso, retencion = figuras["ingresosMes"].documentos[0], figuras["retenciones"].documentos[0]
    assert (ingreso.uuid, ingreso.regla, ingreso.articulo) == (uuid("F"), "pue", "LISR 101, 102")
    assert (retencion.importe, retencion.articulo) == (D("100.00"), "LISR 106")


def test_lines_go_by_day() -> None:
    documentos = [factura(n, f"2026-01-{dia}T10:00:00", "10.00") for n, dia in (("A", 20), ("B", 10), ("C", 15))]
    figuras = _figuras("612", 1, *documentos, opciones=PF)
    assert [r.fecha.day for r in figuras["ingresosMes"].documentos] == [10, 15, 20]


def test_the_base_of_601_is_spread_over_its_documents_to_the_cent() -> None:
    opciones = replace(PM, coeficientes=((2024, D("0.3333")),), perdidas=D("100.00"))
    documentos = [factura(f"F{k}", f"2026-01-1{k}T10:00:00", "100.01") for k in range(4)]
    base = _figuras("601", 1, *documentos, opciones=opciones)["base"]
    assert base.total == D("33.33")
    assert [(r.regla, r.importe) for r in base.documentos] == [
        ("coeficiente_utilidad", D("33.33")),
        ("coeficiente_utilidad", D("33.34")),
        ("coeficiente_utilidad", D("33.33")),
        ("coeficiente_utilidad", D("33.33")),
        ("perdidas_anteriores", D("-100.00")),
    ]


def test_the_optional_deduction_of_rent_is_a_part_of_each_rent_and_the_predial() -> None:
    opciones = OpcionesIsr(moral=False, regimenes=("606",), predial=((2, D("1200.00")),))
    rentas = [factura(f"F{k}", f"2026-0{k}-10T10:00:00", "30000.00") for k in (1, 2)]
    figuras = _figuras("606", 2, *rentas, opciones=opciones)
    assert [(r.uuid, r.regla, r.importe) for r in figuras["deduccionesMes"].documentos] == [
        (uuid("F2"), "deduccion_opcional", D("10500.00")),
        ("", "predial", D("1200.00")),
    ]
    assert figuras["base"].total == D("18300.00")
    assert figuras["deduccionesAcum"].total == D("22200.00")


def test_earlier_payments_are_named_by_their_month() -> None:
    documentos = [factura(f"F{k}", f"2026-0{k}-10T10:00:00", "50000.00") for k in (1, 2, 3)]
    previos = _figuras("612", 3, *documentos, opciones=PF)["pagosPrevios"].documentos
    assert [(r.uuid, r.fecha.month, r.regla) for r in previos] == [
        ("", 1, "pago_provisional"),
        ("", 2, "pago_provisional"),
    ]


def test_a_loss_is_what_the_base_lacks_to_be_nothing() -> None:
    gasto = factura("G", "2026-01-10T10:00:00", "300.00", "recibido")
    base = _figuras("612", 1, gasto, nomina("N", "2026-01-31", "50.00", "0.00", "0.00"), opciones=PF)["base"]
    assert base.total == 0
    assert [(r.uuid, r.importe) for r in base.documentos] == [
        (uuid("G"), D("-300.00")),
        (uuid("N"), D("-50.00")),
        ("", D("350.00")),
    ]
