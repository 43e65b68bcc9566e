from dataclasses import replace
from pathlib import Path
from uuid import UUID

from contracts.clients import a_tenant
from horux_adapters.filesystem.buzon import FilesystemBuzon
from horux_adapters.memory.database import MemoryDatabase
from horux_adapters.memory.outbox import MemoryOutbox
from horux_adapters.memory.tenancy import MemoryRegistry
from horux_core.kernel.ids import EventId, TenantId, UserId
from horux_core.onboarding.events import ClientWelcomed
from horux_core.onboarding.inboxes import OpenInbox
from horux_core.tenancy.model import TenantState


def test_a_client_that_is_taken_in_has_an_inbox_and_one_that_left_none(tmp_path: Path) -> None:
    control = MemoryDatabase()
    here = a_tenant()
    gone = replace(a_tenant("TPR840604D98"), state=TenantState.DEPROVISIONING)
    with control.transaction() as tables:
        for tenant in (here, gone):
            tables["tenants"][tenant.id] = tenant
    registry = MemoryRegistry(control, lambda tables: MemoryOutbox(tables, control.clock))
    open_inbox = OpenInbox(FilesystemBuzon(tmp_path), registry)
    for ident in (here.id, here.id, gone.id, TenantId(UUID(int=404))):
        open_inbox(ClientWelcomed(ident, UserId(UUID(int=1)), True), EventId(UUID(int=2)))
    assert [path.name for path in tmp_path.iterdir()] == [here.database_name]
