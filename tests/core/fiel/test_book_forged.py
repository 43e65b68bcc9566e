"""Entries that somebody else wrote, keys that are gone, and copies that no receipt says were destroyed."""

from contextlib import suppress
from dataclasses import replace
from uuid import uuid4

import pytest

from contracts.boveda import BOOK, a_receipt, a_use
from horux_adapters.memory.fiel_vault import MemoryReceipts
from horux_core.fiel.chaining import Current, chained, sound
from horux_core.fiel.errors import FielMissing, LedgerBroken
from horux_core.fiel.keeping import Note, entry, noted
from horux_core.fiel.model import EMPTY, LAST_SEQ, Receipt, Use, UseKind
from horux_core.fiel.receipts import body
from horux_core.kernel.ids import TenantId
from horux_core.tenancy.model import Tenant
from tests.core.fiel.broken_book import broken
from tests.core.fiel.strongroom import FIRST, SECOND, Killed, Strongroom, owner, touched


@pytest.fixture
def room() -> Strongroom:
    return Strongroom()


@pytest.fixture
def tenant(room: Strongroom) -> Tenant:
    tenant = room.client()
    for name in ("una", "dos"):
        room.store(tenant, name)
        room.open(tenant)
    return tenant


class TestForged:
    """By the web application's own database role: it may add entries, and knows how they are hashed."""

    def forged(self, room: Strongroom, tenant: Tenant, kind: UseKind, key: str = "") -> Use:
        """Appended with a MAC under a key that is not the vault's, or with none."""
        last = room.uses(tenant)[-1]
        anew = chained(replace(last, seq=last.seq + 1, kind=kind, previous_hash=last.hash), BOOK)
        if not key:
            anew = replace(chained(anew, room.safe.macs), mac=BOOK.mac(BOOK.version, "x") or "")
        room.control.tables["fiel_uses"][tenant.id, anew.seq] = anew
        return anew

    @pytest.mark.parametrize("key", ["", "unknown"])
    @pytest.mark.parametrize("kind", [UseKind.DESTRUCCION, UseKind.USO, UseKind.REEMPLAZO, UseKind.ACEPTACION])
    def test_an_entry_added_after_the_last(self, room: Strongroom, tenant: Tenant, kind: UseKind, key: str) -> None:
        row, folder = room.vault.stored(tenant.id), room.folders.read(tenant)
        anew = self.forged(room, tenant, kind, key)
        broken(room, tenant)
        assert (room.vault.stored(tenant.id), room.folders.read(tenant)) == (row, folder), "both copies are there"
        del room.control.tables["fiel_uses"][tenant.id, anew.seq]
        assert room.open(tenant) == "dos"

    def test_its_owner_s_destroying_makes_none_genuine(self, room: Strongroom, tenant: Tenant) -> None:
        self.forged(room, tenant, UseKind.USO, "unknown")
        room.destroy(tenant)
        assert (room.folders.read(tenant), room.vault.stored(tenant.id)) == ({}, None)
        broken(room, tenant)
        room.tend()
        room.start(SECOND, FIRST)
        broken(room, tenant)

    def test_nor_does_one_that_leaves_no_room_keep_it_from_being_destroyed(
        self, room: Strongroom, tenant: Tenant
    ) -> None:
        last = replace(room.uses(tenant)[-1], seq=LAST_SEQ)
        room.control.tables["fiel_uses"][tenant.id, LAST_SEQ] = last
        receipt = room.destroy(tenant)
        assert (room.folders.read(tenant), room.vault.stored(tenant.id)) == ({}, None)
        assert room.uses(tenant)[-1] == last
        assert room.vault.receipts(tenant.id, None, 5).items == (receipt,)
        broken(room, tenant)

    def test_a_destruction_without_a_receipt_takes_no_copy(self, room: Strongroom, tenant: Tenant) -> None:
        """Also when the entry is ours."""
        folder, row = room.folders.read(tenant), room.vault.stored(tenant.id)
        assert row is not None
        note, of = Note.of(owner(tenant), "x"), Current(row.seal.id, row.seal.number)
        head = room.uses(tenant)[-1].head
        noted(room.safe, tenant, head, UseKind.DESTRUCCION, note, of, frozenset())
        broken(room, tenant)
        assert (room.vault.stored(tenant.id), room.folders.read(tenant)) == (row, folder)
        room.destroy(tenant)
        assert (room.vault.stored(tenant.id), room.folders.read(tenant)) == (None, {})

    @pytest.mark.parametrize("whose", ["another's", "another vault's", "an older"])
    def test_nor_does_one_with_a_receipt_that_does_not_say_so(
        self, room: Strongroom, tenant: Tenant, whose: str
    ) -> None:
        done = replace(a_receipt(tenant.id).destruction, number=99)
        if whose == "another's":
            done = replace(done, tenant=TenantId(uuid4()))
        if whose == "an older":
            done = replace(done, number=2)
        signer = Strongroom(key=bytes(32)).safe.signer if whose == "another vault's" else room.safe.signer
        receipt = Receipt(done, signer.sign(body(done)))
        row = room.vault.stored(tenant.id)
        assert row is not None
        use = entry(
            room.safe, tenant, room.uses(tenant)[-1].head, UseKind.DESTRUCCION, Note.of(owner(tenant), "x"),
            Current(row.seal.id, row.seal.number), frozenset(),
        )  # fmt: skip
        room.control.tables["fiel_uses"][tenant.id, use.seq] = use
        room.receipts.kept[tenant.id, done.number] = receipt
        broken(room, tenant)
        assert room.vault.stored(tenant.id) == row
        assert room.folders.read(tenant)


class TestFormerKeys:
    def test_entries_under_a_former_key_are_proved_with_it(self, room: Strongroom, tenant: Tenant) -> None:
        room.start(SECOND, FIRST)
        assert room.open(tenant) == "dos"
        first, *_, last = room.uses(tenant)
        assert first.key_version != last.key_version == room.safe.macs.version
        assert sound(room.uses(tenant), EMPTY, room.safe.macs)
        touched(room.control.tables, "fiel_uses", (tenant.id, 1), mac="0" * 64)
        broken(room, tenant)

    def test_once_their_key_is_gone_the_anchor_vouches_for_them(self, room: Strongroom, tenant: Tenant) -> None:
        room.start(SECOND, FIRST)
        room.rotate()
        room.start(SECOND)
        assert room.open(tenant) == "dos"
        touched(room.control.tables, "fiel_uses", (tenant.id, 2), reason="otro motivo")
        broken(room, tenant)

    def test_or_an_entry_that_is_proved(self, room: Strongroom, tenant: Tenant) -> None:
        before = room.uses(tenant)
        room.start(SECOND)
        uses, macs = room.uses(tenant), room.safe.macs
        assert sound(uses, before[-1].head, macs)
        assert not sound(uses, before[-2].head, macs), "what comes after the anchor is nobody's"
        assert not sound(uses, EMPTY, macs)
        after = chained(replace(a_use(tenant.id, before[-1].head)), macs)
        assert sound((*uses, after), EMPTY, macs)


@pytest.mark.parametrize("lost", ["everything", "the anchor", "the book"])
def test_the_folder_that_is_left_when_all_else_is_lost_is_kept_and_told(
    room: Strongroom, tenant: Tenant, lost: str
) -> None:
    folder = room.folders.read(tenant)
    room.control.tables["fiel_credentials"].clear()
    if lost != "the anchor":
        room.control.tables["fiel_uses"].clear()
    if lost != "the book":
        room.anchors.heads.clear()
    broken(room, tenant)
    assert room.folders.read(tenant) == folder
    room.destroy(tenant)
    assert room.folders.read(tenant) == {}


def test_a_folder_whose_book_ends_before_it_is_kept_too(room: Strongroom, tenant: Tenant) -> None:
    """The database was lost, and the anchor is one from before the first e.firma."""
    folder = room.folders.read(tenant)
    for table in ("fiel_credentials", "fiel_uses"):
        room.control.tables[table].clear()
    room.anchors.put(tenant.id, EMPTY)
    broken(room, tenant)
    assert room.folders.read(tenant) == folder


def test_what_was_left_of_a_first_upload_is_swept(room: Strongroom) -> None:
    tenant = room.client()
    with suppress(Killed), room.steps.killed_at(6):
        room.store(tenant, "una")
    assert room.folders.drafts(tenant)
    with pytest.raises(FielMissing):
        room.open(tenant)
    assert not room.folders.drafts(tenant)


def test_nor_is_what_was_being_sealed_swept_when_nobody_knows_of_it(room: Strongroom, tenant: Tenant) -> None:
    """It may be all that is left of it: the copy that counted was being put in its place."""
    room.folders.beside[tenant.id, uuid4()] = room.folders.final.pop(tenant.id)
    for table in ("fiel_credentials", "fiel_uses"):
        room.control.tables[table].clear()
    room.anchors.heads.clear()
    broken(room, tenant)
    assert room.folders.drafts(tenant)


def test_a_receipt_that_is_spoiled_stops_nobody_when_nothing_is_left(
    room: Strongroom, tenant: Tenant, monkeypatch: pytest.MonkeyPatch
) -> None:
    def spoiled(*_: object) -> None:
        raise LedgerBroken

    room.destroy(tenant)
    monkeypatch.setattr(MemoryReceipts, "last", spoiled)
    with pytest.raises(FielMissing):
        room.open(tenant)


def test_a_destroyed_copy_that_cannot_be_made_out_goes_too(room: Strongroom, tenant: Tenant) -> None:
    room.destroy(tenant)
    room.folders.final[tenant.id] = {}
    with pytest.raises(FielMissing):
        room.open(tenant)
    assert room.folders.owners() == frozenset()
