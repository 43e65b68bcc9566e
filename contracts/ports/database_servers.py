"""What every DatabaseServers promises; a subclass brings `servers`, `registry`, `trail`, `answering` and `silent`."""

from uuid import uuid4

import pytest

from contracts.clients import OPERATOR, a_tenant
from horux_core.audit.model import Deed
from horux_core.audit.ports import AuditTrail
from horux_core.identity.deeds import deed
from horux_core.tenancy.errors import ServerInUse, ServerMissing, ServerTaken, ServerUnfit
from horux_core.tenancy.model import DatabaseServer, TenantState
from horux_core.tenancy.ports import DatabaseServers, Registry

Place = tuple[str, int]


def a_deed(action: str = "servidor-alta") -> Deed:
    return deed(OPERATOR, None, action, "POST", "horux servers")


def another() -> DatabaseServer:
    return DatabaseServer(f"otro_{uuid4().hex[:8]}", f"db-{uuid4().hex[:8]}", 5433)


class DatabaseServersContract:
    def test_begins_with_the_central_one(self, servers: DatabaseServers) -> None:
        assert servers.all()[0] == DatabaseServer("principal", None, None, True)

    def test_keeps_what_was_added_with_its_trace(self, servers: DatabaseServers, trail: AuditTrail) -> None:
        other, done = another(), a_deed()
        servers.add(other, done)
        assert other in servers.all()
        assert done.id in {entry.id for entry in trail.page(None, None, 10).items}

    def test_has_neither_a_name_nor_an_address_twice(self, servers: DatabaseServers, trail: AuditTrail) -> None:
        other, done = another(), a_deed()
        servers.add(other, a_deed())
        for same in (DatabaseServer(other.name, "db9", 1), DatabaseServer("nuevo", other.host, other.port)):
            with pytest.raises(ServerTaken):
                servers.add(same, done)
        assert done.id not in {entry.id for entry in trail.page(None, None, 10).items}

    def test_closes_one_and_opens_it_again(self, servers: DatabaseServers) -> None:
        other = another()
        servers.add(other, a_deed())
        for whether in (False, True):
            servers.accept(other.name, whether, a_deed())
            assert {one.name: one.accepts_new for one in servers.all()}[other.name] is whether
        with pytest.raises(ServerMissing):
            servers.accept("nadie", False, a_deed())

    def test_forgets_an_empty_one(self, servers: DatabaseServers) -> None:
        other = another()
        servers.add(other, a_deed())
        servers.remove(other.name, a_deed())
        assert other.name not in {one.name for one in servers.all()}
        with pytest.raises(ServerMissing):
            servers.remove(other.name, a_deed())

    @pytest.mark.parametrize("state", [TenantState.LIVE, TenantState.DELETED])
    def test_keeps_one_with_a_client_also_one_that_left(
        self, servers: DatabaseServers, registry: Registry, state: TenantState
    ) -> None:
        other = another()
        servers.add(other, a_deed())
        with registry.transaction() as tx:
            tx.tenants.add(a_tenant(state=state).moved(other.name))
        told = "hay 1 bases de clientes y 0 .*move" if state is TenantState.LIVE else "hay 0 .* y 1 .*ninguna orden"
        with pytest.raises(ServerInUse, match=told):
            servers.remove(other.name, a_deed())
        (found,) = [one for one in servers.all() if one.name == other.name]
        assert (found.clients, found.retired) == ((1, 0) if state is TenantState.LIVE else (0, 1))

    def test_never_forgets_the_central_one(self, servers: DatabaseServers) -> None:
        with pytest.raises(ServerInUse):
            servers.remove("principal", a_deed())

    def test_proves_one_that_answers(self, servers: DatabaseServers, answering: Place) -> None:
        assert servers.prove(*answering) >= 15

    def test_refuses_one_that_does_not(self, servers: DatabaseServers, silent: Place) -> None:
        with pytest.raises(ServerUnfit):
            servers.prove(*silent)
