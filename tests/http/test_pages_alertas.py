"""The alerts on paper: the gravest first, each with its reason and what to do."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime
from uuid import uuid4

import pytest

from contracts.ports.alertas import an_alert
from contracts.samples import an_xml
from horux_core.fiscal.alertas.catalogo import CATALOGO
from horux_core.fiscal.alertas.model import Alerta, EstadoAlerta, Severidad
from horux_core.fiscal.alertas.ports import Revision
from horux_core.kernel.rfc import Rfc
from tests.http.browsing import Browser, entered
from tests.http.whole import CLIENT, OTHER, Whole, whole

HOSTILE = "<script>alert('x')</script> & «Cía»"
DOCUMENT = "5a1c2b54-0f3e-4d0a-9c1e-7d2f8a3b6f01"
GRAVE = an_alert(7, Severidad.CRITICA)
GRAVE = replace(GRAVE, hallazgo=replace(GRAVE.hallazgo, detalle=HOSTILE, uuids=(DOCUMENT,), entidad=DOCUMENT))
MILD = an_alert(8, Severidad.BAJA)
SEEN = an_alert(9, estado=EstadoAlerta.ATENDIDA, atendida_en=datetime(2026, 5, 10, tzinfo=UTC))
THEIRS = an_alert(10)
READ = datetime(2026, 5, 9, 12, tzinfo=UTC)


def keep(product: Whole, rfc: str, *alertas: Alerta) -> None:
    tenant = product.horux.gateways.registry().find(Rfc(rfc)).id
    with product.horux.gateways.books().open(tenant) as books:
        books.alertas.guardar(alertas)
        books.alertas.revisar(Revision(READ, ""))


@pytest.fixture
def product(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Whole]:
    with whole(tmp_path_factory.mktemp("datos")) as built:
        content = an_xml(uuid=DOCUMENT, rfc_emisor=CLIENT, nombre_receptor=HOSTILE, total="1160.00")
        headers = {**built.credential("owner"), "Content-Type": "application/xml"}
        assert built.http.post("/api/cfdi", content=content, headers=headers).status_code == 201
        keep(built, CLIENT, MILD, GRAVE, SEEN)
        keep(built, OTHER, THEIRS)
        yield built


@pytest.fixture
def owner(product: Whole) -> Browser:
    return entered(product, "owner")


def test_shows_the_open_ones_the_gravest_first(product: Whole) -> None:
    page = entered(product, "visor").get("/alertas")
    rows = page.texts("//tbody/tr")
    assert len(rows) == 2
    assert "Crítica" in rows[0]
    assert HOSTILE in rows[0]
    assert "1,160.00" in rows[0]
    assert "17 feb 2026" in rows[0]
    assert "<script>alert" not in page.html
    items = product.http.get("/api/alertas?estado=abierta", headers=product.credential("visor")).json()["items"]
    links = [to.partition("ver=")[2].partition("#")[0] for to in page.every("//tbody//a/@href")]
    assert links == [each["id"] for each in items]


def test_counts_and_narrows_by_severity_and_state(owner: Browser) -> None:
    tabs = owner.get("/alertas").texts("//nav[@class='tabs']/a")
    assert tabs == ["Todas2", "Críticas1", "Altas0", "Medias0", "Bajas1", "Atendidas1", "Cerradas0"]
    assert len(owner.get("/alertas?severidad=critica").every("//tbody/tr")) == 1
    assert len(owner.get("/alertas?estado=atendida").every("//tbody/tr")) == 1
    assert "No hay alertas así" in owner.get("/alertas?severidad=alta").text
    assert owner.get("/alertas?cursor=x").status == 422


def test_one_opens_with_its_reason_and_what_to_do(owner: Browser) -> None:
    page = owner.get(f"/alertas?ver={GRAVE.id}")
    told = page.texts("//aside[@class='drawer']")[0]
    definition = CATALOGO[GRAVE.hallazgo.codigo]
    for words in (HOSTILE, definition.que_hacer, definition.fundamento, definition.titulo):
        assert " ".join(words.split()) in told
    assert page.every(f"//aside//a[@href='/cfdi/{DOCUMENT}']")
    assert page.every("//tr[@class='on']//a[@aria-current='true']")


def test_another_client_s_is_not_there(owner: Browser) -> None:
    assert owner.get(f"/alertas?ver={THEIRS.id}").status == 404
    assert owner.submit(f"/alertas/{THEIRS.id}", {"estado": "atendida"}).status == 404
    assert owner.get(f"/alertas?ver={uuid4()}").status == 404


def test_is_marked_as_seen_and_back(product: Whole, owner: Browser) -> None:
    page = owner.done(f"/alertas/{GRAVE.id}", {"estado": "atendida"})
    assert "marcada como atendida" in page.told
    assert "Deshacer" in page.texts("//aside//button")
    assert "abierta otra vez" in owner.done(f"/alertas/{GRAVE.id}", {"estado": "abierta"}).told
    assert owner.submit(f"/alertas/{GRAVE.id}", {"estado": "atendida"}, csrf="").status == 403


def test_a_visor_looks_and_marks_nothing(product: Whole) -> None:
    visor = entered(product, "visor")
    page = visor.get(f"/alertas?ver={GRAVE.id}")
    assert page.status == 200
    assert not page.every("//main//form")
    assert visor.submit(f"/alertas/{GRAVE.id}", {"estado": "atendida"}).status == 403


def test_when_there_is_none_it_says_since_when(product: Whole, owner: Browser) -> None:
    keep(product, CLIENT, *(replace(each, estado=EstadoAlerta.CERRADA, cerrada_en=READ) for each in (MILD, GRAVE)))
    page = owner.get("/alertas")
    assert "Nada por atender" in page.text
    assert "9 may 2026, 06:00" in page.text


def test_a_severity_that_is_none_lists_nothing(owner: Browser) -> None:
    page = owner.get("/alertas?severidad=urgente")
    assert page.status == 422
    assert "Esa severidad no existe" in page.text
    assert not page.every("//main//table")


@pytest.mark.parametrize("field", ["severidad", "estado"])
def test_a_filter_that_is_none_lists_nothing_and_says_so_in_its_page(owner: Browser, field: str) -> None:
    page = owner.get(f"/alertas?{field}=x")
    assert (page.status, page.h1) == (422, "Alertas")
    assert "no existe: elige" in page.error_of(field)
    assert not page.every("//tbody/tr")
