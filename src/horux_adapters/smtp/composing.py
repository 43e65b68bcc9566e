"""A mail as the message that travels: its two parts and its headers."""

from dataclasses import dataclass, field
from email.header import Header
from email.headerregistry import Address
from email.message import EmailMessage
from email.policy import SMTP
from email.utils import parseaddr

from horux_adapters.smtp.rendering import Rendering
from horux_core.kernel.clock import Clock
from horux_core.notifications.model import Mail


@dataclass(frozen=True, slots=True)
class Composing:
    """Writes messages from `sender`, a name and address; answers go to `reply_to`, None when nobody reads them."""

    sender: str
    reply_to: str | None
    clock: Clock
    rendering: Rendering = field(default_factory=Rendering)

    @property
    def address(self) -> str:
        return parseaddr(self.sender)[1]

    @property
    def domain(self) -> str:
        return self.address.rpartition("@")[2]

    def __call__(self, mail: Mail) -> bytes:
        drawn = self.rendering(mail.letter, replies=self.reply_to is not None)
        message = EmailMessage(policy=SMTP)
        message["From"] = Address(parseaddr(self.sender)[0], addr_spec=self.address)
        message["To"] = Address(addr_spec=mail.to)
        if self.reply_to is not None:
            message["Reply-To"] = Address(addr_spec=self.reply_to)
        message["Date"] = self.clock()
        message["Message-ID"] = f"<{mail.key}@{self.domain}>"
        message["Auto-Submitted"] = "auto-generated"
        message.set_content(drawn.text, cte="quoted-printable")
        message.add_alternative(drawn.html, subtype="html", cte="quoted-printable")
        # EmailMessage loses blanks where it folds a long subject (Python 3.11), so that one is folded here.
        subject = Header(drawn.subject, header_name="Subject").encode(linesep="\r\n")
        return f"Subject: {subject}\r\n".encode("ascii") + message.as_bytes()
