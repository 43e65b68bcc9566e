import json
from dataclasses import replace
from datetime import UTC, datetime
from uuid import uuid4

import pytest

from contracts.clients import NOW, OPERATOR, RFC, a_tenant
from contracts.ports.registry import IN_ORDER, kept
from horux_adapters.memory.audit import MemoryAuditTrail
from horux_adapters.memory.database import MemoryDatabase
from horux_adapters.memory.outbox import MemoryOutbox
from horux_adapters.memory.tenancy import MemoryRegistry
from horux_core.audit.model import Entry
from horux_core.identity.errors import ActionForbidden, MustChangePassword
from horux_core.identity.model import Actor, Permission, Role
from horux_core.kernel.ids import SessionId, UserId
from horux_core.tenancy.changing import Changes, ChangeTenant
from horux_core.tenancy.errors import LimitInvalid, NombreInvalid, PlanUnknown, TenantMissing, ViewForbidden
from horux_core.tenancy.impersonating import EnterView
from horux_core.tenancy.listing import ListTenants, ShowTenant
from horux_core.tenancy.model import Tenant, TenantState
from horux_core.tenancy.regimenes import CLAVES, corresponde, nombre_de_regimen
from tests.samples import shared


@pytest.fixture
def control() -> MemoryDatabase:
    return MemoryDatabase(lambda: NOW)


@pytest.fixture
def registry(control: MemoryDatabase) -> MemoryRegistry:
    return MemoryRegistry(control, lambda tables: MemoryOutbox(tables, lambda: datetime.now(UTC)))


@pytest.fixture
def tenant(registry: MemoryRegistry) -> Tenant:
    tenant = a_tenant()
    kept(registry, tenant)
    return tenant


def a_person(tenant: Tenant) -> Actor:
    return Actor(UserId(uuid4()), "ana@cascabel.mx", False, SessionId(uuid4()), tenant.id, Role.OWNER)


class TestEnterView:
    @pytest.fixture
    def enter(self, registry: MemoryRegistry, control: MemoryDatabase) -> EnterView:
        return EnterView(registry, MemoryAuditTrail(control))

    def entries(self, control: MemoryDatabase) -> list[Entry]:
        return list(MemoryAuditTrail(control).page(None, None, 50).items)

    @pytest.mark.parametrize("rfc", [RFC, "TPR840604D98", "nada", ""])
    def test_nobody_but_the_operator_names_a_client_not_even_its_own(
        self, enter: EnterView, tenant: Tenant, control: MemoryDatabase, rfc: str
    ) -> None:
        with pytest.raises(ViewForbidden):
            enter(a_person(tenant), rfc, "GET", "/api/cfdi", "r1")
        assert self.entries(control) == []

    def test_the_operator_may_what_the_owner_may(self, enter: EnterView, tenant: Tenant) -> None:
        actor = enter(OPERATOR, " cas2408138w2", "GET", "/api/cfdi", "r1")
        assert (actor.tenant, actor.role, actor.viewing, actor.request_id) == (tenant.id, Role.OWNER, True, "r1")
        assert (actor.user, actor.session, actor.platform_admin) == (OPERATOR.user, OPERATOR.session, True)
        assert all(actor.may(permission) for permission in Permission)

    @pytest.mark.parametrize("rfc", ["TPR840604D98", "nada", "", f"{RFC},TPR840604D98"])
    def test_views_nobody_that_is_not_there(self, enter: EnterView, tenant: Tenant, rfc: str) -> None:
        with pytest.raises(TenantMissing):
            enter(OPERATOR, rfc, "GET", "/api/cfdi", "r1")

    def test_views_no_client_on_its_way_out(self, enter: EnterView, registry: MemoryRegistry, tenant: Tenant) -> None:
        with registry.transaction() as tx:
            tx.tenants.save(tenant.closing())
        with pytest.raises(TenantMissing):
            enter(OPERATOR, RFC, "GET", "/api/cfdi", "r1")

    def test_a_temporary_password_opens_no_view(self, enter: EnterView, tenant: Tenant) -> None:
        with pytest.raises(MustChangePassword):
            enter(replace(OPERATOR, must_change_password=True), RFC, "GET", "/api/cfdi", "r1")

    def test_the_first_view_of_a_session_leaves_a_trace(
        self, enter: EnterView, tenant: Tenant, control: MemoryDatabase
    ) -> None:
        for n in range(3):
            enter(OPERATOR, RFC, "get", f"/api/cfdi/{n}", f"r{n}")
        (entry,) = self.entries(control)
        assert (entry.action, entry.method, entry.path, entry.request_id) == ("vista", "GET", "/api/cfdi/0", "r0")
        assert (entry.at, entry.user, entry.email) == (NOW, OPERATOR.user, OPERATOR.email)
        assert (entry.session, entry.tenant) == (OPERATOR.session, tenant.id)

    @pytest.mark.parametrize(
        ("path", "kept"),
        [
            ("/api/cfdi/\0x", "/api/cfdi/\\x00x"),
            ("/\ud800\n", "/\\ud800\\n"),
            ("/ñ" + "a" * 900, "/ñ" + "a" * 498),
            ("\0" * 900, "\\x00" * 125),
        ],
    )
    def test_any_path_that_can_be_sent_can_be_kept(
        self, enter: EnterView, tenant: Tenant, control: MemoryDatabase, path: str, kept: str
    ) -> None:
        enter(OPERATOR, RFC, "POST", path, "r1")
        assert [entry.path for entry in self.entries(control)] == [kept, kept]

    @pytest.mark.parametrize("method", ["POST", "PUT", "PATCH", "DELETE", "RARO"])
    def test_every_write_leaves_a_trace(
        self, enter: EnterView, tenant: Tenant, control: MemoryDatabase, method: str
    ) -> None:
        enter(OPERATOR, RFC, method, "/api/cfdi", "r1")
        enter(OPERATOR, RFC, method, "/api/cfdi", "r2")
        writes = [entry.request_id for entry in self.entries(control) if entry.action == "escritura"]
        assert writes == ["r2", "r1"]

    @pytest.mark.parametrize("method", ["GET", "HEAD", "OPTIONS", "get"])
    def test_reading_is_no_write(self, enter: EnterView, tenant: Tenant, control: MemoryDatabase, method: str) -> None:
        enter(OPERATOR, RFC, method, "/api/cfdi", "r1")
        assert [entry.action for entry in self.entries(control)] == ["vista"]


class TestListing:
    def test_gives_every_live_client_a_page_at_a_time(self, registry: MemoryRegistry) -> None:
        kept(registry, *map(a_tenant, IN_ORDER[1:]), a_tenant(IN_ORDER[0], TenantState.PROVISIONING))
        first = ListTenants(registry)(OPERATOR, None, 3)
        rest = ListTenants(registry)(OPERATOR, first.next_cursor, 3)
        assert [str(tenant.rfc) for tenant in (*first.items, *rest.items)] == list(IN_ORDER[1:])
        assert rest.next_cursor is None

    @pytest.mark.parametrize("limit", [0, -5])
    def test_always_gives_one_at_least(self, registry: MemoryRegistry, tenant: Tenant, limit: int) -> None:
        assert ListTenants(registry)(OPERATOR, None, limit).items == (tenant,)

    def test_shows_one(self, registry: MemoryRegistry, tenant: Tenant) -> None:
        assert ShowTenant(registry)(OPERATOR, "cas2408138w2") == tenant
        with pytest.raises(TenantMissing):
            ShowTenant(registry)(OPERATOR, "no es un RFC")

    def test_is_for_the_operator_alone(self, registry: MemoryRegistry, tenant: Tenant) -> None:
        for use_case in (ListTenants(registry), ShowTenant(registry)):
            with pytest.raises(ActionForbidden):
                use_case(a_person(tenant), RFC)


class TestChangeTenant:
    def test_leaves_a_trace_of_what_changed_and_of_who_asked(
        self, registry: MemoryRegistry, tenant: Tenant, control: MemoryDatabase
    ) -> None:
        change, staff = ChangeTenant(registry), replace(OPERATOR, request_id="r9")
        change(staff, RFC, Changes(nombre=tenant.nombre, plan="enterprise", users_limit=-1))
        change(staff, RFC, Changes(users_limit=None))
        change(staff, RFC, Changes(plan="enterprise"))
        back, first = MemoryAuditTrail(control).page(tenant.id, None, 9).items
        assert (first.user, first.email, first.session, first.at) == (staff.user, staff.email, staff.session, NOW)
        assert (first.action, first.method, first.path) == ("empresa-cambio", "PATCH", f"/api/tenants/{RFC}")
        assert (first.request_id, first.detail) == ("r9", {"plan": "enterprise", "usersLimit": "-1"})
        assert back.detail == {"usersLimit": ""}

    def test_changes_what_is_asked_for_and_nothing_else(self, registry: MemoryRegistry, tenant: Tenant) -> None:
        changed = ChangeTenant(registry)(OPERATOR, RFC, Changes(nombre=" Cascabel \t Dos ", cfdi_limit=7))
        assert changed == tenant.renamed("Cascabel Dos").with_cfdi_limit(7)
        assert registry.get(tenant.id) == changed
        assert ChangeTenant(registry)(OPERATOR, RFC, Changes()) == changed

    def test_limits_follow_the_plan_unless_they_were_set(self, registry: MemoryRegistry, tenant: Tenant) -> None:
        change = ChangeTenant(registry)
        assert (tenant.cfdi_limit, tenant.users_limit) == (500, 3)
        set_here = change(OPERATOR, RFC, Changes(plan="professional", cfdi_limit=0, users_limit=-1))
        assert (set_here.cfdi_limit, set_here.users_limit) == (0, -1)
        follows = change(OPERATOR, RFC, Changes(cfdi_limit=None, users_limit=None))
        assert (follows.cfdi_limit, follows.users_limit) == (2_000, 10)

    @pytest.mark.parametrize(
        ("changes", "error"),
        [
            (Changes(plan="gold"), PlanUnknown),
            (Changes(cfdi_limit=-2), LimitInvalid),
            (Changes(users_limit=2**31), LimitInvalid),
            (Changes(nombre=""), NombreInvalid),
        ],
    )
    def test_refuses_what_makes_no_sense(
        self,
        registry: MemoryRegistry,
        tenant: Tenant,
        control: MemoryDatabase,
        changes: Changes,
        error: type[Exception],
    ) -> None:
        with pytest.raises(error):
            ChangeTenant(registry)(OPERATOR, RFC, changes)
        assert registry.get(tenant.id) == tenant
        assert MemoryAuditTrail(control).page(None, None, 9).items == ()

    def test_is_for_the_operator_alone(self, registry: MemoryRegistry, tenant: Tenant) -> None:
        with pytest.raises(ActionForbidden):
            ChangeTenant(registry)(a_person(tenant), RFC, Changes(plan="enterprise"))
        assert registry.get(tenant.id) == tenant


def test_knows_the_regimes_of_the_sats_catalogue() -> None:
    catalogo = json.loads(shared("domain", "catalogos_cfdi.json").read_text())["regimen_fiscal"]
    assert catalogo.keys() == CLAVES
    for clave, regimen in catalogo.items():
        assert nombre_de_regimen(clave) == regimen["n"]
        assert (corresponde(clave, moral=False), corresponde(clave, moral=True)) == (regimen["pf"], regimen["pm"])
