"""The `horux` command, run as a person would, to its end."""

import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path

from tests.system.household import plain_environment

Ended = subprocess.CompletedProcess[str]


def horux(
    *arguments: str,
    env: Mapping[str, str] | None = None,
    answers: str = "",
    cwd: Path | None = None,
    patience: float = 120,
) -> Ended:
    command = [sys.executable, "-m", "horux_adapters.cli.main", *arguments]
    return subprocess.run(
        command,
        input=answers,
        capture_output=True,
        text=True,
        check=False,
        timeout=patience,
        cwd=cwd,
        env=plain_environment(COLUMNS="200", **(env or {})),
    )


def refused(ended: Ended, *words: str) -> None:
    """It ended with 1, told why in words for people, and showed no trace."""
    assert ended.returncode == 1, ended.stdout + ended.stderr
    assert ended.stdout == ""
    assert "Traceback" not in ended.stderr
    for word in words:
        assert word in ended.stderr
