"""Who takes the mails, as the settings say."""

from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from uuid import uuid4

from horux_adapters.container.clock import system_clock
from horux_adapters.container.settings import Settings
from horux_adapters.smtp.composing import Composing
from horux_adapters.smtp.folder import FolderMailer, MailFolder
from horux_adapters.smtp.sending import SmtpMailer, SmtpServer
from horux_core.backups.events import BackupTrouble
from horux_core.kernel.clock import Clock
from horux_core.kernel.errors import HoruxError
from horux_core.kernel.ids import EventId
from horux_core.notifications.backing_up import letter_of
from horux_core.notifications.errors import MailRefused, MailUndelivered
from horux_core.notifications.model import Mail
from horux_core.notifications.ports import Mailer

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


def last_resort(settings: Settings, mailer: Callable[[], Mailer], error: Exception) -> None:
    """Tell the operator of a backup that could not be noted anywhere; nothing where it cannot be reached."""
    if settings.admin_email is None:
        return
    now = system_clock()
    what = str(error) if isinstance(error, HoruxError) else type(error).__name__
    event = BackupTrouble("ninguno", 0, 0, what, now.isoformat())
    with suppress(MailUndelivered, MailRefused):
        mailer().send(Mail(EventId(uuid4()), settings.admin_email, letter_of(event)))
