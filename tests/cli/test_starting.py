"""What a command does before its work: it keeps others out, and says what is not connected."""

import json
import os
import subprocess
import sys
from pathlib import Path

import msgspec

from horux_adapters.cli.surroundings import _UNCONNECTED
from horux_adapters.container.settings import load
from tests.adapters.container.test_settings import LEAST, PRODUCTION
from tests.cli.running import horux
from tests.system.household import plain_environment

MEMORY = {"STORAGE": "memory", "MAIL": "memory", "PAYMENTS": "memory"}
WITHOUT_SERVING = """
import granian
class Granian:
    def __init__(self, *args, **kwargs): pass
    def serve(self): pass
granian.Granian = Granian
from horux_adapters.cli.main import main
main()
"""


def told_at_start(**settings: str) -> list[dict[str, str]]:
    program = [sys.executable, "-c", WITHOUT_SERVING, "serve"]
    ended = subprocess.run(
        program, capture_output=True, text=True, check=True, env=plain_environment(**{**PRODUCTION, **settings})
    )
    return [json.loads(line) for line in ended.stderr.splitlines()]


def test_production_says_at_each_start_what_is_not_connected(tmp_path: Path) -> None:
    told = told_at_start(DATA_DIR=str(tmp_path), LOG_LEVEL="warning")
    assert [(line["level"], line["event"], line["variable"]) for line in told] == [
        ("warning", "servicio sin conectar", "MAIL"),
        ("warning", "servicio sin conectar", "PAYMENTS"),
    ]
    assert all(line["variable"] in line["motivo"] for line in told)


def test_where_nothing_is_expected_to_be_connected_nothing_is_said() -> None:
    assert load(PRODUCTION).unconnected == ("MAIL", "PAYMENTS") == tuple(_UNCONNECTED)
    assert load(LEAST).unconnected == ()
    connected = msgspec.structs.replace(load(PRODUCTION), mail="memory", payments="memory")
    assert connected.unconnected == ()


def test_what_a_command_makes_is_for_its_own_account_alone(tmp_path: Path) -> None:
    ended = horux("tenants", "list", env={**MEMORY, "DATA_DIR": str(tmp_path / "de" / "datos")})
    assert ended.returncode == 0, ended.stderr
    passable = 0o711 if os.geteuid() == 0 else 0o700
    for folder in (tmp_path / "de", tmp_path / "de" / "datos"):
        assert folder.stat().st_mode & 0o777 == passable
    assert (tmp_path / "de" / "datos" / "secretos.json").stat().st_mode & 0o777 == 0o600


def test_whatever_else_is_made_is_closed_too(tmp_path: Path) -> None:
    document = tmp_path / "uno.xml"
    program = f"import typer; from horux_adapters.cli import main; main.app = lambda: open({str(document)!r}, 'w')\n"
    subprocess.run([sys.executable, "-c", program + "main.main()"], check=True, env=plain_environment())
    assert document.stat().st_mode & 0o777 == 0o600
