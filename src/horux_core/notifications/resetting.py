"""The link to choose a new password, for who says that it forgot the old one."""

from dataclasses import dataclass

from horux_core.identity.events import ResetAsked
from horux_core.identity.model import User
from horux_core.identity.ports import Directory
from horux_core.identity.resetting import IssueReset
from horux_core.kernel.ids import EventId
from horux_core.notifications.letters import ResetPassword
from horux_core.notifications.model import Envelope
from horux_core.notifications.posting import PostMail


@dataclass(frozen=True, slots=True)
class SendReset:
    """Write to the person with the address, if there is one that may come in. Its secret is made at the moment of
    sending. Raises what `PostMail` raises.
    """

    directory: Directory
    issue: IssueReset
    post: PostMail
    reset_url: str

    def __call__(self, event: ResetAsked, ident: EventId) -> None:
        with self.directory.transaction() as tx:
            user = tx.users.by_email(event.email)
        if user is not None and user.active:
            found = user
            envelope = Envelope(ident, ResetPassword.__name__, user.email, None)
            self.post(envelope, lambda: self._letter(found))

    def _letter(self, user: User) -> ResetPassword | None:
        issued = self.issue(user.id)
        if issued is None:
            return None
        secret, until = issued
        return ResetPassword(user.nombre, user.email, f"{self.reset_url}?token={secret}", until)
