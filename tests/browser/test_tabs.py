"""Two tabs of one person: what one of them changes is not mixed into what the other shows."""

import re

import pytest
from playwright.sync_api import Browser, FilePayload, Page, expect

from tests.browser.looking import enter, window

FIRST, SECOND = "CAS2408138W2", "EKU9003173C9"


def choose(page: Page, rfc: str) -> None:
    page.goto("/teclas")
    if rfc not in page.locator(".top .client").inner_text():
        page.locator(".top .client").click()
        page.locator("#empresas").get_by_role("button", name=re.compile(rfc)).click()
        page.wait_for_url("**/inicio")


def test_a_month_of_another_company_comes_with_its_name(chrome: Browser, sample_url: str) -> None:
    with window(chrome, sample_url) as opened:
        enter(opened, "duena@cascabel.mx")
        one, other = opened.new_page(), opened.new_page()
        choose(other, FIRST)
        one.goto("/iva/2026/9")
        expect(one.locator(".top .client")).to_contain_text(FIRST)
        choose(other, SECOND)
        one.locator(".months a[href='/iva/2026/8']").first.click()
        expect(one).to_have_url(re.compile("/iva/2026/8"))
        expect(one.locator(".top .client")).to_contain_text(SECOND)
        choose(other, FIRST)
        one.keyboard.press("Control+k")
        one.keyboard.type("cardenal")
        expect(one).to_have_url(re.compile("/buscar"))
        expect(one.locator(".top .client")).to_contain_text(FIRST)


def test_an_upload_to_another_company_is_not_taken_and_said(chrome: Browser, sample_url: str) -> None:
    with window(chrome, sample_url) as opened:
        enter(opened, "duena@cascabel.mx")
        one, other = opened.new_page(), opened.new_page()
        choose(other, FIRST)
        one.goto("/carga")
        choose(other, SECOND)
        file: FilePayload = {"name": "uno.xml", "mimeType": "application/xml", "buffer": b"<a/>"}
        one.locator("form[data-drop] input[type=file]").set_input_files(file)
        one.locator("form[data-drop] button").click()
        expect(one.locator(".toast")).to_contain_text("No se guardó nada")
        expect(one.locator(".top .client")).to_contain_text(SECOND)
        choose(other, FIRST)


def test_a_file_asked_for_in_an_old_tab_says_where_one_is(chrome: Browser, sample_url: str) -> None:
    with window(chrome, sample_url) as opened:
        enter(opened, "duena@cascabel.mx")
        one, other = opened.new_page(), opened.new_page()
        choose(other, FIRST)
        one.goto("/configuracion/auditoria")
        with one.expect_download() as got:
            one.get_by_role("link", name="CSV").click()
        assert got.value.suggested_filename == f"{FIRST}-auditoria.csv"
        choose(other, SECOND)
        one.get_by_role("link", name="CSV").click()
        expect(one.locator("h1")).to_have_text("Este archivo era de otra empresa")
        expect(one.locator(".top .client")).to_contain_text(SECOND)
        choose(other, FIRST)


@pytest.mark.parametrize("who", ["duena@cascabel.mx", "operador@horux360.example"])
def test_the_palette_says_when_nothing_is_found(chrome: Browser, sample_url: str, who: str) -> None:
    with window(chrome, sample_url) as opened:
        enter(opened, who)
        page = opened.new_page()
        page.goto("/cuenta")
        page.keyboard.press("Control+k")
        page.keyboard.type("zzzzqqq")
        dialog = page.get_by_role("dialog")
        expect(dialog).to_contain_text("No encontramos nada.")
        page.wait_for_timeout(800)
        page.keyboard.press("Enter")
        expect(page).to_have_url(re.compile("q=zzzzqqq"))


def test_an_upload_after_the_session_ended_says_so(chrome: Browser, sample_url: str) -> None:
    with window(chrome, sample_url) as opened:
        enter(opened, "duena@cascabel.mx")
        page = opened.new_page()
        page.goto("/carga")
        opened.clear_cookies()
        file: FilePayload = {"name": "uno.xml", "mimeType": "application/xml", "buffer": b"<a/>"}
        page.locator("form[data-drop] input[type=file]").set_input_files(file)
        page.locator("form[data-drop] button").click()
        expect(page.locator(".notice")).to_contain_text("Tu sesión terminó: lo que enviaste no se guardó.")
        assert page.url.endswith("/entrar?a=%2Fcarga")
