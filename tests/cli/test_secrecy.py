"""Whatever holds the e.firmas' keys in memory dumps no core and lets nobody of its account look inside (Linux)."""

import subprocess
import sys
from pathlib import Path

import pytest

from tests.adapters.container.test_settings import LEAST
from tests.system.household import plain_environment

STOPPED_AT_THE_SETTINGS = """
import ctypes, resource, sys
from horux_adapters.container import settings
def told(*_):
    print(resource.getrlimit(resource.RLIMIT_CORE), ctypes.CDLL(None).prctl(3))
    raise SystemExit
settings.environment = settings.load = settings.from_environment = told
"""
COMMAND = "from horux_adapters.cli.main import main\nmain()"


def told(program: str, *arguments: str, place: Path) -> str:
    env = plain_environment(**LEAST, STORAGE="memory", DATA_DIR=str(place))
    ended = subprocess.run(
        [sys.executable, "-c", STOPPED_AT_THE_SETTINGS + program, *arguments],
        capture_output=True, text=True, check=False, env=env,
    )  # fmt: skip
    return ended.stdout + ended.stderr


@pytest.mark.skipif(sys.platform != "linux", reason="only Linux has it")
@pytest.mark.parametrize(
    "arguments",
    [
        ("serve",), ("worker",), ("fiel", "verify"), ("fiel", "rotate"),
        ("fiel", "decrypt", "--rfc", "X", "--reason", "x"),
    ],
    ids=" ".join,
)  # fmt: skip
def test_a_command_says_so_before_it_reads_any_secret(arguments: tuple[str, ...], tmp_path: Path) -> None:
    assert told(COMMAND, *arguments, place=tmp_path) == "(0, 0) 0\n"


@pytest.mark.skipif(sys.platform != "linux", reason="only Linux has it")
def test_each_worker_of_the_server_says_it_of_itself(tmp_path: Path) -> None:
    """It is a program of its own, which does not take that over from the one that started it."""
    assert told("import horux_http.asgi as it\nit.from_environment = told\nit.app", place=tmp_path) == "(0, 0) 0\n"
