"""What is told of an e.firma as it is shown."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import timedelta
from uuid import uuid4

import pytest

from contracts.boveda import AT, a_certificado, a_sealed
from horux_core.fiel.errors import VaultUnavailable
from horux_core.fiel.model import Component, EstadoFiel
from horux_core.fiel.showing import ShowFiel, status
from horux_core.kernel.ids import TenantId
from horux_core.tenancy.model import Tenant
from tests.core.fiel.strongroom import Strongroom, owner


@pytest.mark.parametrize(
    ("dias", "told"), [(60, "Vence en 60 días:"), (2, "Vence en 2 días:"), (1, "Vence mañana:"), (0, "Vence hoy:")]
)
def test_the_days_that_are_left_read_as_a_person_says_them(dias: int, told: str) -> None:
    until = AT + timedelta(days=dias, hours=1)
    (soon, _) = status(a_sealed(TenantId(uuid4()), a_certificado(until=until)), AT).advertencias
    assert soon.codigo == "por-vencer"
    assert soon.detalle.startswith(told)


def test_the_sixty_first_day_before_its_end_is_no_news() -> None:
    shown = status(a_sealed(TenantId(uuid4()), a_certificado(until=AT + timedelta(days=61, hours=1))), AT)
    assert (shown.estado, shown.dias_restantes) == (EstadoFiel.VIGENTE, 61)
    assert "por-vencer" not in [each.codigo for each in shown.advertencias]


class TestTrouble:
    """What keeps it from being opened is told with how it stands."""

    @pytest.fixture
    def room(self) -> Strongroom:
        return Strongroom()

    @pytest.fixture
    def tenant(self, room: Strongroom) -> Tenant:
        tenant = room.client()
        room.store(tenant, "una")
        return tenant

    def told(self, room: Strongroom, tenant: Tenant) -> list[str]:
        """Nothing is written down nor decrypted for it."""
        before, room.sealer.opened = room.uses(tenant), 0
        shown = ShowFiel(room.safe, room.registry, lambda: AT)(owner(tenant))
        assert (room.uses(tenant), room.sealer.opened) == (before, 0)
        return [each.codigo for each in shown.advertencias if each.codigo != "cadena-no-revisada"]

    def lacks(self, room: Strongroom, tenant: Tenant, component: Component) -> None:
        """Its central copy names another seal in the place of that piece's."""
        kept = room.control.tables["fiel_credentials"][tenant.id]
        piece = kept.pieces[component]
        other = replace(piece, seal=replace(piece.seal, id=uuid4()))
        row = replace(kept, pieces={**kept.pieces, component: other})
        room.control.tables["fiel_credentials"][tenant.id] = row

    def test_a_broken_book(self, room: Strongroom, tenant: Tenant) -> None:
        assert self.told(room, tenant) == []
        del room.anchors.heads[tenant.id]
        assert self.told(room, tenant) == ["libro-roto"]

    def test_two_copies_of_which_neither_is_whole(self, room: Strongroom, tenant: Tenant) -> None:
        self.lacks(room, tenant, Component.PASSWORD)
        assert self.told(room, tenant) == [], "the folder has it"
        room.folders.final.clear()
        assert self.told(room, tenant) == ["ilegible"]
        assert room.tend() == {"sanadas": 0, "por atender": 1}

    def test_a_copy_that_turned_out_not_to_open(self, room: Strongroom, tenant: Tenant) -> None:
        room.folders.final.clear()
        kept = room.control.tables["fiel_credentials"][tenant.id]
        touched = replace(kept.pieces[Component.PASSWORD], data=b"otra cosa")
        row = replace(kept, pieces={**kept.pieces, Component.PASSWORD: touched})
        room.control.tables["fiel_credentials"][tenant.id] = row
        assert self.told(room, tenant) == [], "it cannot be told without opening it"
        assert room.tend() == {"sanadas": 0, "por atender": 1}
        assert self.told(room, tenant) == ["ilegible"]

    def test_one_that_was_mended_is_well(self, room: Strongroom, tenant: Tenant) -> None:
        room.folders.final.clear()
        assert room.tend() == {"sanadas": 1, "por atender": 0}
        assert self.told(room, tenant) == []

    def test_a_vault_that_does_not_answer(
        self, room: Strongroom, tenant: Tenant, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        def away(_anchors: object, _tenant: TenantId) -> None:
            raise VaultUnavailable

        monkeypatch.setattr(type(room.anchors), "get", away)
        assert self.told(room, tenant) == ["no-revisada"]

    def test_what_another_has_half_done_is_no_trouble(
        self, room: Strongroom, tenant: Tenant, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        """It is looked at again once that one is done."""
        head, hold = room.anchors.heads.pop(tenant.id), room.vault.hold

        @contextmanager
        def once_it_is_done(held: TenantId) -> Iterator[None]:
            with hold(held):
                room.anchors.heads[tenant.id] = head
                yield

        monkeypatch.setattr(type(room.vault), "hold", lambda _vault, held: once_it_is_done(held))
        assert self.told(room, tenant) == []
