"""Who takes the mails, as the settings say."""

from pathlib import Path

from horux_adapters.container.settings import Settings
from horux_adapters.smtp.composing import Composing
from horux_adapters.smtp.folder import FolderMailer, MailFolder
from horux_adapters.smtp.sending import SmtpMailer, SmtpServer
from horux_core.kernel.clock import Clock

SMTPS = 465
"""The port on which TLS comes first."""


def smtp_mailer(settings: Settings, clock: Clock) -> SmtpMailer:
    password = None if settings.smtp_pass is None else settings.smtp_pass.reveal()
    server = SmtpServer(
        settings.smtp_host, settings.smtp_port, settings.smtp_user, password,
        tls_first=settings.smtp_port == SMTPS, tls_required=settings.production,
    )  # fmt: skip
    return SmtpMailer(server, _composing(settings, clock))


def folder_mailer(settings: Settings, clock: Clock) -> FolderMailer:
    return FolderMailer(mail_folder(settings.data_dir), _composing(settings, clock))


def mailbox(settings: Settings) -> MailFolder | None:
    """What can be read in a browser: mails that go to a folder, and nothing in production."""
    readable = settings.mail == "folder" and not settings.production
    return MailFolder(mail_folder(settings.data_dir)) if readable else None


def mail_folder(data_dir: Path) -> Path:
    return data_dir / "correo"


def _composing(settings: Settings, clock: Clock) -> Composing:
    return Composing(settings.smtp_from, settings.admin_email, clock)
