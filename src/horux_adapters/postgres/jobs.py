from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import psycopg
from procrastinate.exceptions import AlreadyEnqueued
from psycopg import Connection
from psycopg.conninfo import make_conninfo
from psycopg.rows import TupleRow
from psycopg.types.json import Jsonb

from horux_adapters.postgres.connecting import dsn
from horux_adapters.postgres.control import ControlDatabase
from horux_adapters.postgres.pooler import own_session
from horux_adapters.postgres.queue import RUN, wake
from horux_core.jobs.errors import JobMissing, JobTaken
from horux_core.jobs.model import LONGEST_WAIT, UNCLAIMED, Job, JobState, Tally
from horux_core.kernel.ids import JobId, TenantId, UserId
from horux_core.kernel.pages import Page, numbered
from horux_core.tenancy.errors import DatabaseUnavailable

_COLUMNS = (
    "id, tenant_id, kind, subject, created_by, created_at, state, recibidos, procesados, outcome, error, attempt, tries"
)
_OPEN = "state IN ('en_cola', 'procesando')"
_LOCK = "hashtextextended('horux.trabajo:' || {}::text, 0)"
# A holder whose machine vanished without a word must not keep its job from the others for hours.
_KEEPALIVE = {"keepalives_idle": 5, "keepalives_interval": 2, "keepalives_count": 3, "tcp_user_timeout": 10_000}
_LOST = (
    f"SELECT id FROM jobs WHERE {_OPEN} AND updated_at + CASE WHEN state = 'en_cola' THEN %(unclaimed)s"  # noqa: S608
    " ELSE least(interval '1 second' * 2 ^ least(tries, 20), %(longest)s) END <= %(now)s"
    f" AND CASE WHEN pg_try_advisory_xact_lock({_LOCK.format('id')}) THEN true ELSE false END ORDER BY created_at"
)


@dataclass(frozen=True, slots=True)
class PostgresJobs:
    """`session` opens a connection of its own, whose advisory locks die with it."""

    control: ControlDatabase
    session: Callable[[], Connection[TupleRow]]

    def put(self, job: Job) -> None:
        with self.control.transaction() as connection:
            _kept(connection, job)
            wake(connection, RUN, job.id)

    def record(self, job: Job) -> None:
        with self.control.transaction() as connection:
            _kept(connection, job)

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
        holder = self._holder()
        try:
            yield self._started(job) if _locked(holder, job) else None
        finally:
            holder.close()

    def _holder(self) -> Connection[TupleRow]:
        try:
            return self.session()
        except psycopg.OperationalError as error:
            raise _unavailable() from error

    def _started(self, job: JobId) -> Job | None:
        with self.control.transaction() as connection:
            row = connection.execute(
                f"UPDATE jobs SET state = 'procesando', attempt = attempt + 1, tries = tries + 1,"  # noqa: S608
                f" updated_at = now() WHERE id = %s AND {_OPEN} RETURNING {_COLUMNS}",
                (job,),
            ).fetchone()
        return None if row is None else _job(row)

    def lost(self, now: datetime) -> tuple[JobId, ...]:
        values = {"now": now, "unclaimed": UNCLAIMED, "longest": LONGEST_WAIT}
        with self.control.transaction() as connection:
            rows = connection.execute(_LOST, values).fetchall()
        return tuple(JobId(row[0]) for row in rows)

    def queued(self, tenant: TenantId, kind: str) -> bool:
        query = "SELECT 1 FROM jobs WHERE tenant_id = %s AND kind = %s AND state = 'en_cola' LIMIT 1"
        with self.control.transaction() as connection:
            return connection.execute(query, (tenant, kind)).fetchone() is not None

    def unended(self, tenant: TenantId) -> frozenset[str]:
        query = f"SELECT DISTINCT kind FROM jobs WHERE tenant_id = %s AND {_OPEN}"  # noqa: S608
        with self.control.transaction() as connection:
            return frozenset(str(kind) for (kind,) in connection.execute(query, (tenant,)).fetchall())

    def open_ones(self) -> frozenset[JobId]:
        with self.control.transaction() as connection:
            rows = connection.execute(f"SELECT id FROM jobs WHERE {_OPEN}").fetchall()  # noqa: S608
        return frozenset(JobId(row[0]) for row in rows)

    def again(self, job: JobId) -> None:
        """Have a worker take a lost job up, once however often this is asked."""
        with suppress(AlreadyEnqueued), self.control.transaction() as connection:
            wake(connection, RUN, job, once=True)

    def progress(self, job: Job, recibidos: int, procesados: int) -> None:
        self._change(
            job,
            "recibidos = %s, procesados = greatest(procesados, %s),"
            " tries = CASE WHEN procesados < %s THEN 0 ELSE tries END",
            recibidos,
            procesados,
            procesados,
        )

    def finish(self, job: Job, outcome: Mapping[str, object]) -> None:
        self._change(job, "state = %s, outcome = %s, error = NULL", JobState.TERMINADO, Jsonb(dict(outcome)))

    def fail(self, job: Job, error: str, outcome: Mapping[str, object]) -> None:
        self._change(job, "state = %s, outcome = %s, error = %s", JobState.FALLIDO, Jsonb(dict(outcome)), error)

    def recent(self, limit: int) -> tuple[Job, ...]:
        with self.control.transaction() as connection:
            rows = connection.execute(
                f"SELECT {_COLUMNS} FROM jobs ORDER BY created_at DESC, id LIMIT %s",  # noqa: S608
                (limit,),
            ).fetchall()
        return tuple(_job(row) for row in rows)

    def page(self, state: JobState | None, cursor: str | None, limit: int) -> Page[Job]:
        start = numbered(cursor) or 0
        with self.control.transaction() as connection:
            rows = connection.execute(
                f"SELECT {_COLUMNS} FROM jobs WHERE %(state)s::text IS NULL OR state = %(state)s::text"  # noqa: S608
                " ORDER BY created_at DESC, id OFFSET %(start)s LIMIT %(most)s",
                {"state": state, "start": start, "most": limit + 1},
            ).fetchall()
        more = str(start + limit) if len(rows) > limit else None
        return Page(tuple(_job(row) for row in rows[:limit]), more)

    def tally(self) -> Tally:
        with self.control.transaction() as connection:
            rows = connection.execute("SELECT state, count(*), min(created_at) FROM jobs GROUP BY state").fetchall()
        first = {JobState(state): at for state, _, at in rows}
        return Tally({JobState(state): many for state, many, _ in rows}, first.get(JobState.EN_COLA))

    def latest(self, tenant: TenantId, kind: str, limit: int) -> tuple[Job, ...]:
        with self.control.transaction() as connection:
            rows = connection.execute(
                f"SELECT {_COLUMNS} FROM jobs WHERE tenant_id = %s AND kind = %s"  # noqa: S608
                " ORDER BY created_at DESC, id LIMIT %s",
                (tenant, kind, limit),
            ).fetchall()
        return tuple(_job(row) for row in rows)

    def _change(self, job: Job, assignments: str, *values: object) -> None:
        with self.control.transaction() as connection:
            changed = connection.execute(
                f"UPDATE jobs SET {assignments}, updated_at = now()"  # noqa: S608
                f" WHERE id = %s AND attempt = %s AND {_OPEN}",
                (*values, job.id, job.attempt),
            )
            if changed.rowcount != 1:
                raise JobTaken


def _kept(connection: Connection[TupleRow], job: Job) -> None:
    connection.execute(
        "INSERT INTO jobs (id, tenant_id, kind, subject, created_by, created_at, state, recibidos, procesados, outcome,"
        " error) VALUES (%s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s)",
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
            None if job.outcome is None else Jsonb(dict(job.outcome)),
            job.error,
        ),
    )


def direct(url: str) -> Callable[[], Connection[TupleRow]]:
    """Opens connections outside the pool, for locks that live as long as a session."""
    address = make_conninfo(dsn(url, application_name="horux candado"), **_KEEPALIVE)
    return lambda: own_session(address)


def _locked(holder: Connection[TupleRow], job: JobId) -> bool:
    try:
        holder.autocommit = True
        taken = holder.execute(f"SELECT pg_try_advisory_lock({_LOCK.format('%s')})", (str(job),)).fetchone()
    except psycopg.OperationalError as error:
        raise _unavailable() from error
    return bool(taken and taken[0])


def _unavailable() -> DatabaseUnavailable:
    return DatabaseUnavailable("La base de datos no responde en este momento. Intenta de nuevo.", retryAfter=5)


def _job(row: tuple[Any, ...]) -> Job:
    ident, tenant, kind, subject, created_by, created_at, state, recibidos, procesados, outcome, error, *counted = row
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
        *counted,
    )
