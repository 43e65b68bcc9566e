from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest

from contracts.ports.directory import NOW, NewTenant
from contracts.ports.keys import KeyRingContract, a_key, added
from horux_adapters.crypto.tokens import SignedTokens
from horux_adapters.postgres.control import ControlDatabase
from horux_adapters.postgres.keys import PostgresKeyRing
from horux_core.identity.errors import TooManyKeys
from horux_core.identity.issuing_keys import MOST_KEYS, IssueKey, WantedKey
from horux_core.identity.model import Actor, Role
from horux_core.identity.ports import Directory, KeyRing
from horux_core.kernel.ids import SessionId, TenantId, UserId
from horux_core.plans.catalogue import CATALOGUE
from horux_core.plans.model import Entitlement, Plan
from tests.adapters.postgres.test_identity import central, control, directory, new_tenant  # noqa: F401


class _Enterprise:
    def of(self, _tenant: TenantId) -> Entitlement:
        terms = CATALOGUE[Plan.ENTERPRISE]
        return Entitlement(Plan.ENTERPRISE, terms.features, terms.cfdi_limit, terms.users_limit, writable=True)


class TestPostgresKeyRing(KeyRingContract):
    @pytest.fixture
    def key_ring(self, control: ControlDatabase) -> KeyRing:  # noqa: F811
        return PostgresKeyRing(control)

    def test_keeps_no_secret(self, control: ControlDatabase) -> None:  # noqa: F811
        with control.transaction() as connection:
            columns = connection.execute(
                "SELECT column_name FROM information_schema.columns WHERE table_name = 'api_keys'"
            ).fetchall()
        assert {name for (name,) in columns} == {
            "id", "tenant_id", "nombre", "prefix", "token_hash", "scopes", "created_by", "created_by_email",
            "created_at", "expires_at", "last_used_at",
        }  # fmt: skip

    def test_waits_for_nobody_to_note_a_use(
        self,
        control: ControlDatabase,  # noqa: F811
        directory: Directory,  # noqa: F811
        key_ring: KeyRing,
        new_tenant: NewTenant,  # noqa: F811
    ) -> None:
        key = a_key(new_tenant("EKU9003173C9"))
        added(directory, key)
        with control.transaction() as other:
            other.execute("SELECT FROM api_keys WHERE id = %s FOR UPDATE", (key.id,))
            key_ring.used(key.id, NOW)
            assert key_ring.of(key.token_hash) == key
        key_ring.used(key.id, NOW + timedelta(seconds=1))
        found = key_ring.of(key.token_hash)
        assert found is not None
        assert found.last_used_at == NOW + timedelta(seconds=1)

    def test_never_goes_over_the_most_a_taxpayer_may_have(
        self,
        directory: Directory,  # noqa: F811
        new_tenant: NewTenant,  # noqa: F811
    ) -> None:
        tenant = new_tenant("EKU9003173C9")
        added(directory, *(a_key(tenant) for _ in range(MOST_KEYS - 1)))
        issue = IssueKey(directory, _Enterprise(), SignedTokens(bytes(32)), lambda: NOW)
        owner = Actor(UserId(tenant), "ana@ejemplo.mx", False, SessionId(tenant), tenant, Role.OWNER)

        def made(_: int) -> bool:
            try:
                issue(owner, WantedKey("Otra", ("cfdi:read",)))
            except TooManyKeys:
                return False
            return True

        with ThreadPoolExecutor(6) as threads:
            assert sum(threads.map(made, range(12))) == 1
        with directory.transaction() as tx:
            assert len(tx.keys.of_tenant(tenant)) == MOST_KEYS
