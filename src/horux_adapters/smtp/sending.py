"""Handing mails to a server by SMTP: never a password in the clear, and in production nothing at all."""

import smtplib
import ssl
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field

from horux_adapters.smtp.composing import Composing
from horux_core.notifications.errors import MailRefused, MailUndelivered
from horux_core.notifications.letters import one_line
from horux_core.notifications.model import Mail

_PERMANENT = range(500, 600)
_QUOTA = "5.4.5"
"""Google's status for "sent enough for today": in the five hundreds, and over tomorrow."""

_LONGEST_WORDS = 200


@dataclass(frozen=True, slots=True)
class SmtpServer:
    """Where mails are handed in. TLS from the first byte (`tls_first`) or by STARTTLS.

    Without `tls_required` a server that offers none gets mails in the clear, but never the password.
    """

    host: str
    port: int
    user: str | None = None
    password: str | None = field(default=None, repr=False)
    tls_first: bool = False
    tls_required: bool = True
    timeout: float = 30.0
    tls: ssl.SSLContext = field(default_factory=ssl.create_default_context, repr=False)

    def open(self, name: str) -> smtplib.SMTP:
        """A connection that can take a mail, to a server that is told our name. Raises what smtplib raises."""
        if self.tls_first:
            server: smtplib.SMTP = smtplib.SMTP_SSL(self.host, self.port, name, timeout=self.timeout, context=self.tls)
        else:
            server = smtplib.SMTP(self.host, self.port, name, timeout=self.timeout)
        try:
            self._prepare(server)
        except BaseException:
            server.close()
            raise
        return server

    def _prepare(self, server: smtplib.SMTP) -> None:
        server.ehlo()
        if not self.tls_first and (self.tls_required or self.user or server.has_extn("starttls")):
            server.starttls(context=self.tls)
        if self.user is not None:
            server.login(self.user, self.password or "")


@dataclass(frozen=True, slots=True)
class SmtpMailer:
    server: SmtpServer
    composing: Composing

    def send(self, mail: Mail) -> None:
        message = self.composing(mail)
        with _told():
            server = self.server.open(self.composing.domain)
            try:
                server.sendmail(self.composing.address, [mail.to], message)
                # It was taken: whatever goes wrong with the good-bye must not have it sent again.
                with suppress(OSError):
                    server.quit()
            finally:
                server.close()


@contextmanager
def _told() -> Iterator[None]:
    """Says of whatever went wrong whether trying again is of use. Raises MailRefused or MailUndelivered."""
    try:
        yield
    except smtplib.SMTPRecipientsRefused as error:
        raise _judged(*next(iter(error.recipients.values()))) from error
    except smtplib.SMTPDataError as error:
        raise _judged(error.smtp_code, error.smtp_error) from error
    except smtplib.SMTPResponseException as error:
        raise MailUndelivered(_words(error.smtp_code, error.smtp_error)) from error
    except smtplib.SMTPNotSupportedError as error:
        raise MailUndelivered(
            "El servidor de correo no ofrece TLS o no acepta la contraseña: revisa SMTP_*."
        ) from error
    except OSError as error:
        raise MailUndelivered("El servidor de correo no responde.") from error


def _judged(code: int, said: bytes | str) -> MailRefused | MailUndelivered:
    words = _words(code, said)
    return MailRefused(words) if code in _PERMANENT and _QUOTA not in words else MailUndelivered(words)


def _words(code: int, said: bytes | str) -> str:
    text = said.decode("utf-8", "replace") if isinstance(said, bytes) else said
    return f"El servidor dijo: {code} {one_line(text)[:_LONGEST_WORDS]}"
