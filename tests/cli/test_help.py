"""Asking for help costs nothing: what is heavy waits inside the commands."""

import subprocess
import sys

import pytest

from tests.cli.running import horux
from tests.system.household import plain_environment

HEAVY = (
    "psycopg", "psycopg_pool", "litestar", "granian", "lxml", "procrastinate", "dependency_injector", "msgspec",
    "structlog", "cryptography", "argon2", "jinja2", "css_inline", "horux_core", "horux_http",
    "horux_adapters.container",
)  # fmt: skip
PROGRAM = """
import sys
from horux_adapters.cli.main import app
try:
    app(sys.argv[1:])
except SystemExit as end:
    assert not end.code, end.code
print(*sorted(sys.modules), sep="\\n", file=sys.stderr)
"""
NOUNS = ((), ("serve",), ("worker",), ("demo",), ("migrate",), ("admin", "create"), ("tenants", "list"),
         ("tenants", "create"), ("tenants", "show"), ("tenants", "delete"), ("cfdi", "import"),
         ("mail", "preview"), ("duties", "list"), ("duties", "run"), ("fiel", "decrypt"),
         ("fiel", "verify"), ("fiel", "rotate"), ("fiel", "destroy"), ("servers", "add"), ("tenants", "move"),
         ("admin", "reset-mfa"), ("backup", "run"), ("doctor",))  # fmt: skip


@pytest.mark.parametrize("noun", NOUNS, ids=" ".join)
def test_help_imports_nothing_heavy(noun: tuple[str, ...]) -> None:
    ended = subprocess.run(
        [sys.executable, "-c", PROGRAM, *noun, "--help"],
        capture_output=True,
        text=True,
        check=False,
        env=plain_environment(),
    )
    assert ended.returncode == 0, ended.stderr
    assert "Usage" in ended.stdout
    assert not set(HEAVY) & set(ended.stderr.split())


def test_without_a_command_it_says_which_there_are() -> None:
    said = horux().stdout
    for noun in ("serve", "worker", "demo", "migrate", "admin", "tenants", "cfdi", "mail", "duties", "fiel"):
        assert noun in said
