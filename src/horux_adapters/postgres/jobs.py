from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

import psycopg
from psycopg import Connection
from psycopg.rows import TupleRow
from psycopg.types.json import Jsonb

from horux_adapters.postgres.control import ControlDatabase
from horux_adapters.postgres.queue import RUN, wake
from horux_core.jobs.errors import JobMissing
from horux_core.jobs.model import Job, JobState
from horux_core.kernel.ids import JobId, TenantId, UserId

_COLUMNS = "id, tenant_id, kind, subject, created_by, created_at, state, recibidos, procesados, outcome, error"
_OPEN = "state IN ('en_cola', 'procesando')"
_LOCK = "hashtextextended('horux.trabajo:' || {}::text, 0)"


@dataclass(frozen=True, slots=True)
class PostgresJobs:
    """`session` opens a connection of its own, whose advisory locks die with it."""

    control: ControlDatabase
    session: Callable[[], Connection[TupleRow]]

    def put(self, job: Job) -> None:
        with self.control.transaction() as connection:
            connection.execute(
                "INSERT INTO jobs (id, tenant_id, kind, subject, created_by, created_at, state, recibidos, procesados)"
                " VALUES (%s, %s, %s, %s, %s, %s, %s, %s, %s)",
                (
                    job.id,
                    job.tenant,
                    job.kind,
                    Jsonb(dict(job.subject)),
                    job.created_by,
                    job.created_at,
                    job.state,
                    job.recibidos,
                    job.procesados,
                ),
            )
            wake(connection, RUN, job.id)

    def get(self, tenant: TenantId, job: JobId) -> Job:
        with self.control.transaction() as connection:
            row = connection.execute(
                f"SELECT {_COLUMNS} FROM jobs WHERE id = %s AND tenant_id = %s",  # noqa: S608
                (job, tenant),
            ).fetchone()
        if row is None:
            raise JobMissing("No existe esa carga.")
        return _job(row)

    @contextmanager
    def begin(self, job: JobId) -> Iterator[Job | None]:
        holder = self.session()
        try:
            holder.autocommit = True
            taken = holder.execute(f"SELECT pg_try_advisory_lock({_LOCK.format('%s')})", (str(job),)).fetchone()
            yield self._started(job) if taken and taken[0] else None
        finally:
            holder.close()

    def _started(self, job: JobId) -> Job | None:
        with self.control.transaction() as connection:
            row = connection.execute(
                f"UPDATE jobs SET state = 'procesando', updated_at = now() WHERE id = %s AND {_OPEN}"  # noqa: S608
                f" RETURNING {_COLUMNS}",
                (job,),
            ).fetchone()
        return None if row is None else _job(row)

    def lost(self) -> tuple[JobId, ...]:
        with self.control.transaction() as connection:
            rows = connection.execute(
                "SELECT id FROM jobs WHERE state = 'procesando' AND CASE"  # noqa: S608
                f" WHEN pg_try_advisory_xact_lock({_LOCK.format('id')}) THEN true ELSE false END"
                " ORDER BY created_at"
            ).fetchall()
        return tuple(JobId(row[0]) for row in rows)

    def open_ones(self) -> frozenset[JobId]:
        """Jobs that have not ended."""
        with self.control.transaction() as connection:
            rows = connection.execute(f"SELECT id FROM jobs WHERE {_OPEN}").fetchall()  # noqa: S608
        return frozenset(JobId(row[0]) for row in rows)

    def again(self, job: JobId) -> None:
        """Have a worker take a lost job up."""
        with self.control.transaction() as connection:
            wake(connection, RUN, job)

    def progress(self, job: JobId, recibidos: int, procesados: int) -> None:
        self._change(job, "recibidos = %s, procesados = %s", recibidos, procesados)

    def finish(self, job: JobId, outcome: Mapping[str, object]) -> None:
        self._change(job, "state = %s, outcome = %s, error = NULL", JobState.TERMINADO, Jsonb(dict(outcome)))

    def fail(self, job: JobId, error: str, outcome: Mapping[str, object]) -> None:
        self._change(job, "state = %s, outcome = %s, error = %s", JobState.FALLIDO, Jsonb(dict(outcome)), error)

    def recent(self, limit: int) -> tuple[Job, ...]:
        with self.control.transaction() as connection:
            rows = connection.execute(
                f"SELECT {_COLUMNS} FROM jobs ORDER BY created_at DESC, id LIMIT %s",  # noqa: S608
                (limit,),
            ).fetchall()
        return tuple(_job(row) for row in rows)

    def _change(self, job: JobId, assignments: str, *values: object) -> None:
        with self.control.transaction() as connection:
            connection.execute(
                f"UPDATE jobs SET {assignments}, updated_at = now() WHERE id = %s",  # noqa: S608
                (*values, job),
            )


def direct(dsn: str) -> Callable[[], Connection[TupleRow]]:
    """Opens connections outside the pool, for locks that live as long as a session."""
    return lambda: psycopg.connect(dsn, application_name="horux candado")


def _job(row: tuple[Any, ...]) -> Job:
    ident, tenant, kind, subject, created_by, created_at, state, recibidos, procesados, outcome, error = row
    return Job(
        JobId(ident),
        TenantId(tenant),
        kind,
        subject,
        UserId(created_by) if created_by else None,
        created_at,
        JobState(state),
        recibidos,
        procesados,
        outcome,
        error,
    )
