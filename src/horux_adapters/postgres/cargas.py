"""How far big uploads have got, in the taxpayer's own database."""

import json
from dataclasses import dataclass
from typing import Any

from horux_adapters.postgres.pools import Connection
from horux_core.fiscal.cfdi.outcome import Outcome, total
from horux_core.fiscal.cfdi.ports import Avance
from horux_core.kernel.ids import JobId


@dataclass(frozen=True, slots=True)
class PostgresCargas:
    conn: Connection

    def avance(self, job: JobId) -> Avance:
        rows: list[tuple[Any, ...]] = self.conn.execute(
            "SELECT hasta, outcome FROM cfdi_cargas WHERE job_id = %s ORDER BY hasta", (job,)
        ).fetchall()
        if not rows:
            return Avance()
        return Avance(rows[-1][0] + 1, total(Outcome.of(plain) for _, plain in rows))

    def anotar(self, job: JobId, hasta: int, outcome: Outcome) -> None:
        self.conn.execute(
            "INSERT INTO cfdi_cargas (job_id, hasta, outcome) VALUES (%s, %s, %s)",
            (job, hasta, json.dumps(outcome.plain())),
        )

    def anotadas(self) -> tuple[JobId, ...]:
        rows = self.conn.execute("SELECT DISTINCT job_id FROM cfdi_cargas").fetchall()
        return tuple(JobId(row[0]) for row in rows)

    def olvidar(self, job: JobId) -> None:
        self.conn.execute("DELETE FROM cfdi_cargas WHERE job_id = %s", (job,))
