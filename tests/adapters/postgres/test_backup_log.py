"""What is noted of backups, what a sum tells apart, and how PostgreSQL's programs are called."""

from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path

import psycopg
import pytest

from contracts.ports.backup_log import BackupLogContract
from horux_adapters.postgres.backups import PostgresBackupLog
from horux_adapters.postgres.children import Programs, launched
from horux_adapters.postgres.contents import contents_of
from horux_adapters.postgres.control import ControlDatabase
from horux_adapters.postgres.jobs import direct
from horux_adapters.postgres.outbox import PostgresOutbox
from horux_core.backups.errors import BackupFailed
from horux_core.backups.events import BackupTrouble
from horux_core.backups.ports import BackupLog
from horux_core.kernel.events import Event as Told
from tests.central import a_central_database
from tests.system.waiting import until


@pytest.fixture(scope="module")
def control(postgres_url: str) -> Iterator[ControlDatabase]:
    with a_central_database(postgres_url) as central:
        yield central


class TestPostgresBackupLog(BackupLogContract):
    @pytest.fixture
    def log(self, control: ControlDatabase) -> BackupLog:
        with control.transaction() as conn:
            conn.execute("DELETE FROM respaldos")
            conn.execute("DELETE FROM outbox")
        return PostgresBackupLog(control, PostgresOutbox, direct(control.dsn))

    @pytest.fixture
    def events(self, control: ControlDatabase) -> Callable[[], list[Told]]:
        def read() -> list[Told]:
            with control.transaction() as conn:
                return [BackupTrouble(**row[0]) for row in conn.execute("SELECT payload FROM outbox").fetchall()]

        return read


def test_neither_command_line_nor_environment_tell_a_password(control: ControlDatabase) -> None:
    password = psycopg.conninfo.conninfo_to_dict(control.dsn)["password"]
    program = Programs().of("pg_dump", server_major(control.dsn))
    with ExitStack() as stack:
        with control.transaction() as conn:
            conn.execute("LOCK TABLE respaldos IN ACCESS EXCLUSIVE MODE")
            child = stack.enter_context(launched([program, "--format=custom"], control.dsn, writes=True))
            # It waits for the table: it is there to be looked at, once it is the program and not yet a copy of ours.
            command = Path(f"/proc/{child.process.pid}/cmdline")
            until("arranca pg_dump", lambda: b"pg_dump" in command.read_bytes(), 30)
            seen = [Path(f"/proc/{child.process.pid}/{what}").read_bytes() for what in ("cmdline", "environ")]
        assert child.process.stdout is not None
        while child.process.stdout.read(65536):
            pass
        child.ended_well()
    assert all(seen)
    assert not any(str(password).encode() in each for each in seen)


def test_a_server_of_another_version_is_not_dumped() -> None:
    with pytest.raises(BackupFailed, match="PostgreSQL 9"):
        Programs().of("pg_dump", 9)


def test_what_the_program_quotes_of_the_data_is_not_told(postgres_url: str) -> None:
    admin = postgres_url
    program = Programs().of("pg_dump", server_major(admin))
    with (
        launched([program, "--table=no_hay_tal"], admin, writes=True) as child,
        pytest.raises(BackupFailed) as failed,
    ):
        child.ended_well()
    assert str(failed.value) == "pg_dump: no matching tables were found"


def server_major(url: str) -> int:
    with psycopg.connect(url) as conn:
        return conn.info.server_version // 10000


def test_a_sum_tells_any_two_contents_apart(fresh_database: Callable[[], str]) -> None:
    with psycopg.connect(fresh_database()) as conn:
        conn.execute("CREATE TABLE t (a int, b text, c double precision, d timestamptz, e bytea)")
        seen = {contents_of(conn).entries}
        for change in (
            "INSERT INTO public.t VALUES (1, 'uno', 0.1, '2026-01-01Z', '\\x00ff')",
            "INSERT INTO public.t VALUES (1, 'uno', 0.1, '2026-01-01Z', '\\x00ff')",
            "UPDATE public.t SET b = NULL",
            "UPDATE public.t SET b = ''",
            "UPDATE public.t SET c = 0.1000000000000000055511151231257827 + 1e-16",
            "UPDATE public.t SET d = d + interval '1 microsecond'",
            "UPDATE public.t SET e = '\\x00fe'",
        ):
            conn.execute(change.encode())
            seen.add(contents_of(conn).entries)
        assert len(seen) == 8
        before = contents_of(conn)
        conn.execute("CREATE INDEX ON public.t (a)")
        assert contents_of(conn).entries == before.entries
        assert contents_of(conn).shape != before.shape
