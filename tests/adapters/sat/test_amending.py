"""Where the reader must not amend, must amend, or must tell that two parts of a file disagree."""

from decimal import Decimal

import pytest

from contracts.samples import UN_UUID, UnConcepto, UnDocto, UnPago, an_xml
from horux_adapters.sat.reading import read_cfdi
from horux_core.fiscal.cfdi.model import Cfdi

NOMINA = (
    '<n:Nomina xmlns:n="http://www.sat.gob.mx/nomina12" Version="1.2" TipoNomina="O" FechaPago="2025-01-31"'
    ' TotalPercepciones="100.00"/>'
)
LINES = (UnConcepto(ret_iva="0.106667"),)


def codes(cfdi: Cfdi) -> list[str]:
    return [a.codigo for a in cfdi.advertencias]


@pytest.mark.parametrize(("paid", "rate"), [("500.00", "0.05"), ("1160.00", "0.999")])
def test_shares_that_only_look_odd_are_left_as_written(paid: str, rate: str) -> None:
    docto = UnDocto(UN_UUID, pagado=paid, moneda="USD", equivalencia=rate)
    cfdi = read_cfdi(an_xml(pagos=(UnPago((docto,)),)))
    assert cfdi.pagos[0].doctos[0].pagado == Decimal(paid)
    assert cfdi.advertencias == ()


def test_totals_take_invoices_in_pesos_as_they_are() -> None:
    pago = UnPago((UnDocto(UN_UUID, equivalencia="20"),), monto="58.00", moneda="USD", tipo_cambio="19")
    totals = b'<pago:Totales TotalTrasladosBaseIVA16="1000" TotalTrasladosImpuestoIVA16="160" MontoTotalPagos="1102"/>'
    content = an_xml(pagos=(pago,)).replace(b"<pago:Pago ", totals + b"<pago:Pago ")
    assert codes(read_cfdi(content)) == []


def test_a_withholding_that_differs_from_the_concepts_is_told() -> None:
    content = an_xml(conceptos=LINES).replace(
        b'<cfdi:Retencion Impuesto="002" Importe="106.67"', b'<cfdi:Retencion Impuesto="002" Importe="106.69"'
    )
    cfdi = read_cfdi(content)
    assert (cfdi.iva_retenido, codes(cfdi)) == (Decimal("106.69"), ["impuestos_difieren"])


def test_a_tax_that_no_concept_has_is_told() -> None:
    row = b'<cfdi:Traslado Base="10" Impuesto="002" TipoFactor="Tasa" TasaOCuota="0.080000" Importe="0.80"/>'
    end = b"</cfdi:Traslados></cfdi:Impuestos><cfdi:Complemento>"
    cfdi = read_cfdi(an_xml().replace(end, row + end))
    assert (cfdi.cubetas.iva_8, cfdi.cubetas.base_8) == (Decimal("0.80"), 0)
    assert codes(cfdi) == ["impuestos_difieren"]


def test_payments_of_two_complementos_are_all_kept() -> None:
    content = an_xml(pagos=(UnPago((UnDocto(UN_UUID),)),)).decode()
    node = content[content.index("<pago:Pagos") : content.index("</pago:Pagos>") + len("</pago:Pagos>")]
    doubled = content.replace(node, f"{node}</cfdi:Complemento><cfdi:Complemento>{node}")
    assert len(read_cfdi(doubled.encode()).pagos) == 2


def test_two_payroll_complements_are_added() -> None:
    nomina = read_cfdi(an_xml(tipo="N", complementos=NOMINA * 2)).nomina
    assert nomina is not None
    assert nomina.total_percepciones == 200


def test_the_base_of_a_rate_written_twice_is_counted_once_in_33() -> None:
    row = b'<cfdi:Traslado Impuesto="002" TipoFactor="Tasa" TasaOCuota="0.160000" Importe="160.00"/>'
    half = row.replace(b"160.00", b"80.00")
    cfdi = read_cfdi(an_xml(version="3.3").replace(row, half + half))
    assert [(i.base, i.importe) for i in cfdi.impuestos] == [(1000, 80), (None, 80)]
    assert cfdi.cubetas.iva_16 == 160
