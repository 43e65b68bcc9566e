"""What `read_cfdi` promises of payments: shares, currencies and rates."""

from decimal import Decimal

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

    @pytest.mark.parametrize("rate", ["1", None, "0.05", "20"])
    def test_10_without_imppagado_of_an_invoice_in_pesos_is_the_payment_in_pesos(self, rate: str | None) -> None:
        docto = UnDocto(UN_UUID, pagado=None, equivalencia=rate)
        pagos = (UnPago((docto,), monto="100.00", moneda="USD", tipo_cambio="18.5712"),)
        cfdi = read_cfdi(an_xml(version="3.3", pagos=pagos))
        assert (cfdi.pagos[0].doctos[0].pagado, cfdi.advertencias) == (Decimal("1857.12"), ())

    def test_10_without_imppagado_in_the_payments_currency_needs_no_rate(self) -> None:
        docto = UnDocto(UN_UUID, pagado=None, moneda="USD", equivalencia="18.5")
        pagos = (UnPago((docto,), monto="100.00", moneda="USD", tipo_cambio="18.5"),)
        assert read_cfdi(an_xml(version="3.3", pagos=pagos)).pagos[0].doctos[0].pagado == 100

    @pytest.mark.parametrize(("owed", "paid"), [("MXN", "USD"), ("USD", "MXN"), ("EUR", "USD")])
    def test_10_without_imppagado_nor_a_rate_between_the_currencies_is_refused(self, owed: str, paid: str) -> None:
        docto = UnDocto(UN_UUID, pagado=None, moneda=owed)
        pagos = (UnPago((docto,), moneda=paid, tipo_cambio=None if owed == "MXN" else "20"),)
        assert refusal(an_xml(version="3.3", pagos=pagos)).facts["atributo"] == "ImpPagado"

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

    @pytest.mark.parametrize(("rate", "warnings"), [("0.05", []), ("20", ["equivalencia_invertida"])])
    def test_a_rate_upside_down_is_told(self, rate: str, warnings: list[str]) -> None:
        docto = UnDocto(UN_UUID, pagado="58.00", moneda="USD", equivalencia=rate)
        assert codes(read_cfdi(an_xml(pagos=(UnPago((docto,), monto="1160.00"),)))) == warnings

    @pytest.mark.parametrize(("rate", "warnings"), [("20", []), ("0.05", ["equivalencia_invertida"])])
    def test_a_rate_upside_down_of_a_payment_in_dollars_is_told(self, rate: str, warnings: list[str]) -> None:
        docto = UnDocto(UN_UUID, pagado="1160.00", equivalencia=rate)
        pago = UnPago((docto,), monto="58.00", moneda="USD", tipo_cambio="20")
        assert codes(read_cfdi(an_xml(pagos=(pago,)))) == warnings

    def test_a_payments_own_currency_needs_no_rate(self) -> None:
        docto = UnDocto(UN_UUID, pagado="1160.00", equivalencia="20")
        assert codes(read_cfdi(an_xml(version="3.3", pagos=(UnPago((docto,), monto="23200.00"),)))) == []

    def test_a_rate_that_no_month_counts_is_told(self) -> None:
        docto = UnDocto(UN_UUID, iva="0.150000")
        assert codes(read_cfdi(an_xml(pagos=(UnPago((docto,)),)))) == ["tasa_iva_distinta"]

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
