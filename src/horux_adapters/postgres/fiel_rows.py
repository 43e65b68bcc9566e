"""The central copy of an e.firma, and the marks of its expiry, in a transaction."""

from dataclasses import dataclass
from datetime import date

from psycopg import Connection
from psycopg.rows import TupleRow

from horux_core.fiel.model import Cadena, Certificado, Component, Seal, Sealed, SealedPiece
from horux_core.kernel.ids import TenantId

_FACTS = "rfc, nombre, rfc_representante, numero_certificado, valido_desde, valido_hasta, cadena"
_PIECES = {
    Component.CERTIFICATE: ("cer_data", "cer_iv", "cer_tag"),
    Component.PRIVATE_KEY: ("key_data", "key_iv", "key_tag"),
    Component.PASSWORD: ("key_password_encrypted", "password_iv", "password_tag"),
    Component.METADATA: ("metadata_data", "metadata_iv", "metadata_tag"),
}
_SEALED = ", ".join(column for columns in _PIECES.values() for column in columns)
_COLUMNS = f"tenant_id, seal_id, number, key_version, uploaded_at, {_FACTS}, {_SEALED}"
_NAMES = _COLUMNS.split(", ")
_PUT = f"""
INSERT INTO fiel_credentials ({_COLUMNS}) VALUES ({", ".join(["%s"] * len(_NAMES))})
ON CONFLICT (tenant_id) DO UPDATE SET {", ".join(f"{name} = excluded.{name}" for name in _NAMES[1:])}
"""  # noqa: S608
_GET = f"SELECT {_COLUMNS} FROM fiel_credentials WHERE tenant_id = %s"  # noqa: S608
_NOTE = """
INSERT INTO fiel_expiry_notes (tenant_id, numero_certificado, dias) VALUES (%s, %s, %s) ON CONFLICT DO NOTHING
"""
_TROUBLE = "INSERT INTO fiel_trouble_notes (tenant_id, health, dia) VALUES (%s, %s, %s) ON CONFLICT DO NOTHING"


@dataclass(frozen=True, slots=True)
class PostgresCredentials:
    connection: Connection[TupleRow]

    def get(self, tenant: TenantId) -> Sealed | None:
        row = self.connection.execute(_GET, (tenant,)).fetchone()
        return None if row is None else _sealed(row)

    def put(self, sealed: Sealed) -> None:
        s, c = sealed, sealed.certificado
        pieces = [s.pieces[component] for component in _PIECES]
        values = [part for piece in pieces for part in (piece.data, piece.iv, piece.tag)]
        facts = (c.rfc, c.nombre, c.rfc_representante, c.numero, c.valido_desde, c.valido_hasta, c.cadena)
        seal = (s.seal.id, s.seal.number, s.seal.key_version)
        self.connection.execute(_PUT, (s.tenant, *seal, s.uploaded_at, *facts, *values))

    def remove(self, tenant: TenantId) -> None:
        self.connection.execute("DELETE FROM fiel_credentials WHERE tenant_id = %s", (tenant,))


@dataclass(frozen=True, slots=True)
class PostgresExpiryNotes:
    connection: Connection[TupleRow]

    def add(self, tenant: TenantId, numero_certificado: str, dias: int) -> bool:
        return self.connection.execute(_NOTE, (tenant, numero_certificado, dias)).rowcount == 1


@dataclass(frozen=True, slots=True)
class PostgresTroubleNotes:
    connection: Connection[TupleRow]

    def add(self, tenant: TenantId, health: str, dia: date) -> bool:
        return self.connection.execute(_TROUBLE, (tenant, health, dia)).rowcount == 1


def _certificado(row: TupleRow) -> Certificado:
    """Of the columns of _FACTS."""
    rfc, nombre, representante, numero, desde, hasta, cadena = row
    return Certificado(rfc, nombre, representante, numero, desde, hasta, Cadena(cadena))


def _sealed(row: TupleRow) -> Sealed:
    tenant, seal_id, number, key_version, uploaded_at, *rest = row
    seal, facts, sealed = Seal(seal_id, number, key_version), tuple(rest[:7]), rest[7:]
    pieces = {
        component: SealedPiece(seal, sealed[at + 1], sealed[at + 2], sealed[at])
        for component, at in zip(_PIECES, range(0, len(sealed), 3), strict=True)
    }
    return Sealed(TenantId(tenant), seal, _certificado(facts), uploaded_at, pieces)
