from dataclasses import dataclass

from psycopg import Connection
from psycopg.rows import TupleRow

from horux_core.identity.factors import Factor
from horux_core.kernel.ids import UserId


@dataclass(frozen=True, slots=True)
class PostgresFactors:
    connection: Connection[TupleRow]

    def of(self, user: UserId) -> Factor | None:
        row = self.connection.execute(
            "SELECT sealed, last_step, recovery, since FROM second_factors WHERE user_id = %s", (user,)
        ).fetchone()
        return None if row is None else Factor(user, row[0], row[1], frozenset(row[2]), row[3])

    def put(self, factor: Factor) -> None:
        f = factor
        self.connection.execute(
            "INSERT INTO second_factors (user_id, sealed, last_step, recovery, since) VALUES (%s, %s, %s, %s, %s)"
            " ON CONFLICT (user_id) DO UPDATE SET sealed = excluded.sealed, last_step = excluded.last_step,"
            " recovery = excluded.recovery, since = excluded.since",
            (f.user, f.sealed, f.last_step, sorted(f.recovery), f.since),
        )

    def drop(self, user: UserId) -> bool:
        return self.connection.execute("DELETE FROM second_factors WHERE user_id = %s", (user,)).rowcount > 0

    def holders(self) -> frozenset[UserId]:
        rows = self.connection.execute("SELECT user_id FROM second_factors").fetchall()
        return frozenset(UserId(user) for (user,) in rows)
