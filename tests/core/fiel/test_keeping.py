"""Storing, seeing, destroying and letting go of an e.firma."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import timedelta

import pytest

from contracts.boveda import AT, a_receipt
from contracts.clients import OPERATOR
from contracts.ports.fiel_vault import FielVaultContract
from horux_adapters.memory.audit import MemoryAuditTrail
from horux_adapters.memory.identity import MemoryThrottle
from horux_core.fiel.admitting import Admission
from horux_core.fiel.errors import FielMissing, FielRfcMismatch
from horux_core.fiel.events import FielStored
from horux_core.fiel.findings import Health
from horux_core.fiel.model import EstadoFiel, Upload, UseKind
from horux_core.fiel.ports import FielVault
from horux_core.fiel.showing import ListReceipts, ListUses, ShowFiel, ShownReceipt
from horux_core.fiel.storing import StoreFiel
from horux_core.identity.errors import ActionForbidden
from horux_core.identity.model import Actor, Role
from horux_core.kernel.ids import TenantId
from horux_core.plans.errors import SubscriptionInactive
from horux_core.tenancy.model import Tenant
from tests.core.fiel.strongroom import Strongroom, an_upload, owner


@pytest.fixture
def room() -> Strongroom:
    return Strongroom()


@pytest.fixture
def tenant(room: Strongroom) -> Tenant:
    return room.client()


def show(room: Strongroom) -> ShowFiel:
    return ShowFiel(room.safe, room.registry, lambda: room.moment)


def viewing(tenant: Tenant) -> Actor:
    return Actor(OPERATOR.user, "op@x.mx", True, OPERATOR.session, tenant.id, Role.OWNER, viewing=True)


class TestStoring:
    def test_tells_how_it_stands(self, room: Strongroom, tenant: Tenant) -> None:
        status = room.store(tenant, "una")
        assert status == show(room)(owner(tenant))
        assert status.certificado.nombre == "EMPRESA una"
        assert (status.estado, status.dias_restantes) == (EstadoFiel.VIGENTE, 400)
        assert [advertencia.codigo for advertencia in status.advertencias] == ["cadena-no-revisada"]

    def test_others_are_told_and_it_is_audited(self, room: Strongroom, tenant: Tenant) -> None:
        room.store(tenant, "una")
        (event,) = room.events()
        assert isinstance(event, FielStored)
        assert (event.tenant, event.by) == (tenant.id, "ana@cascabel.mx")
        assert event.numero_certificado == "30001000000500003415"
        (deed,) = MemoryAuditTrail(room.control).page(tenant.id, None, 5).items
        assert (deed.action, deed.path) == ("fiel-subida", "/api/fiel")

    def test_no_secret_is_anywhere_but_sealed(self, room: Strongroom, tenant: Tenant) -> None:
        upload = an_upload(tenant, "una")
        room.store(tenant, "una")
        row = room.vault.stored(tenant.id)
        assert row is not None
        everything = repr((upload, row, room.uses(tenant), room.events(), room.folders.final, room.control.tables))
        with room.unseal_fiel(owner(tenant), "prueba") as fiel:
            everything += repr(fiel)
        assert "canaria" not in everything
        assert "KEY una" not in everything
        octets = [p.data for p in (*row.pieces.values(), *room.folders.read(tenant).values())]
        assert not any(b"canaria" in each or b"KEY una" in each for each in octets)

    def test_an_opened_one_is_wiped(self, room: Strongroom, tenant: Tenant) -> None:
        room.store(tenant, "una")
        with room.unseal_fiel(owner(tenant), "prueba") as fiel:
            held = (fiel.certificate, fiel.private_key, fiel.password)
            assert all(held)
        assert not any(held)

    def test_no_iv_is_ever_used_twice(self, room: Strongroom, tenant: Tenant) -> None:
        seen: list[bytes] = []
        for n in range(50):
            room.store(tenant, f"n{n}")
            row = room.vault.stored(tenant.id)
            assert row is not None
            seen += [piece.iv for piece in (*row.pieces.values(), *room.folders.read(tenant).values())]
        assert len(set(seen)) == len(seen) == 400

    def test_refuses_what_does_not_serve_and_keeps_nothing(self, room: Strongroom, tenant: Tenant) -> None:
        with pytest.raises(FielRfcMismatch):
            room.store_fiel(owner(tenant), Upload(b"CER URE180429TM6 ajena", b"KEY ajena", "x"))
        assert (room.vault.stored(tenant.id), room.folders.read(tenant), room.uses(tenant)) == (None, {}, ())

    @pytest.mark.parametrize("role", [Role.CONTADOR, Role.VISOR])
    def test_is_the_owner_s_alone(self, room: Strongroom, tenant: Tenant, role: Role) -> None:
        room.store(tenant, "una")
        other = replace(owner(tenant), role=role)
        for act in (
            lambda: room.store_fiel(other, an_upload(tenant, "dos")), lambda: room.unseal_fiel(other, "prueba"),
            lambda: room.destroy_fiel(other), lambda: show(room)(other), lambda: ListUses(room.vault)(other),
            lambda: ListReceipts(room.vault, room.safe.signer)(other),
            lambda: room.verify_vault(other), lambda: room.rotate_vault(other),
        ):  # fmt: skip
            with pytest.raises(ActionForbidden):
                act()
        assert room.open(tenant) == "una"

    def test_who_only_reads_stores_none_and_may_destroy(self, room: Strongroom, tenant: Tenant) -> None:
        room.store(tenant, "una")
        subscriptions = room.control.tables["subscriptions"]
        for ident, subscription in list(subscriptions.items()):
            subscriptions[ident] = subscription.cancelled()
        with pytest.raises(SubscriptionInactive):
            room.store(tenant, "dos")
        room.store_fiel(viewing(tenant), an_upload(tenant, "tres"))
        room.destroy(tenant)

    def test_two_uploads_at_once_leave_one_of_them_whole(self, room: Strongroom, tenant: Tenant) -> None:
        def alone() -> StoreFiel:
            return replace(room.store_fiel, admission=Admission(MemoryThrottle(room.control)))

        with ThreadPoolExecutor(4) as pool:
            list(pool.map(lambda n: alone()(owner(tenant), an_upload(tenant, f"n{n}")), range(12)))
        name = room.open(tenant)
        assert name in {f"n{n}" for n in range(12)}
        assert {finding.health for finding in room.verify()} == {Health.SANA}
        kinds = [use.kind for use in room.uses(tenant)]
        assert kinds[:12] == [UseKind.ALTA] + [UseKind.REEMPLAZO] * 11


class TestShowing:
    @pytest.mark.parametrize(
        ("days", "estado", "left", "codes"),
        [
            (0, EstadoFiel.VIGENTE, 400, []), (339, EstadoFiel.VIGENTE, 61, []),
            (340, EstadoFiel.POR_VENCER, 60, ["por-vencer"]), (399, EstadoFiel.POR_VENCER, 1, ["por-vencer"]),
            (400, EstadoFiel.VENCIDA, 0, ["vencida"]), (900, EstadoFiel.VENCIDA, 0, ["vencida"]),
        ],
    )  # fmt: skip
    def test_as_days_go_by(
        self, room: Strongroom, tenant: Tenant, days: int, estado: EstadoFiel, left: int, codes: list[str]
    ) -> None:
        room.store(tenant, "una")
        status = ShowFiel(room.safe, room.registry, lambda: AT + timedelta(days=days))(owner(tenant))
        assert (status.estado, status.dias_restantes) == (estado, left)
        assert [each.codigo for each in status.advertencias] == [*codes, "cadena-no-revisada"]

    def test_says_when_there_is_none(self, room: Strongroom, tenant: Tenant) -> None:
        for act in (lambda: show(room)(owner(tenant)), lambda: room.open(tenant), lambda: room.destroy(tenant)):
            with pytest.raises(FielMissing):
                act()

    def test_the_client_sees_its_own_book_and_receipts(self, room: Strongroom, tenant: Tenant) -> None:
        other = room.client("URE180429TM6")
        for each in (tenant, other):
            room.store(each, "una")
        room.open(tenant)
        receipt = room.destroy(tenant)
        uses = ListUses(room.vault)(owner(tenant)).items
        assert [use.kind for use in uses] == [UseKind.DESTRUCCION, UseKind.USO, UseKind.ALTA]
        shown = ListReceipts(room.vault, room.safe.signer)
        assert shown(owner(tenant)).items == (ShownReceipt(receipt, proven=True),)
        assert shown(owner(other)).items == ()

    def test_a_receipt_that_somebody_planted_is_marked_and_hides_none(self, room: Strongroom, tenant: Tenant) -> None:
        room.store(tenant, "una")
        row = room.vault.stored(tenant.id)
        assert row is not None
        planted = a_receipt(tenant.id, row.seal.id)
        with room.vault.transaction() as tx:
            tx.receipts.add(planted)
        receipt = room.destroy(tenant)
        assert receipt.destruction.number == planted.destruction.number
        shown = ListReceipts(room.vault, room.safe.signer)(owner(tenant)).items
        assert shown == (ShownReceipt(receipt, proven=True), ShownReceipt(planted, proven=False))


class TestDestroyOnDeparture(FielVaultContract):
    @pytest.fixture
    def vault(self, room: Strongroom) -> FielVault:
        return room.departing

    @pytest.fixture
    def keep(self, room: Strongroom) -> Callable[[TenantId], None]:
        rfcs = iter(("CAS2408138W2", "URE180429TM6"))

        def keep(tenant: TenantId) -> None:
            room.store(room.client(next(rfcs), tenant), "una")

        return keep
