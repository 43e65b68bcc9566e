"""Whom a mail about a client goes to."""

from dataclasses import dataclass

from horux_core.identity.model import Member, Role
from horux_core.identity.ports import Directory
from horux_core.kernel.ids import TenantId, UserId
from horux_core.tenancy.errors import TenantMissing
from horux_core.tenancy.model import Tenant, TenantState
from horux_core.tenancy.ports import Registry


@dataclass(frozen=True, slots=True)
class Readers:
    """`admin_email` is where the operator reads; without one, each of its staff does."""

    registry: Registry
    directory: Directory
    admin_email: str | None

    def client(self, tenant: TenantId) -> Tenant | None:
        """None for one that has left: nobody is written to about it."""
        try:
            found = self.registry.get(tenant)
        except TenantMissing:
            return None
        return found if found.state is TenantState.LIVE else None

    def member(self, tenant: TenantId, person: UserId) -> Member | None:
        with self.directory.transaction() as tx:
            return next((member for member in tx.memberships.people(tenant) if member.user.id == person), None)

    def owners(self, tenant: TenantId) -> tuple[str, ...]:
        """Not those who were invited and never came in: nothing of the client is theirs to read yet."""
        with self.directory.transaction() as tx:
            people = tx.memberships.people(tenant)
        return tuple(
            member.user.email
            for member in people
            if member.role is Role.OWNER and member.user.active and member.membership.binding
        )

    def desk(self, tenant: TenantId) -> tuple[str, ...]:
        """Who does the taxpayer's returns: its owners and its accountants."""
        with self.directory.transaction() as tx:
            people = tx.memberships.people(tenant)
        doing = (member for member in people if member.role in (Role.OWNER, Role.CONTADOR))
        return tuple(member.user.email for member in doing if member.user.active)

    def operator(self) -> tuple[str, ...]:
        if self.admin_email is not None:
            return (self.admin_email,)
        with self.directory.transaction() as tx:
            return tuple(user.email for user in tx.users.staff())
