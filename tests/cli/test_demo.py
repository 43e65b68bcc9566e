"""`horux demo`: one line when it is ready, everything kept for the next time, nothing left running."""

import json
import signal
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.cli.running import horux, refused
from tests.conftest import short_folder
from tests.system import processes
from tests.system.asking import Api
from tests.system.household import Household


@pytest.fixture
def demo() -> Iterator[Household]:
    with short_folder() as folder:
        running = Household(folder / "datos", "--json")
        try:
            yield running
        finally:
            running.end()


def test_it_says_one_line_keeps_its_data_and_ends_with_all_its_processes(demo: Household) -> None:
    first = demo.start()
    assert first["url"] == demo.url
    tenant = first["tenant"]
    documents = shown(demo, tenant)
    assert documents
    assert open_to_others(demo.folder) == []
    nobody_else(demo)
    ended(demo, signal.SIGINT)
    assert demo.start() == first, "the same people with the same passwords"
    assert shown(demo, tenant) == documents
    ended(demo, signal.SIGTERM)


def open_to_others(folder: Path) -> list[str]:
    """What another account could read; PostgreSQL's own programs, where they had to be copied, are no secret."""
    every = [folder, *(path for path in folder.rglob("*") if "programas-" not in str(path) and not path.is_symlink())]
    return [str(path) for path in every if path.exists() and path.stat().st_mode & 0o066]


def shown(demo: Household, tenant: dict[str, str]) -> list[str]:
    owner = Api(demo.url).signed_in(tenant["ownerEmail"], tenant["ownerPassword"])
    assert owner.get("/api/auth/me")["tenant"]["rfc"] == tenant["rfc"]
    return [item["uuid"] for item in owner.get("/api/cfdi?limit=500")["items"]]


def nobody_else(demo: Household) -> None:
    """A second one on the same folder is refused, and does no harm to the first."""
    port = str(processes.free_port())
    second = horux("demo", "--empty", "--json", "--port", port, "--data-dir", str(demo.folder))
    refused(second, "Otro proceso de Horux360 ya usa", str(demo.folder))
    assert Api(demo.url).ask("GET", "/ready").status == 200


def ended(demo: Household, order: signal.Signals) -> None:
    assert demo.ask_to_end(order) == 0
    assert demo.output() == "", "the line was all of its standard output"
    assert demo.members() == []
    assert processes.postmaster(demo.cluster) == 0
    assert json.loads((demo.folder / "demo.json").read_text())["tenant"]
