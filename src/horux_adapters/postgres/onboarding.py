from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass

import psycopg
from psycopg import Connection
from psycopg.rows import TupleRow

from horux_adapters.postgres.audit import PostgresAuditLog
from horux_adapters.postgres.connecting import dsn
from horux_adapters.postgres.control import ControlDatabase
from horux_adapters.postgres.pooler import own_session
from horux_adapters.postgres.tenancy import PostgresTenants
from horux_core.kernel.ids import RunId, TenantId
from horux_core.onboarding.errors import RunInProgress, RunLost
from horux_core.onboarding.model import Run, RunKind, RunState, Step
from horux_core.outbox.ports import Outbox

_SELECT = "SELECT id, kind, tenant_id, rfc, state, step, failed_step, started_at, source, target FROM provisioning_runs"
_INSERT = """
INSERT INTO provisioning_runs (id, kind, tenant_id, rfc, state, step, failed_step, started_at, source, target)
SELECT %s, %s, %s, %s, %s, %s, %s, %s, %s, %s
WHERE NOT EXISTS (SELECT 1 FROM provisioning_runs WHERE tenant_id = %s AND state = 'abierta')
"""
_END = """
UPDATE provisioning_runs SET state = %s, failed_step = %s, ended_at = now() WHERE id = %s AND state = 'abierta'
"""
_TRY = "SELECT pg_try_advisory_lock(hashtextextended(%s, 0))"
_FREE = "SELECT pg_advisory_unlock(hashtextextended(%s, 0))"
_TURN = "SELECT pg_advisory_xact_lock(hashtextextended(%s, 0))"
# A holder whose machine vanished without a word must not keep its run from recovery for hours.
_KEEPALIVE = {"keepalives_idle": 5, "keepalives_interval": 2, "keepalives_count": 3, "tcp_user_timeout": 10_000}


@dataclass(frozen=True, slots=True)
class PostgresRunLog:
    connection: Connection[TupleRow]

    def lock(self, run: RunId) -> Run:
        row = self.connection.execute(f"{_SELECT} WHERE id = %s FOR UPDATE", (run,)).fetchone()
        if row is None:
            raise RunLost("No existe esa alta o baja. Intenta de nuevo.", retryAfter=30)
        return _run(row)

    def step(self, run: RunId, step: Step) -> None:
        self.connection.execute(
            "UPDATE provisioning_runs SET step = %s WHERE id = %s AND state = 'abierta'", (step, run)
        )

    def end(self, run: RunId, state: RunState, failed_step: Step | None) -> None:
        self.connection.execute(_END, (state, failed_step, run))


@dataclass(frozen=True, slots=True)
class PostgresRunTransaction:
    runs: PostgresRunLog
    tenants: PostgresTenants
    outbox: Outbox
    audit: PostgresAuditLog


@dataclass(frozen=True, slots=True)
class PostgresRuns:
    """`direct_dsn` leads to the central database past any transaction pooler: a session lock needs its own session."""

    control: ControlDatabase
    outbox: Callable[[Connection[TupleRow]], Outbox]
    direct_dsn: str

    @contextmanager
    def begin(self, run: Run) -> Iterator[None]:
        with self._session() as session, _held(session, run.id):
            self._record(run)
            yield

    def step(self, run: RunId, step: Step) -> None:
        with self.control.transaction() as connection:
            kept = connection.execute(
                "UPDATE provisioning_runs SET step = %s WHERE id = %s AND state = 'abierta'", (step, run)
            )
            if kept.rowcount != 1:
                raise RunLost("Otro proceso cerró esta alta o baja. Intenta de nuevo.", retryAfter=30)

    @contextmanager
    def transaction(self) -> Iterator[PostgresRunTransaction]:
        with self.control.transaction() as connection:
            yield PostgresRunTransaction(
                PostgresRunLog(connection),
                PostgresTenants(connection),
                self.outbox(connection),
                PostgresAuditLog(connection),
            )

    def latest(self, rfc: str, kind: RunKind) -> Run | None:
        query = f"{_SELECT} WHERE rfc = %s AND kind = %s ORDER BY started_at DESC LIMIT 1"
        with self.control.transaction() as connection:
            row = connection.execute(query.encode(), (rfc, kind)).fetchone()
        return None if row is None else _run(row)

    def dead(self) -> tuple[Run, ...]:
        with self._session() as session:
            rows = session.execute(f"{_SELECT} WHERE state = 'abierta' ORDER BY started_at").fetchall()
            return tuple(run for run in map(_run, rows) if _free(session, run.id))

    @contextmanager
    def resume(self, run: RunId) -> Iterator[bool]:
        with self._session() as session, _held(session, run) as ours:
            yield ours and self._open(session, run)

    def _record(self, run: Run) -> None:
        with self.control.transaction() as connection:
            connection.execute(_TURN, (_turn(run.tenant),))
            row = (run.id, run.kind, run.tenant, run.rfc, run.state, run.step, run.failed_step)
            added = connection.execute(_INSERT, (*row, run.started_at, run.source, run.target, run.tenant))
            if added.rowcount != 1:
                raise RunInProgress("Ya hay un alta, una baja o una mudanza en curso de esta empresa. Espera.")

    def _open(self, session: Connection[TupleRow], run: RunId) -> bool:
        query = "SELECT 1 FROM provisioning_runs WHERE id = %s AND state = 'abierta'"
        return session.execute(query, (run,)).fetchone() is not None

    @contextmanager
    def _session(self) -> Iterator[Connection[TupleRow]]:
        address = psycopg.conninfo.make_conninfo(dsn(self.direct_dsn, application_name="horux-altas"), **_KEEPALIVE)
        with own_session(address) as session:
            yield session


@contextmanager
def _held(session: Connection[TupleRow], run: RunId) -> Iterator[bool]:
    """Whether the lock is ours; let go at once at the end, not when the server notices that the session is gone."""
    row = session.execute(_TRY, (str(run),)).fetchone()
    ours = row is not None and bool(row[0])
    try:
        yield ours
    finally:
        if ours and not session.closed:
            _let_go(session, run)


def _let_go(session: Connection[TupleRow], run: RunId) -> None:
    try:
        session.execute(_FREE, (str(run),))
    except psycopg.OperationalError:
        # The session was lost, and its locks with it: nothing is left to free.
        return


def _free(session: Connection[TupleRow], run: RunId) -> bool:
    with _held(session, run) as ours:
        return ours


def _turn(tenant: TenantId) -> str:
    return f"alta-o-baja:{tenant}"


def _run(row: TupleRow) -> Run:
    ident, kind, tenant, rfc, state, step, failed_step, started_at, source, target = row
    return Run(
        RunId(ident), RunKind(kind), TenantId(tenant), rfc, RunState(state), Step(step) if step else None,
        Step(failed_step) if failed_step else None, started_at, source, target,
    )  # fmt: skip
