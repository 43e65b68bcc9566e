from dataclasses import dataclass
from datetime import datetime

from horux_adapters.postgres.control import ControlDatabase
from horux_core.identity.throttling import FORGOTTEN_AFTER, LONGEST_WAIT, forgotten_in, remaining

_FAILED = """
INSERT INTO login_failures (key, failures, last_at) VALUES (%(key)s, 1, %(now)s)
ON CONFLICT (key) DO UPDATE SET
    failures = CASE WHEN login_failures.last_at <= %(forgotten)s THEN 1 ELSE login_failures.failures + 1 END,
    last_at = greatest(login_failures.last_at, EXCLUDED.last_at)
"""
_TAKE = """
INSERT INTO login_failures AS kept (key, failures, last_at) VALUES (%(key)s, 1, %(now)s)
ON CONFLICT (key) DO UPDATE SET
    failures = CASE WHEN kept.last_at <= %(forgotten)s THEN 1 ELSE kept.failures + 1 END,
    last_at = greatest(kept.last_at, EXCLUDED.last_at)
WHERE kept.last_at <= %(forgotten)s OR kept.failures < %(most)s
RETURNING true
"""
_SWEEP = """
DELETE FROM login_failures WHERE key IN (
    SELECT key FROM login_failures WHERE last_at <= %(forgotten)s LIMIT 100 FOR UPDATE SKIP LOCKED)
"""


@dataclass(frozen=True, slots=True)
class PostgresThrottle:
    control: ControlDatabase

    def take(self, key: str, now: datetime, most: int) -> int:
        values = {"key": key, "now": now, "forgotten": now - FORGOTTEN_AFTER, "most": most}
        with self.control.transaction() as connection:
            if connection.execute(_TAKE, values).fetchone() is not None:
                connection.execute(_SWEEP, values)
                return 0
            row = connection.execute("SELECT last_at FROM login_failures WHERE key = %s", (key,)).fetchone()
        return forgotten_in(row[0] if row else now, now)

    def wait(self, key: str, now: datetime, most: int = LONGEST_WAIT) -> int:
        with self.control.transaction() as connection:
            row = connection.execute("SELECT failures, last_at FROM login_failures WHERE key = %s", (key,)).fetchone()
        return remaining(row[0], row[1], now, most) if row else 0

    def failed(self, key: str, now: datetime) -> None:
        values = {"key": key, "now": now, "forgotten": now - FORGOTTEN_AFTER}
        with self.control.transaction() as connection:
            connection.execute(_FAILED, values)
            connection.execute(_SWEEP, values)

    def succeeded(self, key: str) -> None:
        with self.control.transaction() as connection:
            connection.execute("DELETE FROM login_failures WHERE key = %s", (key,))
