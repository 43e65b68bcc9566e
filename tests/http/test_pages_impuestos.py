"""IVA and ISR on paper: what the pages show is what the API answers, and every figure opens what it is made of."""

import re
from collections.abc import Iterator
from datetime import date
from decimal import Decimal
from typing import Any

import pytest

from contracts.samples import an_xml
from horux_core.fiscal.iva.consulting import AnioIva, ShowIvaYear
from horux_core.identity.model import Actor
from horux_http.browser.formats import importe, pesos
from horux_http.browser.frame import Frame
from horux_http.fiscal.charting import scale
from horux_http.fiscal.explaining import with_numbers
from tests.http.browsing import Browser, Page, entered
from tests.http.whole import CLIENT, Whole, whole

HOSTILE = "<script>alert('x')</script> & «Cía»"
UUIDS = [f"5a1c2b54-0f3e-4d0a-9c1e-7d2f8a3b6d{n:02d}" for n in range(1, 5)]


def documents() -> list[bytes]:
    mine: dict[str, Any] = {"rfc_emisor": CLIENT, "rfc_receptor": "URE180429TM6"}
    theirs: dict[str, Any] = {"rfc_emisor": "URE180429TM6", "rfc_receptor": CLIENT}
    return [
        an_xml(uuid=UUIDS[0], fecha="2025-01-15T10:00:00", total="1160.00", nombre_receptor=HOSTILE, **mine),
        an_xml(uuid=UUIDS[1], fecha="2025-01-20T10:00:00", total="116.00", serie="B", folio="7", **theirs),
        an_xml(uuid=UUIDS[2], fecha="2025-02-15T10:00:00", total="348.00", folio="2", **mine),
    ]


@pytest.fixture(scope="module")
def product(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Whole]:
    with whole(tmp_path_factory.mktemp("datos")) as built:
        owner = built.credential("owner")
        for content in documents():
            sent = built.http.post("/api/cfdi", content=content, headers={**owner, "Content-Type": "application/xml"})
            assert sent.status_code == 201, sent.text
        changed = built.http.patch("/api/configuracion/fiscal?anio=2025", json={"regimenes": ["601"]}, headers=owner)
        assert changed.status_code == 200, changed.text
        yield built


@pytest.fixture
def owner(product: Whole) -> Browser:
    return entered(product, "owner")


def api(product: Whole, path: str, who: str = "owner") -> Any:
    answer = product.http.get(path, headers=product.credential(who))
    assert answer.status_code == 200, answer.text
    return answer.json()


def figures(page: Page) -> dict[str, str]:
    """Of the sheet: what each figure opens, and how it is written."""
    return {f.get("href"): " ".join(f.text_content().split()) for f in page.every("//table//a[@class='fig']")}


@pytest.mark.parametrize("who", ["owner", "visor", "contador"])
def test_the_year_of_iva_is_that_of_the_api(product: Whole, who: str) -> None:
    page = entered(product, who).get("/iva/2025")
    meses = api(product, "/api/iva?anio=2025", who)["meses"]
    rows = page.every("//table/tbody/tr")
    columns = ("ivaTrasladado", "ivaRetenido", "ivaAcreditable", "resultado", "saldoAFavorAplicado", "aPagar",
        "saldoAFavor")  # fmt: skip
    assert len(rows) == 12
    for row, mes in zip(rows, meses, strict=True):
        shown = [" ".join(cell.text_content().split()) for cell in row.xpath("td")]
        assert shown == [importe(mes[column]) for column in columns]
    total = sum((Decimal(mes["aPagar"]) for mes in meses), Decimal(0))
    assert importe(total) in page.texts("//tfoot//td")


def test_the_month_of_iva_is_that_of_the_api(product: Whole, owner: Browser) -> None:
    mes = api(product, "/api/iva?anio=2025")["meses"][0]
    shown = figures(owner.get("/iva/2025/1"))
    assert shown["/iva/2025/1?cifra=ivaTrasladado#explicacion"] == importe(mes["ivaTrasladado"]) == "160.00"
    assert shown["/iva/2025/1?cifra=resultado#explicacion"] == importe(mes["resultado"])
    assert shown["/iva/2025/1?cifra=a_pagar_pesos#explicacion"] == pesos(mes["aPagarPesos"])
    assert shown["/iva/2025/1?cifra=factor#explicacion"] == mes["factor"]


@pytest.mark.parametrize("place", ["/iva/2025/1", "/iva/2025/1?cifra=ivaTrasladado"])
def test_a_month_of_iva_works_out_its_year_once(owner: Browser, monkeypatch: pytest.MonkeyPatch, place: str) -> None:
    asked: list[int] = []
    shows = ShowIvaYear.__call__

    def counted(self: ShowIvaYear, actor: Actor, anio: int) -> AnioIva:
        asked.append(anio)
        return shows(self, actor, anio)

    monkeypatch.setattr(ShowIvaYear, "__call__", counted)
    assert owner.get(place).status == 200
    assert asked == [2025]


@pytest.mark.parametrize("place", ["/iva/2025/1", "/iva/2025/2", "/isr/2025/1", "/isr/2025/2"])
def test_every_figure_of_a_sheet_opens_and_says_the_same(owner: Browser, place: str) -> None:
    shown = figures(owner.get(place))
    assert len(shown) >= 8
    for to, text in shown.items():
        page = owner.get(to.partition("#")[0])
        assert page.status == 200
        title = page.texts("//aside[@class='drawer']//h2")
        assert title, to
        # What is only a part of a figure opens that figure.
        if page.every("//table[contains(@class, 'sheet')]//tr[contains(@class, 'on')]//a[@aria-current]"):
            current = page.texts("//table[contains(@class, 'sheet')]//a[@aria-current]")
            assert page.texts("//p[@class='answer']") == current, to
        assert text, to


def test_a_figure_names_its_documents_and_whom_they_are_with(product: Whole, owner: Browser) -> None:
    page = owner.get("/iva/2025/1?cifra=ivaTrasladado")
    (figure,) = (f for f in api(product, "/api/iva/2025/1/detalle") if f["figura"] == "ivaTrasladado")
    assert page.every(f"//aside//a[@href='/cfdi/{UUIDS[0]}']/text()") == ["A-1"]
    assert HOSTILE in page.text
    assert "<script>alert" not in page.html
    assert page.texts("//aside//tr[contains(@class, 'final')]/td") == [importe(figure["total"])]
    received = owner.get("/iva/2025/1?cifra=ivaAcreditable")
    assert received.every(f"//aside//a[@href='/cfdi/{UUIDS[1]}']/text()") == ["B-7"]


def test_what_is_no_figure_opens_nothing(owner: Browser) -> None:
    for to in ("/iva/2025/1?cifra=<script>", "/isr/2025/1?regimen=601&cifra=nada"):
        page = owner.get(to)
        assert (page.status, page.every("//aside[@class='drawer']")) == (200, [])
    assert owner.get("/isr/2025/1?regimen=612&cifra=base").status == 404
    assert owner.get("/iva/2025/13").status == 422
    assert owner.get("/isr/1980").status == 422


def test_the_months_of_isr_are_those_of_the_api(product: Whole, owner: Browser) -> None:
    page = owner.get("/isr/2025")
    meses = api(product, "/api/isr?anio=2025")["meses"]
    rows = page.every("(//table)[1]/tbody/tr")
    assert len(rows) == len(meses) == 12
    for row, mes in zip(rows, meses, strict=True):
        shown = [" ".join(cell.text_content().split()) for cell in row.xpath("td")]
        assert shown[0] == importe(mes["ingresosMes"])
        assert shown[-1] == importe(mes["isrAPagar"])


def test_a_missing_coefficient_is_captured_in_place(product: Whole, owner: Browser) -> None:
    page = owner.get("/isr/2025/1")
    assert "Lo encuentras en tu anual" in page.text
    assert page.every("//form[@action='/isr/2025/1/coeficiente']//input[@name='coeficiente']")
    visor = entered(product, "visor")
    assert not visor.get("/isr/2025/1").every("//form[contains(@action, 'coeficiente')]")
    for sent, told in (("mucho", "así: 0.2145"), ("0,2145", "así: 0.2145"), ("23.99", "así: 0.2145")):
        refused = owner.submit("/isr/2025/1/coeficiente", {"coeficiente": sent})
        assert refused.status == 422
        assert told in refused.error_of("coeficiente")
        assert refused.value_of("coeficiente") == sent
    assert owner.submit("/isr/2025/1/coeficiente", {"coeficiente": "0.2"}, csrf="").status == 403
    assert visor.submit("/isr/2025/1/coeficiente", {"coeficiente": "0.2"}).status == 403
    done = owner.done("/isr/2025/1/coeficiente", {"coeficiente": "0.2000"})
    assert "Coeficiente de 2025 guardado" in done.told
    assert "Falta el coeficiente" not in done.text
    assert figures(done)["/isr/2025/1?regimen=601&cifra=base#explicacion"] == "200.00"


def test_a_return_is_noted_and_compared(product: Whole, owner: Browser) -> None:
    path = "/iva/2025/2/declaracion"
    for odd in ("cuarenta", "5707,50", "1e5", "1_000", "\u0663", "NaN", "+5", "\uff15"):
        bad = owner.submit(path, {"presentada_en": "2025-03-17", "monto": odd})
        assert bad.status == 422
        assert "así: 5707.50" in bad.error_of("monto")
        assert (bad.value_of("monto"), bad.value_of("presentada_en")) == (odd, "2025-03-17")
    assert owner.submit(path, {"presentada_en": "20250317", "monto": "48"}).error_of("presentada_en")
    assert owner.submit(path, {"presentada_en": "", "monto": "48"}).error_of("presentada_en")
    assert owner.submit(path, {"presentada_en": "2025-03-17", "monto": "48"}, csrf="").status == 403
    assert entered(product, "visor").submit(path, {"presentada_en": "2025-03-17", "monto": "48"}).status == 403
    a_pagar = api(product, "/api/iva?anio=2025")["meses"][1]["aPagarPesos"]
    done = owner.done(path, {"presentada_en": "2025-03-17", "monto": f"{a_pagar}.00"})
    assert "El mes está cerrado" in done.told
    assert "Coincide" in done.texts("//section[@id='presentado']//dd")[-1]
    assert "No coincide" not in done.text
    assert not done.error_of("reemplaza")


def test_a_return_takes_the_place_of_another_only_when_it_is_confirmed(product: Whole, owner: Browser) -> None:
    path = "/isr/2025/3/declaracion"
    assert not owner.get("/isr/2025/3").every("//input[@name='reemplaza']")
    owner.done(path, {"presentada_en": "2025-04-17", "monto": "48"})
    (confirm,) = owner.get("/isr/2025/3").every("//input[@name='reemplaza']")
    assert confirm.get("value") == "2025-04-17:48.00:0.00"
    assert "Reemplazar la del 17 abr 2025, de 48.00" in owner.get("/isr/2025/3").text
    later = {"presentada_en": "2025-05-02", "monto": "1,000.00"}
    for said in ("", "2025-04-17", "2025-04-17:49.00:0.00"):
        asked = owner.submit(path, {**later, "reemplaza": said})
        assert asked.status == 422
        assert "confirma que la nueva la reemplaza" in asked.error_of("reemplaza")
        assert "48.00" in asked.text
        assert asked.value_of("monto") == "1,000.00"
    assert "48.00" in owner.get("/isr/2025/3").text
    ticked = owner.submit(path, {**later, "monto": "3x", "reemplaza": "2025-04-17:48.00:0.00"})
    assert ticked.every("//input[@name='reemplaza'][@checked]")
    done = owner.done(path, {**later, "reemplaza": "2025-04-17:48.00:0.00"})
    assert "ya no coincide" in done.text
    assert "No coincide" in done.text
    assert done.value_of("monto") == "1000.00"


@pytest.mark.parametrize("place", ["/isr/2025/1", "/iva/2025/1"])
def test_no_letter_of_a_worksheet_is_skipped(owner: Browser, place: str) -> None:
    refs = [ref for ref in owner.get(place).texts("//table[contains(@class, 'sheet')]//td[@class='ref']") if ref]
    letters = [ref for ref in refs if ref.isalpha()]
    assert letters == list("ABCDEFGH"[: len(letters)])
    assert [int(ref) for ref in refs if ref.isdecimal()] == list(range(1, len(refs) - len(letters) + 1))
    if place.startswith("/isr"):
        page = owner.get(f"{place}?regimen=601&cifra=isr_a_pagar")
        assert "C − D − E, nunca menos de cero" in page.text


def test_without_the_worksheet_s_permission_there_is_no_form(product: Whole) -> None:
    page = entered(product, "visor").get("/iva/2025/2")
    assert page.status == 200
    assert not page.every("//form[contains(@action, 'declaracion')]")


def test_an_empty_year_says_so(owner: Browser) -> None:
    page = owner.get("/iva/2024")
    assert "Ningún CFDI de 2024" in page.text
    assert len(page.every("//tbody/tr")) == 12
    assert re.fullmatch(r"/iva/20[0-9]{2}", owner.get("/iva").location)
    assert re.fullmatch(r"/isr/20[0-9]{2}", owner.get("/isr").location)


def test_the_staff_that_looks_into_nobody_is_sent_to_the_clients(product: Whole) -> None:
    for path in ("/iva/2025/1", "/isr/2025", "/isr/2025/1"):
        page = entered(product, "operator").get(path)
        assert (page.status, page.location) == (303, "/op/clientes")


def test_how_a_figure_comes_out_is_said_with_its_numbers(owner: Browser) -> None:
    (formula,) = owner.get("/iva/2025/1?cifra=resultado").texts("//p[@class='formula']")
    assert formula == "A − B − C160.00 − 0.00 − 16.00"


@pytest.mark.parametrize(
    ("how", "said"),
    [
        ("16% de 1 + 8% de 2", "16% de uno + 8% de dos"),
        ("A × 2 − 3, nunca menos", "letra × dos − 3, nunca menos"),
        ("CFF 1", ""),
        ("LISR 113-E, por 1", ""),
        ("Del mes anterior", ""),
        ("113-A y 12", ""),
    ],
)
def test_only_lines_are_told_with_their_numbers(how: str, said: str) -> None:
    assert with_numbers(how, {"1": "uno", "2": "dos", "A": "letra"}) == said


def test_a_scale_is_of_round_numbers_and_holds_everything() -> None:
    for values in ([], ["0"], ["104390.26", "-3879.07"], ["0.03"], ["-5", "-1"], ["99999999.99"]):
        amounts = [Decimal(v) for v in values]
        found = scale(amounts)
        assert found.low <= 0 <= found.top
        assert all(found.low <= v <= found.top for v in amounts)
        assert 0 in found.ticks
        assert 2 <= len(found.ticks) <= 7
        assert (found.part(found.top), found.part(found.low)) == (0, 1)


def test_a_month_to_come_has_no_result_and_the_running_one_is_not_closed(
    owner: Browser, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(Frame, "today", date(2025, 2, 10))
    for place in ("/iva/2025", "/isr/2025"):
        page = owner.get(place)
        rows = page.texts("//table[.//th[text()='Mes']]/tbody/tr")[:12]
        assert [("En curso" in row) for row in rows] == [n == 2 for n in range(1, 13)], place
        assert all("0.00" not in row and row.count("—") >= 7 for row in rows[2:]), place
        assert "—" not in rows[1]
    assert owner.get("/isr/2025").texts("//table[caption[contains(., 'terceros')]]//td")[2:] == ["—"] * 10
