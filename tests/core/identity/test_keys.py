"""API keys: who makes them, what they open, and that none opens anything once it is closed."""

from dataclasses import replace
from datetime import datetime, timedelta

import pytest

from horux_adapters.memory.keys import MemoryKeyRing
from horux_core.billing.model import SubscriptionStatus
from horux_core.identity.errors import (
    ActionForbidden,
    KeyMalformed,
    KeyMissing,
    KeyNotAdmitted,
    ScopeMissing,
    TokenInvalid,
    TooManyAttempts,
    TooManyKeys,
)
from horux_core.identity.issuing_keys import LONGEST_LIFE, MOST_KEYS, WantedKey
from horux_core.identity.keys import Scope
from horux_core.identity.model import Permission, Role
from horux_core.kernel.ids import KeyId
from horux_core.plans.errors import FeatureNotInPlan, SubscriptionInactive
from horux_core.plans.model import Plan
from horux_core.tenancy.model import TenantState
from tests.core.identity.house import House
from tests.core.identity.world import START


@pytest.fixture
def house() -> House:
    return House()


class TestMaking:
    def test_tells_the_secret_once_and_keeps_a_hash(self, house: House) -> None:
        issued = house.issued("cfdi:read", "reportes:read")
        assert issued.secret.startswith(issued.key.prefix)
        assert len(issued.secret) - len(issued.key.prefix) >= 43, "256 bits that are never shown again"
        kept = repr(dict(house.world.control.tables))
        assert issued.secret not in kept
        assert issued.secret not in repr(issued)
        assert issued.key.token_hash not in repr(issued)
        assert house.world.tokens.digest(issued.secret) == issued.key.token_hash

    def test_makes_no_two_alike(self, house: House) -> None:
        made = [house.issued() for _ in range(5)]
        assert len({one.secret for one in made}) == len({one.key.prefix for one in made}) == 5

    @pytest.mark.parametrize("role", [Role.CONTADOR, Role.VISOR])
    def test_is_the_owner_s_alone(self, house: House, role: Role) -> None:
        issued = house.issued()
        house.world.user("beto@ejemplo.mx", house.here, role=role)
        beto = house.world.actor(house.world.enter("beto@ejemplo.mx"))
        for ask in (
            lambda: house.world.issue_key(beto, WantedKey("Mía", ("cfdi:read",))),
            lambda: house.world.list_keys(beto),
            lambda: house.world.revoke_key(beto, issued.key.id),
        ):
            with pytest.raises(ActionForbidden):
                ask()

    def test_is_no_key_s(self, house: House) -> None:
        issued = house.issued(*Scope)
        key = house.shown(issued.secret)
        for ask in (
            lambda: house.world.issue_key(key, WantedKey("Hija", ("cfdi:read",))),
            lambda: house.world.list_keys(key),
            lambda: house.world.revoke_key(key, issued.key.id),
        ):
            with pytest.raises(ActionForbidden):
                ask()

    def test_asks_for_the_feature_and_for_a_subscription(self, house: House) -> None:
        house.subscription(SubscriptionStatus.PAUSED)
        with pytest.raises(SubscriptionInactive):
            house.issued()
        house.subscription(SubscriptionStatus.AUTHORIZED)
        house.world.change_tenant(house.here, plan=Plan.PROFESSIONAL)
        with pytest.raises(FeatureNotInPlan):
            house.issued()
        with pytest.raises(FeatureNotInPlan):
            house.world.list_keys(house.owner)

    def test_makes_so_many_and_no_more(self, house: House) -> None:
        made = [house.issued() for _ in range(MOST_KEYS)]
        with pytest.raises(TooManyKeys) as told:
            house.issued()
        assert told.value.facts == {"limit": MOST_KEYS}
        house.world.revoke_key(house.owner, made[0].key.id)
        house.issued()

    @pytest.mark.parametrize(
        ("wanted", "campo"),
        [
            (WantedKey("", ("cfdi:read",)), "nombre"),
            (WantedKey("  \n ", ("cfdi:read",)), "nombre"),
            (WantedKey("x" * 81, ("cfdi:read",)), "nombre"),
            (WantedKey("a\x00b", ("cfdi:read",)), "nombre"),
            (WantedKey("la hxk_abc", ("cfdi:read",)), "nombre"),
            (WantedKey("Caja", ()), "scopes"),
            (WantedKey("Caja", ("fiel:read",)), "scopes"),
            (WantedKey("Caja", ("cfdi:read", "*")), "scopes"),
            (WantedKey("Caja", ("CFDI:READ",)), "scopes"),
            (WantedKey("Caja", ("cfdi:read",), START), "expiraEn"),
            (WantedKey("Caja", ("cfdi:read",), START - timedelta(1)), "expiraEn"),
            (WantedKey("Caja", ("cfdi:read",), START + LONGEST_LIFE + timedelta(seconds=1)), "expiraEn"),
            (WantedKey("Caja", ("cfdi:read",), START.replace(tzinfo=None) + timedelta(1)), "expiraEn"),
        ],
    )
    def test_refuses_what_makes_no_key(self, house: House, wanted: WantedKey, campo: str) -> None:
        with pytest.raises(KeyMalformed) as told:
            house.world.issue_key(house.owner, wanted)
        assert told.value.facts == {"campo": campo}

    def test_is_in_the_trail_without_its_secret(self, house: House) -> None:
        issued = house.issued("cfdi:write", expires_at=START + timedelta(days=1))
        house.world.revoke_key(house.owner, issued.key.id)
        made, revoked = house.trail()
        assert (made.action, revoked.action) == ("llave-creada", "llave-revocada")
        assert made.user == revoked.user == house.ana.id
        assert made.detail == {
            "llave": str(issued.key.id),
            "nombre": "Caja",
            "scopes": "cfdi:write",
            "expira": "2026-03-02 12:00:00+00:00",
        }
        assert revoked.detail == {"llave": str(issued.key.id), "nombre": "Caja"}
        assert issued.secret not in repr([made, revoked])


class TestListing:
    def test_says_who_made_a_key_and_whether_it_still_belongs(self, house: House) -> None:
        world = house.world
        world.user("beto@ejemplo.mx", house.here)
        beto = world.actor(world.enter("beto@ejemplo.mx"))
        issued = world.issue_key(beto, WantedKey("Caja", ("cfdi:read",)))
        assert [(one.key.created_by_email, one.maker_belongs) for one in world.list_keys(house.owner)] == [
            ("beto@ejemplo.mx", True)
        ]
        with world.directory.transaction() as tx:
            tx.users.remove(beto.signed_in()[0])
        assert [(one.key.created_by_email, one.maker_belongs) for one in world.list_keys(house.owner)] == [
            ("beto@ejemplo.mx", False)
        ]
        assert house.shown(issued.secret).tenant_id == house.here

    def test_shows_and_revokes_the_open_taxpayer_s_alone(self, house: House) -> None:
        world = house.world
        world.user("eva@ejemplo.mx", house.there)
        eva = world.actor(world.enter("eva@ejemplo.mx"))
        issued = house.issued()
        assert world.list_keys(eva) == ()
        with pytest.raises(KeyMissing):
            world.revoke_key(eva, issued.key.id)
        house.shown(issued.secret)


class TestAtTheDoor:
    def test_stands_for_its_taxpayer_and_for_nobody(self, house: House) -> None:
        issued = house.issued("cfdi:read")
        actor = house.shown(issued.secret)
        assert (actor.tenant_id, actor.user, actor.session, actor.role) == (house.here, None, None, None)
        assert (actor.platform_admin, actor.viewing, actor.key) == (False, False, issued.key)
        assert actor.author == issued.key.id
        with pytest.raises(ActionForbidden):
            actor.signed_in()

    @pytest.mark.parametrize(
        ("scopes", "permissions"),
        [
            (["cfdi:read"], {Permission.READ_BOOKS}),
            (["reportes:read"], {Permission.READ_BOOKS}),
            (["cfdi:write"], {Permission.READ_BOOKS, Permission.WRITE_BOOKS}),
            (list(Scope), {Permission.READ_BOOKS, Permission.WRITE_BOOKS}),
        ],
    )
    def test_may_never_what_an_owner_or_the_staff_may(
        self, house: House, scopes: list[str], permissions: set[Permission]
    ) -> None:
        actor = house.shown(house.issued(*scopes).secret)
        assert {permission for permission in Permission if actor.may(permission)} == permissions

    def test_is_let_in_by_its_own_scopes_and_by_no_default(self, house: House) -> None:
        actor = house.shown(house.issued("cfdi:read", "reportes:read").secret)
        actor.require_scope(Scope.CFDI_READ)
        actor.require_scope(Scope.REPORTES_READ)
        with pytest.raises(ScopeMissing) as told:
            actor.require_scope(Scope.CFDI_WRITE)
        assert told.value.facts == {"scope": "cfdi:write"}
        with pytest.raises(KeyNotAdmitted):
            actor.require_scope(None)
        house.owner.require_scope(None)
        house.owner.require_scope(Scope.CFDI_WRITE)

    def test_answers_alike_whatever_is_wrong(self, house: House) -> None:
        world = house.world
        expiring, revoked = house.issued(expires_at=START + timedelta(hours=1)), house.issued()
        world.user("eva@ejemplo.mx", house.there)
        eva = world.actor(world.enter("eva@ejemplo.mx"))
        left = world.issue_key(eva, WantedKey("Caja", ("cfdi:read",)))
        world.revoke_key(house.owner, revoked.key.id)
        world.change_tenant(house.there, state=TenantState.DELETED)
        world.later(hours=1)
        told = set()
        for number, secret in enumerate(
            (
                expiring.secret,
                revoked.secret,
                left.secret,
                "hxk_",
                "hxk_abc",
                house.issued().secret + "x",
                "hxk_\udc80ñ",
            )
        ):
            with pytest.raises(TokenInvalid) as refusal:
                house.shown(secret, f"192.0.2.{number}")
            told.add((str(refusal.value), str(refusal.value.facts)))
        assert len(told) == 1

    def test_makes_an_address_that_guesses_wait_and_nobody_else(self, house: House) -> None:
        good = house.issued().secret
        for number in range(5):
            with pytest.raises(TokenInvalid):
                house.shown(f"hxk_{number}")
        with pytest.raises(TooManyAttempts) as told:
            house.shown("hxk_mala")
        assert told.value.facts == {"retryAfter": 2}
        with pytest.raises(TokenInvalid):
            house.shown("hxk_mala", "198.51.100.7")
        assert house.shown(good).tenant_id == house.here, "another's mistake at the same address"
        house.world.later(seconds=2)
        with pytest.raises(TokenInvalid):
            house.shown("hxk_mala")
        house.world.enter()

    def test_notes_its_last_use_once_a_minute(self, house: House) -> None:
        issued = house.issued()
        assert house.world.list_keys(house.owner)[0].key.last_used_at is None
        for seconds, noted in ((0, 0), (59, 0), (1, 60)):
            house.world.later(seconds=seconds)
            house.shown(issued.secret)
            (listed,) = house.world.list_keys(house.owner)
            assert listed.key.last_used_at == START + timedelta(seconds=noted)

    def test_writes_nothing_for_a_use_in_the_same_minute(self, house: House) -> None:
        issued, written = house.issued(), []

        class Ring(MemoryKeyRing):
            def used(self, key: KeyId, at: datetime) -> None:
                written.append(at)
                MemoryKeyRing.used(self, key, at)

        by_key = replace(house.world.authenticate.by_key, keys=Ring(house.world.control))
        for _ in range(5):
            by_key(issued.secret, "", "")
        assert written == [START]

    def test_leaves_a_trace_of_what_it_writes_as_the_key(self, house: House) -> None:
        issued = house.issued("cfdi:write", nombre="Punto de venta")
        world, actor = house.world, house.shown(issued.secret)
        for how in ("GET", "head", "OPTIONS"):
            world.trace_key(actor, how, "/api/cfdi")
        world.trace_key(house.owner, "POST", "/api/cfdi")
        world.trace_key(actor, "POST", f"/api/cfdi/{issued.secret}")
        _, trace = house.trail()
        assert (trace.action, trace.user, trace.session, trace.tenant) == (
            "escritura-con-llave",
            None,
            None,
            house.here,
        )
        assert (trace.email, trace.detail) == ("Llave de API «Punto de venta»", {"llave": str(issued.key.id)})
        assert (trace.method, trace.path, trace.request_id) == ("POST", "/api/cfdi/hxk_…", "req-1")
