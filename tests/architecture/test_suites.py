"""Every adapter of a port runs the port's suite; every port has one."""

import ast
from collections.abc import Iterable, Mapping
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
THROUGH_ANOTHER = {
    "DirectoryContract": {"DirectoryTransaction", "Users", "Memberships", "SessionLog"},
    "KeyRingContract": {"Keys"},
    "PeopleContract": {"Resets"},
    "RegistryContract": {"RegistryTransaction", "Tenants", "AuditLog"},
    "RunsContract": {"RunTransaction", "RunLog"},
    "LedgerContract": {"LedgerTransaction", "SubscriptionLog", "Payments", "Invoices", "Aside"},
    "BooksContract": {"OpenBooks", "Cfdis"},
    "DeliveriesContract": {"Outbox"},
    "SpoolContract": {"SpoolWriter", "Source"},
    "BackupStoreContract": {"Written"},
    "DumperContract": {"Dump"},
    "SiteContract": {"Trial"},
    "WrappingContract": {"Witness", "Readable", "Writable"},
    "VaultContract": {"VaultTransaction", "Credentials", "UseLog", "ReceiptLog", "ExpiryNotes", "TroubleNotes"},
}
"""What is only to be had inside another port's transaction or answer, and the suite that promises for it."""
DRIVING = {"cli", "worker", "demo", "container"}


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


def adapters() -> dict[str, str]:
    """The technology of every public class of an adapter, by its name; those that drive the core have no port."""
    files = [f for f in (ROOT / "src/horux_adapters").glob("*/*.py") if f.parent.name not in DRIVING]
    return {node.name: file.parent.name for file in files for node in classes(file) if not node.name.startswith("_")}


def bound() -> dict[str, set[str]]:
    """The suites that are run, by the folder of the technology."""
    runs: dict[str, set[str]] = {}
    for file in (ROOT / "tests/adapters").glob("*/test_*.py"):
        runs.setdefault(file.parent.name, set()).update(*(bases(node) for node in classes(file)))
    return runs


def without_suite(ports: set[str], suites: set[str]) -> set[str]:
    elsewhere = set().union(*THROUGH_ANOTHER.values())
    return {port for port in ports - elsewhere if f"{port}Contract" not in suites}


def not_run(adapters: Mapping[str, str], suites: Iterable[str], bound: Mapping[str, set[str]]) -> set[str]:
    """Adapters, known by technology + port, whose technology does not run the port's suite."""
    missing = set()
    for adapter, technology in adapters.items():
        of = [suite for suite in suites if adapter.endswith(suite.removesuffix("Contract"))]
        port = max(of, key=len, default="")
        if port and port not in bound.get(technology, set()):
            missing.add(adapter)
    return missing


def test_every_port_has_a_suite() -> None:
    assert without_suite(ports(), suites()) == set()


def test_a_port_without_a_suite_is_seen() -> None:
    assert without_suite({"Directory", "Novedad", "Outbox"}, {"DirectoryContract"}) == {"Novedad"}


def test_what_is_promised_elsewhere_is_a_port_and_has_no_suite_of_its_own() -> None:
    elsewhere = set().union(*THROUGH_ANOTHER.values())
    assert elsewhere <= ports()
    assert THROUGH_ANOTHER.keys() <= suites()
    assert {f"{port}Contract" for port in elsewhere} & suites() == set()


def test_every_adapter_runs_its_port_s_suite() -> None:
    assert not_run(adapters(), suites(), bound()) == set()


def test_an_adapter_that_does_not_is_seen() -> None:
    planted = {"RedisThrottle": "redis", "MemoryThrottle": "memory", "RedisDatabase": "redis"}
    assert not_run(planted, {"ThrottleContract"}, {"memory": {"ThrottleContract"}}) == {"RedisThrottle"}


def test_every_suite_is_run() -> None:
    assert suites() - set().union(*bound().values()) == set()


def test_what_the_central_database_keeps_is_run_in_memory_and_on_it() -> None:
    runs = bound()
    stored = {
        "Directory",
        "Registry",
        "Runs",
        "Jobs",
        "DutyLog",
        "Deliveries",
        "AuditTrail",
        "Subscriptions",
        "Notices",
        "Entitlements",
        "Vault",
    }
    assert {port for port in stored if f"{port}Contract" not in runs["memory"] & runs["postgres"]} == set()
