"""What the script adds, in a page made up for it, and that all of it can be gone without."""

from collections.abc import Iterator
from typing import Any

import pytest
from playwright.sync_api import Browser, Page, Route, expect

from horux_http.browser.assets import address
from tests.browser.looking import enter, window

ROWS = "".join(
    f'<tr data-total="{total}" data-side="{side}"><td><input type="checkbox" aria-label="Elegir {folio}"></td>'
    f'<td><a href="/hecho?{folio}">{folio}</a></td><td class="num">{total}</td></tr>'
    for folio, total, side in (
        ("A-1", "1000.10", "Emitidos"),
        ("A-2", "-0.05", "Emitidos"),
        ("B-3", "20.00", "Recibidos"),
        ("=4", "1.00", "Recibidos"),
    )
)
MADE = f"""<!doctype html><html lang="es-MX"><head><meta charset="utf-8"><title>Prueba - Horux360</title>
<link rel="stylesheet" href="{address("tokens.css")}"><link rel="stylesheet" href="{address("horux.css")}">
<meta name="htmx-config" content='{{"includeIndicatorStyles":false,"allowEval":false,"historyCacheSize":0}}'>
<script src="{address("htmx.js")}" defer></script><script src="{address("horux.js")}" type="module"></script></head>
<body class="shell" data-csrf="prueba" data-desk="mesa"><nav class="side"><ul>
<li><a href="/hecho?inicio" data-key="i">Inicio</a></li>
<li><a href="/hecho?pronostico">Pronóstico</a></li></ul></nav>
<header class="top"><a class="seek" href="/buscar"><span>Buscar</span><kbd>Ctrl K</kbd></a></header>
<main class="main" id="main"><h1>Prueba</h1><nav class="acts"><a rel="prev" href="/hecho?antes">Antes</a>
<a rel="next" href="/hecho?despues">Después</a><a data-export href="/hecho?excel">Excel</a></nav>
<form class="filters" data-apply="#lista" action="/prueba">
<label for="q">Buscar</label><input type="search" id="q" name="q">
<label for="t">Tipo</label><select id="t" name="tipo"><option value="">Todos</option><option>PUE</option></select>
<button>Filtrar</button></form>
<div id="lista"><p>%s</p></div>
<button hidden data-copy="032180000118359719">Copiar</button>
<table class="table" data-rows><thead><tr>
<th><input type="checkbox" aria-label="Todos"></th><th>Folio</th><th>Total</th></tr></thead>
<tbody>{ROWS}</tbody></table><div class="statusbar"><span>Cuenta <b>4</b></span></div>
<form class="drop" method="post" action="/subida" enctype="multipart/form-data" data-drop>
<input type="hidden" name="csrf" value="prueba">
<label for="f">Archivos</label><input type="file" id="f" name="archivos" multiple><button>Cargar</button></form></main>
<div class="toasts" role="status"></div>
<dialog class="dialog palette" id="paleta" aria-label="Ir a"><label class="sr" for="paleta-q">Buscar</label>
<input class="input" id="paleta-q" type="search"><div></div><p hidden>Nada. <a href="/hecho">Buscarlo</a></p></dialog>
</body></html>"""
FOUND = """<!doctype html><html><body><main><div data-results><h2>CFDI</h2><ul><li><a href="/hecho?cfdi">
<svg class="icon"><use href="#i-doc"/></svg>A-77<span>17 ene</span></a></li></ul></div></main>
<svg hidden><symbol id="i-doc" viewBox="0 0 16 16"><path d="M1 1"/></symbol></svg></body></html>"""
UPLOADED = MADE.replace("<h1>Prueba</h1>", "<h1>Carga terminada</h1>").replace(
    '<div class="toasts" role="status">',
    '<div class="toasts" role="status"><div class="toast"><span>Cargado.</span></div>',
)


class Served:
    """Answers the made-up addresses; the rest is the product's."""

    def __init__(self, page: Page) -> None:
        self.sent: list[Any] = []
        self.forgiven = False  # a browser complains of what the test asks it for
        self.page = page
        page.route(lambda url: "/prueba" in url, self._made)
        page.route(lambda url: "/buscar" in url, lambda route: self._html(route, FOUND))
        page.route(lambda url: "/hecho" in url, lambda route: self._html(route, "<h1>Hecho</h1>"))
        page.route(lambda url: "/subida" in url, self._uploaded)

    def _made(self, route: Route) -> None:
        self.sent.append(route.request.url.partition("?")[2])
        self._html(route, MADE % (self.sent[-1] or "todo"))

    def _uploaded(self, route: Route) -> None:
        self.sent.append(
            (
                route.request.headers.get("x-csrf-token"),
                route.request.headers.get("x-desk"),
                route.request.post_data_buffer or b"",
            )
        )
        self._html(route, UPLOADED % "x")

    @staticmethod
    def _html(route: Route, text: str) -> None:
        policy = "default-src 'self'; object-src 'none'; base-uri 'none'; frame-ancestors 'none'; form-action 'self'"
        route.fulfill(body=text, content_type="text/html; charset=utf-8", headers={"Content-Security-Policy": policy})


@pytest.fixture
def page(chrome: Browser, sample_url: str) -> Iterator[Page]:
    with window(chrome, sample_url) as opened:
        opened.grant_permissions(["clipboard-read", "clipboard-write"])
        page, wrong = opened.new_page(), list[str]()
        page.on("pageerror", lambda error: wrong.append(str(error)))
        page.on("console", lambda told: wrong.append(told.text) if told.type == "error" else None)
        served = Served(page)
        page.goto("/prueba")
        expect(page.get_by_role("button", name="Copiar")).to_be_visible()
        page.wait_for_load_state("networkidle")
        page.served = served  # type: ignore[attr-defined]
        yield page
        assert wrong == [] or served.forgiven


def sent(page: Page) -> list[Any]:
    found: list[Any] = page.served.sent  # type: ignore[attr-defined]
    return found


def focused(page: Page) -> str:
    found: str = page.evaluate("document.activeElement.textContent.trim()")
    return found


def pasted(page: Page) -> str:
    found: str = page.evaluate("navigator.clipboard.readText()")
    return found


@pytest.mark.parametrize(
    ("keys", "where"),
    [("[", "antes"), ("]", "despues"), ("e", "excel"), ("g i", "inicio"), ("j j Enter", "A-2"), ("k Enter", "=4")],
)
def test_a_key_goes_there(page: Page, keys: str, where: str) -> None:
    for key in keys.split():
        page.keyboard.press(key)
    page.wait_for_url(f"**/hecho?{where}")


def test_no_letter_is_heard_in_a_field_nor_when_they_are_off(page: Page) -> None:
    page.keyboard.press("/")
    page.keyboard.type("gie[")
    expect(page.locator("#q")).to_have_value("gie[")
    page.locator("#q").blur()
    page.evaluate("document.body.dataset.keys = 'no'")
    for key in ("e", "[", "g", "i", "j", "?"):
        page.keyboard.press(key)
    page.wait_for_timeout(200)
    assert "/prueba" in page.url
    page.keyboard.press("Control+k")
    expect(page.get_by_role("dialog")).to_be_visible()


def test_rows_are_chosen_summed_by_side_and_copied_for_a_sheet(page: Page) -> None:
    for key in ("j", "x", "j", "j", "j", "Shift+X"):
        page.keyboard.press(key)
    expect(page.locator("[data-chosen]")).to_have_text("Elegidos 4 Emitidos 1,000.05 Recibidos 21.00")
    page.keyboard.press("Control+c")
    expect(page.locator(".toast")).to_have_text("Copiado.")
    assert pasted(page) == "A-1\t1000.10\nA-2\t-0.05\nB-3\t20.00\n'=4\t1.00"
    page.get_by_label("Elegir A-1").uncheck()
    expect(page.locator("[data-chosen] b").first).to_have_text("3")


def test_the_palette_finds_and_opens(page: Page) -> None:
    page.keyboard.press("Control+k")
    page.keyboard.type("pron")
    dialog = page.get_by_role("dialog")
    expect(dialog.get_by_role("link", name="Pronóstico")).to_be_visible()
    expect(dialog.get_by_role("link", name="A-77")).to_be_visible()
    expect(dialog.get_by_role("link", name="Inicio")).to_have_count(0)
    assert page.evaluate("document.getElementById('i-doc').localName") == "symbol"
    page.keyboard.press("ArrowDown")
    page.keyboard.press("ArrowDown")
    assert focused(page) == "Pronóstico"
    page.keyboard.press("Escape")
    expect(dialog).to_have_count(0)
    page.keyboard.press("Control+k")
    page.keyboard.type("inicio")
    page.keyboard.press("Enter")
    page.wait_for_url("**/hecho?*")


def test_filters_apply_at_once_and_keep_the_address(page: Page) -> None:
    page.locator("#q").press_sequentially("robot")
    expect(page.locator("#lista")).to_have_text("q=robot")
    page.locator("#t").select_option("PUE")
    expect(page.locator("#lista")).to_have_text("q=robot&tipo=PUE")
    assert page.url.endswith("/prueba?q=robot&tipo=PUE")
    expect(page.locator("#q")).to_have_value("robot")


def test_files_are_dropped_anywhere_and_sent_with_their_proof(page: Page) -> None:
    dropped = page.evaluate_handle(
        "() => { const data = new DataTransfer(); data.items.add(new File(['<a/>'], 'uno.xml')); "
        "data.items.add(new File(['<b/>'], 'dos.xml')); return data; }"
    )
    for name in ("dragover", "drop"):
        page.dispatch_event("h1", name, {"dataTransfer": dropped})
    expect(page.locator("h1")).to_have_text("Carga terminada")
    expect(page.locator(".toast")).to_have_text("Cargado.")
    *proof, body = sent(page)[-1]
    assert proof == ["prueba", "mesa"]
    assert (b"uno.xml" in body, b"dos.xml" in body, body.index(b'name="csrf"') < body.index(b"uno.xml")) == (True,) * 3
    assert page.url.endswith("/subida")
    expect(page.locator("h1")).to_be_focused()


def test_copies_and_hides_nothing(page: Page) -> None:
    page.get_by_role("button", name="Copiar").click()
    expect(page.locator(".toast")).to_have_text("Copiado.")
    assert pasted(page) == "032180000118359719"


def test_a_figure_opens_beside_its_sheet_and_the_reader_is_told(chrome: Browser, sample_url: str) -> None:
    with window(chrome, sample_url) as opened:
        enter(opened, "duena@cascabel.mx")
        page = opened.new_page()
        page.goto("/iva/2026/10")
        page.evaluate("window.same = true")
        page.locator('a.fig[href*="ivaTrasladado"]').click()
        expect(page.locator("#explicacion")).to_be_focused()
        assert page.evaluate("window.same") is True
        assert "cifra=ivaTrasladado" in page.url
        page.keyboard.press("Escape")
        expect(page.locator("#explicacion")).to_have_count(0)
        expect(page.locator('a.fig[href*="ivaTrasladado"]')).to_be_focused()
        page.go_back()
        expect(page.locator("#explicacion")).to_be_visible()
        kept = page.evaluate("JSON.stringify([{...localStorage}, {...sessionStorage}])")
        assert "<" not in kept, "las páginas no se guardan en el navegador"


def test_without_script_a_figure_opens_too(chrome: Browser, sample_url: str) -> None:
    with window(chrome, sample_url, script=False) as opened:
        enter(opened, "duena@cascabel.mx")
        page = opened.new_page()
        page.goto("/iva/2026/10")
        page.locator('a.fig[href*="ivaTrasladado"]').click()
        expect(page.locator("#explicacion")).to_be_visible()
        page.get_by_role("link", name="Cerrar la explicación").click()
        expect(page.locator("#explicacion")).to_have_count(0)


def test_what_cannot_be_had_is_shown_as_the_page_it_is(page: Page) -> None:
    page.route(lambda url: "q=nada" in url, lambda route: route.fulfill(status=500, body="<h1>Error</h1>"))
    page.locator("#q").fill("nada")
    page.wait_for_url("**/prueba?q=nada")
    expect(page.locator("h1")).to_have_text("Error")
    page.served.forgiven = True  # type: ignore[attr-defined]


def test_without_a_connection_what_is_seen_stays(page: Page) -> None:
    page.route(lambda url: "q=lejos" in url, lambda route: route.abort())
    page.locator("#q").fill("lejos")
    expect(page.locator(".toast")).to_have_text("Sin conexión. Lo que ves sigue aquí; inténtalo otra vez.")
    expect(page.locator("#lista")).to_have_text("todo")
    page.served.forgiven = True  # type: ignore[attr-defined]
