from collections.abc import Iterator
from typing import cast
from uuid import uuid4

import psycopg
import pytest

from contracts.ports.audit_trail import AuditTrailContract, a_deed
from contracts.ports.bygones import SECOND, BygonesContract, Stores
from contracts.ports.directory import NOW
from contracts.ports.jobs import JobsContract, a_job, soon
from contracts.ports.outbox import DeliveriesContract, Put, SomebodyCame
from horux_adapters.postgres.audit import PostgresAuditTrail
from horux_adapters.postgres.bygones import PostgresBygones
from horux_adapters.postgres.control import ControlDatabase
from horux_adapters.postgres.identity import PostgresDirectory
from horux_adapters.postgres.jobs import PostgresJobs, direct
from horux_adapters.postgres.mails import PostgresMails
from horux_adapters.postgres.notices import PostgresNotices
from horux_adapters.postgres.outbox import PostgresDeliveries, PostgresOutbox
from horux_adapters.postgres.throttling import PostgresThrottle
from horux_core.audit.ports import AuditTrail
from horux_core.jobs.ports import Jobs
from horux_core.kernel.events import Event
from horux_core.kernel.ids import SessionId, TenantId, UserId
from horux_core.outbox.ports import Deliveries
from tests.central import a_central_database, a_tenant_row


@pytest.fixture(scope="module")
def control(postgres_url: str) -> Iterator[ControlDatabase]:
    with a_central_database(postgres_url) as control:
        yield control


@pytest.fixture(scope="module")
def tenant(control: ControlDatabase) -> TenantId:
    return TenantId(cast("TenantId", a_tenant_row(control)))


def wake_ups(control: ControlDatabase, task: str) -> list[str]:
    with control.transaction() as conn:
        rows = conn.execute("SELECT args->>'subject' FROM procrastinate_jobs WHERE task_name = %s", (task,)).fetchall()
    return [row[0] for row in rows]


class TestPostgresAuditTrail(AuditTrailContract):
    @pytest.fixture
    def trail(self, control: ControlDatabase) -> AuditTrail:
        return PostgresAuditTrail(control)

    def test_a_later_view_writes_nothing_at_all(self, trail: AuditTrail, control: ControlDatabase) -> None:
        tenant, session = TenantId(uuid4()), SessionId(uuid4())

        def numbered() -> object:
            with control.transaction() as conn:
                return conn.execute("SELECT last_value FROM audit_log_n_seq").fetchone()

        trail.record_view(a_deed(tenant, session, "vista"))
        before = numbered()
        for _ in range(3):
            trail.record_view(a_deed(tenant, session, "vista"))
        assert numbered() == before


class TestPostgresJobs(JobsContract):
    @pytest.fixture
    def jobs(self, control: ControlDatabase) -> Jobs:
        return PostgresJobs(control, direct(control.dsn))

    def test_wakes_a_worker_with_the_job_itself(self, jobs: Jobs, control: ControlDatabase, tenant: TenantId) -> None:
        job = a_job(tenant)
        jobs.put(job)
        assert str(job.id) in wake_ups(control, "trabajo")

    def test_a_runner_that_dies_lets_go(self, control: ControlDatabase, tenant: TenantId) -> None:
        opened: list[psycopg.Connection[tuple[object, ...]]] = []

        def session() -> psycopg.Connection[tuple[object, ...]]:
            opened.append(psycopg.connect(control.dsn))
            return opened[-1]

        jobs = PostgresJobs(control, session)
        job = a_job(tenant)
        jobs.put(job)
        with jobs.begin(job.id):
            with control.transaction() as conn:
                conn.execute("SELECT pg_terminate_backend(%s)", (opened[0].info.backend_pid,))
            while job.id not in jobs.lost(soon()):
                pass
            with jobs.begin(job.id) as taken_up:
                assert taken_up is not None


class TestPostgresBygones(BygonesContract):
    @pytest.fixture
    def own(self, postgres_url: str) -> Iterator[ControlDatabase]:
        with a_central_database(postgres_url) as control:
            yield control

    @pytest.fixture
    def stores(self, own: ControlDatabase) -> Stores:
        def put(event: Event) -> None:
            with own.transaction() as connection:
                PostgresOutbox(connection).put(event)

        return Stores(
            PostgresBygones(own),
            PostgresDirectory(own),
            PostgresJobs(own, direct(own.dsn)),
            PostgresDeliveries(own, {"SomebodyCame": SomebodyCame}),
            PostgresThrottle(own),
            PostgresNotices(own, PostgresOutbox),
            PostgresMails(own),
            put,
            TenantId(cast("TenantId", a_tenant_row(own))),
        )

    def test_two_at_once_pass_over_each_other_s(self, stores: Stores, own: ControlDatabase) -> None:
        for key in ("ana", "beto"):
            stores.throttle.failed(key, NOW)
        with own.transaction() as connection:
            connection.execute("SELECT FROM login_failures WHERE key = 'ana' FOR UPDATE")
            assert stores.bygones.login_failures(NOW + SECOND, 10) == 1
        assert stores.bygones.login_failures(NOW + SECOND, 10) == 1

    @pytest.mark.parametrize(
        ("table", "end", "condition", "index"),
        [
            ("refresh_tokens", "expires_at", "true", "refresh_tokens_expires_idx"),
            ("sessions", "expires_at", "true", "sessions_expires_idx"),
            ("outbox", "done_at", "done_at IS NOT NULL", "outbox_done_idx"),
            ("jobs", "updated_at", "state IN ('terminado', 'fallido')", "jobs_ended_idx"),
            ("notices", "ended_at", "state <> 'muerto'", "notices_ended_idx"),
            ("mails", "coalesce(ended_at, created_at)", "true", "mails_ended_idx"),
        ],
    )
    def test_finds_what_is_old_by_an_index(
        self, control: ControlDatabase, table: str, end: str, condition: str, index: str
    ) -> None:
        with control.transaction() as connection:
            connection.execute("SET LOCAL enable_seqscan = off")
            query = f"EXPLAIN SELECT FROM {table} WHERE {end} < now() AND {condition} ORDER BY {end} LIMIT 9"
            plan = str(connection.execute(query.encode()).fetchall())
        assert f"Index Scan using {index}" in plan or f"Index Only Scan using {index}" in plan
        assert "Sort" not in plan


class TestPostgresDeliveries(DeliveriesContract):
    @pytest.fixture
    def own(self, postgres_url: str) -> Iterator[ControlDatabase]:
        with a_central_database(postgres_url) as control:
            yield control

    @pytest.fixture
    def deliveries(self, own: ControlDatabase) -> Deliveries:
        return PostgresDeliveries(own, {"SomebodyCame": SomebodyCame})

    @pytest.fixture
    def put(self, own: ControlDatabase) -> Put:
        def put(event: Event, fail: bool = False) -> None:
            with own.transaction() as connection:
                PostgresOutbox(connection).put(event)
                _ = 1 / (not fail)

        return put

    def test_wakes_a_worker_only_for_what_was_kept(self, put: Put, own: ControlDatabase) -> None:
        with pytest.raises(ZeroDivisionError):
            put(SomebodyCame(UserId(uuid4()), "x", False), fail=True)
        assert wake_ups(own, "entregar") == []
        put(SomebodyCame(UserId(uuid4()), "x", False))
        assert len(wake_ups(own, "entregar")) == 1
