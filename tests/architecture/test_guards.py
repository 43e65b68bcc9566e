"""The rules of the house, each with a planted breach that shows it can fail."""

import ast
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
TOOLS = Path(sys.executable).parent
TYPED = ("horux_core", "horux_adapters", "horux_http", "contracts", "tests")


def planted(tmp_path: Path, module: str, text: str) -> Path:
    """A copy of the sources and settings in which `module` has some more lines."""
    copy = tmp_path / "copia"
    shutil.copytree(ROOT / "src", copy / "src", ignore=shutil.ignore_patterns("__pycache__"))
    shutil.copy(ROOT / "pyproject.toml", copy)
    with (copy / "src" / module).open("a", encoding="utf-8") as file:
        file.write(f"\n{text}\n")
    return copy


def run(where: Path, *command: str) -> subprocess.CompletedProcess[str]:
    environment = {"PATH": "/usr/bin:/bin", "PYTHONPATH": str(where / "src"), "MYPYPATH": str(where / "src")}
    return subprocess.run(
        [str(TOOLS / command[0]), *command[1:]], cwd=where, capture_output=True, text=True, env=environment, check=False
    )


def imports_beyond_the_standard_library(core: Path) -> list[str]:
    found = []
    for file in sorted(core.rglob("*.py")):
        for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
            names = [alias.name for alias in node.names] if isinstance(node, ast.Import) else []
            if isinstance(node, ast.ImportFrom):
                names = [node.module or ""] if node.level == 0 else ["(relativo)"]
            for name in names:
                top = name.partition(".")[0]
                if top != "horux_core" and top not in sys.stdlib_module_names:
                    found.append(f"{file.relative_to(core)}: {name}")
    return found


class TestImports:
    def test_arrows_point_at_the_core(self) -> None:
        outcome = run(ROOT, "lint-imports", "--no-cache")
        assert outcome.returncode == 0, outcome.stdout

    @pytest.mark.parametrize(
        ("module", "breach"),
        [
            ("horux_core/kernel/clock.py", "from horux_adapters.memory.database import MemoryDatabase"),
            ("horux_core/plans/policy.py", "from horux_core.tenancy.model import Tenant"),
            ("horux_http/health.py", "from horux_adapters.memory.database import MemoryDatabase"),
            ("horux_adapters/memory/database.py", "from horux_adapters.postgres.control import ControlDatabase"),
        ],
    )
    def test_a_planted_arrow_is_seen(self, tmp_path: Path, module: str, breach: str) -> None:
        outcome = run(planted(tmp_path, module, breach), "lint-imports", "--no-cache")
        assert outcome.returncode == 1, outcome.stdout
        assert "BROKEN" in outcome.stdout

    def test_a_new_context_is_refused_until_it_is_placed(self, tmp_path: Path) -> None:
        copy = planted(tmp_path, "horux_core/kernel/clock.py", "")
        (copy / "src/horux_core/novedad").mkdir()
        (copy / "src/horux_core/novedad/__init__.py").touch()
        assert run(copy, "lint-imports", "--no-cache").returncode == 1


class TestCore:
    def test_imports_only_the_standard_library(self) -> None:
        assert imports_beyond_the_standard_library(ROOT / "src/horux_core") == []

    def test_a_planted_library_is_seen(self, tmp_path: Path) -> None:
        copy = planted(tmp_path, "horux_core/kernel/importe.py", "def f() -> None:\n    import lxml.etree\n")
        found = imports_beyond_the_standard_library(copy / "src/horux_core")
        assert found == ["kernel/importe.py: lxml.etree"]


class TestStyle:
    def test_ruff_finds_nothing(self) -> None:
        outcome = run(ROOT, "ruff", "check", "--no-cache", ".")
        assert outcome.returncode == 0, outcome.stdout
        formatted = run(ROOT, "ruff", "format", "--no-cache", "--check", ".")
        assert formatted.returncode == 0, formatted.stdout

    @pytest.mark.parametrize(
        ("breach", "rule"),
        [
            ("from datetime import UTC, datetime\n\n\ndef f() -> object:\n    return datetime.now(UTC)", "TID251"),
            ("import os\n\n\ndef f() -> object:\n    return os.environ['X']", "TID251"),
            ("def f(path: str) -> object:\n    return open(path)", "PTH123"),
            ("def f() -> None:\n    print('x')", "T201"),
        ],
    )
    def test_the_core_reads_no_clock_no_environment_no_file(self, tmp_path: Path, breach: str, rule: str) -> None:
        copy = planted(tmp_path, "horux_core/kernel/ids.py", breach)
        outcome = run(copy, "ruff", "check", "--no-cache", "--output-format", "concise", "src/horux_core")
        assert rule in outcome.stdout


class TestTypes:
    def test_mypy_finds_nothing(self) -> None:
        outcome = run(ROOT, "mypy", *(word for package in TYPED for word in ("-p", package)))
        assert outcome.returncode == 0, outcome.stdout

    def test_a_planted_wrong_type_is_seen(self, tmp_path: Path) -> None:
        copy = planted(tmp_path, "horux_core/kernel/importe.py", "x: int = centavos(CENTAVO)")
        outcome = run(copy, "mypy", "-p", "horux_core.kernel")
        assert outcome.returncode == 1
        assert "Incompatible types" in outcome.stdout


class TestSizes:
    def test_no_file_is_longer_than_300_lines(self) -> None:
        long = {
            str(file.relative_to(ROOT)): lines
            for top in ("src", "contracts", "tests")
            for file in (ROOT / top).rglob("*.py")
            if (lines := len(file.read_text(encoding="utf-8").splitlines())) > 300
        }
        assert long == {}


class TestWarnings:
    def test_a_warning_is_an_error(self) -> None:
        import warnings

        with pytest.raises(DeprecationWarning):
            warnings.warn("viejo", DeprecationWarning, stacklevel=1)
