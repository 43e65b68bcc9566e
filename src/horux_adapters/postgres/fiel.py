from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager, suppress
from dataclasses import dataclass
from datetime import datetime

import psycopg
from psycopg import Connection
from psycopg.rows import TupleRow

from horux_adapters.postgres.audit import PostgresAuditLog
from horux_adapters.postgres.control import ControlDatabase
from horux_adapters.postgres.fiel_book import RECEIPT, USE, PostgresReceiptLog, PostgresUseLog, receipt_of, use_of
from horux_adapters.postgres.fiel_rows import PostgresCredentials, PostgresExpiryNotes, PostgresTroubleNotes
from horux_core.fiel.errors import VaultUnavailable
from horux_core.fiel.model import Receipt, Sealed, Use
from horux_core.kernel.ids import TenantId
from horux_core.kernel.pages import Page, numbered
from horux_core.outbox.ports import Outbox

_OWNERS = "SELECT tenant_id FROM fiel_credentials UNION SELECT DISTINCT tenant_id FROM fiel_uses"
_EXPIRING = """
SELECT tenant_id FROM fiel_credentials f JOIN tenants t ON t.id = f.tenant_id
WHERE t.state = 'live' AND valido_hasta < %s ORDER BY valido_hasta, tenant_id
"""
_PAGE = """
WHERE tenant_id = %(tenant)s AND (%(before)s::bigint IS NULL OR {n} < %(before)s) ORDER BY {n} DESC LIMIT %(limit)s
"""
_USES = f"SELECT {USE}, seq FROM fiel_uses {_PAGE.format(n='seq')}"  # noqa: S608
_RECEIPTS = f"SELECT {RECEIPT}, n FROM fiel_receipts {_PAGE.format(n='n')}"  # noqa: S608
_LOCK = "SELECT pg_advisory_lock(hashtextextended(%s, 0))"
_UNLOCK = "SELECT pg_advisory_unlock(hashtextextended(%s, 0))"


@dataclass(frozen=True, slots=True)
class PostgresVaultTransaction:
    credentials: PostgresCredentials
    uses: PostgresUseLog
    receipts: PostgresReceiptLog
    expiry_notes: PostgresExpiryNotes
    trouble_notes: PostgresTroubleNotes
    outbox: Outbox
    audit: PostgresAuditLog


@dataclass(frozen=True, slots=True)
class PostgresVault:
    """`session` opens a connection of its own, whose advisory locks die with it; others wait `patience` seconds."""

    control: ControlDatabase
    outbox: Callable[[Connection[TupleRow]], Outbox]
    session: Callable[[], Connection[TupleRow]]
    patience: float = 20.0

    @contextmanager
    def transaction(self) -> Iterator[PostgresVaultTransaction]:
        with self.control.transaction() as connection:
            yield PostgresVaultTransaction(
                PostgresCredentials(connection),
                PostgresUseLog(connection),
                PostgresReceiptLog(connection),
                PostgresExpiryNotes(connection),
                PostgresTroubleNotes(connection),
                self.outbox(connection),
                PostgresAuditLog(connection),
            )

    @contextmanager
    def hold(self, tenant: TenantId) -> Iterator[None]:
        name = f"horux.fiel:{tenant}"
        try:
            holder = self.session()
        except psycopg.OperationalError as error:
            raise VaultUnavailable from error
        with closing(holder):
            self._wait(holder, name)
            try:
                yield
            finally:
                with suppress(psycopg.OperationalError):
                    holder.execute(_UNLOCK, (name,))

    def _wait(self, holder: Connection[TupleRow], name: str) -> None:
        try:
            holder.autocommit = True
            holder.execute("SELECT set_config('lock_timeout', %s, false)", (f"{int(self.patience * 1000)}ms",))
            holder.execute(_LOCK, (name,))
        except psycopg.OperationalError as error:
            raise VaultUnavailable from error

    def owners(self) -> frozenset[TenantId]:
        with self.control.transaction() as connection:
            return frozenset(TenantId(row[0]) for row in connection.execute(_OWNERS).fetchall())

    def stored(self, tenant: TenantId) -> Sealed | None:
        with self.control.transaction() as connection:
            return PostgresCredentials(connection).get(tenant)

    def expiring(self, before: datetime) -> tuple[TenantId, ...]:
        with self.control.transaction() as connection:
            return tuple(TenantId(row[0]) for row in connection.execute(_EXPIRING, (before,)).fetchall())

    def uses(self, tenant: TenantId, cursor: str | None, limit: int) -> Page[Use]:
        rows = self._page(_USES, tenant, cursor, limit)
        return Page(tuple(use_of(row[:-1]) for row in rows[:limit]), _after(rows, limit))

    def receipts(self, tenant: TenantId, cursor: str | None, limit: int) -> Page[Receipt]:
        rows = self._page(_RECEIPTS, tenant, cursor, limit)
        return Page(tuple(receipt_of(row[:-1]) for row in rows[:limit]), _after(rows, limit))

    def _page(self, query: str, tenant: TenantId, cursor: str | None, limit: int) -> list[TupleRow]:
        values = {"tenant": tenant, "before": numbered(cursor), "limit": limit + 1}
        with self.control.transaction() as connection:
            return connection.execute(query.encode(), values).fetchall()


def _after(rows: list[TupleRow], limit: int) -> str | None:
    return str(rows[limit - 1][-1]) if len(rows) > limit else None
