"""The worker's process over the central database: what it does when one of its workers died."""

import asyncio
import gc
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path
from threading import Event, Thread
from uuid import uuid4

import psycopg
import pytest
from procrastinate import App, PsycopgConnector
from structlog.testing import capture_logs

from contracts.ports.jobs import a_job
from contracts.ports.outbox import SomebodyCame
from horux_adapters.container.clock import system_clock
from horux_adapters.postgres.control import ControlDatabase
from horux_adapters.postgres.jobs import PostgresJobs, direct
from horux_adapters.postgres.outbox import PostgresDeliveries, PostgresOutbox
from horux_adapters.postgres.queue import QUEUES
from horux_adapters.worker import running
from horux_adapters.worker.handling import Handling
from horux_core.kernel.ids import TenantId, UserId
from tests.central import a_central_database, a_tenant_row

BREAKING = """
CREATE FUNCTION rota() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN RAISE 'rota'; END $$;
CREATE TRIGGER rota BEFORE UPDATE ON procrastinate_jobs FOR EACH ROW
    WHEN (NEW.queue_name = 'eventos') EXECUTE FUNCTION rota()
"""
"""Whoever takes a wake-up of that queue dies of it."""


@pytest.fixture
def control(postgres_url: str) -> Iterator[ControlDatabase]:
    with a_central_database(postgres_url) as control:
        yield control
        # A pool that is closed while it connects drops the connection half made: until it is collected the server
        # waits a minute for the rest of it, and whoever drops the database waits with it.
        gc.collect()


def done(control: ControlDatabase, statement: str) -> None:
    with psycopg.connect(control.dsn, autocommit=True) as conn:
        conn.execute(statement.encode())


def waited(sure: Callable[[], bool]) -> None:
    deadline = time.monotonic() + 30
    while not sure():
        assert time.monotonic() < deadline
        time.sleep(0.01)


@pytest.mark.timeout(120)
def test_a_queue_whose_worker_died_gets_another(control: ControlDatabase, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(running, "_RESTART_SECONDS", 0.02)
    delivered: list[object] = []
    deliveries = PostgresDeliveries(control, {"SomebodyCame": SomebodyCame})
    handling = Handling(
        deliveries,
        PostgresJobs(control, direct(control.dsn)),
        {SomebodyCame: lambda event, _: delivered.append(event)},
        {},
        system_clock,
    )
    done(control, BREAKING)
    with control.transaction() as conn:
        PostgresOutbox(conn).put(SomebodyCame(UserId(uuid4()), "x", True))

    def healed() -> None:
        try:
            waited(lambda: any(log["event"] == "cola sin trabajador" for log in logs))
            assert not delivered
            done(control, "DROP TRIGGER rota ON procrastinate_jobs")
            waited(lambda: bool(delivered))
        finally:
            os.kill(os.getpid(), signal.SIGTERM)

    with capture_logs() as logs:
        watcher = Thread(target=healed)
        watcher.start()
        running.run(control.dsn, handling, [])
        watcher.join()
    assert len(delivered) == 1


@pytest.mark.timeout(60)
def test_ends_when_it_is_told_to_though_the_database_would_not_have_it(control: ControlDatabase) -> None:
    handling = Handling(
        PostgresDeliveries(control, {}), PostgresJobs(control, direct(control.dsn)), {}, {}, system_clock
    )

    def told() -> None:
        try:
            with psycopg.connect(control.dsn, autocommit=True) as conn:
                waited(lambda: conn.execute("SELECT count(*) FROM procrastinate_workers").fetchone() == (len(QUEUES),))
                conn.execute("ALTER FUNCTION procrastinate_unregister_worker_v1 RENAME TO nadie")
        finally:
            os.kill(os.getpid(), signal.SIGTERM)

    watcher = Thread(target=told)
    watcher.start()
    with capture_logs() as logs:
        running.run(control.dsn, handling, [])
    watcher.join()
    assert not any(log["event"] == "cola sin trabajador" for log in logs)


def test_a_wake_up_that_died_with_its_worker_is_gone_and_the_job_keeps_its_wait(control: ControlDatabase) -> None:
    jobs = PostgresJobs(control, direct(control.dsn))
    job = a_job(TenantId(a_tenant_row(control)))  # type: ignore[arg-type]
    jobs.put(job)
    done(
        control,
        "WITH dead AS (INSERT INTO procrastinate_workers (last_heartbeat) VALUES (now() - interval '1 hour')"
        " RETURNING id) UPDATE procrastinate_jobs SET status = 'doing', worker_id = (SELECT id FROM dead)",
    )

    async def forget() -> None:
        async with App(connector=PsycopgConnector(conninfo=control.dsn)).open_async() as queue:
            await running.forget_stalled(queue)

    asyncio.run(forget())
    with control.transaction() as conn:
        assert conn.execute("SELECT id, status FROM procrastinate_jobs").fetchall() == []
    assert job.id not in jobs.lost(system_clock())


@pytest.mark.timeout(60)
def test_a_chore_that_breaks_or_takes_long_holds_up_no_other(
    control: ControlDatabase, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(running, "_LOOK_SECONDS", 0.01)
    handling = Handling(
        PostgresDeliveries(control, {}), PostgresJobs(control, direct(control.dsn)), {}, {}, system_clock
    )
    looked, over = {"larga": 0, "rota": 0, "buena": 0}, Event()

    def look(name: str) -> None:
        looked[name] += 1
        if name == "rota":
            raise RuntimeError("rota")
        if name == "larga":
            over.wait(30)

    def told() -> None:
        try:
            waited(lambda: looked["rota"] > 3 and looked["buena"] > 3)
            assert looked["larga"] == 1
        finally:
            over.set()
            os.kill(os.getpid(), signal.SIGTERM)

    watcher = Thread(target=told)
    watcher.start()
    with capture_logs() as logs:
        # More that take long than a pool of the processors' size would have threads for.
        long = [running.Chore("larga", lambda: over.wait(30)) for _ in range(40)]
        chores = [running.Chore(name, partial(look, name)) for name in looked]
        running.run(control.dsn, handling, [*long, *chores])
    watcher.join()
    assert over.is_set()
    assert {log["chore"] for log in logs if log["event"] == "tarea periódica fallida"} == {"rota"}


def a_worker(control: ControlDatabase, react: Callable[[object, object], None]) -> Handling:
    """With one event waiting for it."""
    with control.transaction() as conn:
        PostgresOutbox(conn).put(SomebodyCame(UserId(uuid4()), "x", True))
    deliveries = PostgresDeliveries(control, {"SomebodyCame": SomebodyCame})
    return Handling(deliveries, PostgresJobs(control, direct(control.dsn)), {SomebodyCame: react}, {}, system_clock)


@pytest.mark.timeout(60)
def test_nothing_new_is_begun_once_it_is_told_to_end(control: ControlDatabase, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(running, "_LOOK_SECONDS", 0.01)
    looked: list[int] = []
    seen: list[int] = []

    def react(_event: object, _ident: object) -> None:
        waited(lambda: len(looked) > 2)
        os.kill(os.getpid(), signal.SIGTERM)
        time.sleep(0.2)
        seen.append(len(looked))
        time.sleep(0.5)

    with capture_logs():
        running.run(control.dsn, a_worker(control, react), [running.Chore("buena", lambda: looked.append(1))])
    assert seen == [len(looked)]


ENDLESS = """
import sys, time
from horux_adapters.postgres.control import ControlDatabase
from horux_adapters.worker import running
from tests.adapters.worker.test_running import a_worker

def endless(*_):
    print("begun", flush=True)
    time.sleep(600)

running._GRACE_SECONDS = 0.5
kind, dsn = sys.argv[1:]
chores = [running.Chore("larga", endless)] if kind == "chore" else []
running.run(dsn, a_worker(ControlDatabase(dsn).open(), endless if kind == "event" else lambda *_: None), chores)
"""
"""A worker whose work never ends."""


@pytest.mark.timeout(60)
@pytest.mark.parametrize("kind", ["chore", "event"])
def test_what_does_not_end_in_its_time_is_cut_off(control: ControlDatabase, kind: str) -> None:
    worker = subprocess.Popen(
        [sys.executable, "-c", ENDLESS, kind, control.dsn],
        cwd=Path(__file__).parents[3],
        env={**os.environ, "PYTHONPATH": os.pathsep.join(["src", "."])},
        stdout=subprocess.PIPE,
        text=True,
    )
    try:
        assert worker.stdout is not None
        waited(lambda: "begun" in worker.stdout.readline())  # type: ignore[union-attr]
        worker.send_signal(signal.SIGTERM)
        told, _ = worker.communicate(timeout=30)
    finally:
        worker.kill()
        worker.communicate()
    assert "trabajador cortado" in told
    assert worker.returncode == 0


@pytest.mark.timeout(60)
def test_what_is_under_way_when_it_is_told_to_end_is_finished_first(control: ControlDatabase) -> None:
    handling = Handling(
        PostgresDeliveries(control, {}), PostgresJobs(control, direct(control.dsn)), {}, {}, system_clock
    )
    finished = []

    def act() -> None:
        os.kill(os.getpid(), signal.SIGTERM)
        time.sleep(0.3)
        finished.append(True)

    with capture_logs():
        running.run(control.dsn, handling, [running.Chore("larga", act)])
    assert finished == [True]
