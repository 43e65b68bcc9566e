"""A day's work on the sample: by keyboard alone, without script, on paper."""

import re
from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, expect

from contracts.samples import an_xml
from tests.browser.looking import enter, window
from tests.browser.sample import CLIENT, OPERATOR

OWNER = "duena@cascabel.mx"


@pytest.fixture
def opened(chrome: Browser, sample_url: str) -> Iterator[BrowserContext]:
    with window(chrome, sample_url) as made:
        made.grant_permissions(["clipboard-read", "clipboard-write"])
        enter(made, OWNER)
        yield made


@pytest.fixture
def page(opened: BrowserContext) -> Page:
    return opened.new_page()


@pytest.fixture
def bare(chrome: Browser, sample_url: str) -> Iterator[Page]:
    """Without script."""
    with window(chrome, sample_url, script=False) as made:
        enter(made, OWNER)
        yield made.new_page()


def test_by_keyboard_from_anywhere_to_a_document(page: Page) -> None:
    page.goto("/teclas")
    page.keyboard.press("g")
    page.keyboard.press("f")
    page.wait_for_url("**/cfdi")
    for key in ("j", "x", "j", "Shift+X"):
        page.keyboard.press(key)
    expect(page.locator("[data-chosen]")).to_contain_text("Elegidos 2")
    page.keyboard.press("Control+c")
    expect(page.locator(".toast")).to_be_visible()
    copied = page.evaluate("navigator.clipboard.readText()")
    assert [len(line.split("\t")) > 5 for line in copied.split("\n")] == [True, True]
    page.keyboard.press("Enter")
    page.wait_for_url(re.compile("/cfdi/[0-9a-f-]{36}"))


def test_the_search_filters_while_it_is_typed(page: Page) -> None:
    page.goto("/cfdi")
    page.keyboard.press("/")
    page.keyboard.type("cardenal")
    expect(page).to_have_url(re.compile("q=cardenal"))
    expect(page.locator("#lista tbody tr").first).to_contain_text("CARDENAL")
    expect(page.locator("#q")).to_be_focused()
    page.keyboard.press("Escape")
    page.reload()
    expect(page.locator("#q")).to_have_value("cardenal")


def test_the_palette_finds_a_document_and_a_client(page: Page, chrome: Browser, sample_url: str) -> None:
    page.goto("/iva/2026")
    page.keyboard.press("Control+k")
    page.keyboard.type("cardenal")
    found = page.get_by_role("dialog").locator("a[href^='/cfdi/']")
    expect(found.first).to_be_visible()
    page.keyboard.press("Enter")
    page.wait_for_url(re.compile("/cfdi"))
    with window(chrome, sample_url) as staff:
        enter(staff, OPERATOR)
        panel = staff.new_page()
        panel.goto("/op/clientes")
        panel.keyboard.press("Control+k")
        panel.keyboard.type("cascabel")
        expect(panel.get_by_role("dialog").locator(f"a[href='/op/clientes/{CLIENT}']")).to_be_visible()


def test_single_keys_are_switched_off_and_on(page: Page) -> None:
    page.goto("/teclas")
    page.get_by_role("button", name="Apagar teclas sueltas").click()
    expect(page.locator(".toast")).to_have_text("Teclas sueltas apagadas.")
    page.keyboard.press("g")
    page.keyboard.press("f")
    page.wait_for_timeout(300)
    assert page.url.endswith("/teclas")
    page.get_by_role("button", name="Encender teclas sueltas").click()
    page.keyboard.press("?")
    expect(page.get_by_role("heading", level=1)).to_have_text("Teclas")


def test_the_first_stop_skips_to_the_content(page: Page) -> None:
    page.goto("/cfdi")
    page.keyboard.press("Tab")
    expect(page.get_by_role("link", name="Saltar al contenido")).to_be_focused()
    page.keyboard.press("Enter")
    page.keyboard.press("Tab")
    assert page.evaluate("document.querySelector('#main').contains(document.activeElement)")


def test_a_theme_is_there_before_the_page_is(page: Page) -> None:
    page.goto("/iva/2026/10?cifra=ivaTrasladado")
    page.locator("[popovertarget=usuario]").click()
    page.get_by_role("link", name="Tema oscuro").click()
    expect(page.locator("html")).to_have_attribute("data-theme", "dark")
    assert "/iva/2026/10" in page.url


def test_without_script_the_same_is_done(bare: Page) -> None:
    bare.goto("/cfdi")
    bare.get_by_label("Nombre, RFC, folio o UUID").fill("cardenal")
    bare.get_by_role("button", name="Filtrar").click()
    expect(bare.locator("#lista tbody tr").first).to_contain_text("CARDENAL")
    bare.get_by_role("link", name="Carga", exact=True).click()
    paper = an_xml(uuid="5a1c2b54-0f3e-4d0a-9c1e-7d2f8a3b6cfa", rfc_emisor=CLIENT, fecha="2026-10-20T10:00:00")
    bare.locator("input[type=file]").set_input_files({"name": "uno.xml", "mimeType": "text/xml", "buffer": paper})
    bare.get_by_role("button", name="Cargar").click()
    expect(bare.locator(".tally")).to_contain_text("Recibidos")
    bare.get_by_role("link", name="Buscar CFDI").click()
    bare.locator("main input[type=search]").fill("cardenal")
    bare.keyboard.press("Enter")
    expect(bare.locator("[data-results] a").first).to_be_visible()


@pytest.mark.parametrize("address", ["/iva/2026/10", "/cfdi", "/calendario"])
def test_on_paper_there_is_whose_it_is_and_no_control(page: Page, address: str) -> None:
    page.goto(address)
    page.emulate_media(media="print")
    expect(page.locator(".print-head")).to_contain_text(CLIENT)
    for gone in (".side", ".top", ".acts .btn", ".filters", ".skip"):
        for found in page.locator(gone).all():
            expect(found).to_be_hidden()


def test_a_months_worksheet_fits_one_sheet(page: Page) -> None:
    page.goto("/iva/2026/10")
    printed = page.pdf(format="Letter", prefer_css_page_size=True)
    assert len(re.findall(rb"/Type\s*/Page\b(?!s)", printed)) == 1


def test_without_script_every_page_of_the_menu_is_read(bare: Page) -> None:
    bare.goto("/cfdi")
    hrefs = bare.locator(".side a[href^='/']").evaluate_all("all => all.map(each => each.getAttribute('href'))")
    assert len(hrefs) > 10
    for href in dict.fromkeys(hrefs):
        answer = bare.goto(href)
        assert answer is not None
        assert answer.status == 200, href
        expect(bare.locator("h1")).to_have_count(1)
        expect(bare.locator("main [hx-trigger='load']")).to_have_count(0)


def tabbed_to(page: Page, place: str) -> None:
    """As far as the key goes, from wherever it is."""
    for _ in range(80):
        page.keyboard.press("Tab")
        if page.evaluate("place => document.activeElement.matches(place)", place):
            return
    raise AssertionError(f"el tabulador no llega a {place}")


def test_by_keyboard_a_figure_is_opened_and_closed(page: Page) -> None:
    page.goto("/iva/2026/10")
    page.wait_for_load_state("networkidle")
    tabbed_to(page, "main a.fig")
    page.keyboard.press("Enter")
    expect(page.locator("#explicacion")).to_be_focused()
    page.keyboard.press("Escape")
    expect(page.locator("#explicacion")).to_have_count(0)
    expect(page.locator("main a.fig").first).to_be_focused()


def test_by_keyboard_the_file_is_reached_and_the_form_sent(page: Page) -> None:
    # Asked for here, choosers are caught before the key is pressed and not some time after.
    page.on("filechooser", lambda _chooser: None)
    page.goto("/carga")
    page.wait_for_load_state("networkidle")
    tabbed_to(page, "main input[type=file]")
    paper = an_xml(uuid="5a1c2b54-0f3e-4d0a-9c1e-7d2f8a3b6cfb", rfc_emisor=CLIENT, fecha="2026-10-20T10:00:00")
    with page.expect_file_chooser() as asked:
        page.keyboard.press("Enter")
    asked.value.set_files({"name": "uno.xml", "mimeType": "text/xml", "buffer": paper})
    tabbed_to(page, "main form[data-drop] button")
    page.keyboard.press("Enter")
    expect(page.locator(".tally")).to_contain_text("Recibidos")
