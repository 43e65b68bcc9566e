"""The nginx of the deployment, really running on loopback: the files of `deploy/nginx`, on other ports and folders."""

import shutil
import socket
import ssl
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from http.client import HTTPConnection, HTTPResponse
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from tests.conftest import short_folder
from tests.system.processes import free_port
from tests.system.waiting import until

DEPLOY = Path(__file__).resolve().parents[2] / "deploy"
NAME = "horux.prueba.mx"
CLIENT = "127.0.0.2"
"""Where requests come from: another address than the one nginx itself has before the application."""
_LOG = "syslog:server=unix:/run/systemd/journal/dev-log,nohostname,tag=nginx"


@dataclass(frozen=True)
class Edge:
    folder: Path
    http: int
    https: int

    def ask(
        self,
        method: str,
        path: str,
        body: bytes | Iterator[bytes] | None = None,
        headers: dict[str, str] | None = None,
        *,
        client: str = CLIENT,
    ) -> "Answer":
        """One request over TLS, on a connection of its own."""
        connection = _Encrypted(self.https, client)
        try:
            connection.request(method, path, body, {"Host": NAME, **(headers or {})}, encode_chunked=True)
            return Answer.of(connection.getresponse())
        finally:
            connection.close()

    def ask_plain(self, path: str, host: str = NAME) -> "Answer":
        connection = HTTPConnection("127.0.0.1", self.http, timeout=20)
        try:
            connection.request("GET", path, headers={"Host": host})
            return Answer.of(connection.getresponse())
        finally:
            connection.close()

    def raw(self, sent: bytes, name: str = NAME) -> bytes:
        """What comes back for those bytes, over TLS, until the other side closes or says nothing for two seconds."""
        answer = b""
        with encrypted(self.https, name) as wire:
            wire.settimeout(2)
            wire.sendall(sent)
            try:
                while piece := wire.recv(65536):
                    answer += piece
            except TimeoutError:
                pass
        return answer

    @property
    def log(self) -> str:
        return (self.folder / "access.log").read_text(encoding="utf-8")

    @property
    def errors(self) -> str:
        return (self.folder / "error.log").read_text(encoding="utf-8")


@dataclass(frozen=True)
class Answer:
    status: int
    headers: list[tuple[str, str]]
    body: bytes

    @classmethod
    def of(cls, response: HTTPResponse) -> "Answer":
        return cls(response.status, [(name.lower(), value) for name, value in response.getheaders()], response.read())

    def all(self, name: str) -> list[str]:
        return [value for found, value in self.headers if found == name]

    def __getitem__(self, name: str) -> str:
        (value,) = self.all(name)
        return value


class _Encrypted(HTTPConnection):
    def __init__(self, port: int, client: str) -> None:
        super().__init__("127.0.0.1", port, timeout=60, source_address=(client, 0))

    def connect(self) -> None:
        super().connect()
        self.sock = trusting_anybody().wrap_socket(self.sock, server_hostname=NAME)


def trusting_anybody() -> ssl.SSLContext:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    context.check_hostname = False
    context.verify_mode = ssl.CERT_NONE
    return context


@contextmanager
def encrypted(port: int, name: str | None, context: ssl.SSLContext | None = None) -> Iterator[ssl.SSLSocket]:
    plain = socket.create_connection(("127.0.0.1", port), 20, (CLIENT, 0))
    with plain, (context or trusting_anybody()).wrap_socket(plain, server_hostname=name) as wire:
        yield wire


@contextmanager
def edge(upstream: int, *changes: tuple[str, str]) -> Iterator[Edge]:
    """nginx before that port of the application. Skips out loud where there is no nginx."""
    if shutil.which("nginx", path="/usr/sbin:/usr/bin") is None:
        pytest.skip("no hay nginx en esta máquina: apt-get install nginx-light")
    with short_folder() as folder:
        found = Edge(folder, free_port(), free_port())
        _certificate(folder)
        (folder / "site.conf").write_text(_site(found, upstream, changes), encoding="utf-8")
        (folder / "nginx.conf").write_text(_main(folder), encoding="utf-8")
        command = ["/usr/sbin/nginx", "-p", f"{folder}", "-e", f"{folder}/error.log", "-c", f"{folder}/nginx.conf"]
        checked = subprocess.run([*command, "-t"], capture_output=True, text=True, check=False)
        assert checked.returncode == 0, checked.stderr
        process = subprocess.Popen([*command, "-g", "daemon off;"], stdin=subprocess.DEVNULL)
        try:
            until("escucha nginx", lambda: _listens(found.https), 20)
            yield found
        finally:
            process.terminate()
            process.wait(20)


def _main(folder: Path) -> str:
    text = _replaced(
        (DEPLOY / "nginx" / "nginx.conf").read_text(encoding="utf-8"),
        ("user www-data;\n", ""),
        ("pid /run/nginx.pid;", f"pid {folder}/nginx.pid;"),
        (f"error_log {_LOG} crit;", f"error_log {folder}/error.log error;"),
        ("include /etc/nginx/sites-enabled/*.conf;", f"include {folder}/site.conf;"),
    )
    kept = "".join(
        f"{kind}_temp_path {folder}/{kind};\n" for kind in ("client_body", "proxy", "fastcgi", "uwsgi", "scgi")
    )
    return text.replace("http {\n", "http {\n" + kept)


def _site(found: Edge, upstream: int, changes: tuple[tuple[str, str], ...]) -> str:
    folder = found.folder
    text = _replaced(
        (DEPLOY / "nginx" / "horux.conf").read_text(encoding="utf-8"),
        ("@NOMBRE@", NAME),
        ("server 127.0.0.1:4000 ", f"server 127.0.0.1:{upstream} "),
        ("include /etc/nginx/snippets/", f"include {DEPLOY}/nginx/"),
        ("/etc/horux/tls/", f"{folder}/"),
        ("/var/www/horux-acme", f"{folder}/acme"),
        ("/var/cache/nginx/horux", f"{folder}/cache"),
        (f"access_log {_LOG} ", f"access_log {folder}/access.log "),
        ("    listen [::]:", "    # listen [::]:"),
        ("    listen 80", f"    listen 127.0.0.1:{found.http}"),
        ("    listen 443", f"    listen 127.0.0.1:{found.https}"),
    )
    return _replaced(text, *changes)


def _replaced(text: str, *changes: tuple[str, str]) -> str:
    """A change that finds nothing to change would let a test pass on something else."""
    for old, new in changes:
        assert old in text, f"deploy/nginx ya no dice: {old}"
        text = text.replace(old, new)
    return text


def _listens(port: int) -> bool:
    with socket.socket() as probe:
        return probe.connect_ex(("127.0.0.1", port)) == 0


def _certificate(folder: Path) -> None:
    """Signed by itself."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, NAME)])
    now = datetime.now(UTC)
    made = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - timedelta(hours=1))
        .not_valid_after(now + timedelta(days=1))
        .add_extension(x509.SubjectAlternativeName([x509.DNSName(NAME)]), critical=False)
        .sign(key, hashes.SHA256())
    )
    (folder / "fullchain.pem").write_bytes(made.public_bytes(serialization.Encoding.PEM))
    plain = serialization.NoEncryption()
    kept = key.private_bytes(serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, plain)
    (folder / "privkey.pem").write_bytes(kept)
