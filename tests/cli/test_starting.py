"""What a command does before its work: it keeps others out, and says what is not connected."""

import json
import os
import subprocess
import sys
from pathlib import Path

from tests.adapters.container.test_settings import PRODUCTION
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


def test_production_says_at_each_start_that_its_mail_reaches_nobody(tmp_path: Path) -> None:
    here = {"DATA_DIR": str(tmp_path), "FIEL_DIR": str(tmp_path / "fiel"), "LOG_LEVEL": "warning"}
    [told] = told_at_start(**here, MAIL="folder")
    assert (told["level"], told["event"], told["variable"]) == ("warning", "servicio sin conectar", "MAIL")
    assert told_at_start(**here) == []
    assert told_at_start(**here, MAIL="folder", HORUX_ENV="development") == []


def test_a_vault_that_others_may_enter_is_refused_before_anything_is_served(tmp_path: Path) -> None:
    place = tmp_path / "fiel"
    place.mkdir()
    place.chmod(0o755)
    env = plain_environment(**{**PRODUCTION, "DATA_DIR": str(tmp_path), "FIEL_DIR": str(place)})
    ended = subprocess.run(
        [sys.executable, "-c", WITHOUT_SERVING, "serve"], capture_output=True, text=True, check=False, env=env
    )
    assert ended.returncode == 1
    assert f"FIEL_DIR: la carpeta {place} tiene permisos 755; corrígelos con: chmod 700 {place}" in ended.stderr
    assert "Traceback" not in ended.stderr
    place.chmod(0o700)
    assert told_at_start(DATA_DIR=str(tmp_path), FIEL_DIR=str(place), LOG_LEVEL="warning") == []


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
