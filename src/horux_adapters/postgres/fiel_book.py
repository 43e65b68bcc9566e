"""The book of use of each e.firma, and the receipts of those that are no more, in a transaction."""

from dataclasses import dataclass

import psycopg
from psycopg import Connection
from psycopg.rows import TupleRow

from horux_core.fiel.errors import VaultUnavailable
from horux_core.fiel.model import Component, Destruction, Receipt, Signature, Use, UseKind
from horux_core.kernel.ids import TenantId, UserId

USE = """
tenant_id, seq, at, kind, who, who_name, reason, components, origin, seal_id, previous_hash, key_version, hash, mac
"""
RECEIPT = """
seal_id, number, tenant_id, rfc, numero_certificado, destroyed_at, destroyed_by, reason, key_version, public_key,
signature
"""
_APPEND = f"INSERT INTO fiel_uses ({USE}) VALUES ({', '.join(['%s'] * 14)})"  # noqa: S608
_ALL = f"SELECT {USE} FROM fiel_uses WHERE tenant_id = %s ORDER BY seq"  # noqa: S608
_ADD = f"""
INSERT INTO fiel_receipts ({RECEIPT}) VALUES ({", ".join(["%s"] * 11)})
ON CONFLICT (tenant_id, number, signature) DO NOTHING
"""  # noqa: S608
_RECEIPTS = f"SELECT {RECEIPT} FROM fiel_receipts WHERE tenant_id = %s"  # noqa: S608


@dataclass(frozen=True, slots=True)
class PostgresUseLog:
    connection: Connection[TupleRow]

    def all(self, tenant: TenantId) -> tuple[Use, ...]:
        return tuple(use_of(row) for row in self.connection.execute(_ALL, (tenant,)).fetchall())

    def append(self, use: Use) -> None:
        u = use
        values = (
            u.tenant, u.seq, u.at, u.kind, u.who, u.who_name, u.reason, list(u.components), u.origin, u.seal_id,
            u.previous_hash, u.key_version, u.hash, u.mac,
        )  # fmt: skip
        try:
            self.connection.execute(_APPEND, values)
        except psycopg.Error as error:
            raise VaultUnavailable from error


@dataclass(frozen=True, slots=True)
class PostgresReceiptLog:
    connection: Connection[TupleRow]

    def all(self, tenant: TenantId) -> tuple[Receipt, ...]:
        return tuple(receipt_of(row) for row in self.connection.execute(_RECEIPTS, (tenant,)).fetchall())

    def add(self, receipt: Receipt) -> None:
        d, s = receipt.destruction, receipt.signature
        values = (
            d.seal_id, d.number, d.tenant, d.rfc, d.numero_certificado, d.destroyed_at, d.destroyed_by, d.reason,
            s.key_version, s.public_key, s.value,
        )  # fmt: skip
        try:
            self.connection.execute(_ADD, values)
        except psycopg.Error as error:
            raise VaultUnavailable from error


def use_of(row: TupleRow) -> Use:
    tenant, seq, at, kind, who, who_name, reason, components, origin, seal_id, *proof = row
    return Use(
        TenantId(tenant),
        seq,
        at,
        UseKind(kind),
        UserId(who) if who else None,
        who_name,
        reason,
        tuple(Component(component) for component in components),
        origin,
        seal_id,
        *proof,
    )


def receipt_of(row: TupleRow) -> Receipt:
    seal_id, number, tenant, *rest, key_version, public_key, signature = row
    return Receipt(Destruction(seal_id, number, TenantId(tenant), *rest), Signature(key_version, public_key, signature))
