"""Telling people that they may come in: the owner of a new client, and whoever an owner lets in."""

from dataclasses import dataclass

from horux_core.identity.events import PersonInvited
from horux_core.identity.model import Member, User
from horux_core.kernel.ids import EventId, UserId
from horux_core.notifications.letters import Invited, Joined, Welcome
from horux_core.notifications.model import Envelope
from horux_core.notifications.ports import TemporaryPasswords
from horux_core.notifications.posting import PostMail
from horux_core.notifications.readers import Readers
from horux_core.onboarding.events import ClientWelcomed
from horux_core.tenancy.model import Tenant


@dataclass(frozen=True, slots=True)
class WelcomeClient:
    """The welcome mail. Its temporary password is made here, at the moment of sending, and again at each resend.

    Nothing is sent when the client has left meanwhile, or its owner has, or has chosen a password already; one with
    a temporary password that another client's mail brought keeps that. Raises what `PostMail` raises.
    """

    readers: Readers
    passwords: TemporaryPasswords
    post: PostMail
    login_url: str

    def __call__(self, event: ClientWelcomed, ident: EventId) -> None:
        tenant = self.readers.client(event.tenant)
        member = self.readers.member(event.tenant, event.user)
        if tenant is None or member is None:
            return
        kind = Welcome if event.new_user else Joined
        envelope = Envelope(ident, kind.__name__, member.user.email, tenant.id)
        self.post(envelope, lambda: self._letter(event, tenant, member.user))

    def _letter(self, event: ClientWelcomed, tenant: Tenant, user: User) -> Welcome | Joined | None:
        who = (user.nombre, user.email, tenant.nombre, str(tenant.rfc))
        if not event.new_user or user.has_chosen:
            return None if event.new_user else Joined(*who, self.login_url, mailed=not user.has_chosen)
        password = self.passwords(user.id, tenant.id)
        if password is None:
            return Joined(*who, self.login_url, mailed=True)
        return Welcome(*who, password, self.login_url)


@dataclass(frozen=True, slots=True)
class TellInvited:
    """The invitation, with a temporary password for who has none that opens; made as for a welcome.

    Nothing is sent when the client has left meanwhile, or the person has, nor to the staff, which comes into no
    client. Raises what `PostMail` raises.
    """

    readers: Readers
    passwords: TemporaryPasswords
    post: PostMail
    login_url: str

    def __call__(self, event: PersonInvited, ident: EventId) -> None:
        tenant = self.readers.client(event.tenant)
        guest = self.readers.member(event.tenant, event.user)
        if tenant is None or guest is None or not guest.user.active or guest.user.platform_admin:
            return
        envelope = Envelope(ident, Invited.__name__, guest.user.email, tenant.id)
        self.post(envelope, lambda: self._letter(tenant, guest, event.by))

    def _letter(self, tenant: Tenant, guest: Member, by: UserId) -> Invited:
        with self.readers.directory.transaction() as tx:
            host = tx.users.get(by)
        user, host_name = guest.user, tenant.nombre if host is None else host.nombre
        password = self.passwords(user.id, tenant.id)
        return Invited(
            user.nombre, user.email, host_name, tenant.nombre, str(tenant.rfc), guest.role, password, self.login_url,
            mailed=password is None and not user.has_chosen,
        )  # fmt: skip
