"""Every damaged or hostile sample is refused with its reason, or accepted with its warning. ZIPs are not read here."""

import time

import pytest

from horux_adapters.sat.reading import read_cfdi
from horux_core.fiscal.cfdi.direccion import direccion
from horux_core.fiscal.cfdi.errors import CfdiRejected
from horux_core.fiscal.cfdi.model import Direccion
from tests.samples import shared

TENANT = "EKU9003173C9"

REFUSED = {
    "truncado.xml": "xml-truncado",
    "vacio.xml": "archivo-vacio",
    "solo_espacios.xml": "archivo-vacio",
    "pagina_error.xml": "archivo-es-html",
    "billion_laughs.xml": "xml-con-dtd",
    "entidad_externa.xml": "xml-con-dtd",
    "no_es_cfdi.xml": "no-es-cfdi",
    "balanza_contabilidad.xml": "es-contabilidad-electronica",
    "sin_timbre.xml": "sin-timbre",
    "namespace_equivocado.xml": "namespace-desconocido",
    "total_negativo.xml": "importe-negativo",
    "dos_timbres.xml": "varios-timbres",
    "pdf_renombrado.xml": "archivo-es-pdf",
    "uuid_malformado.xml": "uuid-mal-formado",
    "ajeno_al_contribuyente.xml": "cfdi-ajeno",
    "zip_en_zip.zip": "archivo-es-zip",
}
ACCEPTED = {
    "bom_utf8.xml": None,
    "utf16.xml": None,
    "uuid_duplicado_a.xml": None,
    "uuid_duplicado_b.xml": None,
    "uuid_minusculas.xml": None,
    "uuid_mayusculas_mismo.xml": None,
    "formula_en_descripcion.xml": None,
    "html_en_descripcion.xml": None,
    "declara_utf8_es_latin1.xml": "codificacion_corregida",
    "addenda_prefijo_sin_declarar.xml": "addenda_retirada",
    "xmlns_schemalocation.xml": "schemalocation_corregido",
    "basura_antes.xml": "texto_antes_del_xml",
    "usd_sin_tipo_cambio.xml": "TC_SOSPECHOSO",
}


def _sample(file: str) -> bytes:
    return shared("samples", "bad", file).read_bytes()


def test_all_of_them_are_judged_here() -> None:
    names = {path.name for path in shared("samples", "bad").iterdir() if path.suffix == ".xml"}
    assert names == {name for name in REFUSED | ACCEPTED if name.endswith(".xml")}


@pytest.mark.parametrize(("file", "code"), REFUSED.items())
def test_refused_with_its_reason(file: str, code: str) -> None:
    content, started = _sample(file), time.monotonic()
    with pytest.raises(CfdiRejected) as refusal:
        direccion(read_cfdi(content), TENANT)
    assert refusal.value.code == code
    assert str(refusal.value).endswith(".")
    assert time.monotonic() - started < 1


@pytest.mark.parametrize(("file", "warning"), ACCEPTED.items())
def test_accepted_with_its_warning(file: str, warning: str | None) -> None:
    cfdi = read_cfdi(_sample(file))
    assert direccion(cfdi, TENANT) is Direccion.EMITIDO
    assert [a.codigo for a in cfdi.advertencias] == ([warning] if warning else [])
    assert cfdi.nombre_receptor == "UNIVERSIDAD ROBOTICA ESPAÑOLA"


def test_the_same_uuid_in_another_case_is_the_same() -> None:
    assert read_cfdi(_sample("uuid_minusculas.xml")).uuid == read_cfdi(_sample("uuid_mayusculas_mismo.xml")).uuid


def test_an_external_entity_is_not_read() -> None:
    with pytest.raises(CfdiRejected) as refusal:
        read_cfdi(_sample("entidad_externa.xml"))
    assert "root:" not in str(refusal.value)
    assert not refusal.value.facts
