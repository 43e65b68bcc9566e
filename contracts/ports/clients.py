"""What every Clients promises; a subclass brings `clients`, empty, with `registry`, `subscriptions`,
`directory` and `vault` over the same database."""

from dataclasses import replace
from datetime import timedelta
from uuid import uuid4

import pytest

from contracts.boveda import a_sealed
from contracts.clients import NOW, a_subscription, a_tenant
from contracts.ports.registry import kept
from contracts.ports.vault import put
from horux_core.billing.model import SubscriptionStatus
from horux_core.billing.ports import Subscriptions
from horux_core.fiel.ports import Vault
from horux_core.identity.model import Session, User
from horux_core.identity.ports import Directory
from horux_core.kernel.ids import SessionId, TenantId, UserId
from horux_core.operations.clients import Client, ClientName, Clients, Usage
from horux_core.tenancy.errors import TenantMissing
from horux_core.tenancy.model import Tenant, TenantState
from horux_core.tenancy.ports import Registry

USAGE = Usage(1_284, 412 << 20, NOW)


def worked(directory: Directory, tenant: Tenant, *sessions: tuple[int, int]) -> None:
    """Sessions by the days on which they began and end."""
    with directory.transaction() as tx:
        user = User(UserId(uuid4()), f"{uuid4()}@cascabel.mx", "Ana", False, None, True, None, True, NOW)
        tx.users.add(user)
        for begun, ends in sessions:
            at, until = NOW + timedelta(days=begun), NOW + timedelta(days=ends)
            tx.sessions.add(Session(SessionId(uuid4()), user.id, tenant.id, at, until, "Firefox"))


class ClientsContract:
    def test_knows_nobody_before_one_was_taken_in(self, clients: Clients) -> None:
        assert clients.all() == ()
        assert clients.named(frozenset({TenantId(uuid4())})) == {}

    def test_gives_the_live_ones_by_rfc(self, clients: Clients, registry: Registry) -> None:
        second, first = a_tenant("ÑAM010101AB1"), a_tenant("A&B010101AB1")
        gone = replace(a_tenant("TPR840604D98", TenantState.DELETED), database_name="horux_deleted_x")
        kept(registry, second, first, gone, a_tenant("ROEM691011EZ4", TenantState.PROVISIONING))
        assert clients.all() == (Client(first, None), Client(second, None))
        assert clients.one(first.id) == Client(first, None)
        for absent in (gone.id, TenantId(uuid4())):
            with pytest.raises(TenantMissing):
                clients.one(absent)

    def test_tells_what_each_pays_now(self, clients: Clients, registry: Registry, subscriptions: Subscriptions) -> None:
        one, other = a_tenant(), a_tenant("TPR840604D98")
        kept(registry, one, other)
        former = a_subscription(one.id, status=SubscriptionStatus.CANCELLED, created_at=NOW + timedelta(days=1))
        standing = a_subscription(one.id, "750.50", created_at=NOW)
        ended = a_subscription(other.id, status=SubscriptionStatus.CANCELLED, created_at=NOW + timedelta(days=2))
        for each in (former, standing, replace(ended, id=uuid4(), created_at=NOW), ended):
            subscriptions.open(each)
        assert [client.subscription for client in clients.all()] == [standing, ended]
        assert clients.one(one.id).subscription == standing

    def test_tells_when_its_people_were_last_in(
        self, clients: Clients, registry: Registry, directory: Directory
    ) -> None:
        one, other = a_tenant(), a_tenant("TPR840604D98")
        kept(registry, one, other)
        worked(directory, one, (-9, 30), (-2, 5))
        (client, quiet) = clients.all()
        assert client == clients.one(one.id)
        assert (client.entered_at, client.open_until) == (NOW - timedelta(days=2), NOW + timedelta(days=30))
        assert (quiet.entered_at, quiet.open_until) == (None, None)

    def test_tells_until_when_its_efirma_serves(self, clients: Clients, registry: Registry, vault: Vault) -> None:
        one, other = a_tenant(), a_tenant("TPR840604D98")
        kept(registry, one, other)
        sealed = a_sealed(one.id)
        put(vault, sealed)
        assert [client.fiel_until for client in clients.all()] == [sealed.certificado.valido_hasta, None]
        assert clients.one(one.id).fiel_until == sealed.certificado.valido_hasta

    def test_keeps_the_last_measure(self, clients: Clients, registry: Registry) -> None:
        tenant = a_tenant()
        kept(registry, tenant)
        clients.measured(tenant.id, replace(USAGE, cfdis=3))
        clients.measured(tenant.id, USAGE)
        clients.measured(TenantId(uuid4()), USAGE)
        assert [client.usage for client in clients.all()] == [USAGE]
        assert clients.one(tenant.id).usage == USAGE

    def test_names_also_those_that_were_let_go(self, clients: Clients, registry: Registry) -> None:
        here = a_tenant()
        gone = replace(a_tenant("TPR840604D98", TenantState.DELETED), database_name="horux_deleted_x")
        kept(registry, here, gone)
        assert clients.named(frozenset({here.id, gone.id, TenantId(uuid4())})) == {
            here.id: ClientName("CAS2408138W2", here.nombre, True),
            gone.id: ClientName("TPR840604D98", gone.nombre, False),
        }
