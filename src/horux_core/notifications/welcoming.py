"""Telling the owner of a new client that it may come in."""

from dataclasses import dataclass

from horux_core.identity.model import User
from horux_core.identity.ports import Directory
from horux_core.notifications.model import Message
from horux_core.notifications.ports import Mailer, TemporaryPasswords
from horux_core.onboarding.events import ClientWelcomed
from horux_core.tenancy.errors import TenantMissing
from horux_core.tenancy.model import Tenant, TenantState
from horux_core.tenancy.ports import Registry

BIENVENIDA = "Bienvenido a Horux360"


@dataclass(frozen=True, slots=True)
class WelcomeClient:
    """The welcome mail. Its temporary password is made here, at the moment of sending, and again at each resend.

    Nothing is sent when the client has left meanwhile, or its owner has, or has chosen a password already. Raises
    what `Mailer.send` raises.
    """

    registry: Registry
    directory: Directory
    passwords: TemporaryPasswords
    mailer: Mailer
    login_url: str

    def __call__(self, event: ClientWelcomed) -> None:
        tenant = self._still_here(event)
        user = self._member(event)
        if tenant is None or user is None:
            return
        if not event.new_user:
            self.mailer.send(_joined(tenant, user, self.login_url))
            return
        password = self.passwords(user.id)
        if password is not None:
            self.mailer.send(_welcome(tenant, user, password, self.login_url))

    def _still_here(self, event: ClientWelcomed) -> Tenant | None:
        try:
            tenant = self.registry.get(event.tenant)
        except TenantMissing:
            return None
        return tenant if tenant.state is TenantState.LIVE else None

    def _member(self, event: ClientWelcomed) -> User | None:
        with self.directory.transaction() as tx:
            if all(membership.tenant != event.tenant for membership in tx.memberships.of_user(event.user)):
                return None
            return tx.users.lock(event.user)


def _welcome(tenant: Tenant, user: User, password: str, login_url: str) -> Message:
    return Message(
        user.email,
        BIENVENIDA,
        f"Hola, {user.nombre}:\n\n"
        f"La cuenta de {tenant.nombre} ({tenant.rfc}) en Horux360 está lista.\n\n"
        f"Entra en: {login_url}\n"
        f"Correo: {user.email}\n"
        f"Contraseña temporal: {password}\n\n"
        "La contraseña temporal vale 7 días y solo sirve para elegir la tuya al entrar por primera vez. "
        "No la compartas con nadie.\n",
    )


def _joined(tenant: Tenant, user: User, login_url: str) -> Message:
    return Message(
        user.email,
        BIENVENIDA,
        f"Hola, {user.nombre}:\n\n"
        f"La cuenta de {tenant.nombre} ({tenant.rfc}) en Horux360 está lista y ya puedes trabajar en ella.\n\n"
        f"Entra en: {login_url}\n"
        f"Correo: {user.email}\n\n"
        "Usa tu contraseña de siempre. Si no la recuerdas, elige «Olvidé mi contraseña» al entrar.\n",
    )
