"""What `read_cfdi` promises of payments: shares, currencies and rates."""

import pytest

from contracts.samples import UN_UUID, UnDocto, UnPago, an_xml
from horux_adapters.sat.reading import read_cfdi
from tests.adapters.sat.leido import codes, refusal


class TestPayments:
    def test_an_operation_number_stays_as_written(self) -> None:
        cfdi = read_cfdi(an_xml(pagos=(UnPago((UnDocto("123-45-123456789"),)),)))
        assert cfdi.pagos[0].doctos[0].id_documento == "123-45-123456789"
        assert cfdi.advertencias == ()

    def test_a_strange_document_is_told(self) -> None:
        assert codes(read_cfdi(an_xml(pagos=(UnPago((UnDocto("FACTURA 7"),)),)))) == ["uuid_relacionado_raro"]

    def test_10_without_imppagado_means_the_whole_payment(self) -> None:
        docto = UnDocto(UN_UUID, pagado=None, moneda="USD", equivalencia="0.05")
        pagos = (UnPago((docto,), monto="2000.00"),)
        assert read_cfdi(an_xml(version="3.3", pagos=pagos)).pagos[0].doctos[0].pagado == 100

    def test_10_without_imppagado_for_two_documents_is_refused(self) -> None:
        doctos = (UnDocto(UN_UUID, pagado=None), UnDocto(UN_UUID))
        assert refusal(an_xml(version="3.3", pagos=(UnPago(doctos),))).facts["atributo"] == "ImpPagado"

    def test_10_brings_no_taxes(self) -> None:
        docto = read_cfdi(an_xml(version="3.3", pagos=(UnPago((UnDocto(UN_UUID),)),))).pagos[0].doctos[0]
        assert not docto.con_impuestos
        assert docto.equivalencia == 1

    def test_20_brings_taxes_in_the_documents_currency(self) -> None:
        docto = UnDocto(UN_UUID, pagado="58.00", moneda="USD", equivalencia="0.05")
        read = read_cfdi(an_xml(pagos=(UnPago((docto,), monto="1160.00"),))).pagos[0].doctos[0]
        assert (read.pagado, read.cubetas.base_16, read.cubetas.iva_16) == (58, 50, 8)

    def test_shares_in_the_payments_currency_are_converted_with_their_taxes(self) -> None:
        docto = UnDocto(UN_UUID, pagado="1160.00", moneda="USD", equivalencia="0.05")
        cfdi = read_cfdi(an_xml(pagos=(UnPago((docto,), monto="1160.00"),)))
        read = cfdi.pagos[0].doctos[0]
        assert (read.pagado, read.saldo_anterior, read.cubetas.iva_16) == (58, 58, 8)
        assert codes(cfdi) == ["PAGO_INCONSISTENTE"]

    def test_mxn_invoices_paid_in_dollars_are_right_as_they_are(self) -> None:
        docto = UnDocto(UN_UUID, pagado="2000.00", saldo_anterior="2000.00")
        cfdi = read_cfdi(an_xml(version="3.3", pagos=(UnPago((docto,), "100.00", moneda="USD", tipo_cambio="20"),)))
        assert (cfdi.pagos[0].doctos[0].pagado, cfdi.advertencias) == (2000, ())

    def test_two_currencies_without_a_rate_between_them_are_told(self) -> None:
        docto = UnDocto(UN_UUID, moneda="USD", equivalencia=None)
        assert codes(read_cfdi(an_xml(pagos=(UnPago((docto,)),)))) == ["TC_SOSPECHOSO"]

    @pytest.mark.parametrize(("totales", "warnings"), [("1160.05", []), ("1160.06", ["totales_pagos_difieren"])])
    def test_totals_that_differ_are_told(self, totales: str, warnings: list[str]) -> None:
        taxes = 'TotalTrasladosBaseIVA16="1000" TotalTrasladosImpuestoIVA16="160"'
        node = f'<pago:Totales {taxes} MontoTotalPagos="{totales}"/>'
        content = an_xml(pagos=(UnPago((UnDocto(UN_UUID),)),)).replace(b"<pago:Pago ", node.encode() + b"<pago:Pago ")
        assert codes(read_cfdi(content)) == warnings

    def test_a_payment_without_its_complement_is_told(self) -> None:
        content = an_xml(tipo="P", moneda="XXX", metodo_pago=None, forma_pago=None)
        assert codes(read_cfdi(content)) == ["pago_sin_complemento"]

    @pytest.mark.parametrize("rate", ["0", "0.0000000000", "-1", "1e-9"])
    def test_rates_that_are_none_are_refused(self, rate: str) -> None:
        docto = UnDocto(UN_UUID, moneda="USD", equivalencia=rate)
        assert refusal(an_xml(pagos=(UnPago((docto,)),))).code in {"atributo-invalido", "importe-negativo"}

    def test_a_rate_that_blows_amounts_up_is_refused(self) -> None:
        docto = UnDocto(
            UN_UUID, pagado="9" * 15, saldo_anterior=None, moneda="USD", equivalencia="0.0000000001", iva=None
        )
        assert refusal(an_xml(pagos=(UnPago((docto,)),))).facts["atributo"] == "ImpPagado"
