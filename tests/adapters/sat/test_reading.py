"""What `read_cfdi` promises beyond the traps: amounts, rates, buckets, refusals that name what is wrong."""

import pickle
import subprocess
import sys
from datetime import date, datetime
from decimal import Decimal
from typing import Any

import pytest

from contracts.samples import UN_UUID, UnConcepto, UnDocto, UnPago, a_retenciones_xml, an_xml
from horux_adapters.sat.reading import read_cfdi
from horux_core.fiscal.cfdi.model import Advertencia, Cfdi, Tipo
from tests.adapters.sat.leido import codes, refusal

V32 = """<?xml version="1.0" encoding="UTF-8"?>
<c:Comprobante xmlns:c="http://www.sat.gob.mx/cfd/3" version="3.2" fecha="2015-02-18T11:49:20" subTotal="{subtotal}"
 descuento="0.00" total="{total}" tipoDeComprobante="{tipo}" metodoDePago="03" formaDePago="UNA"
 LugarExpedicion="MX"{mas}>
<c:Emisor rfc="AAA010101AAA"><c:RegimenFiscal Regimen="PM"/></c:Emisor><c:Receptor rfc="URE180429TM6"/>
<c:Conceptos><c:Concepto importe="{subtotal}"/></c:Conceptos>
<c:Impuestos><c:Traslados>{traslados}</c:Traslados></c:Impuestos>
<c:Complemento>{complementos}<t:TimbreFiscalDigital xmlns:t="http://www.sat.gob.mx/TimbreFiscalDigital" version="1.0"
 UUID="AAAAAAAA-BBBB-4CCC-8DDD-000000000001" FechaTimbrado="2015-02-18T11:49:20"/></c:Complemento></c:Comprobante>"""
IVA_16 = '<c:Traslado impuesto="IVA" tasa="16.00" importe="160.00"/>'
NOMINA_11 = (
    '<n:Nomina xmlns:n="http://www.sat.gob.mx/nomina" Version="1.1" FechaPago="2015-02-15" NumDiasPagados="15"/>'
)


def v32(traslados: str = IVA_16, total: str = "1160.00", tipo: str = "ingreso", mas: str = "", nodos: str = "") -> Cfdi:
    text = V32.format(subtotal="1000.00", total=total, tipo=tipo, traslados=traslados, mas=mas, complementos=nodos)
    return read_cfdi(text.encode())


class TestRates:
    @pytest.mark.parametrize("rate", [None, "", "1", "1.0000", "0"])
    def test_a_foreign_currency_without_a_real_rate_waits_for_one(self, rate: str | None) -> None:
        cfdi = read_cfdi(an_xml(moneda="USD", tipo_cambio=rate))
        assert cfdi.tipo_cambio is None
        assert codes(cfdi) == ["TC_SOSPECHOSO"]

    def test_a_rate_is_kept_as_written(self) -> None:
        assert str(read_cfdi(an_xml(moneda="USD", tipo_cambio="17.199500")).tipo_cambio) == "17.199500"

    @pytest.mark.parametrize(("written", "code"), [("Pesos", "MXN"), ("m.n.", "MXN"), ("Dólares", "USD")])
    def test_a_currency_in_words_is_told(self, written: str, code: str) -> None:
        cfdi = read_cfdi(an_xml(moneda=written, tipo_cambio="18.5"))
        assert cfdi.moneda == code
        assert codes(cfdi) == ["moneda_asumida"]

    def test_a_currency_that_is_none_is_refused(self) -> None:
        assert refusal(an_xml(moneda="doblones")).facts == {"nodo": "Comprobante", "atributo": "Moneda"}


class TestAmounts:
    @pytest.mark.parametrize(
        "bad", ["NaN", "Infinity", "-Infinity", "1e5", "1E400", "0x10", "1,000.00", "1 000", "١٢", "."]
    )
    def test_what_is_no_amount_is_refused_by_name(self, bad: str) -> None:
        error = refusal(an_xml(SubTotal=bad))
        assert (error.code, error.facts) == ("atributo-invalido", {"nodo": "Comprobante", "atributo": "SubTotal"})

    @pytest.mark.parametrize("bad", ["1" * 16, "1" * 400, "0.1234567"])
    def test_amounts_out_of_measure_are_refused(self, bad: str) -> None:
        assert refusal(an_xml(Total=bad)).code == "atributo-invalido"

    @pytest.mark.parametrize("where", ["SubTotal", "Descuento", "Total"])
    def test_negative_amounts_are_refused_by_name(self, where: str) -> None:
        wrong: dict[str, Any] = {where: "-1.00"}
        error = refusal(an_xml(**wrong))
        assert (error.code, error.facts["atributo"]) == ("importe-negativo", where)

    @pytest.mark.parametrize(("written", "amount"), [(" 1000.00 ", "1000.00"), ("+1000", "1000"), ("1000.", "1000")])
    def test_odd_ways_of_writing_an_amount_are_read(self, written: str, amount: str) -> None:
        assert read_cfdi(an_xml(SubTotal=written)).subtotal == Decimal(amount)

    def test_minus_zero_is_zero(self) -> None:
        assert read_cfdi(an_xml(Descuento="-0.00")).descuento == 0

    def test_a_total_that_does_not_add_up_is_told(self) -> None:
        assert codes(read_cfdi(an_xml(conceptos=(UnConcepto(),), total="1160.06"))) == ["no_cuadra"]
        assert codes(read_cfdi(an_xml(conceptos=(UnConcepto(),), total="1160.05"))) == []


class TestBuckets:
    def test_ieps_is_part_of_the_iva_base(self) -> None:
        cubetas = read_cfdi(an_xml(conceptos=(UnConcepto(ieps="0.080000"),))).cubetas
        assert (cubetas.base_16, cubetas.iva_16, cubetas.ieps) == (1080, Decimal("172.80"), 80)

    def test_every_rate_has_its_bucket(self) -> None:
        lines = tuple(UnConcepto("100.00", iva=iva) for iva in ("0.16", "0.160000", "0.080000", "0.100000"))
        cubetas = read_cfdi(an_xml(conceptos=lines)).cubetas
        assert (cubetas.base_16, cubetas.iva_16) == (200, 32)
        assert (cubetas.base_8, cubetas.iva_8) == (100, 8)
        assert (cubetas.base_otra_tasa, cubetas.iva_otra_tasa) == (100, 10)

    @pytest.mark.parametrize(
        ("tasa", "warnings"),
        [
            ("0.100000", ["tasa_iva_distinta"]),
            ("0.150000", ["tasa_iva_distinta"]),
            ("0.16", []),
            ("0.08", []),
            ("0", []),
        ],
    )
    def test_a_rate_that_no_month_counts_is_told(self, tasa: str, warnings: list[str]) -> None:
        lines = (UnConcepto("100.00", iva="0.16"), UnConcepto("100.00", iva=tasa))
        assert codes(read_cfdi(an_xml(conceptos=lines))) == warnings

    @pytest.mark.parametrize("objeto", ["01", "04", "06", "07", "08"])
    def test_no_object_is_net_of_discount(self, objeto: str) -> None:
        line = UnConcepto(descuento="100.00", iva=None, objeto=objeto)
        assert read_cfdi(an_xml(conceptos=(line,))).cubetas.base_no_objeto == 900

    @pytest.mark.parametrize("objeto", ["02", "03", "05"])
    def test_an_object_without_breakdown_is_its_own_bucket(self, objeto: str) -> None:
        cubetas = read_cfdi(an_xml(conceptos=(UnConcepto(iva=None, objeto=objeto),))).cubetas
        assert (cubetas.base_sin_desglose, cubetas.base_no_objeto) == (1000, 0)

    def test_without_a_summary_taxes_come_from_the_concepts_rounded(self) -> None:
        line = UnConcepto("100.03", iva="0.16", ret_iva="0.106667")
        cfdi = read_cfdi(an_xml(conceptos=(line, line), con_resumen=False))
        assert (cfdi.iva_trasladado, cfdi.cubetas.iva_16, cfdi.iva_retenido) == (32, 32, Decimal("21.34"))

    def test_a_summary_that_disagrees_wins_and_is_told(self) -> None:
        content = an_xml().replace(
            b'Importe="160.00"/></cfdi:Traslados></cfdi:Impuestos><cfdi:Complemento>',
            b'Importe="160.02"/></cfdi:Traslados></cfdi:Impuestos><cfdi:Complemento>',
        )
        cfdi = read_cfdi(content)
        assert cfdi.cubetas.iva_16 == cfdi.iva_trasladado == Decimal("160.02")
        assert codes(cfdi) == ["impuestos_difieren"]

    def test_33_takes_bases_and_exempt_from_the_concepts(self) -> None:
        lines = (UnConcepto("100.00"), UnConcepto("50.00", iva="exento"), UnConcepto("25.00", iva=None))
        cfdi = read_cfdi(an_xml(version="3.3", conceptos=lines))
        assert (cfdi.cubetas.base_16, cfdi.cubetas.base_exento, cfdi.cubetas.base_no_objeto) == (100, 50, 25)
        assert [(i.factor, i.base) for i in cfdi.impuestos] == [("Tasa", 100), ("Exento", 50)]

    def test_only_invoices_and_credit_notes_have_buckets(self) -> None:
        assert read_cfdi(an_xml(tipo="N")).cubetas.base_16 == 0
        assert read_cfdi(an_xml(tipo="E")).cubetas.base_16 == 1000

    def test_what_belongs_to_others_is_added_up(self) -> None:
        lines = (UnConcepto("100.00", descuento="10.00", terceros=True), UnConcepto("50.00"))
        assert read_cfdi(an_xml(conceptos=lines)).a_cuenta_terceros == 90

    @pytest.mark.parametrize(("clave", "fuel"), [("15101514", True), ("81112100", False)])
    def test_fuel_is_known_by_its_key(self, clave: str, fuel: bool) -> None:
        assert read_cfdi(an_xml(conceptos=(UnConcepto(), UnConcepto(clave=clave)))).combustible is fuel


class Test32:
    def test_one_rate_explains_the_whole_base(self) -> None:
        cfdi = v32()
        assert (cfdi.version, cfdi.moneda, cfdi.metodo_pago, cfdi.regimen_emisor) == ("3.2", "MXN", "03", "PM")
        assert (cfdi.cubetas.base_16, cfdi.cubetas.iva_16, cfdi.advertencias) == (1000, 160, ())
        assert cfdi.impuestos[0].tasa == Decimal("0.16")

    def test_ieps_is_in_the_base(self) -> None:
        ieps = '<c:Traslado impuesto="IEPS" tasa="8.00" importe="80.00"/>'
        cfdi = v32(ieps + '<c:Traslado impuesto="IVA" tasa="16.00" importe="172.80"/>', total="1252.80")
        assert (cfdi.cubetas.base_16, cfdi.cubetas.ieps) == (1080, 80)

    @pytest.mark.parametrize(
        "rows",
        [
            '<c:Traslado impuesto="IVA" tasa="16.00" importe="80.00"/>',
            IVA_16 + '<c:Traslado impuesto="IVA" tasa="0" importe="0"/>',
        ],
    )
    def test_a_mix_is_not_guessed(self, rows: str) -> None:
        cfdi = v32(rows, total="1080.00" if "80.00" in rows and "160" not in rows else "1160.00")
        assert (cfdi.cubetas.base_16, cfdi.cubetas.base_sin_desglose) == (0, 1000)
        assert codes(cfdi) == ["bases_sin_desglose"]

    def test_a_payroll_receipt_is_no_credit_note(self) -> None:
        assert v32(tipo="egreso", nodos=NOMINA_11).tipo is Tipo.NOMINA
        assert v32(tipo="egreso").tipo is Tipo.EGRESO


class TestRefusals:
    @pytest.mark.parametrize("name", ["Fecha", "SubTotal", "Total", "Moneda", "TipoDeComprobante"])
    def test_a_missing_attribute_is_named(self, name: str) -> None:
        without: dict[str, Any] = {name: None}
        error = refusal(an_xml(**without))
        assert (error.code, error.facts["atributo"]) == ("atributo-faltante", name)
        assert name in str(error)

    @pytest.mark.parametrize("node", ["Emisor", "Receptor", "Conceptos"])
    def test_a_missing_node_is_named(self, node: str) -> None:
        content = (
            an_xml().replace(f"<cfdi:{node}".encode(), b"<cfdi:Otro").replace(f"</cfdi:{node}".encode(), b"</cfdi:Otro")
        )
        assert (refusal(content).code, refusal(content).facts["nodo"]) == ("nodo-faltante", node)

    @pytest.mark.parametrize(
        "bad", ["2025-02-30T10:00:00", "2025-01-15", "ayer", "0001-01-01T00:00:00", "2025-01-15T25:00:00"]
    )
    def test_a_date_that_is_none_is_refused(self, bad: str) -> None:
        assert refusal(an_xml(Fecha=bad)).facts["atributo"] == "Fecha"

    @pytest.mark.parametrize("zone", ["+99:99", "-24:00", "+06:60", "-14:01", "+15:00", "+6:00", "-0600"])
    def test_a_zone_of_no_place_is_refused(self, zone: str) -> None:
        moment = "2025-01-15T10:00:00" + zone
        pago = UnPago((UnDocto(UN_UUID),), fecha=moment)
        nomina = NOMINA_11.replace("2015-02-15", moment)
        refused = [refusal(a_retenciones_xml(fecha=moment)), refusal(an_xml(Fecha=moment))]
        refused += [refusal(an_xml(pagos=(pago,))), refusal(an_xml(complementos=nomina))]
        assert [error.facts["atributo"] for error in refused] == ["FechaTimbrado", "Fecha", *["FechaPago"] * 2]

    @pytest.mark.parametrize("zone", ["", "Z", "-06:00", "+14:00", "-14:00", "+05:45", ".123-06:00"])
    def test_the_zone_of_a_place_is_dropped(self, zone: str) -> None:
        moment = "2025-01-15T10:00:00"
        assert read_cfdi(an_xml(Fecha=moment + zone)).fecha_emision == datetime.fromisoformat(moment)
        nomina = read_cfdi(an_xml(complementos=NOMINA_11.replace("2015-02-15", moment + zone))).nomina
        assert nomina is not None
        assert nomina.fecha_pago == date(2025, 1, 15)

    @pytest.mark.parametrize("version", ["5.0", "3.3", "4", "2.2"])
    def test_a_version_of_no_schema_is_refused(self, version: str) -> None:
        assert refusal(an_xml(Version=version)).code == "version-no-admitida"

    def test_without_a_version_the_namespace_decides(self) -> None:
        cfdi = read_cfdi(an_xml(Version=None))
        assert (cfdi.version, codes(cfdi)) == ("4.0", ["version_asumida"])
        assert read_cfdi(an_xml(version="3.3", Version=None)).version == "3.3"

    @pytest.mark.parametrize("uuid", ["", "aaaaaaaa-bbbb-4ccc-8ddd-00000000000", "g" * 36, UN_UUID + "0"])
    def test_a_uuid_of_no_form_is_refused(self, uuid: str) -> None:
        assert refusal(an_xml(uuid=uuid)).code == "uuid-mal-formado"

    def test_no_stamp_no_cfdi(self) -> None:
        assert refusal(an_xml(uuid=None)).code == "sin-timbre"

    def test_an_rfc_of_no_form_stays_with_a_warning(self) -> None:
        cfdi = read_cfdi(an_xml(rfc_receptor="EXTRANJERO-1"))
        assert cfdi.rfc_receptor == "EXTRANJERO-1"
        assert codes(cfdi) == ["rfc_mal_formado"]

    def test_an_rfc_with_spaces_and_in_lower_case_is_normalised(self) -> None:
        cfdi = read_cfdi(an_xml(rfc_emisor=" h&e 951128-469 "))
        assert (cfdi.rfc_emisor, cfdi.advertencias) == ("H&E951128469", ())

    @pytest.mark.parametrize("month", ["0", "13", ""])
    def test_withholdings_of_no_month_are_refused(self, month: str) -> None:
        assert (
            refusal(a_retenciones_xml().replace(b'MesFin="03"', f'MesFin="{month}"'.encode())).facts["atributo"]
            == "MesFin"
        )


def test_results_and_reasons_travel_between_processes() -> None:
    cfdi = read_cfdi(an_xml(pagos=(UnPago((UnDocto(UN_UUID),)),)))
    assert pickle.loads(pickle.dumps(cfdi)) == cfdi
    error = pickle.loads(pickle.dumps(refusal(an_xml(SubTotal="x"))))
    assert (type(error).__name__, error.code, error.facts["atributo"]) == (
        "AtributoInvalido",
        "atributo-invalido",
        "SubTotal",
    )
    assert "SubTotal" in str(error)


def test_reading_needs_neither_web_nor_database() -> None:
    heavy = "('litestar', 'psycopg', 'msgspec', 'procrastinate')"
    code = f"import sys, horux_adapters.sat.reading; print([m for m in {heavy} if m in sys.modules])"
    done = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, check=True, env={"PYTHONPATH": "src"}
    )
    assert done.stdout.strip() == "[]"


def test_warnings_are_sentences() -> None:
    cfdi = read_cfdi(an_xml(moneda="USD"))
    assert isinstance(cfdi.advertencias[0], Advertencia)
    assert "DOF" in cfdi.advertencias[0].detalle
