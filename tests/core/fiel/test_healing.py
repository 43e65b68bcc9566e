"""Healing a copy: told whatever happens, once for each, and never over what another holder has kept since."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from horux_core.fiel.errors import FielMissing, FielUnreadable, VaultUnavailable
from horux_core.fiel.events import FielHealed
from horux_core.fiel.findings import Health
from horux_core.fiel.model import Component, Sealed, UseKind
from horux_core.tenancy.model import Tenant
from tests.core.fiel.strongroom import Killed, Strongroom, touched

DAY = timedelta(days=1)
LOST = ("carpeta", "base", "ambas")


class Unheld:
    """A vault whose lock was lost: its holder does not know."""

    def __init__(self, vault: Any) -> None:
        self._vault = vault

    def __getattr__(self, name: str) -> Any:
        return getattr(self._vault, name)

    @contextmanager
    def hold(self, _tenant: object) -> Iterator[None]:
        yield


class Meanwhile:
    """An adapter before whose method `name` is first used somebody else does `act`."""

    def __init__(self, adapter: Any, name: str, act: Callable[[], object]) -> None:
        self._adapter, self._name, self._acts = adapter, name, [act]

    def __getattr__(self, name: str) -> Any:
        if name == self._name and self._acts:
            self._acts.pop()()
        return getattr(self._adapter, name)


def with_one() -> tuple[Strongroom, Tenant]:
    room = Strongroom()
    tenant = room.client()
    room.store(tenant, "vieja")
    room.events()
    return room, tenant


def lose(room: Strongroom, tenant: Tenant, what: str) -> None:
    """A piece of one copy, or another one of each."""
    row = room.vault.stored(tenant.id)
    assert row is not None
    if what != "base":
        kept = room.folders.final[tenant.id]
        room.folders.final[tenant.id] = {c: p for c, p in kept.items() if c is not Component.PASSWORD}
    if what != "carpeta":
        pieces = {c: p for c, p in row.pieces.items() if c is not Component.CERTIFICATE}
        touched(room.control.tables, "fiel_credentials", tenant.id, pieces=pieces)


def spoil(room: Strongroom, tenant: Tenant) -> Sealed:
    """What one copy has lost, the other has, and it does not open. The row as it was."""
    lose(room, tenant, "carpeta")
    row = room.vault.stored(tenant.id)
    assert row is not None
    wrong = {c: replace(piece, data=piece.data[::-1]) for c, piece in row.pieces.items()}
    touched(room.control.tables, "fiel_credentials", tenant.id, pieces=wrong)
    return row


ANOTHER: dict[str, Callable[[Strongroom, Tenant], object]] = {
    "store": lambda room, tenant: room.store(tenant, "nueva"),
    "destroy": lambda room, tenant: room.destroy(tenant),
    "use": lambda room, tenant: room.open(tenant, frozenset({Component.PRIVATE_KEY})),
}


@pytest.mark.parametrize("lost", LOST)
@pytest.mark.parametrize("another", ANOTHER)
def test_what_another_holder_did_since_is_not_undone(lost: str, another: str) -> None:
    room, tenant = with_one()
    lose(room, tenant, lost)

    def act() -> None:
        ours = room.safe, room.unseal_fiel
        room.start(patched=lambda safe: replace(safe, vault=Unheld(safe.vault)))
        ANOTHER[another](room, tenant)
        room.safe, room.unseal_fiel = ours

    room.start(patched=lambda safe: replace(safe, vault=Unheld(safe.vault), sealer=Meanwhile(safe.sealer, "seal", act)))
    with pytest.raises(VaultUnavailable):
        room.open(tenant)
    assert not room.folders.drafts(tenant), "nothing of it is left lying about"
    room.start()
    if another == "destroy":
        with pytest.raises(FielMissing):
            room.open(tenant)
        assert (room.vault.stored(tenant.id), room.folders.read(tenant)) == (None, {})
        return
    assert room.open(tenant) == ("nueva" if another == "store" else "vieja")
    assert {finding.health for finding in room.verify()} == {Health.SANA}


@pytest.mark.parametrize("lost", LOST)
def test_is_told_wherever_it_dies(lost: str) -> None:
    for last in range(1, 100):
        room, tenant = with_one()
        lose(room, tenant, lost)
        ended = False
        with suppress(Killed), room.steps.killed_at(last):
            room.open(tenant)
            ended = True
        room.tend()
        assert {finding.health for finding in room.verify()} == {Health.SANA}
        told = [event.copy for event in room.events() if isinstance(event, FielHealed)]
        healed = [use for use in room.uses(tenant) if use.kind is UseKind.CURACION]
        assert told[0] == lost
        assert len(told) == len(healed)
        if ended:
            break
    assert ended
    assert len(told) == 1


def test_that_all_is_opened_for_it_is_in_the_book(kept: tuple[Strongroom, Tenant]) -> None:
    room, tenant = kept
    lose(room, tenant, "carpeta")
    room.open(tenant, frozenset({Component.PASSWORD}))
    _, asked, whole, healed = room.uses(tenant)
    assert [use.kind for use in (asked, whole, healed)] == [UseKind.USO, UseKind.USO, UseKind.CURACION]
    assert asked.components == (Component.PASSWORD, Component.METADATA)
    assert whole.components == healed.components == tuple(Component)
    assert room.anchors.get(tenant.id) == healed.head
    lose(room, tenant, "carpeta")
    room.open(tenant)
    assert [use.kind for use in room.uses(tenant)[4:]] == [UseKind.USO, UseKind.CURACION], "once is enough"


def test_nothing_stays_in_memory_when_it_cannot_be_healed(
    kept: tuple[Strongroom, Tenant], monkeypatch: pytest.MonkeyPatch
) -> None:
    room, tenant = kept
    lose(room, tenant, "carpeta")
    opened: list[bytearray] = []
    real = type(room.sealer).open

    def watched(sealer: Any, *given: Any) -> bytearray:
        opened.append(real(sealer, *given))
        return opened[-1]

    def refused(*_: object, **__: object) -> None:
        assert any(opened), "it was open until now"
        raise VaultUnavailable

    monkeypatch.setattr(type(room.sealer), "open", watched)
    monkeypatch.setattr("horux_core.fiel.unsealing.heal", refused)
    with pytest.raises(VaultUnavailable):
        room.open(tenant)
    assert opened
    assert not any(opened)


@pytest.fixture
def kept() -> tuple[Strongroom, Tenant]:
    return with_one()


class TestTending:
    def test_what_does_not_open_though_it_looks_so_is_noted_once(self, kept: tuple[Strongroom, Tenant]) -> None:
        room, tenant = kept
        row = spoil(room, tenant)
        for _ in range(3):
            assert room.tend() == {"sanadas": 0, "por atender": 1}
            assert [use.kind for use in room.uses(tenant)] == [UseKind.ALTA, UseKind.USO]
        with pytest.raises(FielUnreadable):
            room.open(tenant)
        room.tend()
        kinds = [use.kind for use in room.uses(tenant)]
        assert kinds == [UseKind.ALTA, UseKind.USO, UseKind.USO, UseKind.USO]
        touched(room.control.tables, "fiel_credentials", tenant.id, pieces=row.pieces)
        room.moment += DAY
        assert room.tend() == {"sanadas": 1, "por atender": 0}
        assert [use.kind for use in room.uses(tenant)[4:]] == [UseKind.USO, UseKind.CURACION]

    def test_nothing_is_opened_that_its_book_does_not_tell(self, kept: tuple[Strongroom, Tenant]) -> None:
        """However often it comes round: once a day it is tried again, and noted."""
        room, tenant = kept
        spoil(room, tenant)
        for _ in range(50):
            before, room.sealer.opened = len(room.uses(tenant)), 0
            assert room.tend() == {"sanadas": 0, "por atender": 1}
            assert bool(room.sealer.opened) is (len(room.uses(tenant)) > before)
            room.moment += timedelta(hours=1)
        assert [use.kind for use in room.uses(tenant)] == [UseKind.ALTA, *[UseKind.USO] * 3]

    def test_nothing_is_opened_before_what_says_so_is_anchored(self, kept: tuple[Strongroom, Tenant]) -> None:
        room, tenant = kept
        anchor = room.anchors.get(tenant.id)
        spoil(room, tenant)
        room.tend()
        room.anchors.put(tenant.id, anchor)
        room.moment += DAY
        room.tend()
        assert room.anchors.get(tenant.id) == room.uses(tenant)[-1].head

    def test_a_book_that_is_gone_is_a_broken_one(self, kept: tuple[Strongroom, Tenant]) -> None:
        room, tenant = kept
        room.destroy(tenant)
        room.control.tables["fiel_uses"].clear()
        assert [finding.health for finding in room.verify()] == [Health.LIBRO_ROTO]
        assert room.tend() == {"sanadas": 0, "por atender": 1}

    def test_a_folder_of_nobody_is_found(self, kept: tuple[Strongroom, Tenant]) -> None:
        room, tenant = kept
        row = room.control.tables["tenants"].pop(tenant.id)
        found = [(finding.tenant, finding.rfc, finding.health) for finding in room.verify()]
        assert found == [(tenant.id, str(tenant.id), Health.SIN_EMPRESA)]
        assert room.tend() == {"sanadas": 0, "por atender": 1}
        assert room.folders.read(tenant) != {}, "it is not taken away"
        room.control.tables["tenants"][tenant.id] = row
        room.destroy(tenant)
        del room.control.tables["tenants"][tenant.id]
        assert room.verify() == (), "the book of one that has left is nothing to see to"
        room.control.tables["fiel_uses"].clear()
        found = [(finding.tenant, finding.rfc, finding.health) for finding in room.verify()]
        assert found == [(tenant.id, str(tenant.id), Health.SIN_EMPRESA)], "its anchor is of a newer database"

    def test_one_that_is_spoiled_keeps_no_other(self, kept: tuple[Strongroom, Tenant]) -> None:
        room, tenant = kept
        other = room.client("URE180429TM6")
        room.store(other, "suya")
        for seq, spoiled in ((1, {"at": "20000-01-01"}), (1, {"components": ("{certificate}",), "at": None})):
            whole = room.uses(tenant)[seq - 1]
            touched(room.control.tables, "fiel_uses", (tenant.id, seq), **spoiled)
            for found in (room.verify(), room.rotate()):
                told = {finding.tenant: (finding.health, finding.cause) for finding in found}
                assert told == {tenant.id: (Health.NO_REVISADA, "AttributeError"), other.id: (Health.SANA, "")}
            assert room.tend() == {"sanadas": 0, "por atender": 1}
            room.control.tables["fiel_uses"][tenant.id, seq] = whole
        room.destroy(other)
        assert room.open(tenant) == "vieja"

    def test_nor_does_a_client_that_cannot_be_made_out(
        self, kept: tuple[Strongroom, Tenant], monkeypatch: pytest.MonkeyPatch
    ) -> None:
        room, tenant = kept
        other = room.client("URE180429TM6")
        room.store(other, "suya")
        get = type(room.registry).get

        def spoiled(registry: Any, ident: object) -> Tenant:
            if ident == tenant.id:
                raise ValueError("el RFC «CAS2408138W2»")
            found: Tenant = get(registry, other.id)
            return found

        monkeypatch.setattr(type(room.registry), "get", spoiled)
        told = {finding.rfc: (finding.health, finding.cause) for finding in room.verify()}
        assert told == {str(tenant.id): (Health.NO_REVISADA, "ValueError"), "URE180429TM6": (Health.SANA, "")}
