"""Files made to hurt: refused with a reason, fast, without memory, and never taken for a shorter document."""

import random
import string
import time
import tracemalloc
from base64 import encodebytes
from collections.abc import Callable
from contextlib import suppress
from decimal import Decimal

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from contracts.samples import UN_UUID, UnConcepto, UnDocto, UnPago, a_retenciones_xml, an_xml
from horux_adapters.sat.encoding import MAX_BYTES
from horux_adapters.sat.reading import read_cfdi
from horux_core.fiscal.cfdi.errors import CfdiRejected
from horux_core.fiscal.cfdi.limites import MIB
from tests.samples import shared

WHOLE = [
    an_xml(addenda="<a>1</a>"),
    an_xml(version="3.3", conceptos=(UnConcepto(), UnConcepto(iva="exento"))),
    an_xml(pagos=(UnPago((UnDocto(UN_UUID),)),)),
    a_retenciones_xml(),
]
BROKEN_ADDENDA = an_xml(addenda='<x:y z="1"/>')
AMOUNTS = st.decimals(
    min_value=0, max_value=Decimal("999999999999999"), places=6, allow_nan=False, allow_infinity=False
)


def refused(content: bytes) -> CfdiRejected:
    with pytest.raises(CfdiRejected) as caught:
        read_cfdi(content)
    assert caught.value.code != CfdiRejected.code
    assert str(caught.value)
    return caught.value


@pytest.mark.parametrize("whole", [*WHOLE, BROKEN_ADDENDA])
def test_no_cut_of_a_cfdi_is_accepted(whole: bytes) -> None:
    read_cfdi(whole)
    for cut in range(len(whole)):
        refused(whole[:cut])


def test_a_cut_in_the_middle_says_so() -> None:
    assert refused(WHOLE[0][: len(WHOLE[0]) // 2]).code == "xml-truncado"


@given(st.data())
def test_a_hole_in_a_cfdi_never_crashes(data: st.DataObject) -> None:
    whole = data.draw(st.sampled_from(WHOLE))
    start = data.draw(st.integers(0, len(whole)))
    end = data.draw(st.integers(start, len(whole)))
    with suppress(CfdiRejected):
        read_cfdi(whole[:start] + data.draw(st.binary(max_size=8)) + whole[end:])


@given(
    st.binary(max_size=400)
    | st.text(max_size=200).map(str.encode)
    | st.text(alphabet="<>/!?[]&;\"'= aDOCTYPE-").map(str.encode)
)
def test_any_bytes_are_refused_and_nothing_else(content: bytes) -> None:
    refused(content)


@given(st.text(alphabet=string.ascii_letters, min_size=1, max_size=12), st.sampled_from([" ", "\n", "\t ", "\r\n"]))
def test_prefix_and_space_between_nodes_change_nothing(prefix: str, space: str) -> None:
    if prefix.lower().startswith("xml"):
        return
    for whole in WHOLE[:3]:
        renamed = whole.replace(b"cfdi:", prefix.encode() + b":").replace(b"xmlns:cfdi", b"xmlns:" + prefix.encode())
        assert read_cfdi(renamed.replace(b"><", b">" + space.encode() + b"<")) == read_cfdi(whole)


@given(AMOUNTS, AMOUNTS, AMOUNTS)
@settings(max_examples=60)
def test_amounts_come_back_as_written(subtotal: Decimal, descuento: Decimal, total: Decimal) -> None:
    cfdi = read_cfdi(an_xml(total=f"{total:f}", SubTotal=f"{subtotal:f}", Descuento=f"{descuento:f}"))
    assert (str(cfdi.subtotal), str(cfdi.descuento), str(cfdi.total)) == (
        f"{subtotal:f}",
        f"{descuento:f}",
        f"{total:f}",
    )


@given(
    st.lists(
        st.builds(
            UnConcepto,
            importe=st.decimals(min_value="0.01", max_value="9999999", places=2).map(str),
            iva=st.sampled_from(["0.160000", "0.16", "0.080000", "0.000000", "exento", None]),
            ieps=st.sampled_from([None, "0.080000"]),
            ret_iva=st.sampled_from([None, "0.106667"]),
        ),
        min_size=1,
        max_size=6,
    ),
    st.sampled_from(["3.3", "4.0"]),
)
@settings(max_examples=60)
def test_buckets_add_up_to_the_document(lines: list[UnConcepto], version: str) -> None:
    cfdi = read_cfdi(an_xml(version=version, conceptos=lines))
    c = cfdi.cubetas
    assert cfdi.advertencias == ()
    assert cfdi.total == cfdi.subtotal - cfdi.descuento + c.iva_16 + c.iva_8 + c.ieps - c.ret_iva - c.ret_isr
    net = c.base_16 + c.base_8 + c.base_0 + c.base_exento + c.base_no_objeto + c.base_sin_desglose
    ieps_in_bases = sum(
        fila[4] for line in lines if line.iva is not None for fila in line.traslados() if fila[0] == "003"
    )
    assert net - ieps_in_bases == cfdi.subtotal - cfdi.descuento


def test_unknown_attributes_and_nodes_are_ignored() -> None:
    content = an_xml(Nuevo="1", UUID="x").replace(
        b"<cfdi:Emisor ", b'<cfdi:Novedad a="1"><b/></cfdi:Novedad><cfdi:Emisor Otro="2" '
    )
    assert read_cfdi(content) == read_cfdi(an_xml())


def _bomb() -> bytes:
    levels = "".join(f'<!ENTITY l{n + 1} "{f"&l{n};" * 10}">' for n in range(9))
    return f'<?xml version="1.0"?><!DOCTYPE x [<!ENTITY l0 "ha">{levels}]><x a="&l9;">&l9;</x>'.encode()


def _names(written: Callable[[str], str]) -> bytes:
    return f"<a>{''.join(written(f'n{n:099}') for n in range(60_000))}</a>".encode()


HOSTILE = {
    "entity bomb": (_bomb(), "xml-con-dtd"),
    "quadratic bomb": (
        b'<!DOCTYPE x [<!ENTITY a "' + b"a" * 50_000 + b'">]><x>' + b"&a;" * 50_000 + b"</x>",
        "xml-con-dtd",
    ),
    "parameter entity": (b'<!DOCTYPE x [<!ENTITY % p SYSTEM "http://127.0.0.1:9/x"> %p;]><x/>', "xml-con-dtd"),
    "outer DTD": (b'<?xml version="1.0"?><!DOCTYPE x SYSTEM "file:///etc/passwd"><x/>', "xml-con-dtd"),
    "DTD in UTF-16": ('<!DOCTYPE x [<!ENTITY a "b">]><x>&a;</x>'.encode("utf-16"), "xml-con-dtd"),
    "UTF-7": (b'<?xml version="1.0" encoding="UTF-7"?>+ADwAIQ-DOCTYPE x+AD4-<x/>', "xml-codificacion"),
    "EBCDIC": ('<?xml version="1.0" encoding="IBM037"?><x/>'.encode("cp037"), "xml-mal-formado"),
    "UTF-32": ("<x/>".encode("utf-32"), "xml-codificacion"),
    "two roots": (an_xml() + b"<a/>", "xml-mal-formado"),
    "depth": (b"<a>" * 100_000 + b"</a>" * 100_000, "xml-mal-formado"),
    "a million nodes": (b"<a>" + b"<b/>" * 1_000_000 + b"</a>", "xml-demasiado-complejo"),
    "a million attributes": (b"<a>" + b"<b" + b' c="1"' * 1_000_000 + b"/></a>", "xml-demasiado-complejo"),
    "names without end": (_names(lambda n: f"<{n}/>"), "xml-demasiado-complejo"),
    "attribute names without end": (_names(lambda n: f'<b {n} = "1"/>'), "xml-demasiado-complejo"),
    "huge attribute": (b'<a><b c="' + b"x" * 15_000_000 + b'"/></a>', "xml-mal-formado"),
    "XInclude": (
        b'<a xmlns:xi="http://www.w3.org/2001/XInclude"><xi:include href="file:///etc/passwd"/></a>',
        "no-es-cfdi",
    ),
    "too large": (b"<a>" + b" " * MAX_BYTES + b"</a>", "xml-demasiado-grande"),
    "an empty zip": (b"PK\x05\x06" + bytes(18), "archivo-es-zip"),
    "zeros": (bytes(5000), "archivo-vacio"),
    "a page": (b"<html><body>Error<br></body></html>", "archivo-es-html"),
    "a page with its doctype": (b"<!DOCTYPE html>\n<html><body>Error</body></html>", "archivo-es-html"),
}


@pytest.mark.parametrize("name", HOSTILE)
def test_hostile_files_are_refused_fast_and_without_memory(name: str) -> None:
    content, code = HOSTILE[name]
    tracemalloc.start()
    started = time.monotonic()
    error = refused(content)
    spent, peak = time.monotonic() - started, tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert error.code == code
    assert spent < 1
    assert peak < 100_000_000


def test_a_long_document_with_few_names_is_read_whatever_its_text() -> None:
    pdf = encodebytes(random.Random(1).randbytes(MIB)).decode()
    lines = [UnConcepto(importe=f"{n}.00", clave=f"{n:08}") for n in range(1, 2001)]
    cfdi = read_cfdi(an_xml(conceptos=lines, addenda=f'<x:Pdf xmlns:x="urn:x">\n{pdf}</x:Pdf>'))
    assert cfdi.subtotal == 2001 * 1000


@given(
    st.sampled_from(["cfdi/v33_hospedaje_implocal.xml", "cfdi/v40_nomina_finiquito.xml", "cfdi/ret10_intereses.xml"]),
    st.data(),
)
@settings(max_examples=80)
def test_no_cut_of_a_real_cfdi_is_accepted(file: str, data: st.DataObject) -> None:
    whole = shared("samples", *file.split("/")).read_bytes().rstrip()
    refused(whole[: data.draw(st.integers(0, len(whole) - 1))])
