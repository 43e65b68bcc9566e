"""The book of use: who, why, when and which component, written before anything is decrypted, and past changing."""

from collections.abc import Callable
from contextlib import suppress
from dataclasses import fields, replace
from datetime import timedelta
from typing import Any
from uuid import uuid4

import pytest

from contracts.boveda import BOOK, a_use
from contracts.clients import OPERATOR
from horux_core.fiel.chaining import chained, current, sound
from horux_core.fiel.errors import ReasonMissing, VaultUnavailable
from horux_core.fiel.findings import Health
from horux_core.fiel.keeping import Safe
from horux_core.fiel.model import EMPTY, WHOLE, Component, Use, UseKind
from horux_core.identity.model import Actor
from horux_core.kernel.ids import TenantId, UserId
from horux_core.tenancy.model import Tenant
from tests.core.fiel.broken_book import broken
from tests.core.fiel.strongroom import Strongroom, owner


@pytest.fixture
def room() -> Strongroom:
    return Strongroom()


@pytest.fixture
def tenant(room: Strongroom) -> Tenant:
    """With an entry of each common kind in its book."""
    tenant = room.client()
    for name in ("una", "dos"):
        room.store(tenant, name)
        room.open(tenant)
    return tenant


def test_says_who_why_when_and_what(room: Strongroom, tenant: Tenant) -> None:
    at = room.moment
    room.unseal_fiel(owner(tenant), "  Descarga\n del SAT ", frozenset({Component.PASSWORD}), "horux sat").wipe()
    room.unseal_fiel(Actor.system(tenant.id), "Descarga").wipe()
    *_, asked, own = room.uses(tenant)
    assert (asked.kind, asked.who, asked.who_name) == (UseKind.USO, OPERATOR.user, "ana@cascabel.mx")
    assert (asked.reason, asked.origin) == ("Descarga del SAT", "horux sat")
    assert asked.components == (Component.PASSWORD, Component.METADATA), "what says whose it is comes with it"
    assert at < asked.at < own.at
    assert (own.who, own.who_name, own.components) == (None, "sistema", tuple(Component))
    kinds = [use.kind for use in room.uses(tenant)]
    assert kinds == [UseKind.ALTA, UseKind.USO, UseKind.REEMPLAZO, UseKind.USO, UseKind.USO, UseKind.USO]


@pytest.mark.parametrize("reason", ["", "  \n", "x" * 501, "con\0nulo", "\ud800"])
def test_refuses_to_open_without_a_reason(room: Strongroom, tenant: Tenant, reason: str) -> None:
    before = len(room.uses(tenant))
    with pytest.raises(ReasonMissing):
        room.unseal_fiel(owner(tenant), reason)
    assert len(room.uses(tenant)) == before


OTHERS: dict[str, Callable[[Any], Any]] = {
    "seq": lambda seq: seq + 1,
    "at": lambda at: at + timedelta(microseconds=1),
    "kind": lambda kind: UseKind.CURACION,
    "who": lambda who: UserId(uuid4()),
    "components": lambda components: components[1:] or (Component.PASSWORD,),
    "seal_id": lambda seal: uuid4(),
    "tenant": lambda tenant: uuid4(),
}


class TestChanged:
    """By somebody who may write in the database, hashes and all, but not where the anchor is."""

    @pytest.mark.parametrize("field", [field.name for field in fields(Use)])
    @pytest.mark.parametrize("at", range(4))
    def test_a_changed_entry(self, room: Strongroom, tenant: Tenant, field: str, at: int) -> None:
        if field in ("tenant", "seq"):
            uses = list(room.uses(tenant))
            uses[at] = replace(uses[at], **{field: OTHERS[field](getattr(uses[at], field))})
            assert not sound(uses, room.anchors.get(tenant.id), room.safe.macs)
            return
        use = room.uses(tenant)[at]
        other = OTHERS.get(field, lambda text: text + "x")(getattr(use, field))
        room.control.tables["fiel_uses"][tenant.id, use.seq] = replace(use, **{field: other})
        broken(room, tenant)

    @pytest.mark.parametrize("at", range(4))
    def test_an_entry_taken_out(self, room: Strongroom, tenant: Tenant, at: int) -> None:
        del room.control.tables["fiel_uses"][tenant.id, at + 1]
        broken(room, tenant)

    @pytest.mark.parametrize("left", range(4))
    def test_a_book_cut_short(self, room: Strongroom, tenant: Tenant, left: int) -> None:
        for seq in range(left, 4):
            del room.control.tables["fiel_uses"][tenant.id, seq + 1]
        broken(room, tenant)

    @pytest.mark.parametrize("at", range(4))
    def test_a_book_written_anew_from_an_entry_on(self, room: Strongroom, tenant: Tenant, at: int) -> None:
        """Every hash is right, and the book is another."""
        uses = room.uses(tenant)
        head, changed = uses[at - 1].hash if at else uses[0].previous_hash, "otro motivo"
        for use in uses[at:]:
            anew = chained(replace(use, reason=changed, previous_hash=head), room.safe.macs)
            head, changed = anew.hash, use.reason
            room.control.tables["fiel_uses"][tenant.id, use.seq] = anew
        broken(room, tenant)

    @pytest.mark.parametrize("at", range(4))
    def test_an_entry_in_another_s_place_whose_own_hash_is_right(
        self, room: Strongroom, tenant: Tenant, at: int
    ) -> None:
        use = room.uses(tenant)[at]
        room.control.tables["fiel_uses"][tenant.id, use.seq] = chained(
            replace(use, reason="otro motivo"), room.safe.macs
        )
        broken(room, tenant)

    def test_no_book_at_all(self, room: Strongroom, tenant: Tenant) -> None:
        room.control.tables["fiel_uses"].clear()
        broken(room, tenant)

    def test_no_anchor(self, room: Strongroom, tenant: Tenant) -> None:
        del room.anchors.heads[tenant.id]
        broken(room, tenant)

    def test_neither_book_nor_anchor_but_an_e_firma(self, room: Strongroom, tenant: Tenant) -> None:
        del room.anchors.heads[tenant.id]
        room.control.tables["fiel_uses"].clear()
        broken(room, tenant)

    @pytest.mark.parametrize("seq", [2, 4])
    def test_the_client_can_still_destroy_it_and_it_stays_to_be_seen(
        self, room: Strongroom, tenant: Tenant, seq: int
    ) -> None:
        del room.control.tables["fiel_uses"][tenant.id, seq]
        receipt = room.destroy(tenant)
        assert (room.folders.read(tenant), room.vault.stored(tenant.id)) == ({}, None)
        assert room.vault.receipts(tenant.id, None, 5).items == (receipt,)
        assert [finding.health for finding in room.verify()] == [Health.LIBRO_ROTO]


def test_entries_are_numbered_without_a_gap() -> None:
    first = a_use(TenantId(uuid4()))
    after = chained(replace(a_use(first.tenant, first.head), seq=3), BOOK)
    assert sound((first, chained(replace(after, seq=2), BOOK)), EMPTY, BOOK)
    assert not sound((first, after), EMPTY, BOOK)


def test_an_entry_that_was_not_anchored_in_time_is_no_break(room: Strongroom, tenant: Tenant) -> None:
    anchored = room.anchors.get(tenant.id)
    room.open(tenant)
    room.anchors.put(tenant.id, anchored)
    assert room.open(tenant) == "dos"


class Refusing:
    """An adapter that cannot write."""

    def __init__(self, adapter: object, *names: str) -> None:
        self._adapter, self._names = adapter, names

    def __getattr__(self, name: str) -> Any:
        if name in self._names:
            return self._refuse
        return getattr(self._adapter, name)

    def _refuse(self, *_: object) -> None:
        raise VaultUnavailable


class RefusingVault(Refusing):
    def transaction(self) -> Any:
        """Reads, and appends nothing."""
        return _Reading(self._adapter.transaction())  # type: ignore[attr-defined]


class _Reading:
    def __init__(self, opened: Any) -> None:
        self._opened = opened

    def __enter__(self) -> Any:
        tx = self._opened.__enter__()
        return replace(tx, uses=Refusing(tx.uses, "append"))

    def __exit__(self, *error: Any) -> Any:
        return self._opened.__exit__(*error)


@pytest.mark.parametrize("what", ["entry", "anchor"])
def test_nothing_is_decrypted_when_it_cannot_be_written_first(room: Strongroom, tenant: Tenant, what: str) -> None:
    def patched(safe: Safe) -> Safe:
        if what == "entry":
            return replace(safe, vault=RefusingVault(safe.vault))
        return replace(safe, anchors=Refusing(safe.anchors, "put"))

    room.folders.final[tenant.id].pop(Component.PASSWORD)
    room.start(patched=patched)
    for act in (
        lambda: room.open(tenant), lambda: room.verify(), lambda: room.tend(), lambda: room.rotate(),
        lambda: room.store(tenant, "otra"),
    ):  # fmt: skip
        with suppress(VaultUnavailable):
            act()
    assert room.sealer.opened == 0
    with pytest.raises(VaultUnavailable):
        room.open(tenant)
    room.start()
    assert room.open(tenant) in ("dos", "otra"), "and it recovers by itself"


def test_the_last_sealing_entry_names_the_seal_that_counts(room: Strongroom, tenant: Tenant) -> None:
    uses = room.uses(tenant)
    named = current(uses)
    assert named is not None
    assert (named.id, named.number) == (uses[2].seal_id, 3)
    assert current(uses[:2]) != named
    assert current(()) is None
    room.destroy(tenant)
    assert current(room.uses(tenant)) is None


def test_the_whole_is_asked_for_where_nothing_is_said(room: Strongroom, tenant: Tenant) -> None:
    room.unseal_fiel(owner(tenant), "prueba").wipe()
    assert frozenset(room.uses(tenant)[-1].components) == WHOLE
