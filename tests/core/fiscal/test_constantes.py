"""What the shared tables and the law document print, figure by figure, against what the rules use."""

import json
import re
from decimal import Decimal
from functools import cache
from typing import Any

import pytest

from horux_core.fiscal.alertas.efos import Situacion
from horux_core.fiscal.cfdi.combustibles import CLAVES_COMBUSTIBLE
from horux_core.fiscal.cfdi.model import Tipo
from horux_core.fiscal.isr.arrendamiento import FRACCION_OPCIONAL
from horux_core.fiscal.isr.model import OpcionesIsr
from horux_core.fiscal.isr.tarifas import PORCIENTO_PM, mensual, tasa_resico
from horux_core.fiscal.iva.acreditamiento import COMBUSTIBLE_EFECTIVO, EFECTIVO_MAYOR, rechazo_por_efectivo
from horux_core.fiscal.iva.conversion import en_su_moneda
from horux_core.fiscal.iva.model import OpcionesIva
from horux_core.fiscal.iva.saldos import RELACIONES_DE_NOTA
from horux_core.kernel.importe import pesos
from tests.core.fiscal.isr.libros import meses, nomina
from tests.core.fiscal.iva.libros import documento, gravada
from tests.samples import shared

D = Decimal


@cache
def tabla(nombre: str) -> Any:
    return json.loads(shared("domain", f"{nombre}.json").read_text(encoding="utf-8"))


@cache
def ley() -> str:
    return shared("domain", "FISCAL.md").read_text(encoding="utf-8")


def test_the_monthly_tariff_is_that_of_the_law_document() -> None:
    filas = re.findall(r"^\| ([\d,.]+) \| ([\d,.]+|—) \| ([\d,.]+) \| (\d+\.\d\d) \|$", ley(), re.MULTILINE)
    escritas = [[None if x == "—" else D(x.replace(",", "")) for x in fila] for fila in filas]
    assert [[r.limite_inferior, r.limite_superior, r.cuota_fija, r.porciento] for r in mensual(2026)] == escritas


def test_the_ends_of_the_older_tariffs_are_those_of_the_law_document() -> None:
    ((primera, ultima),) = re.findall(r"first row to ([\d.]+), last from ([\d,]+\.\d\d)", ley())
    for anio in (2023, 2024, 2025):
        tarifa = mensual(anio)
        assert (tarifa[0].limite_superior, tarifa[-1].limite_inferior) == (D(primera), D(ultima.replace(",", "")))


def test_the_rates_of_resico_are_those_of_the_law_document() -> None:
    (frase,) = re.findall(r"Rates up to ([^\n]*?)\. *\n", ley())
    tramos = re.findall(r"([\d,]{6,}(?:\.\d\d)?): (\d(?:\.\d+)?) %", frase)
    assert len(tramos) == 4
    for hasta, tasa in tramos:
        assert tasa_resico(D(hasta.replace(",", ""))) == D(tasa), hasta
    assert "above: 2.50 %" in frase
    assert tasa_resico(D("208333.34")) == D("2.50")


def test_the_rates_are_those_of_the_tables() -> None:
    constantes = tabla("constantes")
    assert D(constantes["isr_pm_tasa_pct"]) == PORCIENTO_PM
    assert D(constantes["deduccion_arrendamiento_pct"]) == FRACCION_OPCIONAL * 100


@pytest.mark.parametrize(("clave", "disminuyeron"), [("normal", False), ("si_disminuyo_prestaciones", True)])
def test_the_part_of_exempt_pay_that_is_deducted_is_that_of_the_tables(clave: str, disminuyeron: bool) -> None:
    opciones = OpcionesIsr(moral=False, regimenes=("612",), prestaciones_disminuyeron=disminuyeron)
    enero = meses([nomina("N", "2026-01-15", "0", "1000", "0")], opciones)["612"][0]
    assert enero.deducciones_mes == 1000 * D(tabla("constantes")["nomina_exenta_deducible"][clave])


def test_cash_is_refused_above_the_limit_of_the_tables_and_never_taken_for_fuel() -> None:
    dichas = tabla("constantes")["bancarizacion"]
    assert OpcionesIva().efectivo_tope == D(dichas["tope_efectivo"])
    assert set(dichas["combustible_claves"]) == CLAVES_COMBUSTIBLE
    gasto = documento("G", "2026-01-05", gravada("100"), "recibido")
    gasolina = documento("C", "2026-01-05", gravada("100"), "recibido", combustible=True)
    tope = D(dichas["tope_efectivo"])
    assert rechazo_por_efectivo(gasto, "01", tope, OpcionesIva()) is None
    assert rechazo_por_efectivo(gasto, "01", tope + D("0.01"), OpcionesIva()) == EFECTIVO_MAYOR
    assert rechazo_por_efectivo(gasolina, "01", D("0.01"), OpcionesIva()) == COMBUSTIBLE_EFECTIVO
    for forma in dichas["formas_validas"]:
        assert rechazo_por_efectivo(gasolina, forma, tope * 10, OpcionesIva()) is None


def test_payments_are_rounded_to_pesos_as_the_tables_say() -> None:
    bajan, suben = re.findall(r"\d+-\d+", tabla("constantes")["redondeo_pago"])
    assert (bajan, suben) == ("1-50", "51-99")
    for c in range(100):
        assert pesos(D(100 * 7 + c) / 100) == (7 if c <= 50 else 8)


def test_every_currency_of_the_catalogue_has_its_decimals() -> None:
    for moneda, decimales in tabla("catalogos_cfdi")["moneda_decimales"].items():
        if moneda != "XXX":
            assert en_su_moneda(D("1.234567"), moneda) == round(D("1.234567"), decimales), moneda


def test_the_kinds_of_document_relation_and_situation_are_those_of_the_catalogue() -> None:
    catalogos = tabla("catalogos_cfdi")
    assert {t.value for t in Tipo} - {"R"} == set(catalogos["tipo_comprobante"])
    assert set(catalogos["tipo_relacion"]) > RELACIONES_DE_NOTA
    assert {catalogos["tipo_relacion"][r] for r in RELACIONES_DE_NOTA} == {
        *("Nota de crédito", "Devolución de mercancía", "Aplicación de anticipo"),
    }
    assert [s.value for s in Situacion] == catalogos["situacion_69b"]
