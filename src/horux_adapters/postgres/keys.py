from dataclasses import dataclass
from datetime import datetime

from psycopg import Connection
from psycopg.rows import TupleRow

from horux_adapters.postgres.control import ControlDatabase
from horux_core.identity.keys import USE_NOTED_EVERY, ApiKey, Scope
from horux_core.kernel.ids import KeyId, TenantId, UserId

_COLUMNS = (
    "id, tenant_id, nombre, prefix, token_hash, scopes, created_by, created_by_email, created_at, expires_at,"
    " last_used_at"
)
_ADD = f"INSERT INTO api_keys ({_COLUMNS}) VALUES (%s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s)"  # noqa: S608
_OF_TENANT = f"SELECT {_COLUMNS} FROM api_keys WHERE tenant_id = %s ORDER BY created_at DESC, id DESC"  # noqa: S608
_REMOVE = f"DELETE FROM api_keys WHERE tenant_id = %s AND id = %s RETURNING {_COLUMNS}"  # noqa: S608
_OF = f"SELECT {_COLUMNS} FROM api_keys WHERE token_hash = %s"  # noqa: S608
_USED = """
UPDATE api_keys SET last_used_at = %(at)s WHERE id IN (
    SELECT id FROM api_keys
    WHERE id = %(key)s AND (last_used_at IS NULL OR last_used_at <= %(before)s) FOR NO KEY UPDATE SKIP LOCKED)
"""


@dataclass(frozen=True, slots=True)
class PostgresKeys:
    connection: Connection[TupleRow]

    def add(self, key: ApiKey) -> None:
        k = key
        values = (
            k.id, k.tenant, k.nombre, k.prefix, k.token_hash, sorted(k.scopes), k.created_by, k.created_by_email,
            k.created_at, k.expires_at, k.last_used_at,
        )  # fmt: skip
        self.connection.execute(_ADD, values)

    def of_tenant(self, tenant: TenantId) -> tuple[ApiKey, ...]:
        return tuple(_key(row) for row in self.connection.execute(_OF_TENANT, (tenant,)).fetchall())

    def remove(self, tenant: TenantId, key: KeyId) -> ApiKey | None:
        row = self.connection.execute(_REMOVE, (tenant, key)).fetchone()
        return None if row is None else _key(row)


@dataclass(frozen=True, slots=True)
class PostgresKeyRing:
    """Asks each time: a key that was revoked is let in by no process, whatever word of changes reaches it."""

    control: ControlDatabase

    def of(self, token_hash: str) -> ApiKey | None:
        with self.control.transaction() as connection:
            row = connection.execute(_OF, (token_hash,)).fetchone()
        return None if row is None else _key(row)

    def used(self, key: KeyId, at: datetime) -> None:
        with self.control.transaction() as connection:
            connection.execute(_USED, {"key": key, "at": at, "before": at - USE_NOTED_EVERY})


def _key(row: TupleRow) -> ApiKey:
    ident, tenant, nombre, prefix, token_hash, scopes, created_by, *rest = row
    granted = frozenset(Scope(scope) for scope in scopes)
    return ApiKey(KeyId(ident), TenantId(tenant), nombre, prefix, token_hash, granted, UserId(created_by), *rest)
