"""What both rivals stand on: the product's use cases and pools, the question of who asks, and the list of documents.

Who asks is looked up at each request in the same tables, and the list is plain SQL with nothing between: the least
that such a service is written with.
"""

import os
from contextlib import ExitStack
from datetime import UTC, date, datetime, timedelta
from typing import Any

import jwt
from psycopg.rows import dict_row

from horux_adapters.container.horux import opened
from horux_adapters.container.settings import load
from horux_adapters.crypto.tokens import AUDIENCE, ISSUER
from horux_adapters.postgres.addresses import SERVER
from horux_core.fiscal.cfdi.paging import cursor_tras, lugar
from horux_core.identity.errors import SessionExpired, SignInRequired, TokenInvalid
from horux_core.identity.model import Actor, Permission, Role
from horux_core.kernel.ids import SessionId, TenantId, UserId
from tests.benchmarks.rivales.formas import COLUMNAS, resumen

THREADS = int(os.environ["THREADS"])
_settings = load(os.environ)
_secret = _settings.jwt_secret.reveal()
# Open for as long as the process lives.
_horux = ExitStack().enter_context(opened(_settings, SERVER))
_control = _horux.gateways.control_database()
_tenants = _horux.gateways.tenants()
show_cfdi = _horux.use_cases.show_cfdi()
show_iva_year = _horux.use_cases.show_iva_year()
show_iva_detail = _horux.use_cases.show_iva_detail()
mark_obligacion = _horux.use_cases.mark_obligacion()

_WHO = """
    SELECT u.id, u.email, u.platform_role, u.active, u.must_change, u.temporary_until, s.tenant_id, s.expires_at,
        s.ended_at, m.role, t.database_name
    FROM sessions s JOIN users u ON u.id = s.user_id
    LEFT JOIN memberships m ON m.user_id = s.user_id AND m.tenant_id = s.tenant_id
    LEFT JOIN tenants t ON t.id = s.tenant_id AND t.state = 'live'
    WHERE s.id = %s
"""
_PART = r"'%%' || replace(replace(replace(sin_acentos(%(q)s), '\', '\\'), '%%', '\%%'), '_', '\_') || '%%'"
_CONDITIONS = {
    "desde": "fecha_emision >= %(desde)s",
    "hasta": "fecha_emision < %(hasta)s",
    "tipo": "tipo = %(tipo)s",
    "q": f"(sin_acentos(nombre_emisor) LIKE {_PART} OR sin_acentos(nombre_receptor) LIKE {_PART})",
    "fecha": "(fecha_emision, id) < (%(fecha)s, %(id)s)",
}


def who(authorization: str) -> Actor:
    """Raises SignInRequired, TokenInvalid, SessionExpired."""
    scheme, _, token = authorization.partition(" ")
    if scheme.lower() != "bearer":
        raise SignInRequired("Inicia sesión.")
    try:
        claims = jwt.decode(token, _secret, algorithms=["HS256"], audience=AUDIENCE, issuer=ISSUER)
    except jwt.PyJWTError as error:
        raise TokenInvalid("La credencial no es válida. Inicia sesión de nuevo.") from error
    with _control.transaction() as conn, conn.cursor(row_factory=dict_row) as cursor:
        row = cursor.execute(_WHO, (claims["sid"],)).fetchone()
    now = datetime.now(UTC)
    if row is None or row["ended_at"] is not None or row["expires_at"] <= now or not row["active"]:
        raise SessionExpired("Tu sesión terminó. Inicia sesión de nuevo.")
    if row["must_change"] and row["temporary_until"] and row["temporary_until"] <= now:
        raise SessionExpired("Tu sesión terminó. Inicia sesión de nuevo.")
    named = (claims["sub"], claims["tenantId"], claims["databaseName"], claims["role"])
    if named != (str(row["id"]), str(row["tenant_id"]), row["database_name"], row["role"]):
        raise SessionExpired("Tu sesión terminó. Inicia sesión de nuevo.")
    return Actor(
        UserId(row["id"]),
        row["email"],
        row["platform_role"] == "admin",
        SessionId(claims["sid"]),
        TenantId(row["tenant_id"]),
        Role(row["role"]),
        must_change_password=row["must_change"],
    )


def listed(
    actor: Actor,
    desde: date | None,
    hasta: date | None,
    tipo: str | None,
    q: str | None,
    cursor: str | None,
    limit: int,
) -> dict[str, Any]:
    """A page of documents, newest first."""
    actor.require(Permission.READ_BOOKS)
    asked: dict[str, Any] = {
        "desde": desde,
        "hasta": hasta and hasta + timedelta(days=1),
        "tipo": tipo,
        "q": (q or "").strip() or None,
    }
    values = {name: value for name, value in asked.items() if value is not None}
    if cursor is not None:
        values["fecha"], values["id"] = lugar(cursor)
    where = " AND ".join(condition for name, condition in _CONDITIONS.items() if name in values) or "true"
    query = f"SELECT {COLUMNAS} FROM cfdis WHERE {where} ORDER BY fecha_emision DESC, id DESC LIMIT %(limit)s"
    with _tenants.connection(actor.tenant) as conn, conn.cursor(row_factory=dict_row) as cur:
        rows = cur.execute(query.encode(), {**values, "limit": limit + 1}).fetchall()
    shown = rows[:limit]
    more = cursor_tras(shown[-1]["fecha_emision"], shown[-1]["id"]) if len(rows) > limit else None
    return {"items": [resumen(row) for row in shown], "nextCursor": more}
