"""The linked documents of the sample taxpayer, a general moral, and the same books under RESICO."""

from decimal import Decimal
from functools import cache
from typing import Any

import pytest
from lxml import etree

from horux_core.fiscal.cfdi.model import Tipo
from horux_core.fiscal.isr.model import Clase, DocumentoIsr, Movimiento, OpcionesIsr
from tests.core.fiscal.isr.libros import PM, D, como_isr, meses, movidos, nomina, suma
from tests.core.fiscal.iva.test_escenario import _escenario
from tests.samples import shared

_RESICO = OpcionesIsr(moral=True, regimenes=("626",))
_MESES = ("2025-01", "2025-02", "2025-03")
_BASES = ("base_16", "base_8", "base_0", "base_exento")


@cache
def _leido() -> dict[str, DocumentoIsr]:
    """By file."""
    flujos, _ = _escenario()
    leidos = {}
    for archivo in sorted(shared("samples", "escenario").glob("*.xml")):
        raiz: Any = etree.fromstring(archivo.read_bytes())
        flujo = flujos[raiz.xpath("string(//*[local-name()='TimbreFiscalDigital']/@UUID)").lower()]
        if flujo.tipo is Tipo.NOMINA:
            leidos[archivo.stem[:3]] = _nomina(raiz, flujo.uuid)
            continue
        leidos[archivo.stem[:3]] = como_isr(
            flujo,
            subtotal=Decimal(raiz.get("SubTotal")),
            descuento=Decimal(raiz.get("Descuento", "0")),
            regimen_emisor=raiz.xpath("string(./*[local-name()='Emisor']/@RegimenFiscal)"),
            regimen_receptor=raiz.xpath("string(./*[local-name()='Receptor']/@RegimenFiscalReceptor)"),
        )
    return leidos


def _nomina(raiz: Any, uuid: str) -> DocumentoIsr:
    percepciones = raiz.xpath("//*[local-name()='Percepciones']")[0]
    isr = raiz.xpath("sum(//*[local-name()='Deduccion'][@TipoDeduccion='002']/@Importe)")
    pagada = raiz.xpath("string(//*[local-name()='Nomina']/@FechaPago)")
    return nomina(
        *("N", pagada, percepciones.get("TotalGravado"), percepciones.get("TotalExento"), f"{isr:.2f}"), uuid=uuid
    )


def _movidos(opciones: OpcionesIsr) -> list[Movimiento]:
    return movidos(*_leido().values(), opciones=opciones)


@pytest.mark.parametrize("periodo", _MESES)
def test_what_was_withheld_is_what_the_scenario_expects(periodo: str) -> None:
    flujo = _escenario()[1]["flujo_por_mes"][periodo]
    todos = [m for m in _movidos(PM) if m.regla != "nomina"]
    assert suma(todos, Clase.RETENCION, periodo) == D(flujo["emitidos"]["isr_retenido"])
    assert suma(todos, Clase.RETENIDO_A_TERCEROS, periodo) == D(flujo["recibidos"]["isr_retenido"])


@pytest.mark.parametrize("periodo", _MESES)
def test_what_was_collected_is_the_bases_of_its_taxes(periodo: str) -> None:
    flujo = _escenario()[1]["flujo_por_mes"][periodo]["emitidos"]
    sin_objeto = D("40.00") if periodo == "2025-03" else D(0)  # a line of e17 with ObjetoImp 01
    assert suma(_movidos(_RESICO), Clase.INGRESO, periodo) == sum(D(flujo[b]) for b in _BASES) + sin_objeto


@pytest.mark.parametrize("periodo", _MESES)
def test_what_was_paid_is_deducted_or_explained(periodo: str) -> None:
    flujo = _escenario()[1]["flujo_por_mes"][periodo]["recibidos"]
    todos = [m for m in _movidos(_RESICO) if m.regla not in ("nomina", "nomina_exenta")]
    pagado = suma(todos, Clase.DEDUCCION, periodo) + suma(todos, Clase.NO_DEDUCIBLE, periodo)
    # IEPS is part of the base of IVA, and the only tax of these documents between the two.
    assert pagado == sum(D(flujo[b]) for b in _BASES) - D(flujo["ieps"])


def test_cash_over_the_limit_and_an_expense_without_effects_are_not_deducted() -> None:
    perdidos = {m.uuid: m.regla for m in _movidos(_RESICO) if m.clase is Clase.NO_DEDUCIBLE}
    leido = _leido()
    assert perdidos[leido["r06"].flujo.uuid] == "efectivo"
    assert perdidos[leido["r07"].flujo.uuid] == "uso_cfdi"


def test_nominal_income_of_a_general_moral_is_what_it_invoiced() -> None:
    leido = _leido()
    facturadas = [d for d in leido.values() if d.flujo.tipo is Tipo.INGRESO and d.flujo.emitido and d.flujo.vigente]
    facturado = sum((d.neto * (d.flujo.tipo_cambio or 1) for d in facturadas), D(0))
    anticipo = leido["e13"].neto
    propios = meses([*leido.values()], PM, 2025)["601"]
    assert propios[-1].ingresos_acum == facturado - anticipo
    assert leido["e14"].flujo.uuid not in {m.uuid for m in _movidos(PM)}
    sin_efecto = {m.uuid for m in _movidos(PM) if m.clase is Clase.INGRESO} & {leido["e05"].flujo.uuid}
    assert not sin_efecto
