from datetime import datetime, timedelta
from typing import Protocol
from uuid import UUID

from horux_core.audit.model import Deed
from horux_core.kernel.ids import TenantId, UserId
from horux_core.kernel.pages import Page
from horux_core.notifications.model import Envelope, Mail, MailState, Posted

HELD = timedelta(minutes=15)
"""How long a mail stays with who began to send it: twice the longest a server that still answers can take, which is
thirty seconds for each of some thirteen words that are exchanged. An event may be taken up by another worker sooner.
"""


class Mailer(Protocol):
    def send(self, mail: Mail) -> None:
        """Hand the mail on; sent again, whoever gets it can tell that it is the same.

        Raises MailUndelivered when it could not be handed on and may be tried again, MailRefused when trying again
        is of no use.
        """


class TemporaryPasswords(Protocol):
    def __call__(self, user: UserId, tenant: TenantId, /) -> str | None:
        """A new temporary password for the user, in clear this once; the one before is dead.

        None, and nothing changed, when the user has chosen a password of its own, or has one that was made for
        another taxpayer and still opens.
        """


class Mails(Protocol):
    """What became of every mail. It is dead when it was refused, or when the event that caused it was given up."""

    def begin(self, envelope: Envelope, at: datetime) -> bool:
        """Count one more try: for HELD it is this sender's alone, unless it ends it before.

        False, and none counted, when it was sent already. Raises MailRefused when it was refused before, and
        MailUndelivered while another sender has it. An address stands for the same one whatever the case of its
        letters.
        """

    def sent(self, envelope: Envelope, at: datetime) -> None:
        """Of one that was begun."""

    def failed(self, envelope: Envelope, error: str, at: datetime, *, refused: bool) -> None:
        """Of one that was begun: why it was not sent, and whether trying again is of no use."""

    def dropped(self, envelope: Envelope) -> None:
        """Of one that was begun: it was not sent, and others may begin it."""

    def page(self, state: MailState | None, cursor: str | None, limit: int) -> Page[Posted]:
        """Newest first, of all or of those in one state. Raises CursorMalformed."""

    def again(self, mail: UUID, deed: Deed) -> None:
        """Have what caused it delivered once more, its tries and refusal forgotten; kept with the deed.

        Raises MailMissing, and MailSettled when it was sent or is not called for any more.
        """
