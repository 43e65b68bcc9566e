"""In CI a test that was left out is a failure: what guards nothing there guards nothing."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from tests.conftest import forbidden_skips

ROOT = Path(__file__).resolve().parents[2]


def test_names_what_was_skipped_in_ci() -> None:
    reason = forbidden_skips({"CI": "true"}, ["tests/a.py::test_uno", "tests/b.py::test_dos"])
    assert reason is not None
    assert "2" in reason
    assert "tests/b.py::test_dos" in reason


@pytest.mark.parametrize(("environment", "skipped"), [({}, ["x"]), ({"CI": ""}, ["x"]), ({"CI": "true"}, [])])
def test_lets_everything_else_pass(environment: dict[str, str], skipped: list[str]) -> None:
    assert forbidden_skips(environment, skipped) is None


@pytest.mark.parametrize(("ci", "code"), [("true", 1), ("", 0)])
def test_a_planted_skip_fails_the_session_in_ci_alone(tmp_path: Path, ci: str, code: int) -> None:
    planted = tmp_path / "test_planted.py"
    planted.write_text("import pytest\n\n\ndef test_left_out():\n    pytest.skip('falta algo')\n")
    command = [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", "-p", "tests.conftest", str(planted)]
    environment = {**os.environ, "CI": ci, "PYTHONPATH": f"{ROOT / 'src'}{os.pathsep}{ROOT}"}
    outcome = subprocess.run(command, cwd=tmp_path, env=environment, capture_output=True, text=True, check=False)
    assert outcome.returncode == code, outcome.stdout
    assert ("CI no admite pruebas omitidas" in outcome.stdout) is bool(code)
