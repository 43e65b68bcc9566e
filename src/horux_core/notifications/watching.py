"""The operator's view of the mails."""

from dataclasses import dataclass
from uuid import UUID

from horux_core.identity.deeds import deed
from horux_core.identity.model import Actor, Permission
from horux_core.kernel.pages import Page
from horux_core.notifications.model import MailState, Posted
from horux_core.notifications.ports import Mails

PAGE = 50
LONGEST_PAGE = 500
REINTENTO = "correo-reintentado"


@dataclass(frozen=True, slots=True)
class ListMails:
    """Every mail, newest first, or those in one state. Raises CursorMalformed."""

    mails: Mails

    def __call__(
        self, actor: Actor, state: MailState | None = None, cursor: str | None = None, limit: int = PAGE
    ) -> Page[Posted]:
        actor.require(Permission.OPERATE)
        return self.mails.page(state, cursor, max(1, min(limit, LONGEST_PAGE)))


@dataclass(frozen=True, slots=True)
class RetryMail:
    """Try a mail again that waits or was given up. Raises MailMissing or MailSettled."""

    mails: Mails

    def __call__(self, actor: Actor, mail: UUID) -> None:
        actor.require(Permission.OPERATE)
        self.mails.again(mail, deed(actor, None, REINTENTO, "POST", f"/api/admin/mails/{mail}/retry"))
