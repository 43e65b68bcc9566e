"""The SAT's account beside the books, and the packages that bring it."""

from collections.abc import Iterator

import pytest

from contracts.routes import METADATA
from contracts.samples import an_xml
from tests.http.browsing import ORIGIN, Browser, Page, entered
from tests.http.whole import CLIENT, Whole, whole

MINE = "5a1c2b54-0f3e-4d0a-9c1e-7d2f8a3b7001"
ENERO = "/xml-sat/2026/1"


@pytest.fixture
def product(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Whole]:
    with whole(tmp_path_factory.mktemp("datos")) as built:
        content = an_xml(uuid=MINE, rfc_emisor=CLIENT, fecha="2026-01-11T07:10:23", total="1160.00")
        headers = {**built.credential("owner"), "Content-Type": "application/xml"}
        assert built.http.post("/api/cfdi", content=content, headers=headers).status_code == 201
        yield built


@pytest.fixture
def owner(product: Whole) -> Browser:
    return entered(product, "owner")


def send(browser: Browser, content: bytes = METADATA, csrf: str | None = None) -> Page:
    return browser.submit("/xml-sat", csrf=csrf, files={"files": ("metadata.txt", content, "text/plain")})


def test_without_metadata_it_says_what_to_ask_the_sat_for(owner: Browser) -> None:
    page = owner.get(ENERO)
    assert "No hay metadata de este mes" in page.text
    assert not page.every("//dl[@class='tally']")


def test_what_was_sent_is_told_and_compared(product: Whole, owner: Browser) -> None:
    told = send(owner)
    assert told.status == 200
    assert told.h1 == "Paquete leído"
    assert told.texts("//dt[.='Renglones']/following-sibling::dd") == ["1"]
    page = owner.get(ENERO)
    compared = product.http.get("/api/xml-sat/comparacion?anio=2026&mes=1", headers=product.credential("owner")).json()
    tally = dict(zip(page.texts("//dl/div/dt"), page.texts("//dl/div/dd"), strict=True))
    assert tally == {"Coinciden": "0", "Faltan": "1", "Sobran": "1", "Distintos": "0"}
    assert compared["cuantos"]["falta_xml"] == compared["cuantos"]["solo_xml"] == 1
    assert "Falta el XML" in page.texts("//tbody/tr")[0]
    extra = owner.get(f"{ENERO}?lista=sobran")
    assert extra.every(f"//tbody//a[@href='/cfdi/{MINE}']")
    assert "Ninguno." in owner.get(f"{ENERO}?lista=distintos").text
    assert owner.get(f"{ENERO}?lista=nada").status == 400


def test_without_proof_nothing_is_taken(product: Whole, owner: Browser) -> None:
    assert send(owner, csrf="").status == 403
    assert send(owner, csrf="0" * 64).status == 403
    assert "No hay metadata de este mes" in owner.get(ENERO).text
    header = {"Origin": ORIGIN, "Sec-Fetch-Site": "same-origin", "X-CSRF-Token": owner.csrf}
    sent = owner.ask("POST", "/xml-sat", header, files={"files": ("m.txt", METADATA, "text/plain")})
    assert (sent.status, sent.h1) == (200, "Paquete leído")


def test_nothing_chosen_is_said_beside_the_field(owner: Browser) -> None:
    empty = f'--x\r\nContent-Disposition: form-data; name="csrf"\r\n\r\n{owner.csrf}\r\n--x\r\n'
    empty += 'Content-Disposition: form-data; name="files"; filename=""\r\n\r\n\r\n--x--\r\n'
    headers = {"Origin": ORIGIN, "Sec-Fetch-Site": "same-origin", "Content-Type": "multipart/form-data; boundary=x"}
    page = owner.ask("POST", "/xml-sat", headers, content=empty.encode())
    assert page.status == 422
    assert page.error_of("files")


def test_what_is_no_package_is_told_by_its_name(owner: Browser) -> None:
    page = owner.submit("/xml-sat", files={"files": ("<script>.xml", b"<nada/>", "text/xml")})
    assert page.status == 200
    assert "<script>.xml" in page.text
    assert "<script>.xml" not in page.html
    assert page.texts("//dt[.='Rechazados']/following-sibling::dd") == ["1"]


def test_a_visor_looks_and_sends_nothing(product: Whole) -> None:
    visor = entered(product, "visor")
    assert not visor.get(ENERO).every("//form[@enctype]")
    assert send(visor).status == 403
