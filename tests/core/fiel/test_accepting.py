"""A book of use that its anchor does not know, as after an older database is restored, is accepted by the operator."""

from contextlib import suppress
from dataclasses import replace

import pytest

from contracts.boveda import BOOK, a_receipt
from contracts.clients import OPERATOR
from horux_core.fiel.accepting import AcceptBook
from horux_core.fiel.chaining import chained
from horux_core.fiel.errors import FielMissing, LedgerAltered, LedgerBroken, LedgerSound, ReasonMissing
from horux_core.fiel.findings import Health
from horux_core.fiel.model import EMPTY, Head, UseKind
from horux_core.fiel.receipts import body
from horux_core.identity.errors import ActionForbidden
from horux_core.tenancy.model import Tenant
from tests.core.fiel.restored import Restored
from tests.core.fiel.strongroom import SECOND, Killed, owner


@pytest.fixture
def place() -> Restored:
    return Restored()


@pytest.fixture
def tenant(place: Restored) -> Tenant:
    place.room.store(place.tenant, "una")
    return place.tenant


def test_what_the_book_names_and_the_folder_holds_opens_again(place: Restored, tenant: Tenant) -> None:
    place.keep()
    place.room.open(tenant)
    place.restore()
    assert place.accept().kept
    entry = place.room.uses(tenant)[-1]
    assert (entry.kind, entry.components, entry.origin) == (UseKind.ACEPTACION, (), "horux fiel accept")
    assert entry.seal_id == place.room.uses(tenant)[0].seal_id
    assert "hasta el asiento 1; su ancla dice 2" in entry.reason
    assert entry.reason.endswith("Se restauró el respaldo del lunes")
    assert place.room.anchors.get(tenant.id) == entry.head
    assert place.room.open(tenant) == "una"
    assert {finding.health for finding in place.room.rotate()} == {Health.SANA}
    (deed,) = [deed for deed in place.room.control.tables["audit_log"].values() if "libro" in deed.action]
    assert deed.tenant == tenant.id
    assert deed.detail["motivo"] == entry.reason


def test_a_seal_that_the_book_does_not_name_is_not_opened(place: Restored, tenant: Tenant) -> None:
    place.keep()
    place.room.store(tenant, "dos")
    place.restore()
    assert not place.accept().kept
    with pytest.raises(FielMissing):
        place.room.open(tenant)
    assert place.room.folders.read(tenant) == {}
    assert place.room.vault.stored(tenant.id) is None
    place.room.store(tenant, "tres")
    assert place.room.open(tenant) == "tres"


def test_what_was_destroyed_stays_so(place: Restored, tenant: Tenant) -> None:
    place.keep()
    receipt = place.room.destroy(tenant)
    place.restore()
    place.accept()
    with pytest.raises(FielMissing):
        place.room.open(tenant)
    assert place.room.vault.receipts(tenant.id, None, 5).items == (receipt,)
    place.room.store(tenant, "dos")
    assert place.room.open(tenant) == "dos"


def test_a_former_one_does_not_come_back_by_destroying_the_latter(place: Restored, tenant: Tenant) -> None:
    place.keep()
    place.room.store(tenant, "dos")
    place.room.destroy(tenant)
    place.restore()
    assert not place.accept().kept
    with pytest.raises(FielMissing):
        place.room.open(tenant)


def test_a_database_from_before_the_first(place: Restored) -> None:
    place.keep()
    place.room.store(place.tenant, "una")
    place.restore()
    assert not place.accept().kept
    assert place.room.folders.read(place.tenant) == {}
    place.room.store(place.tenant, "dos")
    assert place.room.open(place.tenant) == "dos"


def test_a_database_from_before_the_first_that_was_destroyed(place: Restored) -> None:
    place.keep()
    place.room.store(place.tenant, "una")
    for _ in range(3):
        place.room.open(place.tenant)
    place.room.destroy(place.tenant)
    place.room.control.tables["fiel_uses"].clear()
    assert not place.accept().kept
    assert [use.kind for use in place.room.uses(place.tenant)] == [UseKind.ACEPTACION]
    place.room.store(place.tenant, "dos")
    assert place.room.open(place.tenant) == "dos"


def test_what_was_destroyed_after_an_acceptance_stays_so(place: Restored, tenant: Tenant) -> None:
    """Although its folder comes back too."""
    place.room.anchors.heads.clear()
    assert place.accept().kept
    place.room.store(tenant, "dos")
    place.keep()
    folder = place.room.folders.read(tenant)
    place.room.destroy(tenant)
    place.room.store(tenant, "tres")
    place.room.destroy(tenant)
    place.restore()
    place.room.folders.final[tenant.id] = folder
    assert not place.accept().kept
    with pytest.raises(FielMissing):
        place.room.open(tenant)


def test_an_e_firma_without_any_book_is_gone(place: Restored, tenant: Tenant) -> None:
    place.room.control.tables["fiel_uses"].clear()
    assert not place.accept().kept
    assert [use.kind for use in place.room.uses(tenant)] == [UseKind.DESTRUCCION, UseKind.ACEPTACION]
    place.room.store(tenant, "dos")


def test_with_all_outside_the_database_lost_it_opens_again(place: Restored, tenant: Tenant) -> None:
    place.room.anchors.heads.clear()
    place.room.folders.final.clear()
    assert place.accept().kept
    assert "no tiene ancla" in place.room.uses(tenant)[-1].reason
    assert place.room.open(tenant) == "una"
    assert place.room.folders.read(tenant) != {}, "it is healed"


def test_with_a_later_one_in_the_folder_it_does_not(place: Restored, tenant: Tenant) -> None:
    place.keep()
    place.room.store(tenant, "dos")
    place.restore()
    place.room.anchors.heads.clear()
    assert not place.accept().kept


def test_an_anchor_that_is_not_ours_is_named(place: Restored, tenant: Tenant, monkeypatch: pytest.MonkeyPatch) -> None:
    place.room.anchors.heads[tenant.id] = Head(1, "ab" * 32)
    assert place.accept().kept
    assert "su ancla dice otro asiento 1" in place.room.uses(tenant)[-1].reason

    def broken(_self: object, _tenant: object) -> None:
        raise LedgerBroken

    monkeypatch.setattr(type(place.room.anchors), "get", broken)
    assert place.accept().kept
    monkeypatch.undo()
    assert "su ancla no es de esta bóveda" in place.room.uses(tenant)[-1].reason


def test_a_receipt_that_is_not_ours_is_of_something_destroyed(place: Restored, tenant: Tenant) -> None:
    done = replace(place.room.destroy(tenant), destruction=replace(a_receipt(tenant.id).destruction, number=9))
    place.room.store(tenant, "dos")
    place.room.receipts.put(done)
    assert place.health() == [Health.LIBRO_ROTO]
    assert not place.accept().kept
    ours = place.room.receipts.last(tenant.id)
    assert ours.destruction.number > 9
    assert place.room.safe.signer.valid(body(ours.destruction), ours.signature)
    place.room.store(tenant, "tres")
    assert place.room.open(tenant) == "tres"


@pytest.mark.parametrize("kind", ["changed", "gap", "forged"])
def test_a_chain_that_does_not_hold_by_itself_is_not_accepted(place: Restored, tenant: Tenant, kind: str) -> None:
    place.room.open(tenant)
    place.room.open(tenant)
    uses, rows = place.room.uses(tenant), place.room.control.tables["fiel_uses"]
    if kind == "gap":
        del rows[tenant.id, 2]
    else:
        other = replace(uses[1], reason="otro motivo")
        rows[tenant.id, 2] = chained(other, place.room.safe.macs) if kind == "forged" else other
    before = place.room.uses(tenant)
    with pytest.raises(LedgerAltered):
        place.accept()
    assert place.room.uses(tenant) == before
    assert place.room.vault.stored(tenant.id) is not None
    assert place.health() == [Health.LIBRO_ROTO]


def test_a_book_whose_key_was_lost_needs_its_anchor_taken_away(place: Restored, tenant: Tenant) -> None:
    place.room.anchors.put(tenant.id, EMPTY)
    place.room.start(SECOND)
    place.accept_book = AcceptBook(place.room.safe, place.room.registry, place.room.destroy_fiel)
    with pytest.raises(LedgerAltered):
        place.accept()
    place.room.anchors.heads.clear()
    place.accept()
    place.room.store(tenant, "dos")
    assert place.room.open(tenant) == "dos"


def test_nobody_but_the_vault_adds_an_entry_to_be_accepted(place: Restored, tenant: Tenant) -> None:
    use = chained(replace(place.room.uses(tenant)[0], seq=2, previous_hash=place.room.uses(tenant)[0].hash), BOOK)
    place.room.control.tables["fiel_uses"][tenant.id, 2] = use
    with pytest.raises(LedgerAltered):
        place.accept()


def test_a_sound_book_is_left_alone(place: Restored, tenant: Tenant) -> None:
    with pytest.raises(LedgerSound):
        place.accept()
    assert [use.kind for use in place.room.uses(tenant)] == [UseKind.ALTA]
    place.room.anchors.put(tenant.id, EMPTY)
    with pytest.raises(LedgerSound):
        place.accept()


def test_is_for_the_operator_who_says_why(place: Restored, tenant: Tenant) -> None:
    place.room.anchors.heads.clear()
    with pytest.raises(ReasonMissing):
        place.accept(" \n")
    for who in (owner(tenant), replace(OPERATOR, tenant_id=tenant.id)):
        with pytest.raises(ActionForbidden):
            place.accept_book(who, "por gusto")
    assert [use.kind for use in place.room.uses(tenant)] == [UseKind.ALTA]


@pytest.mark.parametrize("last", range(1, 23))
def test_may_be_killed_anywhere_and_begun_again(last: int) -> None:
    place = Restored()
    place.room.store(place.tenant, "una")
    place.keep()
    place.room.store(place.tenant, "dos")
    place.restore()
    with place.room.steps.killed_at(last), suppress(Killed):
        place.accept()
    with suppress(LedgerSound):
        place.accept()
    with pytest.raises(FielMissing):
        place.room.open(place.tenant)
    place.room.store(place.tenant, "tres")
    assert place.room.open(place.tenant) == "tres"
