from contextlib import AbstractContextManager
from typing import Protocol

from horux_core.audit.model import Deed
from horux_core.audit.ports import AuditLog
from horux_core.kernel.ids import TenantId
from horux_core.kernel.pages import Page
from horux_core.kernel.rfc import Rfc
from horux_core.outbox.ports import Outbox
from horux_core.tenancy.model import DatabaseServer, Tenant


class Tenants(Protocol):
    def add(self, tenant: Tenant) -> None:
        """Raises RfcTaken when another tenant that is not deleted has the RFC."""

    def lock(self, tenant: TenantId) -> Tenant:
        """Read it to change it: others wait for this transaction. Raises TenantMissing."""

    def save(self, tenant: Tenant) -> None:
        """Keep the new state of a tenant that `lock` gave; every process forgets what it remembered of it."""

    def remove(self, tenant: TenantId) -> None:
        """Take the row away, as if it had never been; nothing when there is none."""


class RegistryTransaction(Protocol):
    @property
    def tenants(self) -> Tenants: ...
    @property
    def outbox(self) -> Outbox: ...
    @property
    def audit(self) -> AuditLog: ...


class Registry(Protocol):
    """The central database as tenancy sees it."""

    def transaction(self) -> AbstractContextManager[RegistryTransaction]:
        """What is done inside is kept together, or on any exception not at all."""

    def get(self, tenant: TenantId) -> Tenant:
        """Whatever its state. Raises TenantMissing."""

    def find(self, rfc: Rfc) -> Tenant:
        """The live tenant with the RFC. Raises TenantMissing."""

    def page(self, cursor: str | None, limit: int) -> Page[Tenant]:
        """Live tenants by RFC. Raises CursorMalformed."""


class TenantDatabases(Protocol):
    """The tenants' databases themselves, each with its own role. Every act may be done again after a crash."""

    def name_for(self, rfc: Rfc) -> str:
        """`horux_<rfc>`: two RFCs never share one."""

    def server_for_new(self) -> str:
        """Which database server takes the next tenant."""

    def create(self, tenant: Tenant) -> None:
        """Make its role and its database with all tables, open to that role alone.

        Raises DatabaseNameTaken when a database of that name is there already, which it leaves as it is.
        """

    def drop(self, tenant: Tenant) -> None:
        """Take its database and role away; nothing when they are not there, nor to a database that is another's."""

    def retire(self, tenant: Tenant, retired_name: str) -> None:
        """Refuse connections, end those that are left, and rename the database; nothing when that is done."""

    def retired_name(self, tenant: Tenant, stamp: str) -> str:
        """`horux_deleted_<rfc>_<stamp>`."""


class DatabaseServers(Protocol):
    """The servers of clients' databases. A change and its trace are kept, or neither; every process hears of it."""

    def all(self) -> tuple[DatabaseServer, ...]:
        """By name."""

    def prove(self, host: str, port: int) -> int:
        """Its main version, once it was shown there that databases, roles and the template can be made.

        Raises ServerUnfit.
        """

    def add(self, server: DatabaseServer, deed: Deed) -> None:
        """Raises ServerTaken."""

    def accept(self, name: str, accepts_new: bool, deed: Deed) -> None:
        """Whether new clients go there from now on. Raises ServerMissing."""

    def remove(self, name: str, deed: Deed) -> None:
        """Raises ServerMissing, and ServerInUse while any client, also one that left, has its database there."""
