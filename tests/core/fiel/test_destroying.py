"""Destroying an e.firma, and the receipt of it."""

from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import suppress
from dataclasses import replace
from time import sleep
from typing import Any
from uuid import UUID, uuid4

import pytest

from contracts.boveda import a_receipt
from contracts.clients import OPERATOR
from horux_adapters.memory.audit import MemoryAuditTrail
from horux_core.fiel import receipts
from horux_core.fiel.destroying import POR_BAJA, POR_EL_OPERADOR, POR_SU_DUENO
from horux_core.fiel.errors import FielMissing, ReasonMissing
from horux_core.fiel.events import FielDestroyed
from horux_core.fiel.model import EMPTY, Component, Receipt, UseKind
from horux_core.identity.model import Actor, Role
from horux_core.plans.errors import TenantGone
from horux_core.tenancy.errors import TenantMissing
from horux_core.tenancy.model import Tenant
from tests.core.fiel.strongroom import Killed, Strongroom, owner, touched


@pytest.fixture
def room() -> Strongroom:
    return Strongroom()


@pytest.fixture
def tenant(room: Strongroom) -> Tenant:
    return room.client()


def viewing(tenant: Tenant) -> Actor:
    return Actor(OPERATOR.user, "op@x.mx", True, OPERATOR.session, tenant.id, Role.OWNER, viewing=True)


class TestDestroying:
    def test_no_copy_is_left_and_the_receipt_verifies(self, room: Strongroom, tenant: Tenant) -> None:
        room.store(tenant, "una")
        row = room.vault.stored(tenant.id)
        assert row is not None
        receipt = room.destroy_fiel(owner(tenant), "Ya no la uso")
        done = receipt.destruction
        assert (done.seal_id, done.tenant, done.rfc) == (row.seal.id, tenant.id, tenant.rfc)
        assert (done.numero_certificado, done.destroyed_by) == ("30001000000500003415", "ana@cascabel.mx")
        assert done.reason == "Ya no la uso"
        assert room.safe.signer.valid(receipts.body(done), receipt.signature)
        assert not room.safe.signer.valid(receipts.body(replace(done, reason="otra")), receipt.signature)
        assert receipts.loaded(receipts.dumped(receipt)) == receipt
        assert (room.vault.stored(tenant.id), room.folders.read(tenant)) == (None, {})
        with pytest.raises(FielMissing):
            room.open(tenant)
        room.store(tenant, "otra")
        assert room.open(tenant) == "otra"

    def test_others_are_told_once(self, room: Strongroom, tenant: Tenant) -> None:
        room.store(tenant, "una")
        room.events()
        receipt = room.destroy_fiel(owner(tenant))
        assert room.events() == [FielDestroyed(tenant.id, receipt.destruction.seal_id, room.moment.isoformat())]

    def test_the_operator_is_not_taken_for_the_owner(self, room: Strongroom, tenant: Tenant) -> None:
        room.store(tenant, "una")
        done = room.destroy_fiel(viewing(tenant)).destruction
        assert (done.reason, done.destroyed_by) == (POR_EL_OPERADOR, "op@x.mx")
        room.store(tenant, "otra")
        assert room.destroy(tenant).destruction.reason == POR_SU_DUENO

    def test_what_anybody_can_write_in_the_row_is_not_signed(self, room: Strongroom, tenant: Tenant) -> None:
        room.store(tenant, "una")
        row = room.vault.stored(tenant.id)
        assert row is not None
        wrong = replace(row.certificado, numero="99999999999999999999")
        touched(room.control.tables, "fiel_credentials", tenant.id, certificado=wrong)
        room.open(tenant, frozenset({Component.PASSWORD}))
        touched(room.control.tables, "fiel_credentials", tenant.id, certificado=wrong)
        assert room.destroy(tenant).destruction.numero_certificado == "30001000000500003415"

    @pytest.mark.parametrize("how", ["broken", "no anchor", "not anchored"])
    def test_nor_what_a_book_says_that_none_vouches_for(self, room: Strongroom, tenant: Tenant, how: str) -> None:
        room.store(tenant, "una")
        room.open(tenant)
        if how == "broken":
            touched(room.control.tables, "fiel_uses", (tenant.id, 1), reason="Certificado 9")
        elif how == "no anchor":
            room.anchors.heads.clear()
        else:
            room.anchors.put(tenant.id, EMPTY)
        assert room.destroy(tenant).destruction.numero_certificado == ""

    @pytest.mark.parametrize("how", ["the copies", "the anchor", "the receipts"])
    def test_its_number_is_above_all_there_was(self, room: Strongroom, tenant: Tenant, how: str) -> None:
        for name in ("una", "dos", "tres"):
            room.store(tenant, name)
        highest = 3
        if how == "the copies":
            room.anchors.heads.clear()
        elif how == "the anchor":
            room.open(tenant)
            highest = 4
        else:
            room.receipts.put(a_receipt(tenant.id, number=30))
            highest = 30
        room.control.tables["fiel_uses"].clear()
        assert room.destroy(tenant).destruction.number == highest + 1

    def test_one_that_took_its_place_meanwhile_is_not_destroyed(self, room: Strongroom, tenant: Tenant) -> None:
        """Both wrote the same entry, and the book has the other's."""
        room.store(tenant, "una")
        done = replace(a_receipt(tenant.id).destruction, number=2)
        room.store(tenant, "otra")
        room.receipts.put(Receipt(done, room.safe.signer.sign(receipts.body(done))))
        assert room.open(tenant) == "otra"

    def test_beside_a_broken_book_it_is_the_copy_s_seal_whoever_finishes_it(
        self, room: Strongroom, tenant: Tenant
    ) -> None:
        room.store(tenant, "una")
        first = room.uses(tenant)[0]
        room.store(tenant, "dos")
        for table in ("fiel_credentials", "fiel_uses"):
            room.control.tables[table].clear()
        room.control.tables["fiel_uses"][tenant.id, 1] = first
        with suppress(Killed), room.steps.killed_at(4):
            room.destroy(tenant)
        assert room.receipts.last(tenant.id).destruction.seal_id != first.seal_id
        room.tend()
        assert room.folders.owners() == frozenset()

    @pytest.mark.parametrize("last", range(4, 9))
    def test_who_destroyed_it_is_named_whoever_finishes_it(self, room: Strongroom, tenant: Tenant, last: int) -> None:
        room.store(tenant, "una")
        with suppress(Killed), room.steps.killed_at(last):
            room.destroy(tenant)
        room.tend()
        assert (room.uses(tenant)[-1].kind, room.uses(tenant)[-1].who_name) == (
            UseKind.DESTRUCCION, "ana@cascabel.mx",
        )  # fmt: skip
        (deed, *_) = MemoryAuditTrail(room.control).page(tenant.id, None, 5).items
        assert (deed.action, deed.email) == ("fiel-destruida", "ana@cascabel.mx")

    def test_needs_a_reason(self, room: Strongroom, tenant: Tenant) -> None:
        room.store(tenant, "una")
        with pytest.raises(ReasonMissing):
            room.destroy_fiel(owner(tenant), " ")

    def test_works_for_what_cannot_be_read_any_more(self, room: Strongroom, tenant: Tenant) -> None:
        room.store(tenant, "una")
        room.folders.final.clear()
        touched(room.control.tables, "fiel_credentials", tenant.id, pieces={})
        room.destroy(tenant)
        assert room.vault.stored(tenant.id) is None

    @pytest.mark.parametrize("left", ["folder", "draft"])
    def test_or_made_out_at_all(self, room: Strongroom, tenant: Tenant, left: str) -> None:
        room.store(tenant, "una")
        folder = room.folders.final.pop(tenant.id)
        for table in ("fiel_credentials", "fiel_uses"):
            room.control.tables[table].clear()
        if left == "folder":
            room.folders.final[tenant.id] = {}
        else:
            room.folders.beside[tenant.id, uuid4()] = folder
        assert room.destroy(tenant).destruction.seal_id == UUID(int=0)
        assert room.folders.owners() == frozenset()
        with pytest.raises(FielMissing):
            room.destroy(tenant)

    @pytest.mark.parametrize("last", range(1, 20))
    def test_what_was_decrypted_by_hand_goes_whoever_finishes_it(
        self, room: Strongroom, tenant: Tenant, last: int
    ) -> None:
        room.store(tenant, "una")
        room.plain.write(str(tenant.rfc), room.moment, lambda: room.unseal_fiel(owner(tenant), "prueba"))
        with suppress(Killed), room.steps.killed_at(last):
            room.destroy(tenant)
        destroyed = bool(room.receipts.kept)
        room.tend()
        assert bool(room.plain.kept) is not destroyed

    def test_a_client_that_is_being_let_go_has_no_use_for_it(self, room: Strongroom, tenant: Tenant) -> None:
        """Also what was asked for before that, and had to wait."""
        room.store(tenant, "una")
        with ThreadPoolExecutor(2) as pool:
            with room.vault.hold(tenant.id):
                waiting: list[Future[Any]] = [pool.submit(room.open, tenant), pool.submit(room.store, tenant, "dos")]
                while sum(future.running() for future in waiting) < 2:
                    sleep(0.001)
                with room.registry.transaction() as tx:
                    tx.tenants.save(tx.tenants.lock(tenant.id).closing())
            errors = {type(future.exception()) for future in waiting}
        assert errors <= {TenantMissing, TenantGone}
        assert len(room.uses(tenant)) == 1

    def test_letting_a_client_go_destroys_what_there_is_once(self, room: Strongroom, tenant: Tenant) -> None:
        room.store(tenant, "una")
        with room.registry.transaction() as tx:
            tx.tenants.save(tx.tenants.lock(tenant.id).closing())
        assert room.departing.destroy(tenant.id)
        assert not room.departing.destroy(tenant.id)
        (receipt,) = room.vault.receipts(tenant.id, None, 5).items
        assert (receipt.destruction.reason, receipt.destruction.destroyed_by) == (POR_BAJA, "sistema")
        with pytest.raises(TenantGone):
            room.store(tenant, "otra")
