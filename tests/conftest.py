"""What any test may ask for: a PostgreSQL server of the session's own, and databases in it. And no skips in CI."""

import os
import shutil
import tempfile
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from uuid import uuid4

import psycopg
import pytest
from psycopg import sql

from horux_adapters.postgres.connecting import dsn
from horux_adapters.postgres.embedded import EmbeddedPostgres
from horux_adapters.postgres.programs import EmbeddedError, found


@pytest.fixture(scope="session")
def postgres_url() -> Iterator[str]:
    """The address of a superuser: TEST_DATABASE_URL's server, or one that starts here and ends with the session."""
    given = os.environ.get("TEST_DATABASE_URL")
    if given:
        yield given
        return
    programs = os.environ.get("PG_BINDIR")
    try:
        bindir = found(Path(programs) if programs else None)
    except EmbeddedError as error:
        pytest.skip(str(error))
    with short_folder() as folder:
        server = EmbeddedPostgres(folder, programs_dir=bindir, durable=False)
        yield server.start()
        server.stop()


@pytest.fixture
def fresh_database(postgres_url: str) -> Iterator[Callable[[], str]]:
    """Makes empty databases: each call answers the address of another, gone after the test."""
    made: list[str] = []

    def make() -> str:
        name = f"prueba_{uuid4().hex[:16]}"
        with psycopg.connect(postgres_url, autocommit=True) as conn:
            conn.execute(sql.SQL("CREATE DATABASE {} TEMPLATE template0").format(sql.Identifier(name)))
        made.append(name)
        return dsn(postgres_url, dbname=name)

    yield make
    with psycopg.connect(postgres_url, autocommit=True) as conn:
        for name in made:
            conn.execute(sql.SQL("DROP DATABASE IF EXISTS {} WITH (FORCE)").format(sql.Identifier(name)))


@contextmanager
def short_folder() -> Iterator[Path]:
    """A folder that any account can pass through: pytest's own is closed to PostgreSQL's when root runs the tests."""
    folder = Path(tempfile.mkdtemp(prefix="horux-"))
    folder.chmod(0o755)
    try:
        yield folder
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def forbidden_skips(environment: Mapping[str, str], skipped: Sequence[str]) -> str | None:
    """Why the session fails although no test did: with CI set, nothing may be left untried."""
    if not environment.get("CI") or not skipped:
        return None
    return f"CI no admite pruebas omitidas, y se omitieron {len(skipped)}: " + ", ".join(skipped)


@pytest.hookimpl(trylast=True)
def pytest_sessionfinish(session: pytest.Session) -> None:
    reporter = session.config.pluginmanager.get_plugin("terminalreporter")
    skipped = [report.nodeid for report in reporter.stats.get("skipped", [])] if reporter else []
    reason = forbidden_skips(os.environ, skipped)
    if reporter and reason:
        reporter.write_line("")
        reporter.write_line(reason, red=True, bold=True)
        session.exitstatus = pytest.ExitCode.TESTS_FAILED
