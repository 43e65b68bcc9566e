"""What has ended and is kept for a while only, in the central database."""

from dataclasses import dataclass
from datetime import datetime

from horux_adapters.postgres.control import ControlDatabase

_NONE_WAITS = (
    "NOT EXISTS (SELECT FROM mails w JOIN outbox o ON o.id = w.cause"
    " WHERE w.cause = mails.cause AND w.ended_at IS NULL AND o.done_at IS NULL)"
)


@dataclass(frozen=True, slots=True)
class PostgresBygones:
    control: ControlDatabase

    def refresh_tokens(self, before: datetime, limit: int) -> int:
        return self._purge("refresh_tokens", "token_hash", "expires_at", "true", before, limit)

    def sessions(self, before: datetime, limit: int) -> int:
        # Their tokens go with them (ON DELETE CASCADE), which could be any number: without one there is no more to do.
        alone = "NOT EXISTS (SELECT FROM refresh_tokens t WHERE t.session_id = sessions.id)"
        return self._purge("sessions", "id", "expires_at", alone, before, limit)

    def events(self, before: datetime, limit: int) -> int:
        return self._purge("outbox", "id", "done_at", "done_at IS NOT NULL", before, limit)

    def jobs(self, before: datetime, limit: int) -> int:
        return self._purge("jobs", "id", "updated_at", "state IN ('terminado', 'fallido')", before, limit)

    def notices(self, before: datetime, limit: int) -> int:
        return self._purge("notices", "id", "ended_at", "state <> 'muerto'", before, limit)

    def mails(self, before: datetime, limit: int) -> int:
        return self._purge("mails", "n", "coalesce(ended_at, created_at)", _NONE_WAITS, before, limit)

    def login_failures(self, before: datetime, limit: int) -> int:
        return self._purge("login_failures", "key", "last_at", "true", before, limit)

    def _purge(self, table: str, key: str, end: str, condition: str, before: datetime, limit: int) -> int:
        """Two at once pass over each other's rows."""
        old = (
            f"SELECT {key} FROM {table} WHERE {end} < %s AND {condition}"  # noqa: S608
            f" ORDER BY {end} LIMIT %s FOR UPDATE SKIP LOCKED"
        )
        with self.control.transaction() as connection:
            deleted = connection.execute(
                f"DELETE FROM {table} WHERE {key} = ANY(ARRAY({old}))".encode(),  # noqa: S608
                (before, limit),
            )
        return deleted.rowcount
