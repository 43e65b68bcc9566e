"""What every Registry promises; a subclass brings `registry`, empty, and `trail` over the same database."""

from concurrent.futures import ThreadPoolExecutor

import pytest

from contracts.clients import a_tenant
from contracts.ports.audit_trail import a_deed, deeds
from horux_core.audit.model import Deed
from horux_core.audit.ports import AuditTrail
from horux_core.kernel.pages import CursorMalformed
from horux_core.kernel.rfc import Rfc
from horux_core.plans.model import Plan
from horux_core.tenancy.errors import RfcTaken, TenantMissing
from horux_core.tenancy.model import Tenant, TenantState
from horux_core.tenancy.ports import Registry

IN_ORDER = ("A&B010101AB1", "CAS2408138W2", "ROEM691011EZ4", "TPR840604D98", "ÑAM010101AB1")


def kept_and_failed(registry: Registry, tenant: Tenant, *done: Deed) -> None:
    with registry.transaction() as tx:
        tx.tenants.add(tenant)
        for deed in done:
            tx.audit.record(deed)
        raise ZeroDivisionError


def kept(registry: Registry, *tenants: Tenant) -> None:
    with registry.transaction() as tx:
        for tenant in tenants:
            tx.tenants.add(tenant)


class RegistryContract:
    def test_gives_back_what_it_keeps(self, registry: Registry) -> None:
        tenant = a_tenant().with_cfdi_limit(7).with_users_limit(-1)
        kept(registry, tenant)
        assert registry.get(tenant.id) == tenant
        assert registry.find(tenant.rfc) == tenant

    @pytest.mark.parametrize("state", [TenantState.LIVE, TenantState.PROVISIONING, TenantState.DEPROVISIONING])
    def test_refuses_an_rfc_twice(self, registry: Registry, state: TenantState) -> None:
        kept(registry, a_tenant(state=state))
        with pytest.raises(RfcTaken):
            kept(registry, a_tenant())

    def test_gives_the_rfc_of_a_deleted_client_to_another(self, registry: Registry) -> None:
        gone = a_tenant()
        kept(registry, gone)
        with registry.transaction() as tx:
            tx.tenants.save(tx.tenants.lock(gone.id).deleted("horux_deleted_cas2408138w2_1"))
        successor = a_tenant()
        kept(registry, successor)
        assert registry.find(gone.rfc) == successor
        assert registry.get(gone.id).database_name == "horux_deleted_cas2408138w2_1"

    def test_keeps_nothing_of_a_failed_transaction(self, registry: Registry) -> None:
        tenant = a_tenant()
        with pytest.raises(ZeroDivisionError):
            kept_and_failed(registry, tenant)
        with pytest.raises(TenantMissing):
            registry.get(tenant.id)

    def test_keeps_a_deed_with_the_change_or_not_at_all(self, registry: Registry, trail: AuditTrail) -> None:
        tenant = a_tenant()
        deed = a_deed(tenant.id)
        with pytest.raises(ZeroDivisionError):
            kept_and_failed(registry, tenant, deed)
        assert deeds(trail.page(tenant.id, None, 10)) == []
        with registry.transaction() as tx:
            tx.tenants.add(tenant)
            tx.audit.record(deed)
        assert deeds(trail.page(tenant.id, None, 10)) == [deed]

    def test_gives_an_rfc_to_one_of_many_that_ask_at_once(self, registry: Registry) -> None:
        def one(_: int) -> bool:
            try:
                kept(registry, a_tenant())
            except RfcTaken:
                return False
            return True

        with ThreadPoolExecutor(4) as threads:
            assert sum(threads.map(one, range(8))) == 1

    def test_loses_no_change_made_under_lock(self, registry: Registry) -> None:
        tenant = a_tenant().with_cfdi_limit(0)
        kept(registry, tenant)

        def one(_: int) -> None:
            with registry.transaction() as tx:
                found = tx.tenants.lock(tenant.id)
                tx.tenants.save(found.with_cfdi_limit(found.cfdi_limit + 1))

        with ThreadPoolExecutor(4) as threads:
            list(threads.map(one, range(12)))
        assert registry.get(tenant.id).cfdi_limit == 12

    @pytest.mark.parametrize("state", [TenantState.PROVISIONING, TenantState.DEPROVISIONING, TenantState.DELETED])
    def test_finds_live_clients_alone(self, registry: Registry, state: TenantState) -> None:
        tenant = a_tenant(state=state)
        kept(registry, tenant)
        assert registry.get(tenant.id) == tenant
        assert registry.page(None, 10).items == ()
        with pytest.raises(TenantMissing):
            registry.find(tenant.rfc)

    def test_keeps_a_change(self, registry: Registry) -> None:
        tenant = a_tenant()
        kept(registry, tenant)
        changed = tenant.renamed("Otro").on_plan(Plan.ENTERPRISE).with_users_limit(9).closing()
        with registry.transaction() as tx:
            assert tx.tenants.lock(tenant.id) == tenant
            tx.tenants.save(changed)
        assert registry.get(tenant.id) == changed

    def test_has_no_client_it_was_not_given(self, registry: Registry) -> None:
        with pytest.raises(TenantMissing):
            registry.get(a_tenant().id)
        with pytest.raises(TenantMissing), registry.transaction() as tx:
            tx.tenants.lock(a_tenant().id)

    def test_removes_a_client_and_bears_doing_it_again(self, registry: Registry) -> None:
        tenant, other = a_tenant(), a_tenant("TPR840604D98")
        kept(registry, tenant, other)
        for _ in range(2):
            with registry.transaction() as tx:
                tx.tenants.remove(tenant.id)
        with pytest.raises(TenantMissing):
            registry.get(tenant.id)
        assert registry.get(other.id) == other

    @pytest.mark.parametrize("limit", [1, 2, 3, 5, 9])
    def test_pages_by_rfc(self, registry: Registry, limit: int) -> None:
        kept(registry, *map(a_tenant, reversed(IN_ORDER)))
        seen: list[str] = []
        cursor = None
        while True:
            page = registry.page(cursor, limit)
            seen += [str(tenant.rfc) for tenant in page.items]
            assert len(page.items) <= limit
            if (cursor := page.next_cursor) is None:
                break
        assert tuple(seen) == IN_ORDER

    def test_refuses_a_cursor_it_did_not_give(self, registry: Registry) -> None:
        with pytest.raises(CursorMalformed):
            registry.page("' OR 1=1 --", 10)

    def test_tells_an_n_from_an_enie(self, registry: Registry) -> None:
        kept(registry, a_tenant("NAM010101AB1"), a_tenant("ÑAM010101AB1"))
        assert registry.find(Rfc("ÑAM010101AB1")).rfc == "ÑAM010101AB1"
