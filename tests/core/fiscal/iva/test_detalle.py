"""The documents behind each figure."""

from dataclasses import replace
from decimal import Decimal

import pytest

from horux_core.fiscal.cfdi.model import DestinoIva
from horux_core.fiscal.iva.detalle import detalle
from horux_core.fiscal.iva.mes import cuentas, mes
from horux_core.fiscal.iva.model import Apertura, Documento, Figura, MesIva, ModoNotas, OpcionesIva
from horux_core.kernel.periodo import Periodo
from tests.core.fiscal.iva.azar import PERIODOS, Azar
from tests.core.fiscal.iva.libros import OPCIONES, cadena, cubetas, documento, gravada, hechos, por_periodo, uuid

D = Decimal
COLUMNAS = {
    "ivaTrasladado": "iva_trasladado",
    "ivaRetenido": "iva_retenido",
    "ivaAcreditable": "iva_acreditable",
    "ivaNoAcreditable": "iva_no_acreditable",
    "base16": "base_16",
    "iva16": "iva_16",
    "base8": "base_8",
    "iva8": "iva_8",
    "base0": "base_0",
    "baseExento": "base_exento",
    "baseNoObjeto": "base_no_objeto",
}


def _detalles(
    documentos: list[Documento], opciones: OpcionesIva = OPCIONES, apertura: Apertura | None = None
) -> list[tuple[MesIva, list[Figura]]]:
    grupos = por_periodo(hechos(*documentos, opciones=opciones))
    inicio = apertura or Apertura(Periodo.parse(PERIODOS[0]))
    meses = cadena(inicio, Periodo.parse(PERIODOS[-1]), {p: cuentas(e) for p, e in grupos.items()}, opciones)
    anteriores: list[MesIva | Apertura] = [inicio, *meses]
    return [
        (
            mes,
            detalle(mes, grupos.get(mes.periodo, []), grupos.get(mes.periodo.anterior(), []), anteriores[k], opciones),
        )
        for k, mes in enumerate(meses)
    ]


@pytest.mark.parametrize("semilla", range(60))
def test_the_documents_of_every_figure_add_up_to_it(semilla: int) -> None:
    opciones = (OPCIONES, replace(OPCIONES, notas=ModoNotas.EMISION), replace(OPCIONES, retencion_enterada=False))
    apertura = Apertura(Periodo(2026, 1), D("10.00"), D("7.77"))
    for suyo, figuras in _detalles(Azar(semilla).documentos, opciones[semilla % 3], apertura):
        assert [f.figura for f in figuras] == list(COLUMNAS)
        for figura in figuras:
            assert figura.total == getattr(suyo, COLUMNAS[figura.figura])
            assert sum((r.importe for r in figura.documentos), D(0)) == figura.total, figura.figura
            assert all(r.importe and r.regla and r.articulo for r in figura.documentos)


def _figura(nombre: str, figuras: list[Figura]) -> list[tuple[str, str, str]]:
    [figura] = [f for f in figuras if f.figura == nombre]
    return [(r.uuid, str(r.importe), r.regla) for r in figura.documentos]


def test_mixed_expenses_share_the_rounding_by_accumulated_amounts() -> None:
    documentos = [
        documento("V", "2026-01-05", gravada("100.00")),
        documento("X", "2026-01-05", cubetas(base_exento="200.00")),
        *[documento(f"C{k}", f"2026-01-1{k}", cubetas(iva_16="1.00"), "recibido") for k in range(3)],
    ]
    enero = _detalles(documentos)[0][1]
    assert _figura("ivaAcreditable", enero) == [
        (uuid("C0"), "0.33", "pue"),
        (uuid("C1"), "0.34", "pue"),
        (uuid("C2"), "0.33", "pue"),
    ]
    assert _figura("ivaNoAcreditable", enero) == [
        (uuid("C0"), "0.67", "factor_prorrateo"),
        (uuid("C1"), "0.66", "factor_prorrateo"),
        (uuid("C2"), "0.67", "factor_prorrateo"),
    ]


def test_withheld_iva_is_shown_the_month_after_by_its_document() -> None:
    compra = documento("C", "2026-01-10", gravada("1000.00", ret_iva="106.67"), "recibido")
    enero, febrero, *_ = _detalles([compra])
    assert _figura("ivaAcreditable", enero[1]) == [(uuid("C"), "53.33", "pue")]
    assert _figura("ivaAcreditable", febrero[1]) == [(uuid("C"), "106.67", "retencion_mes_anterior")]


def test_what_the_opening_brings_has_no_document() -> None:
    enero = _detalles([], apertura=Apertura(Periodo(2026, 1), D(0), D("5.00")))[0][1]
    assert _figura("ivaAcreditable", enero) == [("", "5.00", "apertura")]


def test_what_is_not_creditable_tells_why() -> None:
    documentos = [
        documento("C1", "2026-01-10", gravada("100.00"), "recibido", uso_cfdi="S01"),
        documento("C2", "2026-01-11", gravada("100.00"), "recibido", acreditable_pct=D(25)),
        documento("C3", "2026-01-12", gravada("100.00"), "recibido", destino=DestinoIva.EXENTO),
    ]
    assert _figura("ivaNoAcreditable", _detalles(documentos)[0][1]) == [
        (uuid("C1"), "16.00", "uso_cfdi"),
        (uuid("C2"), "12.00", "acreditable_pct"),
        (uuid("C3"), "16.00", "exento"),
    ]


def test_withheld_iva_is_shown_with_the_options_of_the_month_it_was_withheld_in() -> None:
    documentos = [
        documento("V", "2026-01-05", gravada("100.00")),
        documento("N", "2026-01-05", cubetas(base_no_objeto="300.00")),
        documento("C", "2026-01-10", gravada("1000.00", ret_iva="100.00"), "recibido"),
    ]
    ahora = replace(OPCIONES, no_objeto_en_factor=False)
    todos = hechos(*documentos)
    enero = mes(Periodo(2026, 1), cuentas(todos), Apertura(Periodo(2026, 1)), OPCIONES)
    febrero = mes(Periodo(2026, 2), [], enero, ahora)
    figuras = detalle(febrero, [], todos, enero, ahora, OPCIONES)
    assert _figura("ivaAcreditable", figuras) == [(uuid("C"), "25.00", "retencion_mes_anterior")]
    assert febrero.iva_acreditable == D("25.00")
