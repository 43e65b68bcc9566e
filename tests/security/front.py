"""What nginx lets through, of whom and how much: S38, S39, S41, S42."""

import json
import re
import socket
import ssl
import warnings
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager, suppress
from pathlib import Path
from threading import Thread

import httpx

from horux_adapters.mercadopago.client import MercadoPagoClient
from horux_core.billing.errors import GatewayUnavailable
from tests.deploy.edge import CLIENT, NAME, encrypted, trusting_anybody
from tests.security.ground import Ground, often
from tests.security.judging import EDGE, Tally, check
from tests.system.waiting import until

WEAK = ("AES128-GCM-SHA256", "ECDHE-ECDSA-AES128-SHA", "ECDHE-ECDSA-AES256-SHA384", "NULL-SHA256")
FORGED = {
    "X-Forwarded-For": "203.0.113.9, 127.0.0.1", "X-Real-IP": "203.0.113.9", "Forwarded": "for=203.0.113.9",
    "X-Forwarded-Proto": "http", "X-Forwarded-Host": "malo.example",
}  # fmt: skip
AMBIGUOUS = (
    "POST /api/auth/login HTTP/1.1\r\nHost: {host}\r\nContent-Length: 5\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n",
    "POST /api/auth/login HTTP/1.1\r\nHost: {host}\r\nContent-Length: 5\r\nContent-Length: 6\r\n\r\nabcdef",
    "POST /api/auth/login HTTP/1.1\r\nHost: {host}\r\nTransfer-Encoding: xchunked\r\n\r\n0\r\n\r\n",
    "POST /api/auth/login HTTP/1.1\r\nHost: {host}\r\nContent-Length: +5\r\n\r\nabcde",
    "GET /health HTTP/1.1\r\nHost: {host}\r\nHost: malo.example\r\n\r\n",
    "GET /health HTTP/1.1\r\n\r\n",
    "GET /health\x00 HTTP/1.1\r\nHost: {host}\r\n\r\n",
    "GET /health HTTP/1.1\r\nHost: {host}\r\nX-A: b\r\n\x00c: d\r\n\r\n",
    "TRACE /health HTTP/1.1\r\nHost: {host}\r\n\r\n",
    "CONNECT malo.example:443 HTTP/1.1\r\nHost: {host}\r\n\r\n",
)
LARGE = re.compile(r"/api/(cfdi|cfdi/bulk|xml-sat/paquetes|conciliacion/estado-cuenta|listas/69b)/*")
MIB = 1024 * 1024


@check("S38", EDGE)
def only_good_encryption_and_no_api_without_it(ground: Ground, tally: Tally) -> None:
    front = ground.edge
    for version in (ssl.TLSVersion.TLSv1, ssl.TLSVersion.TLSv1_1):
        tally.sees(not _shakes(front.https, version, "ALL:@SECLEVEL=0"), version.name)
    for suite in WEAK:
        tally.sees(not _shakes(front.https, ssl.TLSVersion.TLSv1_2, f"{suite}:@SECLEVEL=0"), suite)
    for version in (ssl.TLSVersion.TLSv1_2, ssl.TLSVersion.TLSv1_3):
        tally.sees(_shakes(front.https, version), (version.name, "no se habla"))
    page, api = front.ask_plain("/entrar"), front.ask_plain("/api/auth/me")
    tally.sees((page.status, page.all("location")) == (301, [f"https://{NAME}/entrar"]), (page.status, page.headers))
    tally.sees(api.status == 403, ("la API sin cifrar", api.status))
    with _self_signed(front.folder) as port:
        try:
            MercadoPagoClient("APP_USR-x", f"https://127.0.0.1:{port}", 5, 5).agreement("1")
        except GatewayUnavailable as error:
            tally.sees("CERTIFICATE_VERIFY_FAILED" in repr(error.__cause__), repr(error.__cause__)[:200])


@contextmanager
def _self_signed(folder: Path) -> Iterator[int]:
    """A server whose certificate nobody vouches for."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(folder / "fullchain.pem", folder / "privkey.pem")
    with socket.create_server(("127.0.0.1", 0)) as plain, context.wrap_socket(plain, server_side=True) as wire:

        def once() -> None:
            with suppress(OSError):
                wire.accept()[0].close()

        thread = Thread(target=once)
        thread.start()
        yield int(wire.getsockname()[1])
        thread.join(10)


def _shakes(port: int, version: ssl.TLSVersion, suites: str = "") -> bool:
    context = trusting_anybody()
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", DeprecationWarning)
        context.minimum_version = context.maximum_version = version
    if suites:
        context.set_ciphers(suites)
    try:
        with encrypted(port, NAME, context):
            return True
    except (ssl.SSLError, ConnectionError):
        return False


@check("S39", EDGE)
def nobody_says_of_itself_where_it_comes_from(ground: Ground, tally: Tally) -> None:
    front, log = ground.edge, ground.inside.folder / "serve.log"
    for path in ("/api/tenants", "/api/cfdi", "/api/auth/me"):
        number = front.ask("GET", path, headers=FORGED)["x-request-id"]
        line = _line(log, number)
        tally.sees(CLIENT in line and "203.0.113" not in line, line)
    port = int(ground.inside.env["PORT"])
    with httpx.Client(transport=httpx.HTTPTransport(local_address="127.0.0.3")) as direct:
        answer = direct.get(f"http://127.0.0.1:{port}/api/tenants", headers=FORGED)
    line = _line(log, answer.headers["x-request-id"])
    tally.sees("127.0.0.3" in line and "203.0.113" not in line, line)
    listening = re.findall(rf" ([0-9A-F]+):{port:04X} \S+ 0A ", Path("/proc/net/tcp").read_text())
    listening += re.findall(rf" ([0-9A-F]+):{port:04X} \S+ 0A ", Path("/proc/net/tcp6").read_text())
    tally.sees(set(listening) == {"0100007F"}, ("escucha más allá", listening))


def _line(log: Path, number: str) -> str:
    def found() -> list[str]:
        return [line for line in log.read_text(errors="replace").splitlines() if number in line and "solicitud" in line]

    until("queda anotada", found, 10)
    return found()[0]


@check("S41", EDGE)
def what_two_programs_would_read_in_two_ways_ends_here(ground: Ground, tally: Tally) -> None:
    front = ground.edge
    for head in AMBIGUOUS:
        sent = head.format(host=NAME).encode("latin-1") + b"GET /api/auth/me HTTP/1.1\r\nHost: x\r\n\r\n"
        said = front.raw(sent)
        tally.sees(said.split(b" ", 2)[1:2] in ([b"400"], [b"405"], [b"501"]), (head[:60], said[:60]))
        tally.sees(said.count(b"HTTP/1.1 ") == 1 and b"\r\nConnection: close" in said, (head[:60], "sigue abierta"))
    broken = "%0d%0aX-Cortada:%20si"
    for path in (f"/entrar?a=/{broken}", f"/api/cfdi?q={broken}", f"/{broken}", f"/tema/oscuro?a=/x{broken}"):
        answer = front.ask("GET", path)
        tally.sees(not answer.all("x-cortada"), (path, "partida"))
    for method in ("PROPFIND", "OPCION", "DELETE", "PATCH", "TRACE", "LINK"):
        answer = front.ask(method, "/api/auth/login")
        tally.sees(answer.status in (400, 405), (method, answer.status))
    for kind in ("", "text/plain", "application/xml", "application/json; charset=utf-16", "multipart/form-data"):
        answer = front.ask("POST", "/api/auth/login", b'{"email": "a@b.mx", "password": "x"}', {"Content-Type": kind})
        tally.sees(answer.status in (400, 415), (kind, answer.status))
    for path in ("/entrar", "/no-hay", "/api/no-hay", "/health", "/api/openapi.json"):
        answer = front.ask("GET", path, headers={"Accept": "text/html" if "api" not in path else "*/*"})
        kind = answer["content-type"]
        tally.sees("json" in kind or kind == "text/html; charset=utf-8", (path, kind))


@check("S42", EDGE)
def no_route_takes_more_than_it_says_and_the_slow_hold_up_nobody(ground: Ground, tally: Tally) -> None:
    front = ground.edge
    tall = b"x" * (MIB + 1)
    small = {(method, path) for method, path in ground.routes() if method != "GET" and not LARGE.fullmatch(path)}
    for method, path in sorted(small)[: often(20, 1_000)]:
        answer = front.ask(method, path, tall, {"Content-Type": "application/json"})
        tally.sees(answer.status == 413, (method, path, answer.status))
    owner = ground.signed_in()
    for body in (
        json.dumps({f"a{n}": 1 for n in range(10_001)}).encode(), b'{"a":' * 1_000 + b"1" + b"}" * 1_000,
        b"[" * 1_000 + b"]" * 1_000, b'{"nombre": "' + b"x" * 100_000 + b'"}',
    ):  # fmt: skip
        for path in ("/api/usuarios/invite", "/api/api-keys", "/api/auth/password"):
            answer = front.ask("POST", path, body, {**owner, "Content-Type": "application/json"})
            tally.sees(answer.status in (400, 413, 422), (path, body[:20], answer.status))
    with ExitStack() as stack:
        for n in range(often(40, 100)):
            wire = stack.enter_context(encrypted(front.https, NAME))
            rest = "" if n % 2 else f"Host: {NAME}\r\nContent-Length: 100\r\n\r\nx"
            wire.sendall(f"POST /api/auth/login HTTP/1.1\r\n{rest}".encode())
        for _ in range(often(10, 200)):
            tally.sees(front.ask("GET", "/api/auth/me", headers=owner, client="127.0.0.4").status == 200, "no atiende")
    hurried = [front.ask("GET", "/health").status for _ in range(50)]
    tally.sees(set(hurried) == {200}, hurried)
