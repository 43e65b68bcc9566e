from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

import psycopg
from psycopg import Connection
from psycopg.conninfo import make_conninfo
from psycopg.rows import TupleRow, dict_row

from horux_adapters.postgres.connecting import dsn, time_limits
from horux_core.diagnosis.figures import RECENT, BackupAge, Clientele, Figures, Waiting
from horux_core.tenancy.errors import DatabaseUnavailable

_PATIENCE = 5
_ONE = """
SELECT now() AS taken_at,
  (SELECT count(*) FROM jobs WHERE state = 'en_cola') AS waiting,
  (SELECT min(created_at) FROM jobs WHERE state = 'en_cola') AS waiting_since,
  (SELECT count(*) FROM jobs WHERE state = 'procesando') AS running,
  (SELECT min(updated_at) FROM jobs WHERE state = 'procesando') AS running_since,
  (SELECT count(*) FROM jobs WHERE state = 'fallido' AND updated_at > now() - %(recent)s::interval) AS failed,
  (SELECT count(*) FROM outbox WHERE done_at IS NULL AND due_at <= now()) AS events,
  (SELECT min(due_at) FROM outbox WHERE done_at IS NULL AND due_at <= now()) AS events_since,
  (SELECT count(*) FROM outbox WHERE done_at IS NULL AND due_at IS NULL) AS given_up,
  (SELECT min(received_at) FROM notices WHERE state = 'pendiente') AS notices_since,
  (SELECT count(DISTINCT tenant_id) FROM fiel_trouble_notes WHERE told_at > now() - interval '26 hours') AS troubles,
  (SELECT count(*) FROM duties WHERE tries > 0 AND failed_at >= begun_at) AS duties_failing,
  (SELECT max(last_heartbeat) FROM procrastinate_workers) AS heard_at,
  (SELECT count(*) FROM pg_stat_activity WHERE backend_type = 'client backend') AS connections,
  current_setting('max_connections')::int AS connections_max
"""
_CLIENTS = """
SELECT CASE state WHEN 'live' THEN CASE WHEN active THEN 'activo' ELSE 'solo_lectura' END WHEN 'provisioning'
       THEN 'en_alta' WHEN 'deprovisioning' THEN 'en_baja' ELSE 'dado_de_baja' END AS name, count(*)
FROM tenants GROUP BY 1
"""
_KEPT = "state IN ('completo', 'parcial')"
_BACKUPS = f"""
WITH last AS (SELECT id, started_at FROM respaldos WHERE {_KEPT} ORDER BY started_at DESC LIMIT 1)
SELECT (SELECT started_at FROM last), CASE WHEN count(*) = count(p.at) THEN min(p.at) END
FROM respaldo_archivos f JOIN last ON last.id = f.respaldo LEFT JOIN LATERAL (
  SELECT a.verified_at AS at FROM respaldo_archivos a JOIN respaldos r ON r.id = a.respaldo
  WHERE a.clave = f.clave AND a.state = 'probado' AND r.{_KEPT} ORDER BY a.verified_at DESC LIMIT 1) p ON true
"""  # noqa: S608


@dataclass(frozen=True, slots=True)
class PostgresPulse:
    """`session` opens a connection of its own: none of a pool's, which may have none to spare."""

    session: Callable[[], Connection[TupleRow]]

    def taken(self) -> Figures:
        try:
            with self.session() as connection:
                return _figures(connection)
        except psycopg.OperationalError as error:
            raise DatabaseUnavailable("La base de datos central no responde.", retryAfter=_PATIENCE) from error
        except psycopg.ProgrammingError as error:
            # A table that is not there yet: this program came before its migrations.
            raise DatabaseUnavailable(
                "La base de datos central no está al día: da horux migrate.", retryAfter=_PATIENCE
            ) from error


def briefly(url: str) -> Callable[[], Connection[TupleRow]]:
    """Opens connections that give up soon, whatever the server does."""
    address = make_conninfo(
        dsn(url, application_name="horux pulso", options=time_limits(_PATIENCE, _PATIENCE)),
        connect_timeout=2,
        tcp_user_timeout=1000 * _PATIENCE,
    )
    return lambda: psycopg.connect(address, autocommit=True)


def _figures(connection: Connection[TupleRow]) -> Figures:
    with connection.cursor(row_factory=dict_row) as cursor:
        row: dict[str, Any] = cursor.execute(_ONE, {"recent": RECENT}).fetchone() or {}
    made, proven = connection.execute(_BACKUPS.encode()).fetchone() or (None, None)
    states = _counted(connection, "SELECT state, count(*) FROM notices GROUP BY 1")
    return Figures(
        row["taken_at"],
        {Clientele(name): count for name, count in _counted(connection, _CLIENTS).items()},
        Waiting(row["waiting"], row["waiting_since"]),
        Waiting(row["running"], row["running_since"]),
        row["failed"],
        Waiting(row["events"], row["events_since"]),
        row["given_up"],
        states,
        Waiting(states.get("pendiente", 0), row["notices_since"]),
        _counted(connection, "SELECT kind, count(*) FROM fiel_uses GROUP BY 1"),
        row["troubles"],
        row["duties_failing"],
        row["heard_at"],
        row["connections"],
        row["connections_max"],
        BackupAge(made, proven),
    )


def _counted(connection: Connection[TupleRow], query: str) -> Mapping[str, int]:
    return {str(name): int(count) for name, count in connection.execute(query.encode()).fetchall()}
