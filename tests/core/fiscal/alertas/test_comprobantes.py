"""What is odd in a document by itself."""

from datetime import date, datetime
from decimal import Decimal
from typing import Any

import pytest

from horux_core.fiscal.alertas.model import Severidad
from horux_core.fiscal.cfdi.model import Cubetas, Tipo
from horux_core.fiscal.iva.model import Evento, Lado
from tests.core.fiscal.alertas.libros import comprobante, hallados, mes, ppd, uuid


def cuantos(codigo: str, *args: Any, **campos: Any) -> int:
    return len(hallados(codigo, comprobante(*args, **campos)))


def evento(motivo: str | None, lado: Lado = Lado.RECIBIDO) -> Evento:
    dia = date(2026, 9, 10)
    return Evento(uuid(1), 0, 0, lado, mes("2026-09"), dia, Cubetas(), "pue", "LIVA 5-III", motivo=motivo)


@pytest.mark.parametrize(
    ("motivo", "codigo"), [("efectivo", "EFECTIVO_MAYOR_2000"), ("combustible_efectivo", "COMBUSTIBLE_EFECTIVO")]
)
def test_cash_as_the_iva_of_the_month_judged_it(motivo: str, codigo: str) -> None:
    (h,) = hallados(codigo, eventos=[evento(motivo), evento("efos"), evento(None)])
    assert (h.entidad, h.periodo, h.uuids, h.limite) == (uuid(1), mes("2026-09"), (uuid(1),), date(2026, 10, 22))
    assert h.severidad is Severidad.ALTA
    assert hallados(codigo, eventos=[evento(motivo, Lado.EMITIDO)]) == []


@pytest.mark.parametrize(
    ("campos", "esperado"),
    [
        ({}, None),
        ({"regimen_receptor": "612"}, "el régimen 612 no es el tuyo"),
        ({"cp_receptor": "01000"}, "el código postal 01000 no es 06600"),
        ({"regimen_receptor": "612", "cp_receptor": "01000"}, "no es el tuyo y el código postal 01000"),
        ({"cp_receptor": "06600"}, None),
        ({"regimen_receptor": "612", "version": "3.3"}, None),
        ({"regimen_receptor": "612", "vigente": False}, None),
        ({"regimen_receptor": None}, None),
    ],
)
def test_data_of_the_receptor_that_are_not_the_taxpayers(campos: dict[str, Any], esperado: str | None) -> None:
    del_anio = {2026: ("601",)}
    c = comprobante(lado="recibido", **campos)
    hechos = hallados("DATOS_RECEPTOR", c, regimenes=lambda anio: del_anio[anio], codigo_postal="06600")
    assert [esperado in h.detalle for h in hechos if esperado] == ([True] if esperado else [])
    assert [h.limite for h in hechos] == ([date(2026, 12, 31)] if esperado else [])
    assert hallados("DATOS_RECEPTOR", comprobante(**campos), regimenes=lambda anio: ()) == []


def test_a_postal_code_is_not_judged_while_the_taxpayers_is_unknown() -> None:
    c = comprobante(lado="recibido", cp_receptor="01000")
    assert hallados("DATOS_RECEPTOR", c, regimenes=lambda anio: ("601",)) == []


@pytest.mark.parametrize(
    ("uso", "regimen", "odd"),
    [("G03", "605", 1), ("D01", "626", 1), ("G03", "601", 0), ("S01", "616", 0), ("X99", "601", 0), ("G03", None, 0)],
)
def test_a_use_that_the_regimen_does_not_allow(uso: str, regimen: str | None, odd: int) -> None:
    for lado in ("emitido", "recibido"):
        assert cuantos("USO_CFDI_INCOMPATIBLE", lado=lado, uso_cfdi=uso, regimen_receptor=regimen) == odd


def test_a_use_is_not_judged_when_missing_or_of_a_cancelled_document() -> None:
    assert cuantos("USO_CFDI_INCOMPATIBLE", uso_cfdi=None) == 0
    assert cuantos("USO_CFDI_INCOMPATIBLE", uso_cfdi="D01", vigente=False) == 0


@pytest.mark.parametrize("uso", ["S01", "CP01", "CN01"])
def test_an_expense_without_effects_unless_taken_out_already(uso: str) -> None:
    assert cuantos("USO_S01_GASTO", lado="recibido", uso_cfdi=uso) == 1
    assert cuantos("USO_S01_GASTO", lado="recibido", uso_cfdi=uso, acreditable_pct=Decimal(50)) == 1
    assert cuantos("USO_S01_GASTO", lado="recibido", uso_cfdi=uso, acreditable_pct=Decimal(0)) == 0
    assert cuantos("USO_S01_GASTO", lado="emitido", uso_cfdi=uso) == 0
    assert cuantos("USO_S01_GASTO", lado="recibido", uso_cfdi=uso, tipo=Tipo.PAGO) == 0
    assert cuantos("USO_S01_GASTO", lado="recibido", uso_cfdi="G03") == 0


def test_a_form_of_payment_that_belies_the_method() -> None:
    for forma in ("99", "", None):
        (h,) = hallados("PUE_FORMA_99", comprobante(forma_pago=forma))
        assert h.limite == date(2026, 9, 30)
    assert cuantos("PUE_FORMA_99", forma_pago="03") == 0
    assert cuantos("PUE_FORMA_99", forma_pago="99", vigente=False) == 0
    assert hallados("PUE_FORMA_99", ppd()) == []
    assert len(hallados("PPD_FORMA_DISTINTA_99", ppd(forma_pago="03"))) == 1
    assert hallados("PPD_FORMA_DISTINTA_99", ppd(), ppd(2, forma_pago=None), comprobante(3)) == []


def test_stamped_more_than_72_hours_later() -> None:
    assert cuantos("FUERA_72H", fecha_timbrado=datetime(2026, 9, 13, 12, 0, 1)) == 1
    assert cuantos("FUERA_72H", fecha_timbrado=datetime(2026, 9, 13, 12, 0, 0)) == 0
    assert cuantos("FUERA_72H", fecha_timbrado=datetime(2026, 9, 20), vigente=False) == 0


@pytest.mark.parametrize(
    ("isr", "iva", "odd"),
    [("100", "160", 0), ("100.10", "0", 0), ("101", "0", 1), ("0", "161", 1), ("12.50", "40", 0), ("0", "0", 0)],
)
def test_withheld_above_every_legal_rate(isr: str, iva: str, odd: int) -> None:
    cubetas = Cubetas(base_16=Decimal(900), base_exento=Decimal(100), ret_isr=Decimal(isr), ret_iva=Decimal(iva))
    assert cuantos("RETENCION_ATIPICA", cubetas=cubetas) == odd
    assert cuantos("RETENCION_ATIPICA", cubetas=cubetas, vigente=False) == 0
    assert cuantos("RETENCION_ATIPICA", cubetas=cubetas, tipo=Tipo.EGRESO) == 0
    assert cuantos("RETENCION_ATIPICA", cubetas=Cubetas(ret_isr=Decimal(9))) == 0
    chica = Cubetas(base_0=Decimal("0.50"), ret_isr=Decimal("0.40"))
    assert cuantos("RETENCION_ATIPICA", cubetas=chica) == 1


def test_cancelled_after_its_month_was_filed() -> None:
    meses = (mes("2026-08"), mes("2026-09"), mes("2026-10"))
    declaradas = {mes("2026-08"): date(2026, 9, 17), mes("2026-09"): date(2026, 10, 17)}
    c = comprobante(vigente=False, efectos=meses, fecha_cancelacion=date(2026, 10, 1))
    (h,) = hallados("CANCELADO_DECLARADO", c, declaradas=declaradas)
    assert (h.entidad, h.periodo) == (uuid(1), mes("2026-08"))
    sin_fecha = comprobante(vigente=False, efectos=meses)
    assert len(hallados("CANCELADO_DECLARADO", sin_fecha, declaradas=declaradas)) == 2
    vigente = comprobante(efectos=meses)
    assert hallados("CANCELADO_DECLARADO", vigente, declaradas=declaradas) == []


def test_a_complementaria_filed_after_the_cancellation_mends_it() -> None:
    c = comprobante(vigente=False, efectos=(mes("2026-08"),), fecha_cancelacion=date(2026, 10, 1))
    for presentada, quedan in ((date(2026, 10, 1), 1), (date(2026, 10, 2), 0)):
        assert len(hallados("CANCELADO_DECLARADO", c, declaradas={mes("2026-08"): presentada})) == quedan
