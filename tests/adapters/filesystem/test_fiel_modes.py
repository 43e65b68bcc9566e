"""What of the vault others could enter is closed when it is touched, and told."""

import os
from pathlib import Path

import pytest
from structlog.testing import capture_logs

from horux_core.fiel.model import Component
from tests.adapters.filesystem.fiel_kept import Kept


@pytest.fixture
def kept(tmp_path: Path) -> Kept:
    return Kept(tmp_path / "fiel")


def mode(path: Path) -> int:
    return path.stat().st_mode & 0o7777


@pytest.mark.parametrize("what", ["folder", "piece", "libro", "anchor"])
def test_is_put_right_and_told_once(kept: Kept, what: str) -> None:
    path, right = {
        "folder": (kept.folder(), 0o700),
        "piece": (kept.file(Component.PASSWORD), 0o600),
        "libro": (kept.root / "libro", 0o700),
        "anchor": (kept.root / "libro" / str(kept.tenant.id), 0o600),
    }[what]
    path.chmod(0o755)
    with capture_logs() as logs:
        assert kept.room.open(kept.tenant) == "mía"
        assert kept.room.open(kept.tenant) == "mía"
    assert mode(path) == right
    told = [(each["log_level"], each["ruta"], each["tenia"], each["tiene"]) for each in logs]
    assert told == [("warning", str(path), "755", f"{right:o}")]


def test_receipts_too(kept: Kept) -> None:
    kept.room.destroy(kept.tenant)
    places = [kept.root / "recibos", kept.root / "recibos" / str(kept.tenant.id)]
    for place in places:
        place.chmod(0o777)
    kept.room.store(kept.tenant, "otra")
    kept.room.destroy(kept.tenant)
    assert [mode(place) for place in places] == [0o700, 0o700]


def test_what_cannot_be_mended_is_told_and_read(kept: Kept, monkeypatch: pytest.MonkeyPatch) -> None:
    def refused(*_: object) -> None:
        raise PermissionError

    kept.file(Component.PASSWORD).chmod(0o640)
    monkeypatch.setattr(os, "fchmod", refused)
    with capture_logs() as logs:
        assert kept.room.open(kept.tenant) == "mía"
    assert {(each["tenia"], each["tiene"]) for each in logs} == {("640", "640")}
    assert kept.room.events() == [], "it is no damage"
