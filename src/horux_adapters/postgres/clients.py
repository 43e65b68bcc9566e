"""All clients together: one question, however many they are."""

from dataclasses import dataclass

from psycopg.rows import TupleRow

from horux_adapters.postgres import billing, tenancy
from horux_adapters.postgres.control import ControlDatabase
from horux_core.kernel.ids import TenantId
from horux_core.operations.clients import Client, ClientName, Usage
from horux_core.tenancy.errors import TenantMissing

_TENANT, _SUBSCRIPTION = (
    ", ".join(f"{table}.{name.strip()}" for name in columns.split(","))
    for table, columns in (("t", tenancy.COLUMNS), ("s", billing.COLUMNS))
)
_OWN, _PAID = tenancy.COLUMNS.count(",") + 1, billing.COLUMNS.count(",") + 1
_SELECT = f"""
SELECT {_TENANT}, {_SUBSCRIPTION}, u.cfdis, u.octets, u.measured_at, w.entered_at, w.open_until, f.valido_hasta
FROM tenants t
LEFT JOIN (SELECT DISTINCT ON (tenant_id) * FROM subscriptions ORDER BY tenant_id, {billing.COUNTING}) s
    ON s.tenant_id = t.id
LEFT JOIN client_usage u ON u.tenant_id = t.id
LEFT JOIN (SELECT tenant_id, max(created_at) AS entered_at, max(expires_at) AS open_until
           FROM sessions WHERE tenant_id IS NOT NULL GROUP BY tenant_id) w ON w.tenant_id = t.id
LEFT JOIN fiel_credentials f ON f.tenant_id = t.id
WHERE t.state = 'live'
"""  # noqa: S608
_ONE = f"""
SELECT {_TENANT}, {_SUBSCRIPTION}, u.cfdis, u.octets, u.measured_at, w.entered_at, w.open_until, f.valido_hasta
FROM tenants t
LEFT JOIN LATERAL (SELECT * FROM subscriptions WHERE tenant_id = t.id ORDER BY {billing.COUNTING} LIMIT 1) s ON true
LEFT JOIN client_usage u ON u.tenant_id = t.id
LEFT JOIN LATERAL (SELECT max(created_at) AS entered_at, max(expires_at) AS open_until
                   FROM sessions WHERE tenant_id = t.id) w ON true
LEFT JOIN fiel_credentials f ON f.tenant_id = t.id
WHERE t.state = 'live' AND t.id = %s
"""  # noqa: S608
_KEEP = """
INSERT INTO client_usage (tenant_id, cfdis, octets, measured_at) SELECT id, %s, %s, %s FROM tenants WHERE id = %s
ON CONFLICT (tenant_id) DO UPDATE
    SET cfdis = excluded.cfdis, octets = excluded.octets, measured_at = excluded.measured_at
"""


@dataclass(frozen=True, slots=True)
class PostgresClients:
    control: ControlDatabase

    def all(self) -> tuple[Client, ...]:
        with self.control.transaction() as connection:
            # As RFCs are compared in memory: the database's own collation may differ.
            rows = connection.execute(f'{_SELECT} ORDER BY t.rfc COLLATE "C"'.encode()).fetchall()
        return tuple(map(_client, rows))

    def one(self, tenant: TenantId) -> Client:
        with self.control.transaction() as connection:
            row = connection.execute(_ONE.encode(), (tenant,)).fetchone()
        if row is None:
            raise TenantMissing("No hay una empresa con ese RFC. Revísalo en la lista de clientes.")
        return _client(row)

    def measured(self, tenant: TenantId, usage: Usage) -> None:
        with self.control.transaction() as connection:
            connection.execute(_KEEP, (usage.cfdis, usage.octets, usage.measured_at, tenant))

    def named(self, tenants: frozenset[TenantId]) -> dict[TenantId, ClientName]:
        query = "SELECT id, rfc, nombre, state = 'live' FROM tenants WHERE id = ANY(%s)"
        with self.control.transaction() as connection:
            rows = connection.execute(query, (list(tenants),)).fetchall()
        return {TenantId(ident): ClientName(*told) for ident, *told in rows}


def _client(row: TupleRow) -> Client:
    paid, told = row[_OWN : _OWN + _PAID], row[_OWN + _PAID :]
    cfdis, octets, measured_at, entered_at, open_until, fiel_until = told
    return Client(
        tenancy.tenant_of(row[:_OWN]),
        None if paid[0] is None else billing.subscription(paid),
        None if measured_at is None else Usage(cfdis, octets, measured_at),
        entered_at,
        open_until,
        fiel_until,
    )
