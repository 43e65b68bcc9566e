"""An older copy, an older row, an older book: nothing that was replaced or destroyed is opened again."""

import re
import shutil
from collections.abc import Callable
from pathlib import Path

import pytest

from horux_core.fiel.errors import FielMissing, LedgerBroken
from horux_core.fiel.findings import Health
from horux_core.fiel.model import Sealed
from horux_core.kernel.errors import HoruxError
from tests.adapters.filesystem.fiel_kept import Kept
from tests.core.fiel.strongroom import FIRST, SECOND


@pytest.fixture
def kept(tmp_path: Path) -> Kept:
    return Kept(tmp_path / "fiel")


class TestRolledBack:
    @pytest.fixture
    def before(self, kept: Kept) -> tuple[Path, Sealed]:
        """What was kept before it was replaced: whole, and under the same key."""
        saved = shutil.copytree(kept.folder(), kept.root.parent / "antes"), kept.row()
        kept.room.store(kept.tenant, "nueva")
        kept.room.events()
        return saved

    def folder_back(self, kept: Kept, before: tuple[Path, Sealed]) -> None:
        shutil.rmtree(kept.folder())
        shutil.copytree(before[0], kept.folder())

    def test_one_copy_is_healed_from_the_newer(self, kept: Kept, before: tuple[Path, Sealed]) -> None:
        self.folder_back(kept, before)
        assert kept.room.open(kept.tenant) == "nueva"
        kept.put(before[1])
        assert kept.room.open(kept.tenant) == "nueva"
        assert kept.whole()

    def test_both_are_refused(self, kept: Kept, before: tuple[Path, Sealed]) -> None:
        self.folder_back(kept, before)
        kept.put(before[1])
        kept.unreadable()

    def test_with_the_book_too_they_are_refused_by_the_anchor(self, kept: Kept, before: tuple[Path, Sealed]) -> None:
        self.folder_back(kept, before)
        kept.put(before[1])
        for seq in range(2, len(kept.room.uses(kept.tenant)) + 1):
            del kept.room.control.tables["fiel_uses"][kept.tenant.id, seq]
        with pytest.raises(LedgerBroken):
            kept.room.open(kept.tenant)


class Before:
    """All that is kept of the client, to be put back as by an older backup. Receipts stay."""

    def __init__(self, kept: Kept, place: Path) -> None:
        self.kept, self.row = kept, kept.row()
        self.folder = shutil.copytree(kept.folder(), place)
        self.tables = {name: dict(rows) for name, rows in kept.room.control.tables.items()}
        self.anchor = self.where().read_bytes()

    def where(self) -> Path:
        return self.kept.root / "libro" / str(self.kept.tenant.id)

    def folder_back(self) -> None:
        shutil.copytree(self.folder, self.kept.folder())

    def tables_back(self) -> None:
        self.kept.room.control.tables.update({name: dict(rows) for name, rows in self.tables.items()})

    def anchor_back(self) -> None:
        self.where().write_bytes(self.anchor)

    def all_back(self) -> None:
        self.folder_back()
        self.tables_back()
        self.anchor_back()

    def shut(self, what: object = "") -> None:
        """Nothing is opened, though a copy may stay until the operator has looked at it."""
        self.kept.room.sealer.opened = 0
        with pytest.raises(HoruxError):
            self.kept.room.open(self.kept.tenant)
        assert self.kept.room.sealer.opened == 0, what

    def gone(self) -> None:
        """By its owner or by accepting the book."""
        shutil.rmtree(self.kept.folder(), ignore_errors=True)
        self.kept.put(None)

    def refused(self, what: object = "") -> None:
        """Nothing is opened, and no copy stays."""
        kept = self.kept
        self.shut(what)
        assert not kept.folder().exists(), what
        assert kept.room.vault.stored(kept.tenant.id) is None, what


def rotated(kept: Kept) -> None:
    kept.room.start(SECOND, FIRST)
    kept.room.rotate()


SAME: dict[str, Callable[[Kept], object]] = {
    "nada": lambda kept: None,
    "uso": lambda kept: kept.room.open(kept.tenant),
}
ANOTHER: dict[str, Callable[[Kept], object]] = {
    "rotacion": rotated,
    "reemplazo": lambda kept: kept.room.store(kept.tenant, "nueva"),
}
BETWEEN = SAME | ANOTHER
"""What was done before it was destroyed: to that very seal, or under another."""


class TestDestroyed:
    @pytest.fixture
    def before(self, kept: Kept) -> Before:
        return Before(kept, kept.root.parent / "antes")

    @pytest.mark.parametrize("between", BETWEEN)
    def test_no_older_copy_brings_it_back(self, kept: Kept, before: Before, between: str) -> None:
        BETWEEN[between](kept)
        kept.room.destroy(kept.tenant)
        assert not kept.folder().exists()
        everything: list[Callable[[], object]] = [
            before.folder_back, lambda: kept.put(before.row), before.tables_back, before.anchor_back,
        ]  # fmt: skip
        for n in range(1, 16):
            for bit, back in enumerate(everything):
                if n >> bit & 1:
                    back()
            if between in SAME:
                before.refused(n)
            before.shut(n)
            before.gone()

    @pytest.mark.parametrize("between", ANOTHER)
    def test_what_a_receipt_may_be_wrong_about_stays_shut(self, kept: Kept, before: Before, between: str) -> None:
        """Beside a broken book nothing says that it did not come after that destruction."""
        BETWEEN[between](kept)
        kept.room.destroy(kept.tenant)
        del kept.room.control.tables["fiel_uses"][kept.tenant.id, 1]
        before.folder_back()
        for row in (None, before.row):
            kept.put(row)
            before.shut()
            assert kept.folder().exists()
        kept.room.destroy(kept.tenant)
        before.refused()

    @pytest.mark.parametrize("between", SAME)
    def test_what_comes_back_beside_a_broken_book_goes_again(self, kept: Kept, before: Before, between: str) -> None:
        SAME[between](kept)
        kept.room.destroy(kept.tenant)
        del kept.room.control.tables["fiel_uses"][kept.tenant.id, 1]
        kept.put(before.row)
        before.refused()
        before.folder_back()
        before.refused()

    def test_a_later_copy_beside_a_broken_book_stays(self, kept: Kept, before: Before) -> None:
        kept.room.destroy(kept.tenant)
        kept.room.store(kept.tenant, "nueva")
        del kept.room.control.tables["fiel_uses"][kept.tenant.id, 1]
        with pytest.raises(LedgerBroken):
            kept.room.open(kept.tenant)
        assert kept.folder().exists()
        assert kept.row().seal.number > before.row.seal.number
        kept.put(before.row)
        with pytest.raises(LedgerBroken):
            kept.room.open(kept.tenant)
        assert kept.folder().exists(), "also beside an older one"

    def test_the_next_is_kept_though_the_book_is_an_older_one_and_destroyed_in_its_turn(
        self, kept: Kept, before: Before
    ) -> None:
        for _ in range(5):
            kept.room.open(kept.tenant)
        kept.room.destroy(kept.tenant)
        before.all_back()
        before.refused()
        kept.room.store(kept.tenant, "otra")
        assert kept.room.open(kept.tenant) == "otra"
        after = Before(kept, kept.root.parent / "después")
        kept.room.destroy(kept.tenant)
        after.all_back()
        after.refused()

    def test_a_touched_receipt_frees_nothing(self, kept: Kept, before: Before) -> None:
        number = kept.room.destroy(kept.tenant).destruction.number
        before.all_back()
        place = kept.root / "recibos" / str(kept.tenant.id) / f"{number}.json"
        place.write_bytes(place.read_bytes().replace(b"ana@", b"eva@"))
        with pytest.raises(LedgerBroken):
            kept.room.open(kept.tenant)
        kept.room.destroy(kept.tenant)
        assert not kept.folder().exists()
        with pytest.raises(FielMissing):
            kept.room.open(kept.tenant)

    @pytest.mark.parametrize(
        "wrong",
        [
            '"versionLlave": []', '"valor": 7', '"destruidaEn": "0001-01-01T00:00:00+23:00"', '"asiento": Infinity',
            '"motivo": ' + "[" * 50_000,
        ],
        ids=lambda wrong: wrong[:16],
    )  # fmt: skip
    def test_one_that_is_spoiled_keeps_no_other(self, kept: Kept, before: Before, wrong: str) -> None:
        number = kept.room.destroy(kept.tenant).destruction.number
        before.all_back()
        place = kept.root / "recibos" / str(kept.tenant.id) / f"{number}.json"
        member = wrong.partition(":")[0]
        text, times = re.subn(f'{member}: "[^"]*"', wrong, place.read_text())
        assert times == 1
        place.write_text(text)
        for found in (kept.room.verify(), kept.room.rotate()):
            health = {finding.tenant: finding.health for finding in found}
            assert health == {kept.tenant.id: Health.LIBRO_ROTO, kept.other.id: Health.SANA}
        assert kept.room.tend() == {"sanadas": 0, "por atender": 1}
        kept.room.destroy(kept.tenant)
        kept.room.destroy(kept.other)

    def test_the_receipt_of_another_destroys_nothing(self, kept: Kept) -> None:
        number = kept.room.destroy(kept.other).destruction.number
        theirs, ours = (kept.root / "recibos" / str(each.id) for each in (kept.other, kept.tenant))
        shutil.copytree(theirs, ours)
        assert number > kept.row().seal.number
        with pytest.raises(LedgerBroken):
            kept.room.open(kept.tenant)
        assert kept.folder().exists()
        shutil.rmtree(ours)
        assert kept.room.open(kept.tenant) == "mía"

    def test_one_under_a_key_that_was_dropped_hurts_no_later_one(self, kept: Kept) -> None:
        kept.room.destroy(kept.tenant)
        kept.room.store(kept.tenant, "mía")
        kept.room.start(SECOND, FIRST)
        kept.room.rotate()
        kept.room.start(SECOND)
        assert kept.room.open(kept.tenant) == "mía"

    def test_the_new_one_is_not_taken_for_the_destroyed(self, kept: Kept, before: Before) -> None:
        kept.room.destroy(kept.tenant)
        kept.room.store(kept.tenant, "mía")
        shutil.rmtree(kept.folder())
        before.folder_back()
        kept.healed("carpeta")
        kept.put(before.row)
        kept.healed("base")
