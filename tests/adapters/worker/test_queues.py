"""What waits for the provider of payments holds up nothing else."""

import os
import signal
from threading import Event, Thread
from uuid import uuid4

import pytest
from structlog.testing import capture_logs

from contracts.ports.outbox import SomebodyCame
from horux_adapters.container.clock import system_clock
from horux_adapters.postgres.control import ControlDatabase
from horux_adapters.postgres.jobs import PostgresJobs, direct
from horux_adapters.postgres.outbox import PostgresDeliveries, PostgresOutbox
from horux_adapters.worker import running
from horux_adapters.worker.handling import Handling
from horux_core.billing.events import NoticeTaken
from horux_core.kernel.ids import UserId
from tests.adapters.worker.test_running import control as control

MANY = 30


@pytest.mark.timeout(60)
def test_a_provider_that_hangs_holds_up_no_mail(control: ControlDatabase) -> None:
    mailed, hung = Event(), Event()

    def hang(_event: NoticeTaken, _ident: object) -> None:
        hung.set()
        assert mailed.wait(30)

    deliveries = PostgresDeliveries(control, {"SomebodyCame": SomebodyCame, "NoticeTaken": NoticeTaken})
    reactions = {NoticeTaken: hang, SomebodyCame: lambda *_: mailed.set()}
    handling = Handling(deliveries, PostgresJobs(control, direct(control.dsn)), reactions, {}, system_clock)
    with control.transaction() as conn:
        for _ in range(MANY):
            PostgresOutbox(conn).put(NoticeTaken(uuid4()))

    def play() -> None:
        try:
            assert hung.wait(30)
            with control.transaction() as conn:
                PostgresOutbox(conn).put(SomebodyCame(UserId(uuid4()), "x", True))
            mailed.wait(30)
        finally:
            os.kill(os.getpid(), signal.SIGTERM)

    with capture_logs():
        player = Thread(target=play)
        player.start()
        running.run(control.dsn, handling, [])
        player.join()
    assert mailed.is_set()


def test_one_that_waited_too_long_is_woken_where_it_waits(control: ControlDatabase) -> None:
    with control.transaction() as conn:
        PostgresOutbox(conn).put(NoticeTaken(uuid4()))
        ((event,),) = conn.execute("SELECT id FROM outbox").fetchall()
    PostgresDeliveries(control, {}).again(event)
    with control.transaction() as conn:
        assert conn.execute("SELECT queue_name FROM procrastinate_jobs").fetchall() == [("avisos",)] * 2
