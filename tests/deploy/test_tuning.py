"""PostgreSQL's configuration for any machine."""

import importlib.util
import subprocess
import sys
from pathlib import Path
from types import ModuleType

import psycopg
import pytest
from hypothesis import given
from hypothesis import strategies as st

from horux_adapters.postgres.embedded import EmbeddedPostgres
from horux_adapters.postgres.programs import EmbeddedError, found
from tests.conftest import short_folder
from tests.deploy.edge import DEPLOY

_PATH = DEPLOY / "postgresql" / "tuning.py"
_MEMORY = st.integers(1024, 1_000_000)
_CORES = st.integers(1, 256)


def _loaded() -> ModuleType:
    spec = importlib.util.spec_from_file_location("tuning", _PATH)
    assert spec
    assert spec.loader
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


tuning = _loaded()


def _megabytes(settings: dict[str, str], name: str) -> int:
    return int(settings[name].removesuffix("MB"))


def test_a_machine_of_twenty_gigabytes_has_the_designs_figures() -> None:
    found = tuning.settings(20 * 1024, 8)
    assert (found["shared_buffers"], found["effective_cache_size"]) == ("4096MB", "16384MB")
    assert (found["work_mem"], found["maintenance_work_mem"]) == ("16MB", "512MB")
    assert int(found["max_connections"]) >= 300


@given(_MEMORY, _CORES)
def test_it_all_fits_in_the_machine(memory: int, cores: int) -> None:
    found = dict(tuning.settings(memory, cores))
    many = int(found["max_connections"])
    used = _megabytes(found, "shared_buffers") + 2 * many + many // 8 * _megabytes(found, "work_mem")
    vacuum = 3 * _megabytes(found, "autovacuum_work_mem") + _megabytes(found, "maintenance_work_mem")
    assert used + vacuum <= memory * 0.75
    assert _megabytes(found, "effective_cache_size") <= memory * 0.8


@given(_MEMORY, _MEMORY, _CORES)
def test_more_memory_never_gives_less(one: int, other: int, cores: int) -> None:
    less, more = (dict(tuning.settings(memory, cores)) for memory in sorted((one, other)))
    for name in ("shared_buffers", "work_mem", "maintenance_work_mem", "effective_cache_size", "max_wal_size"):
        assert _megabytes(less, name) <= _megabytes(more, name)
    assert int(less["max_connections"]) <= int(more["max_connections"])


@given(_MEMORY, _CORES)
def test_the_services_processes_never_want_more_connections_than_there_are(memory: int, cores: int) -> None:
    found = tuning.service(memory, cores)
    processes = int(found["API_INSTANCES"]) * int(found["WORKERS"]) + 1
    wanted = processes * (9 + int(found["TENANT_CONNECTIONS_MAX"])) + 13 + 24 + 3
    assert wanted <= tuning.connections(memory)
    assert int(found["TENANT_CONNECTIONS_MAX"]) >= 3


@pytest.mark.parametrize(("memory", "cores"), [(1023, 1), (0, 1), (4096, 0)])
def test_a_machine_too_small_is_refused(memory: int, cores: int) -> None:
    with pytest.raises(ValueError, match="1 GB"):
        tuning.settings(memory, cores)


def test_a_server_starts_with_it(tmp_path: Path) -> None:
    """The smallest machine's, for this one may be no larger."""
    try:
        found()
    except EmbeddedError as error:
        pytest.skip(str(error))
    command = [sys.executable, str(_PATH), "--memory-mb", "1024", "--cores", "2"]
    printed = subprocess.run(command, capture_output=True, text=True, check=True).stdout
    with short_folder() as folder:
        server = EmbeddedPostgres(folder / "postgres", durable=False)
        try:
            server.start()
            server.stop()
            kept = folder / "postgres" / "cluster" / "postgresql.conf"
            kept.write_text(kept.read_text("utf-8") + printed, encoding="utf-8")
            with psycopg.connect(server.start()) as conn:
                bad = conn.execute("SELECT name, error FROM pg_file_settings WHERE error IS NOT NULL").fetchall()
                assert conn.execute("SHOW checkpoint_timeout").fetchone() == ("15min",)
                assert conn.execute("SHOW jit").fetchone() == ("off",)
        finally:
            server.stop()
    # The test's server is told some of them on its command line too, which is no error of the file.
    assert [row for row in bad if "could not be applied" not in row[1]] == []
