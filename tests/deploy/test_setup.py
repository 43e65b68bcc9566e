"""The scripts of the server, as far as they can be tried without one: what they say, refuse and leave alone."""

import os
import shutil
import subprocess
from pathlib import Path

import pytest

from tests.deploy.edge import DEPLOY

_FILES = [path for path in sorted(DEPLOY.rglob("*")) if path.is_file()]
SCRIPTS = [path for path in _FILES if path.read_bytes().startswith(b"#!/usr/bin/env bash\n")]


@pytest.mark.parametrize("path", [*SCRIPTS, DEPLOY / "postgresql" / "setup.sh"], ids=lambda path: path.name)
def test_a_script_is_clean(path: Path) -> None:
    if shutil.which("shellcheck") is None:
        pytest.skip("no hay shellcheck en esta máquina: apt-get install shellcheck")
    answer = subprocess.run(
        ["shellcheck", "-x", str(path)], capture_output=True, text=True, check=False, cwd=DEPLOY.parent
    )
    assert answer.returncode == 0, answer.stdout
    assert os.access(path, os.X_OK) or path.suffix == ".sh"


def test_there_are_scripts_to_look_at() -> None:
    found = {path.name for path in SCRIPTS}
    assert found == {"horux-setup", "horux", "horux-restart", "letsencrypt-hook", "secrets.sh"}


@pytest.mark.parametrize(
    "arguments",
    [
        [],
        ["--domain"],
        ["--domain", "horux"],
        ["--domain", "horux.mx;id", "--email", "a@b.mx"],
        ["--domain", "horux.mx\nid.mx", "--email", "a@b.mx"],
        ["--domain", "horux.mx", "--email", "nadie"],
        ["--domain", "horux.mx", "--email", "a@b.mx", "--ssh-port", "x"],
        ["--otra"],
    ],
)
def test_the_setup_refuses_what_it_does_not_understand(arguments: list[str]) -> None:
    command = ["bash", str(DEPLOY / "horux-setup"), "--dry-run", *arguments]
    answer = subprocess.run(command, capture_output=True, text=True, check=False)
    assert answer.returncode == 2, answer.stdout
    assert "horux-setup: " in answer.stderr


def test_containers_secrets_are_made_once_and_kept_to_their_owner(tmp_path: Path) -> None:
    shutil.copytree(DEPLOY, tmp_path / "deploy", ignore=shutil.ignore_patterns("local"))
    command = ["bash", str(tmp_path / "deploy" / "container" / "secrets.sh"), "horux.prueba.mx"]
    local = tmp_path / "deploy" / "container" / "local"

    def made() -> dict[str, str]:
        subprocess.run(command, check=True, capture_output=True)
        return {path.name: path.read_text("utf-8") for path in (local / "secretos").iterdir()}

    first = made()
    assert made() == first
    assert len(set(first.values())) == len(first) == 6
    assert (local / "secretos").stat().st_mode & 0o077 == 0
    assert "https://horux.prueba.mx" in (local / "horux.env").read_text("utf-8")
    site = (local / "horux.conf").read_text("utf-8")
    assert "server api-2:4000" in site
    assert "127.0.0.1:4000" not in site
    assert "@NOMBRE@" not in site
