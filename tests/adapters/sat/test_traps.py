"""The traps of FISCAL.md 2.7, one by one; 12 and 14 belong to the books, and show here as identity."""

import re
from decimal import Decimal

import pytest

from contracts.samples import UN_UUID, UnConcepto, a_retenciones_xml, an_xml
from horux_adapters.sat.reading import read_cfdi
from horux_core.fiscal.cfdi.errors import AtributoFaltante, AtributoInvalido, DtdNoPermitido, VariosTimbres
from horux_core.fiscal.cfdi.model import Cfdi, Tipo
from horux_core.kernel.periodo import Periodo

OTRO_UUID = "bbbbbbbb-bbbb-4ccc-8ddd-000000000002"
TFD = "http://www.sat.gob.mx/TimbreFiscalDigital"
IMPLOCAL = (
    '<i:ImpuestosLocales xmlns:i="http://www.sat.gob.mx/implocal" version="1.0" TotaldeRetenciones="10.00"'
    ' TotaldeTraslados="30.00"><i:TrasladosLocales ImpLocTrasladado="ISH" TasadeTraslado="3.00" Importe="30.00"/>'
    '<i:RetencionesLocales ImpLocRetenido="CEDULAR" TasadeRetencion="1.00" Importe="10.00"/></i:ImpuestosLocales>'
)


def codes(cfdi: Cfdi) -> list[str]:
    return [a.codigo for a in cfdi.advertencias]


def declared(encoding: str, content: bytes) -> bytes:
    return content.replace(b'encoding="UTF-8"', f'encoding="{encoding}"'.encode())


# 1. Bytes


@pytest.mark.parametrize("before", [b"\xef\xbb\xbf", b""])
def test_a_bom_changes_nothing(before: bytes) -> None:
    assert read_cfdi(before + an_xml()) == read_cfdi(an_xml())


@pytest.mark.parametrize(
    "before", [b"\r\n ", b"\xef\xbb\xbf\n", b"\xef\xbb\xbf\xef\xbb\xbf", b"HTTP/1.1 200 OK\r\n\r\n"]
)
def test_text_before_the_xml_is_ignored_and_told(before: bytes) -> None:
    cfdi = read_cfdi(before + an_xml())
    assert cfdi.uuid == UN_UUID
    assert codes(cfdi) == ["texto_antes_del_xml"]


@pytest.mark.parametrize(
    ("content", "warnings"),
    [
        (an_xml(), []),
        (declared("ISO-8859-1", an_xml()), ["codificacion_corregida"]),
        (declared("ISO-8859-1", an_xml().decode().encode("latin-1")), []),
        (declared("windows-1252", an_xml().decode().encode("cp1252")), []),
        (an_xml().decode().encode("cp1252"), ["codificacion_corregida"]),
        (declared("UTF-16", an_xml()).decode().encode("utf-16"), []),
        (declared("UTF-16", an_xml()).decode().encode("utf-16-be"), []),
        (declared("UTF-16", an_xml()).decode().encode("utf-16-le"), []),
        (declared("UTF-16", an_xml()), ["codificacion_corregida"]),
    ],
)
def test_accents_are_right_in_every_encoding(content: bytes, warnings: list[str]) -> None:
    cfdi = read_cfdi(content)
    assert cfdi.nombre_receptor == "UNIVERSIDAD ROBOTICA ESPAÑOLA"
    assert codes(cfdi) == warnings


def test_quotes_of_windows_1252_are_read_as_such() -> None:
    content = declared("ISO-8859-1", an_xml(nombre_emisor="LA “CASA”").decode().encode("cp1252"))
    assert read_cfdi(content).nombre_emisor == "LA “CASA”"


# 2. DTD and entities


@pytest.mark.parametrize("encoding", ["utf-8", "utf-16"])
def test_any_dtd_is_refused(encoding: str) -> None:
    text = an_xml().decode().replace("\n", "\n<!-- <!DOCTYPE --><!DOCTYPE x [<!ENTITY a 'b'>]>", 1)
    with pytest.raises(DtdNoPermitido):
        read_cfdi(text.encode(encoding))


def test_the_word_in_a_comment_is_no_dtd() -> None:
    assert read_cfdi(an_xml().replace(b"\n", b"\n<!-- <!DOCTYPE x> -->", 1)).uuid == UN_UUID


# 3. Addenda


def test_the_addenda_is_ignored_whatever_it_holds() -> None:
    inner = an_xml(uuid=OTRO_UUID, total="5.00").decode().partition("\n")[2]
    stamp = f'<tfd:TimbreFiscalDigital xmlns:tfd="{TFD}" UUID="{OTRO_UUID}"/>'
    assert read_cfdi(an_xml(addenda=inner + stamp)) == read_cfdi(an_xml())


@pytest.mark.parametrize("bad", ['<x:y a="1"/>', "<a>", "R&D", "<a b=c/>"])
def test_an_addenda_that_is_no_xml_is_taken_out_and_told(bad: str) -> None:
    cfdi = read_cfdi(an_xml(addenda=bad))
    assert cfdi.uuid == UN_UUID
    assert codes(cfdi) == ["addenda_retirada"]


def test_nothing_after_a_broken_addenda_is_taken_out_with_it() -> None:
    """What stands between its end and the root's end could be the stamp: then the file is refused, not mended."""
    content = an_xml(addenda="<a>").replace(b"</cfdi:Addenda>", b"</cfdi:Addenda><cfdi:Complemento/>")
    with pytest.raises(Exception, match="bien formado"):
        read_cfdi(content)


# 4 and 5. Complementos and stamps


def test_all_complementos_are_searched() -> None:
    content = an_xml(complementos="</cfdi:Complemento><cfdi:Complemento>")
    assert read_cfdi(content).uuid == UN_UUID


def test_two_stamps_with_two_uuids_are_refused() -> None:
    with pytest.raises(VariosTimbres):
        read_cfdi(an_xml(complementos=f'<tfd:TimbreFiscalDigital xmlns:tfd="{TFD}" UUID="{OTRO_UUID}"/>'))


def test_a_stamp_deeper_than_complemento_does_not_count() -> None:
    deeper = f'<x><tfd:TimbreFiscalDigital xmlns:tfd="{TFD}" UUID="{OTRO_UUID}"/></x>'
    assert read_cfdi(an_xml(complementos=deeper)).uuid == UN_UUID


def test_the_same_stamp_twice_is_one() -> None:
    again = f'<tfd:TimbreFiscalDigital xmlns:tfd="{TFD}" UUID="{UN_UUID.upper()}"/>'
    assert read_cfdi(an_xml(complementos=again)).uuid == UN_UUID


# 6. Namespaces


def test_prefixes_mean_nothing() -> None:
    plain = an_xml()
    other = plain.replace(b"cfdi:", b"otro:").replace(b"xmlns:cfdi", b"xmlns:otro")
    default = re.sub(rb"<(/?)cfdi:", rb"<\1", plain).replace(b"xmlns:cfdi=", b"xmlns=")
    assert read_cfdi(other) == read_cfdi(default) == read_cfdi(plain)


def test_a_prefix_may_be_declared_on_inner_nodes() -> None:
    content = an_xml().replace(b"<cfdi:Emisor ", b'<z:Emisor xmlns:z="http://www.sat.gob.mx/cfd/4" ')
    assert read_cfdi(content) == read_cfdi(an_xml())


def test_the_schemalocation_typo_is_tolerated_and_told() -> None:
    content = an_xml().replace(b"<cfdi:Comprobante ", b'<cfdi:Comprobante xmlns:schemaLocation="http://a b http://c" ')
    assert codes(read_cfdi(content)) == ["schemalocation_corregido"]


def test_a_node_of_another_namespace_is_not_the_cfdis() -> None:
    content = an_xml().replace(b"<cfdi:Emisor ", b'<z:Emisor xmlns:z="http://www.sat.gob.mx/cfd/3" ')
    with pytest.raises(Exception, match="Emisor"):
        read_cfdi(content)


# 7 to 9. What is what


def test_exempt_zero_rate_and_no_object_are_three_things() -> None:
    lines = (UnConcepto("10.00", iva="exento"), UnConcepto("20.00", iva="0.000000"), UnConcepto("40.00", iva=None))
    cubetas = read_cfdi(an_xml(conceptos=lines)).cubetas
    assert (cubetas.base_exento, cubetas.base_0, cubetas.base_no_objeto) == (10, 20, 40)
    assert cubetas.iva_16 == cubetas.base_16 == 0


def test_withheld_iva_does_not_lower_the_iva_charged() -> None:
    cfdi = read_cfdi(an_xml(conceptos=(UnConcepto(ret_iva="0.106667", ret_isr="0.100000"),)))
    assert (cfdi.iva_trasladado, cfdi.iva_retenido, cfdi.isr_retenido) == (160, Decimal("106.67"), 100)
    assert (cfdi.cubetas.iva_16, cfdi.cubetas.ret_iva, cfdi.cubetas.ret_isr) == (160, Decimal("106.67"), 100)


def test_local_taxes_are_in_the_total_and_are_no_iva() -> None:
    cfdi = read_cfdi(an_xml(complementos=IMPLOCAL, conceptos=(UnConcepto(),), total="1180.00"))
    assert cfdi.advertencias == ()
    assert (cfdi.loc_traslados, cfdi.loc_retenciones, cfdi.iva_trasladado) == (30, 10, 160)
    assert [(i.impuesto, i.tasa, i.importe) for i in cfdi.impuestos if i.ambito == "local"] == [
        ("ISH", Decimal("0.03"), 30),
        ("CEDULAR", Decimal("0.01"), 10),
    ]


# 10. Global invoice


def al_publico(periodicidad: str, meses: str, **otros: str) -> bytes:
    informacion = (periodicidad, meses, "2025")
    return an_xml(rfc_receptor="XAXX010101000", informacion_global=informacion, **otros)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("months", "month"), [("02", 2), ("12", 12), ("13", 2), ("14", 4), ("15", 6), ("16", 8), ("17", 10), ("18", 12)]
)
def test_a_global_invoice_belongs_to_its_own_period(months: str, month: int) -> None:
    cfdi = read_cfdi(al_publico("05", months, fecha="2025-04-01T09:00:00"))
    assert cfdi.periodo_global == Periodo(2025, month)


@pytest.mark.parametrize("months", ["0", "19", "x", "²"])
def test_a_global_invoice_of_no_month_is_refused(months: str) -> None:
    with pytest.raises(AtributoInvalido, match="Meses"):
        read_cfdi(al_publico("04", months))


@pytest.mark.parametrize("months", ["03", "99"])
def test_only_an_invoice_to_the_public_is_global(months: str) -> None:
    cfdi = read_cfdi(an_xml(informacion_global=("04", months, "2025")))
    assert (cfdi.periodo_global, cfdi.periodicidad_global) == (None, None)
    assert [a.codigo for a in cfdi.advertencias] == ["global_con_receptor"]


# 11 and 12. UUID and state


def test_uuids_are_lower_case_everywhere() -> None:
    cfdi = read_cfdi(an_xml(uuid=UN_UUID.upper(), relaciones=[("01", [OTRO_UUID.upper()])]))
    assert (cfdi.uuid, cfdi.relaciones[0].uuid) == (UN_UUID, OTRO_UUID)


def test_the_xml_says_nothing_of_its_state() -> None:
    assert not {"estado", "fecha_cancelacion"} & set(Cfdi.__dataclass_fields__)


# 13. Zero totals


@pytest.mark.parametrize("tipo", ["T", "I"])
def test_a_document_in_no_currency_has_no_amounts(tipo: str) -> None:
    cfdi = read_cfdi(an_xml(tipo=tipo, moneda="XXX", metodo_pago=None, forma_pago=None))
    assert (cfdi.subtotal, cfdi.total, cfdi.tipo_cambio, cfdi.cubetas.base_16) == (0, 0, None, 0)
    assert cfdi.advertencias == ()


# 14. Twice the same


def test_the_same_bytes_are_the_same_cfdi() -> None:
    assert read_cfdi(an_xml()) == read_cfdi(an_xml())


# 15. Names with Ñ


@pytest.mark.parametrize("encoding", ["utf-8", "latin-1", "utf-16"])
def test_an_attribute_with_enie_is_read_in_every_encoding(encoding: str) -> None:
    content = al_publico("04", "03")
    assert read_cfdi(content.decode().encode(encoding)).periodo_global == Periodo(2025, 3)


def test_a_global_invoice_without_its_year_is_refused() -> None:
    content = al_publico("04", "03").replace("Año=".encode(), b"Anio=")
    with pytest.raises(AtributoFaltante, match="Año"):
        read_cfdi(content)


def test_withholdings_are_their_own_kind() -> None:
    cfdi = read_cfdi(a_retenciones_xml())
    assert (cfdi.tipo, cfdi.isr_retenido, cfdi.fecha_emision.tzinfo) == (Tipo.RETENCIONES, 200, None)
