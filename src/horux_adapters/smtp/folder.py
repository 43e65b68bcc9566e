"""Mails as files in a folder, instead of sending them: to see what would have gone out."""

import os
from dataclasses import dataclass, field
from datetime import datetime
from email import message_from_bytes
from email.message import EmailMessage
from email.policy import SMTP
from pathlib import Path
from uuid import UUID, uuid4

from horux_adapters.smtp.composing import Composing
from horux_core.notifications.errors import MailUndelivered
from horux_core.notifications.model import Mail

_ENDING = ".eml"


@dataclass(frozen=True, slots=True)
class FolderMailer:
    """Writes each mail to a file of its own, for the folder's owner alone; a resend replaces its first."""

    folder: Path
    composing: Composing

    def send(self, mail: Mail) -> None:
        content = self.composing(mail)
        try:
            self.folder.mkdir(mode=0o700, parents=True, exist_ok=True)
            self._write(self.folder / f"{mail.key}{_ENDING}", content)
        except OSError as error:
            raise MailUndelivered(
                "No se pudo escribir en la carpeta de correos: revisa su espacio y permisos."
            ) from error

    def _write(self, place: Path, content: bytes) -> None:
        draft = place.with_name(f".{uuid4()}")
        try:
            with os.fdopen(os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as file:
                file.write(content)
                file.flush()
                os.fsync(file.fileno())
            draft.replace(place)
        finally:
            draft.unlink(missing_ok=True)


@dataclass(frozen=True, slots=True)
class KeptMail:
    """A mail of the folder, as its reader would see it. The HTML is drawn apart from anything else, if at all."""

    key: UUID
    to: str
    subject: str
    at: datetime
    html: str = field(repr=False)
    text: str = field(repr=False)


@dataclass(frozen=True, slots=True)
class MailFolder:
    """What a FolderMailer wrote."""

    folder: Path

    def latest(self, limit: int = 100) -> tuple[KeptMail, ...]:
        """The mails written last, newest first."""
        ours = [place for place in self.folder.glob(f"*{_ENDING}") if _key(place) is not None]
        ours.sort(key=lambda place: place.stat().st_mtime_ns, reverse=True)
        found = (self.find(UUID(place.stem)) for place in ours[:limit])
        return tuple(mail for mail in found if mail is not None)

    def find(self, key: UUID) -> KeptMail | None:
        try:
            content = (self.folder / f"{key}{_ENDING}").read_bytes()
        except FileNotFoundError:
            return None
        message = message_from_bytes(content, EmailMessage, policy=SMTP)
        return KeptMail(
            key, str(message["To"]), str(message["Subject"]), message["Date"].datetime,
            _part(message, "html"), _part(message, "plain"),
        )  # fmt: skip


def _part(message: EmailMessage, kind: str) -> str:
    part = message.get_body((kind,))
    return "" if part is None else str(part.get_content())


def _key(place: Path) -> UUID | None:
    try:
        return UUID(place.stem)
    except ValueError:
        return None
