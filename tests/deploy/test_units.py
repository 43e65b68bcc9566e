"""The units: closed as far as systemd measures, each readable on its own and none with a secret."""

import re
import shutil
import subprocess
from pathlib import Path

import pytest
from typer.main import get_command

from horux_adapters.cli.main import app
from tests.deploy.edge import DEPLOY

UNITS = DEPLOY / "systemd"
SERVICES = sorted(path.name for path in UNITS.glob("*.service"))
KEEPER = DEPLOY / "pgbouncer" / "horux-userlist.service"
"""On the database server: it runs as its owner and has no secret, so it is confined by itself."""
_EXPOSURE = 2.0
_OWN = {"Nice", "IOSchedulingClass", "LimitNOFILE", "ReadWritePaths", "ReadOnlyPaths", "InaccessiblePaths", "WantedBy"}


def _analyze(*arguments: str) -> "subprocess.CompletedProcess[str]":
    if shutil.which("systemd-analyze") is None:
        pytest.skip("no hay systemd-analyze en esta máquina: apt-get install systemd")
    return subprocess.run(["systemd-analyze", *arguments], capture_output=True, text=True, check=False)


def _exposure(unit: Path) -> float:
    answer = _analyze("security", "--offline=true", "--no-pager", str(unit))
    found = re.search(r"Overall exposure level for \S+: ([0-9.]+)", answer.stdout)
    assert found, answer.stderr
    return float(found[1])


def _said(path: Path, pattern: str) -> list[str]:
    return re.findall(pattern, path.read_text(encoding="utf-8"), re.MULTILINE)


def _confinement(name: str) -> list[str]:
    """From the line that begins it, but what is each service's own."""
    _, _, rest = (UNITS / name).read_text(encoding="utf-8").partition("\n# Encierro: ")
    lines = [line for line in rest.splitlines()[1:] if "=" in line]
    return [line for line in lines if line.partition("=")[0] not in _OWN]


def test_every_unit_is_looked_at() -> None:
    assert sorted(DEPLOY.rglob("*.service")) == sorted([*(UNITS / name for name in SERVICES), KEEPER])


@pytest.mark.parametrize("unit", [*(UNITS / name for name in SERVICES), KEEPER], ids=lambda unit: unit.name)
def test_a_service_is_exposed_no_further_than_two(unit: Path) -> None:
    assert _exposure(unit) <= _EXPOSURE


def test_an_open_service_would_be_seen(tmp_path: Path) -> None:
    unit = tmp_path / "abierta.service"
    unit.write_text("[Service]\nExecStart=/bin/true\n", encoding="ascii")
    assert _exposure(unit) > _EXPOSURE


@pytest.mark.parametrize("name", SERVICES)
def test_all_services_are_confined_alike(name: str) -> None:
    assert len(_confinement(name)) > 25
    assert _confinement(name) == _confinement("horux-api@.service")


@pytest.mark.parametrize("name", SERVICES)
def test_a_service_takes_its_secrets_from_systemd_and_runs_as_nobody_else(name: str) -> None:
    text = (UNITS / name).read_text(encoding="utf-8")
    assert "\nUser=horux\n" in text
    assert "\nLoadCredential=horux:/etc/horux/secretos\n" in text
    assert not re.search(r"(?i)^Environment=.*(secret|key|pass|url)", text, re.MULTILINE)


@pytest.mark.parametrize("name", [name for name in SERVICES if "api" not in name and "worker" not in name])
def test_what_runs_by_itself_has_a_timer_or_is_the_migration(name: str) -> None:
    timer = UNITS / name.replace(".service", ".timer")
    assert timer.exists() or name == "horux-migrate.service"


@pytest.mark.parametrize("path", sorted(UNITS.glob("*.timer")), ids=lambda path: path.name)
def test_an_hour_is_one_that_systemd_knows(path: Path) -> None:
    (when,) = re.findall(r"^OnCalendar=(.+)$", path.read_text(encoding="utf-8"), re.MULTILINE)
    assert _analyze("calendar", when).returncode == 0


@pytest.mark.parametrize("name", SERVICES)
def test_a_unit_asks_only_for_commands_that_there_are(name: str) -> None:
    (line,) = _said(UNITS / name, r"^ExecStart=/opt/horux/current/bin/horux (.+)$")
    command: object = get_command(app)
    for word in line.split():
        command = getattr(command, "commands", {}).get(word)
        assert command is not None, f"no hay orden: horux {line}"


def test_the_setup_installs_every_unit() -> None:
    text = (DEPLOY / "horux-setup").read_text(encoding="utf-8")
    listed = re.search(r"^UNITS=\((.*?)\)", text, re.MULTILINE | re.DOTALL)
    assert listed
    every = {path.name for path in UNITS.iterdir() if path.suffix in (".service", ".timer", ".socket")}
    assert set(listed[1].split()) == every


def test_the_api_and_nginx_meet_on_the_same_loopback_port() -> None:
    (socket,) = _said(UNITS / "horux-api.socket", r"^ListenStream=(\S+)$")
    (upstream,) = _said(DEPLOY / "nginx" / "horux.conf", r"^    server (127\S+)")
    assert socket == upstream
    assert socket.startswith("127.0.0.1:")
