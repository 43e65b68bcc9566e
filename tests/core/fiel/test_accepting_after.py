"""Before and after a book is accepted: nothing that lives is destroyed by it, nothing that was destroyed opens."""

from collections.abc import Iterator
from contextlib import contextmanager

import pytest

from horux_core.fiel.errors import FielMissing
from horux_core.fiel.findings import Health
from horux_core.kernel.ids import TenantId
from horux_core.tenancy.model import Tenant
from tests.core.fiel.restored import Restored


@pytest.fixture
def place() -> Restored:
    return Restored()


@pytest.fixture
def tenant(place: Restored) -> Tenant:
    place.room.store(place.tenant, "una")
    return place.tenant


def test_who_takes_entries_away_afterwards_destroys_nothing(place: Restored, tenant: Tenant) -> None:
    for _ in range(5):
        place.room.open(tenant)
    place.keep()
    for seq in range(2, 7):
        del place.saved["fiel_uses"][tenant.id, seq]
    assert place.room.destroy(tenant).destruction.number == 7
    place.restore()
    place.accept()
    place.room.store(tenant, "dos")
    row, folder = place.room.vault.stored(tenant.id), place.room.folders.read(tenant)
    assert row is not None
    assert row.seal.number < 7
    for seq in range(2, row.seal.number):
        del place.room.control.tables["fiel_uses"][tenant.id, seq]
    assert place.health() == [Health.LIBRO_ROTO]
    assert (place.room.vault.stored(tenant.id), place.room.folders.read(tenant)) == (row, folder)


def test_a_folder_older_than_its_database_opens_nothing_that_was_destroyed(place: Restored, tenant: Tenant) -> None:
    """FIEL_DIR was backed up first, then it was destroyed, then the database was: both come back."""
    folder, anchor = place.room.folders.read(tenant), place.room.anchors.get(tenant.id)
    receipt = place.room.destroy(tenant)
    place.room.folders.final[tenant.id] = folder
    place.room.anchors.put(tenant.id, anchor)
    place.room.receipts.kept.clear()
    assert place.health() == []
    assert place.room.folders.owners() == frozenset()
    assert place.room.vault.receipts(tenant.id, None, 5).items == (receipt,)
    place.room.store(tenant, "dos")
    assert place.room.open(tenant) == "dos"


def test_a_copy_that_the_book_does_not_name_is_said_to_be_so(place: Restored, tenant: Tenant) -> None:
    folder, anchor = place.room.folders.read(tenant), place.room.anchors.get(tenant.id)
    place.room.destroy(tenant)
    place.room.folders.final[tenant.id] = folder
    place.room.anchors.put(tenant.id, anchor)
    place.room.receipts.kept.clear()
    place.room.control.tables["fiel_receipts"].clear()
    assert place.health() == [Health.LIBRO_ROTO]
    assert place.accept().found.endswith("; hay una copia que el libro no nombra")


def test_what_its_owner_destroys_meanwhile_is_not_said_to_open(place: Restored, tenant: Tenant) -> None:
    place.room.anchors.heads.clear()
    hold, held = place.room.vault.hold, list[str]()

    @contextmanager
    def watched(vault: object, ident: TenantId) -> Iterator[None]:
        with hold(ident):
            yield
        held.append("")
        if len(held) == 1:
            place.room.destroy(tenant)

    with pytest.MonkeyPatch.context() as patching:
        patching.setattr(type(place.room.vault), "hold", watched)
        assert not place.accept().kept
    with pytest.raises(FielMissing):
        place.room.open(tenant)
