"""What every KeyRing, and the Keys of a Directory, promise; a subclass brings `directory`, `key_ring`, `new_tenant`."""

from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import timedelta
from uuid import UUID, uuid4

from contracts.ports.directory import NOW, NewTenant
from horux_core.identity.keys import ApiKey, Scope
from horux_core.identity.ports import Directory, KeyRing
from horux_core.kernel.ids import KeyId, TenantId, UserId


def a_key(tenant: TenantId, token_hash: str = "", number: int = 0) -> ApiKey:
    ident = KeyId(UUID(int=uuid4().int))
    return ApiKey(
        ident,
        tenant,
        "Punto de venta",
        "hxk_k7Qw2mXa",
        token_hash or ident.hex,
        frozenset({Scope.CFDI_READ, Scope.REPORTES_READ}),
        UserId(uuid4()),
        "ana@ejemplo.mx",
        NOW + timedelta(minutes=number),
        NOW + timedelta(days=30),
    )


def added(directory: Directory, *keys: ApiKey) -> None:
    with directory.transaction() as tx:
        for key in keys:
            tx.keys.add(key)


class KeyRingContract:
    def test_knows_a_key_by_its_hash_alone(
        self, directory: Directory, key_ring: KeyRing, new_tenant: NewTenant
    ) -> None:
        tenant = new_tenant("EKU9003173C9")
        lasting = replace(a_key(tenant, "b" * 64), expires_at=None, scopes=frozenset({Scope.CFDI_WRITE}))
        key = a_key(tenant, "a" * 64)
        added(directory, key, lasting)
        assert (key_ring.of("a" * 64), key_ring.of("b" * 64)) == (key, lasting)
        assert key_ring.of("c" * 64) is None
        assert key_ring.of("") is None

    def test_lists_those_of_a_taxpayer_newest_first(self, directory: Directory, new_tenant: NewTenant) -> None:
        tenant, other = new_tenant("EKU9003173C9"), new_tenant("AAA010101AAA")
        first, second, foreign = a_key(tenant), a_key(tenant, number=1), a_key(other)
        added(directory, first, second, foreign)
        with directory.transaction() as tx:
            assert tx.keys.of_tenant(tenant) == (second, first)
            assert tx.keys.of_tenant(other) == (foreign,)

    def test_lets_a_revoked_key_in_no_more(
        self, directory: Directory, key_ring: KeyRing, new_tenant: NewTenant
    ) -> None:
        tenant, other = new_tenant("EKU9003173C9"), new_tenant("AAA010101AAA")
        key, foreign = a_key(tenant), a_key(other)
        added(directory, key, foreign)
        assert key_ring.of(key.token_hash) == key
        with directory.transaction() as tx:
            assert tx.keys.remove(tenant, foreign.id) is None
            assert tx.keys.remove(tenant, key.id) == key
        assert key_ring.of(key.token_hash) is None
        assert key_ring.of(foreign.token_hash) == foreign
        with directory.transaction() as tx:
            assert tx.keys.remove(tenant, key.id) is None

    def test_keeps_a_key_when_its_revocation_fails(
        self, directory: Directory, key_ring: KeyRing, new_tenant: NewTenant
    ) -> None:
        key = a_key(new_tenant("EKU9003173C9"))
        added(directory, key)
        try:
            with directory.transaction() as tx:
                tx.keys.remove(key.tenant, key.id)
                raise ZeroDivisionError
        except ZeroDivisionError:
            pass
        assert key_ring.of(key.token_hash) == key

    def test_ends_all_of_a_taxpayer_that_leaves(
        self, directory: Directory, key_ring: KeyRing, new_tenant: NewTenant
    ) -> None:
        leaving, staying = a_key(new_tenant("EKU9003173C9")), a_key(new_tenant("AAA010101AAA"))
        added(directory, leaving, staying)
        with directory.transaction() as tx:
            tx.memberships.remove_tenant(leaving.tenant)
        assert (key_ring.of(leaving.token_hash), key_ring.of(staying.token_hash)) == (None, staying)

    def test_notes_a_use_once_a_minute(self, directory: Directory, key_ring: KeyRing, new_tenant: NewTenant) -> None:
        key = a_key(new_tenant("EKU9003173C9"))
        added(directory, key)
        for seconds, noted in ((0, 0), (59, 0), (60, 60), (30, 60), (119, 60), (200, 200)):
            key_ring.used(key.id, NOW + timedelta(seconds=seconds))
            found = key_ring.of(key.token_hash)
            assert found == replace(key, last_used_at=NOW + timedelta(seconds=noted)), seconds
        with directory.transaction() as tx:
            assert tx.keys.of_tenant(key.tenant) == (found,)
        key_ring.used(KeyId(uuid4()), NOW)

    def test_is_noted_as_used_by_many_at_once(
        self, directory: Directory, key_ring: KeyRing, new_tenant: NewTenant
    ) -> None:
        key = a_key(new_tenant("EKU9003173C9"))
        added(directory, key)
        with ThreadPoolExecutor(4) as threads:
            list(threads.map(lambda _: key_ring.used(key.id, NOW), range(12)))
        found = key_ring.of(key.token_hash)
        assert found is not None
        assert found.last_used_at == NOW
