"""Every adapter of a port runs the port's suite; every port has one."""

import ast
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
NOT_BOUND = {
    "transactions and their stores are reached through the port that opens them": {
        "Users", "Memberships", "SessionLog", "DirectoryTransaction", "Tenants", "RegistryTransaction",
        "Cfdis", "LibroIva", "Ajustes", "OpenBooks", "Outbox", "Cargas",
        "SpoolWriter", "Source",
    },
}  # fmt: skip


def classes(file: Path) -> list[ast.ClassDef]:
    tree = ast.parse(file.read_text(encoding="utf-8"))
    return [node for node in ast.walk(tree) if isinstance(node, ast.ClassDef)]


def bases(node: ast.ClassDef) -> set[str]:
    return {base.id for base in node.bases if isinstance(base, ast.Name)}


def ports() -> set[str]:
    files = (ROOT / "src/horux_core").rglob("ports.py")
    return {node.name for file in files for node in classes(file) if "Protocol" in bases(node)}


def suites() -> set[str]:
    files = (ROOT / "contracts/ports").glob("*.py")
    return {node.name for file in files for node in classes(file) if node.name.endswith("Contract")}


def bound(folder: str) -> set[str]:
    files = (ROOT / "tests/adapters" / folder).rglob("test_*.py")
    return {base for file in files for node in classes(file) for base in bases(node)}


def without_suite(ports: set[str], suites: set[str]) -> set[str]:
    exempt = set().union(*NOT_BOUND.values())
    return {port for port in ports - exempt if f"{port}Contract" not in suites}


def test_every_port_has_a_suite() -> None:
    assert without_suite(ports(), suites() | {"DeliveriesContract"}) == set()


def test_a_port_without_a_suite_is_seen() -> None:
    assert without_suite({"Directory", "Novedad"}, {"DirectoryContract"}) == {"Novedad"}


def test_every_suite_is_run_on_more_than_one_adapter() -> None:
    everywhere = {f.name for f in (ROOT / "tests/adapters").iterdir() if f.is_dir() and f.name != "__pycache__"}
    runs = {suite: [folder for folder in everywhere if suite in bound(folder)] for suite in suites()}
    assert {suite for suite, folders in runs.items() if not folders} == set()
    stored = {"DirectoryContract", "RegistryContract", "JobsContract", "OutboxContract", "AuditTrailContract"}
    assert {suite for suite in stored if set(runs[suite]) < {"memory", "postgres"}} == set()
