from dataclasses import dataclass

from psycopg import Connection
from psycopg.rows import TupleRow

from horux_core.identity.model import Reset
from horux_core.kernel.ids import UserId


@dataclass(frozen=True, slots=True)
class PostgresResets:
    connection: Connection[TupleRow]

    def keep(self, reset: Reset) -> None:
        self.connection.execute(
            "INSERT INTO password_resets (user_id, token_hash, expires_at) VALUES (%s, %s, %s)"
            " ON CONFLICT (user_id) DO UPDATE SET token_hash = excluded.token_hash, expires_at = excluded.expires_at",
            (reset.user, reset.token_hash, reset.expires_at),
        )

    def find(self, token_hash: str) -> Reset | None:
        row = self.connection.execute(
            "SELECT user_id, token_hash, expires_at FROM password_resets WHERE token_hash = %s", (token_hash,)
        ).fetchone()
        return None if row is None else Reset(UserId(row[0]), row[1], row[2])

    def drop(self, user: UserId) -> None:
        self.connection.execute("DELETE FROM password_resets WHERE user_id = %s", (user,))
