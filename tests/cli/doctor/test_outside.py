"""What the doctor sees of files, disks, certificates, mail and payments."""

import socket
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec

from horux_core.diagnosis.model import Verdict
from horux_core.diagnosis.surroundings import DiskHasRoom, Room
from tests.cli.doctor.planting import found, seen, well
from tests.system.installation import Installation
from tests.system.processes import free_port

GIB = 1024**3
TOKEN = "APP_USR-1234567890-Qx7v"


def test_secrets_that_others_may_read_are_told(installed: Installation) -> None:
    file = Path(installed.env["DATA_DIR"]) / "secretos.json"
    file.write_text("{}")
    file.chmod(0o644)
    try:
        seen(found(installed)["secretos"], Verdict.FALLA, "secretos.json (644)", "600")
        file.chmod(0o600)
        well(installed, "secretos")
    finally:
        file.unlink()


@pytest.mark.parametrize(
    ("free", "verdict"),
    [(50 * GIB, Verdict.BIEN), (14 * GIB, Verdict.AVISO), (4 * GIB, Verdict.FALLA), (GIB // 2, Verdict.FALLA)],
)
def test_a_disk_that_fills_up_is_told(free: int, verdict: Verdict) -> None:
    assert DiskHasRoom(lambda: (Room("/var/horux", free, 100 * GIB),))().verdict is verdict


def certificate(folder: Path, left: timedelta) -> str:
    key, now = ec.generate_private_key(ec.SECP256R1()), datetime.now(UTC)
    name = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, "horux360.mx")])
    made = x509.CertificateBuilder().subject_name(name).issuer_name(name).public_key(key.public_key())
    made = made.serial_number(1).not_valid_before(now - timedelta(days=90)).not_valid_after(now + left)
    file = folder / "fullchain.pem"
    file.write_bytes(made.sign(key, hashes.SHA256()).public_bytes(serialization.Encoding.PEM))
    return str(file)


@pytest.mark.parametrize(
    ("left", "verdict", "words"),
    [
        (timedelta(days=60, hours=1), Verdict.BIEN, "60 días"), (timedelta(days=10, hours=1), Verdict.AVISO, "10 días"),
        (timedelta(days=1), Verdict.FALLA, "vence"), (timedelta(days=-1), Verdict.FALLA, "venció"),
    ],
)  # fmt: skip
def test_a_certificate_near_its_end_is_told(
    installed: Installation, tmp_path: Path, left: timedelta, verdict: Verdict, words: str
) -> None:
    finding = found(installed, TLS_CERTIFICATE=certificate(tmp_path, left))["certificado"]
    assert (finding.verdict, words in finding.said) == (verdict, True), finding


@pytest.mark.parametrize("content", [None, b"no es", b""])
def test_a_certificate_that_cannot_be_read_is_told(
    installed: Installation, tmp_path: Path, content: bytes | None
) -> None:
    file = tmp_path / "fullchain.pem"
    if content is not None:
        file.write_bytes(content)
    seen(found(installed, TLS_CERTIFICATE=str(file))["certificado"], Verdict.FALLA, "TLS_CERTIFICATE")


@contextmanager
def provider(status: int) -> Iterator[str]:
    """Who charges, and answers as it is told to those with a token."""

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            known = self.path == "/users/me" and self.headers["Authorization"] == f"Bearer {TOKEN}"
            self.send_response(status if known else 401)
            self.send_header("Content-Length", "0")
            self.end_headers()

        def log_message(self, format: str, *args: object) -> None: ...

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    thread = Thread(target=server.serve_forever, args=(0.05,))
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_address[1]}"
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


@pytest.mark.parametrize(
    ("token", "status", "words"),
    [
        (TOKEN, 200, None), ("APP_USR-otra-0000000000", 200, "no acepta"), (TOKEN, 500, "500"),
        ("cualquiera-00000", 200, "forma"),
    ],
)  # fmt: skip
def test_a_provider_that_does_not_know_us_is_told(
    installed: Installation, token: str, status: int, words: str | None
) -> None:
    with provider(status) as url:
        findings = found(installed, MP_ACCESS_TOKEN=token, MP_API_URL=url, MP_WEBHOOK_SECRET="Qx7v" * 6)
    if words is None:
        assert findings["mercadopago"].verdict is Verdict.BIEN
    else:
        seen(findings["mercadopago"], Verdict.FALLA, words, "token")
    assert token not in str(findings)


def test_a_provider_that_is_away_is_told(installed: Installation) -> None:
    away = f"http://127.0.0.1:{free_port()}"
    findings = found(installed, MP_ACCESS_TOKEN=TOKEN, MP_API_URL=away, MP_WEBHOOK_SECRET="Qx7v" * 6)
    seen(findings["mercadopago"], Verdict.FALLA, "no responde")


@contextmanager
def mail_server(answers: Mapping[bytes, bytes]) -> Iterator[int]:
    """Says by the word it is asked with what it is told to; the rest is fine with it."""
    listening = socket.create_server(("127.0.0.1", 0))

    def talk() -> None:
        conn, _ = listening.accept()
        with conn, conn.makefile("rb") as lines:
            conn.sendall(b"220 hola\r\n")
            for line in lines:
                word = line.split()[0].upper()
                conn.sendall(answers.get(word, b"250 bien\r\n"))

    thread = Thread(target=talk, daemon=True)
    thread.start()
    try:
        yield listening.getsockname()[1]
    finally:
        listening.close()
        thread.join(5)


@pytest.mark.parametrize(
    ("answers", "account", "verdict", "words"),
    [
        ({}, {}, Verdict.BIEN, "deja entrar"), ({b"EHLO": b"500 no\r\n", b"HELO": b"500 no\r\n"}, {}, Verdict.BIEN, ""),
        ({}, {"SMTP_USER": "ana", "SMTP_PASS": "Qx7v-clave"}, Verdict.FALLA, "TLS"),
    ],
)  # fmt: skip
def test_the_mails_server_is_tried(
    installed: Installation, answers: Mapping[bytes, bytes], account: Mapping[str, str], verdict: Verdict, words: str
) -> None:
    with mail_server(answers) as port:
        findings = found(installed, MAIL="smtp", SMTP_HOST="127.0.0.1", SMTP_PORT=str(port), **account)
    assert (findings["correo"].verdict, words in findings["correo"].said) == (verdict, True), findings["correo"]
    assert "Qx7v" not in str(findings)


def test_a_mails_server_that_is_away_is_told(installed: Installation) -> None:
    findings = found(installed, MAIL="smtp", SMTP_HOST="127.0.0.1", SMTP_PORT=str(free_port()))
    seen(findings["correo"], Verdict.FALLA, "no responde", "SMTP_HOST")
