"""The server ends when it is told to, at whatever moment."""

import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from tests.system import processes
from tests.system.household import plain_environment
from tests.system.waiting import until

SLOW = """
from horux_adapters.cli.main import main
import horux_adapters.cli.serve as serve
serve.APPLICATION = "tests.cli.slow:app"
main()
"""
WITHIN = 10.0
"""Long before a process that does not answer is ended by force."""


@pytest.mark.timeout(60)
@pytest.mark.skipif(sys.platform != "linux", reason="los procesos se leen de /proc")
def test_processes_that_still_start_end_when_the_server_does(tmp_path: Path) -> None:
    env = plain_environment(
        STORAGE="memory", MAIL="memory", DATA_DIR=str(tmp_path), PORT=str(processes.free_port()), WORKERS="1"
    )
    server = subprocess.Popen(
        [sys.executable, "-c", SLOW, "serve"], env=env, cwd=Path(__file__).parents[2], start_new_session=True
    )
    try:
        until("se abre un proceso", lambda: len(processes.of_group(server.pid)) > 1, 30)
        os.kill(server.pid, signal.SIGTERM)
        assert server.wait(WITHIN) == 0
    finally:
        processes.kill_group(server.pid)
        server.wait(10)
