"""A real SMTP server for a test: it takes mails, or does not, as real ones do."""

import ssl
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from email import message_from_bytes
from email.message import EmailMessage
from email.policy import SMTP as POLICY
from ipaddress import ip_address
from pathlib import Path

from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, AuthResult, Envelope, LoginPassword, Session
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from horux_adapters.smtp.composing import Composing
from horux_adapters.smtp.sending import SmtpMailer, SmtpServer
from tests.system.processes import free_port

HOST, ACCOUNT, PASSWORD = "127.0.0.1", "correo@horuxfin.com", "zr4hq0vn5tyb7xc3"
NOW = datetime(2026, 4, 18, 15, 20, tzinfo=UTC)
COMPOSING = Composing("Horux360 <noreply@horuxfin.com>", "ayuda@horuxfin.com", lambda: NOW)


@dataclass
class Postbox:
    """What it was given; `answers` are its words for a recipient, or for the mail of a sender."""

    tls: bool = True
    answers: dict[str, str] = field(default_factory=dict)
    taken: list[Envelope] = field(default_factory=list)
    secure: list[bool] = field(default_factory=list)
    accounts: list[bytes] = field(default_factory=list)
    rude: bool = False
    port: int = 0

    async def handle_RCPT(self, server: SMTP, session: Session, envelope: Envelope, to: str, options: list[str]) -> str:
        answer = self.answers.get(to, "250 OK")
        if answer.startswith("250"):
            envelope.rcpt_tos.append(to)
        return answer

    async def handle_DATA(self, server: SMTP, session: Session, envelope: Envelope) -> str:
        if "data" in self.answers:
            return self.answers["data"]
        self.taken.append(envelope)
        self.secure.append(session.ssl is not None)
        return "250 OK"

    async def handle_QUIT(self, server: SMTP, session: Session, envelope: Envelope) -> str:
        if self.rude:
            assert server.transport is not None
            server.transport.close()
        return "221 Bye"

    def admits(self, server: SMTP, session: Session, envelope: Envelope, mechanism: str, data: object) -> AuthResult:
        assert isinstance(data, LoginPassword)
        self.accounts.append(data.login)
        return AuthResult(success=data.password == PASSWORD.encode(), handled=False)

    @property
    def mails(self) -> list[EmailMessage]:
        return [message_from_bytes(raw(each), EmailMessage, policy=POLICY) for each in self.taken]

    def mailer(self, certificate: Path | None = None, **changes: object) -> SmtpMailer:
        """One that trusts the postbox."""
        context = ssl.create_default_context(cafile=certificate)
        values = {"user": ACCOUNT, "password": PASSWORD, "timeout": 10.0, "tls": context, **changes}
        return SmtpMailer(SmtpServer(HOST, self.port, **values), COMPOSING)  # type: ignore[arg-type]


def raw(envelope: Envelope) -> bytes:
    assert isinstance(envelope.content, bytes)
    return envelope.content


@contextmanager
def running(postbox: Postbox, certificate: Path, *, tls_first: bool = False) -> Iterator[Postbox]:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(certificate)
    postbox.port = free_port()
    starttls = context if postbox.tls and not tls_first else None
    controller = Controller(
        postbox,
        hostname=HOST,
        port=postbox.port,
        ssl_context=context if tls_first else None,
        tls_context=starttls,
        auth_require_tls=not tls_first and postbox.tls,
        authenticator=postbox.admits,
    )
    controller.start()
    try:
        yield postbox
    finally:
        controller.stop()


def certificate(folder: Path) -> Path:
    """A key and a certificate of its own for 127.0.0.1, in one file."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "correo de prueba")])
    made = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(datetime.now(UTC) - timedelta(days=1))
        .not_valid_after(datetime.now(UTC) + timedelta(days=1))
        .add_extension(x509.SubjectAlternativeName([x509.IPAddress(ip_address(HOST))]), critical=False)
        .sign(key, hashes.SHA256())
    )
    place = folder / "correo.pem"
    secret = key.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )
    place.write_bytes(secret + made.public_bytes(serialization.Encoding.PEM))
    return place
