from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass

from psycopg import Connection
from psycopg.rows import TupleRow

from horux_adapters.postgres.audit import PostgresAuditLog
from horux_adapters.postgres.control import ControlDatabase, refusing
from horux_adapters.postgres.listening import notify
from horux_core.kernel.ids import TenantId
from horux_core.kernel.pages import CursorMalformed, Page
from horux_core.kernel.rfc import Rfc, RfcMalformed
from horux_core.outbox.ports import Outbox
from horux_core.plans.model import Plan
from horux_core.tenancy.errors import RfcTaken, TenantMissing
from horux_core.tenancy.model import Tenant, TenantState

COLUMNS = (
    "id, rfc, nombre, plan, database_name, server, regimenes, state, active, created_at,"
    " cfdi_limit_override, users_limit_override"
)
"""Of a tenant, as `tenant_of` takes them."""
_SELECT = f"SELECT {COLUMNS} FROM tenants"  # noqa: S608
_INSERT = f"INSERT INTO tenants ({COLUMNS}) VALUES (%s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s)"  # noqa: S608
_UPDATE = """
UPDATE tenants SET nombre = %s, plan = %s, database_name = %s, server = %s, regimenes = %s, state = %s, active = %s,
       cfdi_limit_override = %s, users_limit_override = %s, updated_at = now()
WHERE id = %s
"""
_CHANGED = "tenant"


@dataclass(frozen=True, slots=True)
class PostgresTenants:
    """The registry's rows, in the transaction of `connection`."""

    connection: Connection[TupleRow]

    def add(self, tenant: Tenant) -> None:
        taken = RfcTaken("Ya hay una empresa con ese RFC. Búscala en la lista de clientes.")
        with refusing(tenants_rfc_key=taken, tenants_database_name_key=taken):
            self.connection.execute(_INSERT, _row(tenant))

    def lock(self, tenant: TenantId) -> Tenant:
        row = self.connection.execute(f"{_SELECT} WHERE id = %s FOR UPDATE", (tenant,)).fetchone()
        return _found(row)

    def save(self, tenant: Tenant) -> None:
        t = tenant
        values = (
            t.nombre, t.plan, t.database_name, t.server, list(t.regimenes), t.state, t.active,
            t.cfdi_limit_override, t.users_limit_override, t.id,
        )  # fmt: skip
        self.connection.execute(_UPDATE, values)
        notify(self.connection, _CHANGED, str(tenant.id))

    def remove(self, tenant: TenantId) -> None:
        self.connection.execute("DELETE FROM tenants WHERE id = %s", (tenant,))
        notify(self.connection, _CHANGED, str(tenant))


@dataclass(frozen=True, slots=True)
class PostgresRegistryTransaction:
    tenants: PostgresTenants
    outbox: Outbox
    audit: PostgresAuditLog


@dataclass(frozen=True, slots=True)
class PostgresRegistry:
    control: ControlDatabase
    outbox: Callable[[Connection[TupleRow]], Outbox]

    @contextmanager
    def transaction(self) -> Iterator[PostgresRegistryTransaction]:
        with self.control.transaction() as connection:
            yield PostgresRegistryTransaction(
                PostgresTenants(connection), self.outbox(connection), PostgresAuditLog(connection)
            )

    def get(self, tenant: TenantId) -> Tenant:
        with self.control.transaction() as connection:
            return _found(connection.execute(f"{_SELECT} WHERE id = %s", (tenant,)).fetchone())

    def find(self, rfc: Rfc) -> Tenant:
        with self.control.transaction() as connection:
            row = connection.execute(f"{_SELECT} WHERE rfc = %s AND state = 'live'", (str(rfc),)).fetchone()
        return _found(row)

    def page(self, cursor: str | None, limit: int) -> Page[Tenant]:
        # Order and cursor compare bytes, as RFCs are compared in memory: the database's own collation may differ.
        query = f"""{_SELECT} WHERE state = 'live' AND rfc COLLATE "C" > %s ORDER BY rfc COLLATE "C" LIMIT %s"""
        after = _after(cursor)
        with self.control.transaction() as connection:
            rows = connection.execute(query, (after, limit + 1)).fetchall()
        tenants = tuple(tenant_of(row) for row in rows[:limit])
        return Page(tenants, str(tenants[-1].rfc) if len(rows) > limit else None)


def _after(cursor: str | None) -> str:
    if cursor is None:
        return ""
    try:
        return str(Rfc(cursor))
    except RfcMalformed as error:
        raise CursorMalformed("El cursor no es válido: usa el `nextCursor` de la página anterior.") from error


def _found(row: TupleRow | None) -> Tenant:
    if row is None:
        raise TenantMissing("No hay una empresa con ese RFC. Revísalo en la lista de clientes.")
    return tenant_of(row)


def _row(t: Tenant) -> tuple[object, ...]:
    return (
        t.id, str(t.rfc), t.nombre, t.plan, t.database_name, t.server, list(t.regimenes), t.state, t.active,
        t.created_at, t.cfdi_limit_override, t.users_limit_override,
    )  # fmt: skip


def tenant_of(row: TupleRow) -> Tenant:
    ident, rfc, nombre, plan, database, server, regimenes, state, active, created_at, cfdi_limit, users_limit = row
    return Tenant(
        TenantId(ident), Rfc(rfc), nombre, Plan(plan), database, server, tuple(regimenes), TenantState(state), active,
        created_at, cfdi_limit, users_limit,
    )  # fmt: skip
