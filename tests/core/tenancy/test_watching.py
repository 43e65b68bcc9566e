"""Reading the trail, and watching the jobs: who may, and what of."""

from datetime import UTC, datetime, timedelta
from uuid import uuid4

import pytest

from contracts.clients import OPERATOR, RFC, a_tenant
from contracts.ports.audit_trail import a_deed
from horux_adapters.memory.audit import MemoryAuditTrail
from horux_adapters.memory.database import MemoryDatabase
from horux_adapters.memory.jobs import MemoryJobs
from horux_adapters.memory.outbox import MemoryOutbox
from horux_adapters.memory.tenancy import MemoryRegistry
from horux_core.identity.errors import ActionForbidden, MustChangePassword, NoTenant
from horux_core.identity.model import Actor, Role
from horux_core.jobs.model import Job
from horux_core.kernel.ids import JobId, SessionId, TenantId, UserId
from horux_core.kernel.pages import CursorMalformed
from horux_core.tenancy.auditing import ReadOwnAudit, ReadWholeAudit
from horux_core.tenancy.errors import TenantMissing
from horux_core.tenancy.watching import WatchJobs

MINE, OTHER = TenantId(uuid4()), TenantId(uuid4())
DAWN = datetime(2026, 3, 1, 6, tzinfo=UTC)


def somebody(role: Role, *, temporary: bool = False) -> Actor:
    user, session = UserId(uuid4()), SessionId(uuid4())
    return Actor(user, "ana@cascabel.mx", False, session, MINE, role, must_change_password=temporary)


@pytest.fixture
def control() -> MemoryDatabase:
    return MemoryDatabase()


@pytest.fixture
def trail(control: MemoryDatabase) -> MemoryAuditTrail:
    trail = MemoryAuditTrail(control)
    for tenant in (MINE, OTHER, MINE, None):
        trail.record(a_deed(tenant))
    return trail


class TestReadOwnAudit:
    def test_shows_the_owner_what_was_done_in_its_books_alone(self, trail: MemoryAuditTrail) -> None:
        page = ReadOwnAudit(trail)(somebody(Role.OWNER), None, 10)
        assert [deed.tenant for deed in page.items] == [MINE, MINE]

    def test_goes_on_where_a_page_ended(self, trail: MemoryAuditTrail) -> None:
        read = ReadOwnAudit(trail)
        first = read(somebody(Role.OWNER), None, 1)
        second = read(somebody(Role.OWNER), first.next_cursor, 1)
        assert first.items != second.items
        assert second.next_cursor is None
        with pytest.raises(CursorMalformed):
            read(somebody(Role.OWNER), "x", 1)

    @pytest.mark.parametrize("role", [Role.VISOR, Role.CONTADOR])
    def test_is_the_owner_s_alone(self, trail: MemoryAuditTrail, role: Role) -> None:
        with pytest.raises(ActionForbidden):
            ReadOwnAudit(trail)(somebody(role), None, 10)

    def test_asks_the_operator_to_choose_a_client_and_the_newcomer_a_password(self, trail: MemoryAuditTrail) -> None:
        with pytest.raises(NoTenant):
            ReadOwnAudit(trail)(OPERATOR, None, 10)
        with pytest.raises(MustChangePassword):
            ReadOwnAudit(trail)(somebody(Role.OWNER, temporary=True), None, 10)


class TestReadWholeAudit:
    @pytest.fixture
    def read(self, trail: MemoryAuditTrail, control: MemoryDatabase) -> ReadWholeAudit:
        return ReadWholeAudit(trail, MemoryRegistry(control, lambda tables: MemoryOutbox(tables, lambda: DAWN)))

    def test_shows_the_operator_everything(self, read: ReadWholeAudit) -> None:
        assert len(read(OPERATOR, None, 10).items) == 4

    def test_shows_what_was_done_to_one_client_or_by_one_person(
        self, read: ReadWholeAudit, control: MemoryDatabase
    ) -> None:
        with control.transaction() as tables:
            tables["tenants"][OTHER] = a_tenant(tenant=OTHER)
        assert [entry.tenant for entry in read(OPERATOR, None, 10, RFC.lower()).items] == [OTHER]
        assert read(OPERATOR, None, 10, who="nadie").items == ()
        assert len(read(OPERATOR, None, 10, action="escritura").items) == 4
        with pytest.raises(TenantMissing):
            read(OPERATOR, None, 10, "TPR840604D98")

    def test_is_the_operator_s_alone(self, read: ReadWholeAudit) -> None:
        with pytest.raises(ActionForbidden):
            read(somebody(Role.OWNER), None, 10)


class TestWatchJobs:
    def test_shows_the_newest_of_all_clients_first(self, control: MemoryDatabase) -> None:
        jobs = MemoryJobs(control)
        for minute in range(205):
            tenant = MINE if minute % 2 else OTHER
            jobs.put(Job(JobId(uuid4()), tenant, "carga", {}, None, DAWN + timedelta(minutes=minute)))
        seen = WatchJobs(jobs)(OPERATOR)
        assert len(seen) == 200
        assert seen[0].created_at == DAWN + timedelta(minutes=204)
        assert {job.tenant for job in seen} == {MINE, OTHER}

    def test_is_the_operator_s_alone(self, control: MemoryDatabase) -> None:
        with pytest.raises(ActionForbidden):
            WatchJobs(MemoryJobs(control))(somebody(Role.OWNER))
