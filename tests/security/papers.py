"""Files of strangers: S46, S47, S48, S50."""

import io
import struct
import threading
import zipfile
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager, suppress
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any
from uuid import uuid4

import httpx

from contracts.ports.uploads import a_zip
from contracts.routes import TABLE
from contracts.samples import an_xml
from horux_adapters.postgres.naming import database_name
from tests.security.ground import Ground, often
from tests.security.judging import INSTALLED, Tally, check
from tests.security.rules import _filled
from tests.system.waiting import until

SECRET = "canario-de-archivo-90c1"
CLIMBING = (
    "../canario.txt", "../../canario.txt", "..%2fcanario.txt", "..%252fcanario.txt", "%2e%2e/canario.txt",
    "..\\canario.txt", "%00/../canario.txt", "x" * 300, "\\\\malo.example\\c$", "C:\\canario.txt", "....//canario.txt",
    "/etc/passwd", "%2fetc%2fpasswd", "file:///etc/passwd",
)  # fmt: skip
INNER = (
    "http://127.0.0.1:{port}/x", "http://2130706433:{port}/x", "http://[::1]:{port}/x", "http://localhost:{port}/",
    "http://0:{port}/", "gopher://127.0.0.1:{port}/x", "file:///etc/passwd", "http://169.254.169.254/latest"
)  # fmt: skip


def bomb() -> bytes:
    return a_zip(("bomba.xml", bytes(often(40, 1_000) * 1_000_000)))


def nested() -> bytes:
    packed = a_zip(("a.xml", b"<a/>"))
    for _ in range(5):
        packed = a_zip(("dentro.zip", packed))
    return packed


def renamed(name: str) -> bytes:
    return a_zip((name, b"<a/>"))


def a_link() -> bytes:
    place = io.BytesIO()
    with zipfile.ZipFile(place, "w") as packed:
        info = zipfile.ZipInfo("liga.xml")
        info.external_attr = 0o120777 << 16
        packed.writestr(info, "/etc/passwd")
    return place.getvalue()


def locked() -> bytes:
    packed = bytearray(a_zip(("a.xml", b"<a/>")))
    packed[6] |= 1
    packed[packed.rindex(b"PK\x01\x02") + 8] |= 1
    return bytes(packed)


def lying() -> bytes:
    packed = bytearray(a_zip(("a.xml", b"<a/>" * 1_000)))
    struct.pack_into("<I", packed, packed.rindex(b"PK\x01\x02") + 24, 3)
    return bytes(packed)


def overlapping() -> bytes:
    packed = bytearray(a_zip(("a.xml", b"<a/>" * 40), ("b.xml", b"<a/>" * 40)))
    struct.pack_into("<I", packed, packed.rindex(b"PK\x01\x02") + 42, 0)
    return bytes(packed)


def crowded() -> bytes:
    return a_zip(*((f"{n}.xml", b"") for n in range(often(50_001, 200_000))), compression=zipfile.ZIP_STORED)


def kept(ground: Ground) -> int:
    return int(ground.inside.rows("SELECT count(*) FROM cfdis", database=database_name(ground.client))[0][0])


def left(place: Path) -> list[Path]:
    return [file for file in (place / "spool").rglob("*") if file.is_file()]


def bulk(ground: Ground, who: dict[str, str], content: bytes) -> httpx.Response:
    return ground.ask("POST", "/api/cfdi/bulk", {**who, "Content-Type": "application/zip"}, content=content)


@check("S46", INSTALLED)
def hostile_archives_leave_nothing_anywhere(ground: Ground, tally: Tally) -> None:
    who, before = ground.signed_in(), kept(ground)
    hostile = {
        "bomba": bomb(), "anidado": nested(), "muchas": crowded(), "liga": a_link(), "con clave": locked(),
        "miente": lying(), "encimado": overlapping(), "cortado": a_zip(("a.xml", b"<a/>" * 500))[:-30],
        **{name: renamed(name) for name in ("../a.xml", "/tmp/a.xml", "C:\\a.xml", "a\\..\\..\\b.xml", "..\\a.xml")},
        "dos veces": a_zip(("a.xml", b"<a/>"), ("./a.xml", b"<b/>")),
    }  # fmt: skip
    for name, content in hostile.items():
        answer = bulk(ground, who, content)
        taken = answer.json().get("inserted", 0) if answer.status_code == 200 else 0
        tally.sees(answer.status_code in (200, 202, 400, 413, 422) and not taken, (name, answer.status_code))
        tally.sees(answer.status_code != 200 or answer.json()["received"] >= 0, (name, answer.text[:100]))
    until("no queda nada de ellos", lambda: not left(ground.inside.folder), 20)
    tally.sees(kept(ground) == before, (kept(ground), before))
    outside = [file for file in (Path("/tmp/a.xml"), ground.inside.folder / "a.xml") if file.exists()]
    tally.sees(not outside, outside)


@check("S47", INSTALLED)
def only_ones_own_papers_are_filed(ground: Ground, tally: Tally) -> None:
    who, before = ground.signed_in(), kept(ground)
    strange = an_xml(uuid=str(uuid4()), rfc_emisor="CAS2408138W2", rfc_receptor="TPR840604D98")
    for name, content in {
        "PDF": b"%PDF-1.7", "otro XML": b"<html/>", "de otros": strange, "imagen": b"\x89PNG\r\n\x1a\n",
    }.items():  # fmt: skip
        answer = ground.ask("POST", "/api/cfdi", {**who, "Content-Type": "application/xml"}, content=content)
        tally.sees(
            answer.status_code in (400, 415, 422) and len(answer.json()["detail"]) > 20, (name, answer.text[:90])
        )
        told = bulk(ground, who, a_zip(("a.xml", content))).json()
        tally.sees(len(told.get("rejected", [])) + len(told.get("ignored", [])) == 1, (name, str(told)[:120]))
    content, count = b"x" * 3_000_000, often(8, 50)

    def cut(_: int) -> None:
        def pieces() -> Iterator[bytes]:
            yield content[:1_000_000]
            raise ConnectionResetError

        with suppress(ConnectionResetError, httpx.TransportError):
            bulk(ground, who, pieces())  # type: ignore[arg-type]

    with ThreadPoolExecutor(8) as threads:
        list(threads.map(cut, range(count)))
    until("no queda nada de lo cortado", lambda: not left(ground.inside.folder), 20)
    tally.sees(not left(ground.inside.folder), left(ground.inside.folder))
    tally.sees(kept(ground) == before, (kept(ground), before))


@check("S48", INSTALLED)
def no_name_leads_out_of_its_folder(ground: Ground, tally: Tally) -> None:
    canary = ground.inside.folder / "canario.txt"
    canary.write_text(SECRET)
    own, who = ground.looking(), ground.signed_in()
    for name in CLIMBING:
        for path in ("/static/{}", "/api/docs/{}", "/api/reportes/{}", "/cfdi/{}/xml", "/api/calendario/{}",
                     "/reportes/{}/excel", "/api/cfdi/{}/xml", "/cfdi?q={}", "/api/cfdi/bulk/{}"):  # fmt: skip
            answer = ground.get(path.format(name.replace("#", "")), {**who, **own})
            seen = SECRET in answer.text or "root:x:0" in answer.text
            tally.sees(not seen and answer.status_code < 500, (path, name, answer.status_code))
        form = {"files": (name[:200], an_xml(uuid=str(uuid4()), rfc_emisor=ground.client), "application/xml")}
        answer = ground.ask("POST", "/api/cfdi/bulk", who, files=form)
        tally.sees(answer.status_code < 500 and SECRET not in answer.text, (name, answer.status_code))
    tally.sees(canary.read_text() == SECRET, "cambió")
    canary.unlink()


@contextmanager
def listening() -> Iterator[tuple[int, list[str]]]:
    """A port that nobody should ask, and who asked it."""
    heard: list[str] = []

    class Inner(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            heard.append(self.path)
            self.send_response(200)
            self.end_headers()

        do_POST = do_HEAD = do_GET  # noqa: N815

        def log_message(self, *_: object) -> None:
            """Nothing."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Inner)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    try:
        yield int(server.server_address[1]), heard
    finally:
        server.shutdown()
        server.server_close()
        thread.join(10)


@check("S50", INSTALLED)
def no_address_that_is_sent_is_asked(ground: Ground, tally: Tally) -> None:
    owner = ground.signed_in()
    with listening() as (port, heard):
        for inner in INNER:
            url = inner.format(port=port)
            xml = an_xml(uuid=str(uuid4()), rfc_emisor=ground.client, nombre_receptor=url)
            start = xml.index(b"<cfdi:")
            external = xml[:start] + f'<!DOCTYPE x SYSTEM "{url}">'.encode() + xml[start:]
            located = xml.replace(b"xmlns:xsi", f'xsi:schemaLocation="http://x {url}" xmlns:xsi'.encode(), 1)
            for content in (
                xml,
                external,
                located,
                xml.replace(b"?>", f'?><?xml-stylesheet href="{url}"?>'.encode(), 1),
            ):
                answer = ground.ask("POST", "/api/cfdi", {**owner, "Content-Type": "application/xml"}, content=content)
                tally.sees(answer.status_code < 500, (url, answer.status_code))
            for row in TABLE:
                if isinstance(row.body, dict) and "/auth/" not in row.route:
                    body: dict[str, Any] = {k: url if isinstance(v, str) else v for k, v in row.body.items()}
                    who = ground.operator if "/tenants" in row.route or "/plans" in row.route else owner
                    answer = ground.ask(row.method, _filled(row), who, json=body)
                    tally.sees(answer.status_code < 500, (row.route, url, answer.status_code))
            for export in ("/cfdi/exportar", "/api/reportes/concentrado-rfc?anio=2025&mes=1&formato=xlsx"):
                tally.sees(ground.get(export, {**owner, **ground.looking(owner)}).status_code == 200, export)
        tally.sees(not heard, heard)
