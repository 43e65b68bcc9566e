"""After the vault's key was changed nothing needs the former: neither copies nor books of use."""

from pathlib import Path

import pytest

from horux_core.fiel.errors import VaultUnavailable
from horux_core.fiel.findings import Health
from tests.adapters.filesystem.fiel_kept import Kept
from tests.core.fiel.strongroom import FIRST, SECOND


@pytest.fixture
def kept(tmp_path: Path) -> Kept:
    return Kept(tmp_path / "fiel")


def test_all_is_under_the_new_key_also_the_book_of_one_that_was_destroyed(kept: Kept) -> None:
    kept.room.destroy(kept.other)
    kept.room.start(SECOND, FIRST)
    assert [finding.health for finding in kept.room.rotate()] == [Health.SANA]
    kept.room.start(SECOND)
    assert kept.room.open(kept.tenant) == "mía"
    kept.room.store(kept.other, "otra")
    assert kept.room.open(kept.other) == "otra"
    assert kept.whole()


def test_again_does_nothing(kept: Kept) -> None:
    kept.room.start(SECOND, FIRST)
    kept.room.rotate()
    uses = kept.room.uses(kept.tenant)
    kept.room.rotate()
    assert kept.room.uses(kept.tenant) == uses


def test_the_former_key_opens_nothing_any_more(kept: Kept) -> None:
    kept.room.start(SECOND, FIRST)
    kept.room.rotate()
    kept.room.start(FIRST)
    with pytest.raises(VaultUnavailable):
        kept.room.open(kept.tenant)


def test_a_copy_found_damaged_on_the_way_is_whole_and_told(kept: Kept) -> None:
    (kept.folder() / "password.enc").unlink()
    kept.room.start(SECOND, FIRST)
    assert {finding.health for finding in kept.room.rotate()} == {Health.SANA, Health.CURADA}
    assert [type(event).__name__ for event in kept.room.events()] == ["FielHealed"]
    kept.room.start(SECOND)
    assert kept.whole()
