"""What a browser is sent, and what it can be made to send: S32, S34, S35, S36, S37, S49."""

import io
import re
from collections.abc import Mapping
from time import monotonic
from typing import Any
from urllib.parse import quote, urljoin, urlsplit
from uuid import uuid4

from lxml import html
from openpyxl import load_workbook

from contracts.pages import PAGES, PageRow
from contracts.routes import BOOKS, OPERATION, OWN_SESSION, TABLE
from contracts.samples import an_xml
from horux_adapters.postgres.naming import database_name
from tests.security.ground import Ground, often
from tests.security.judging import INSTALLED, Tally, check
from tests.security.people import HEARD_WITHIN
from tests.security.rules import _filled
from tests.system.test_read_only import rows

HOSTILE = (
    "<script>alert(1)</script>", "\"'><img src=x onerror=alert(2)>", "</title><svg onload=alert(3)>", "{{7*7}}",
    "javascript:alert(4)", "<a href='data:text/html,x'>", "--><iframe srcdoc=x>", "${7*7}#{7*7}<%= 7*7 %>",
    "<math><mtext><style>@import'//malo.example'", "' onmouseover='alert(5)", "&lt;script&gt;", "]]><x/>",
)  # fmt: skip
FORMULAS = ("=1+1", "+1+1", "-1+1", "@SUM(1)", "=cmd|' /C calc'!A0", '=HYPERLINK("http://malo.example")', "|x", "%00=1")
EVIL = (
    "//malo.example", "/\\malo.example", "https://malo.example", "https:malo.example", "/\t/malo.example",
    "%2f%2fmalo.example", "javascript:alert(1)", "///malo.example", "/x\r\nSet-Cookie: a=b", "/.//malo.example/..//\\x",
)  # fmt: skip
_BUSINESS = ("tenants", "users", "memberships", "sessions", "subscriptions", "payments", "api_keys", "plan_prices")
_ON = re.compile(r"(?i)^(on\w+|srcdoc|formaction|style)$")
_FORM = {"Content-Type": "application/x-www-form-urlencoded"}


def kept(ground: Ground) -> Mapping[str, object]:
    """What a request may change, but for who asked what and when."""
    central = {name: text for name, text in rows(ground.inside, "horux360").items() if name in _BUSINESS}
    return {**central, **rows(ground.inside, database_name(ground.client))}


def _page(row: PageRow) -> str:
    address = row.address
    for gap in ("{person}", "{alerta}", "{key}", "{mail}", "{notice}", "{session}"):
        address = address.replace(gap, str(uuid4()))
    return re.sub(r"{\w+}", "1", address)


@check("S32", INSTALLED)
def no_other_site_and_no_mere_reading_changes_anything(ground: Ground, tally: Tally) -> None:
    owner, own = ground.signed_in(), ground.looking()
    stranger = re.search(r'name="csrf" value="([\w.-]+)"', ground.get("/teclas", ground.looking(ground.operator)).text)
    assert stranger is not None
    before = kept(ground)
    foreign = {"Origin": "https://malo.example", "Sec-Fetch-Site": "cross-site"}
    for row in PAGES:
        if row.reads:
            continue
        body = "&".join(f"{name}={quote(value)}" for name, value in row.fields.items())
        tries = [({**foreign, **_FORM}, body), ({**_FORM, "Origin": "null"}, body)]
        tries.append(({**_FORM, "Origin": ground.origin}, f"csrf={stranger[1]}&{body}"))
        tries.append(({"Content-Type": "text/plain", "Origin": ground.origin}, body))
        for headers, sent in tries:
            answer = ground.ask("POST", _page(row), {**own, **headers}, content=sent.encode())
            tally.sees(answer.status_code in (403, 404, 413, 415, 422), (row.route, headers, answer.status_code))
    for route in (*OWN_SESSION, *BOOKS, *OPERATION):
        for method in ("GET", "HEAD"):
            cookie = ground.ask(method if route.reads else route.method, _filled(route), own)
            tally.sees(cookie.status_code == 401, (route.route, "una galleta abre", cookie.status_code))
            answer = ground.ask(method, _filled(route), owner)
            tally.sees(answer.status_code < 500, (route.route, answer.status_code))
    for row in PAGES:
        for method in ("GET", "HEAD"):
            tally.sees(ground.ask(method, _page(row), own).status_code < 500, (row.route, method))
    after = kept(ground)
    tally.sees(after == before, [name for name in before if before[name] != after.get(name)])


def papers(ground: Ground, names: tuple[str, ...]) -> list[str]:
    """Documents of the client's whose other side is called so."""
    owner, made = ground.signed_in(), []
    for name in names:
        uuid = str(uuid4())
        content = an_xml(uuid=uuid, rfc_emisor=ground.client, nombre_receptor=name, fecha="2025-06-10T10:00:00")
        answer = ground.ask("POST", "/api/cfdi", {**owner, "Content-Type": "application/xml"}, content=content)
        assert answer.is_success, answer.text
        made.append(uuid)
    return made


@check("S34", INSTALLED)
def what_strangers_wrote_is_text_on_every_page(ground: Ground, tally: Tally) -> None:
    uuids = papers(ground, HOSTILE)
    body = {"email": f"{uuid4().hex}@ejemplo.mx", "nombre": "\"'><b onclick=alert(6)>{{7*7}}", "role": "visor"}
    assert ground.ask("POST", "/api/usuarios/invite", ground.signed_in(), json=body).is_success
    own = ground.looking()
    asked = ["/cfdi", "/configuracion/usuarios", "/reportes/concentrado-rfc?anio=2025&mes=6", "/alertas", "/iva/2025/6"]
    asked += [f"/cfdi/{uuid}" for uuid in uuids] + [f"/cfdi?q={quote(text)}" for text in HOSTILE]
    asked += [f"/buscar?q={quote(text)}" for text in HOSTILE] + [f"/no/{quote(text)}" for text in HOSTILE]
    for path in asked:
        page = ground.get(path, own)
        tree: Any = html.document_fromstring(page.content)
        tally.sees(not [one for one in tree.xpath("//script") if (one.text or "").strip()], (path, "un script"))
        tally.sees(not tree.xpath("//iframe | //object | //embed | //base | //style"), (path, "un elemento"))
        loud = [name for one in tree.xpath("//*") for name in one.attrib if _ON.match(str(name))]
        tally.sees(not loud, (path, loud))
        schemes = {urlsplit(str(value).strip()).scheme for value in tree.xpath("//@href | //@src")}
        away = schemes & {"javascript", "data"}
        tally.sees(not away, (path, away))
        tally.sees("49#" not in page.text and ">49<" not in page.text, (path, "calcula"))


@check("S35", INSTALLED)
def nobody_is_led_to_another_site(ground: Ground, tally: Tally) -> None:
    own = ground.looking()
    for back in EVIL:
        sent = quote(back)
        for path in ("/tema/oscuro", "/entrar", "/empresas", "/", "/iva", "/xml-sat"):
            for name in ("a", "next", "return", "url", "redirect", "back"):
                for who in (own, {"Accept": "text/html"}):
                    answer = ground.get(f"{path}?{name}={sent}", who)
                    place = answer.headers.get("location", "/")
                    went = urlsplit(urljoin(ground.origin, place.replace("\\", "/")))
                    tally.sees(f"{went.scheme}://{went.netloc}" == ground.origin, (path, name, back, place))
                    set_too = [line for line in answer.headers.get_list("set-cookie") if line.startswith("a=")]
                    tally.sees(not set_too, (path, back, set_too))


@check("S36", INSTALLED)
def nothing_of_a_session_stays_in_the_browser(ground: Ground, tally: Tally) -> None:
    owner = ground.signed_in()
    own = ground.looking(owner)
    for row in TABLE:
        if row.reads and row not in TABLE[:7]:
            caching = ground.get(_filled(row), owner).headers.get("cache-control", "")
            tally.sees("no-store" in caching, (row.route, caching))
    for page in PAGES:
        if page.reads and not page.route.startswith("GET /static"):
            answer = ground.get(_page(page), own)
            tally.sees("no-store" in answer.headers.get("cache-control", ""), (page.route, answer.status_code))
    token = own["Cookie"].removeprefix("horux_sesion=")
    shown = ground.get("/teclas", own)
    tally.sees(token not in shown.text and "hxk_" not in shown.text, "la sesión está en la página")
    proof = re.search(r'name="csrf" value="([\w.-]+)"', shown.text)
    assert proof is not None
    left = ground.ask("POST", "/salir", {**own, **_FORM, "Origin": ground.origin}, content=f"csrf={proof[1]}".encode())
    said = left.headers.get("clear-site-data", "")
    tally.sees(left.status_code == 303 and '"cache"' in said and '"storage"' in said, (left.status_code, said))
    until = monotonic() + HEARD_WITHIN
    while (after := ground.get("/inicio", own).status_code) != 303 and monotonic() < until:
        continue
    tally.sees(after == 303, ("sigue abierta", after))
    for log in ground.inside.folder.glob("*.log"):
        lines = log.read_text(errors="replace")
        tally.sees(token not in lines and "horux_sesion" not in lines and "hxk_" not in lines, (log.name, "la sesión"))


@check("S37", INSTALLED)
def what_is_given_back_is_a_file_and_nothing_runs_in_it(ground: Ground, tally: Tally) -> None:
    owner = ground.signed_in()
    for kind, content in {
        "text/html": b"<html><script>alert(1)</script></html>", "image/svg+xml": b"<svg onload='alert(1)'/>",
        "application/javascript": b"alert(1)", "application/x-php": b"<?php system('id');",
        "application/pdf": b"%PDF-1.7 <script>",
    }.items():  # fmt: skip
        for path in ("/api/cfdi", "/api/conciliacion/estado-cuenta"):
            form = {"archivo": ("../../x.html\r\nX-A: b", content, kind)}
            for answer in (
                ground.ask("POST", path, {**owner, "Content-Type": kind}, content=content),
                ground.ask("POST", path, owner, files=form),
            ):
                tally.sees(answer.status_code in (400, 413, 415, 422), (path, kind, answer.status_code))
    (uuid,) = papers(ground, ("<script>alert(1)</script>",))
    own, month = ground.looking(owner), "anio=2025&mes=6"
    for path, who, kind in (
        (f"/api/cfdi/{uuid}/xml", owner, "xml"), (f"/cfdi/{uuid}/xml", own, "xml"),
        (f"/api/reportes/papel-iva?{month}&formato=xlsx", owner, "xlsx"), ("/cfdi/exportar", own, "xlsx"),
        (f"/reportes/papel-iva/excel?{month}", own, "xlsx"),
    ):  # fmt: skip
        answer = ground.get(path, who)
        said = answer.headers.get("content-disposition", "")
        tally.sees(answer.status_code == 200, (path, answer.status_code, answer.text[:80]))
        named = re.fullmatch(rf"attachment; filename=\"[\w.-]+\.{kind}\"(; filename\*=UTF-8''\S+)?", said)
        tally.sees(named is not None, (path, said))
        tally.sees(answer.headers.get("x-content-type-options") == "nosniff", (path, "nosniff"))
        tally.sees("html" not in answer.headers["content-type"], (path, answer.headers["content-type"]))
        tally.sees("sandbox" in answer.headers["content-security-policy"], (path, "sin sandbox"))


@check("S49", INSTALLED)
def no_text_is_a_formula_in_what_is_taken_out(ground: Ground, tally: Tally) -> None:
    papers(ground, FORMULAS[: often(6, len(FORMULAS))])
    owner, own = ground.signed_in(), ground.looking()
    seen = 0
    for path, who in (
        ("/cfdi/exportar", own), ("/api/reportes/concentrado-rfc?anio=2025&mes=6&formato=xlsx", owner),
        ("/api/reportes/diot?anio=2025&mes=6&formato=xlsx", owner),
    ):  # fmt: skip
        answer = ground.get(path, who)
        book = load_workbook(io.BytesIO(answer.content))
        for cell in (cell for sheet in book for line in sheet.iter_rows() for cell in line):
            hostile = any(text in str(cell.value) for text in FORMULAS[:6])
            seen += hostile
            tally.sees(not (hostile and cell.data_type == "f"), (path, cell.coordinate, cell.value))
            tally.sees(cell.hyperlink is None, (path, cell.coordinate, "una liga"))
    tally.sees(seen >= 6, ("no salieron", seen))
    text = ground.get("/cfdi/exportar?formato=csv", own).text
    for line in text.splitlines():
        tally.sees(not re.search(r'(^|,)"?[ ]*[=+@|]', line), line)
