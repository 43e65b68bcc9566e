from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from threading import Event

import pytest

from horux_adapters.crypto.passwords import Argon2Passwords
from horux_core.identity.errors import BadCredentials, TooManyAttempts
from horux_core.identity.ports import PasswordHasher
from horux_core.identity.throttling import origin
from horux_core.plans.model import Plan
from horux_core.tenancy.model import TenantState
from tests.core.identity.world import PASSWORD, START, Meddled, World


def test_answers_with_tokens_and_the_oldest_taxpayer(world: World) -> None:
    first, second = world.tenant("ZZZ010101AAA", Plan.STARTER), world.tenant("AAA010101AAA")
    user = world.user("ana@ejemplo.mx", first, second)
    answer = world.enter(" ANA@ejemplo.MX ")
    assert answer.user == user
    assert answer.expires_in == 24 * 3600
    assert answer.cards.current is not None
    assert answer.cards.current.id == first
    assert [card.rfc for card in answer.cards.all] == ["AAA010101AAA", "ZZZ010101AAA"]
    actor = world.actor(answer)
    assert (actor.user, actor.tenant_id, actor.must_change_password) == (user.id, first, False)


def test_carries_the_design_s_claims(world: World) -> None:
    tenant = world.tenant("EKU9003173C9")
    user = world.user("ana@ejemplo.mx", tenant)
    claims = world.tokens.read(world.enter().access_token, START)
    assert {name: claims[name] for name in ("sub", "userId", "email", "role", "tenantId", "databaseName")} == {
        "sub": str(user.id),
        "userId": str(user.id),
        "email": "ana@ejemplo.mx",
        "role": "owner",
        "tenantId": str(tenant),
        "databaseName": "horux_eku9003173c9",
    }
    assert claims["iat"] == START.timestamp()
    assert claims["exp"] == (START + timedelta(hours=24)).timestamp()


def test_names_the_staff_admin_in_the_role_claim(world: World) -> None:
    world.user("op@horux.mx", admin=True)
    answer = world.enter("op@horux.mx")
    claims = world.tokens.read(answer.access_token, START)
    assert (claims["role"], claims["tenantId"], claims["databaseName"]) == ("admin", None, None)
    assert answer.cards.current is None


def test_lets_in_a_user_whose_taxpayers_are_all_gone(world: World) -> None:
    tenant = world.tenant("EKU9003173C9")
    world.user("ana@ejemplo.mx", tenant)
    world.change_tenant(tenant, state=TenantState.DEPROVISIONING)
    answer = world.enter()
    assert (answer.cards.current, answer.cards.all) == (None, ())
    assert world.actor(answer).tenant_id is None


def test_passes_over_a_first_taxpayer_that_left(world: World) -> None:
    gone, here = world.tenant("EKU9003173C9"), world.tenant("AAA010101AAA")
    world.user("ana@ejemplo.mx", gone, here)
    world.change_tenant(gone, state=TenantState.DEPROVISIONING)
    assert world.actor(world.enter()).tenant_id == here


def refusal(world: World, email: str, password: str) -> str:
    with pytest.raises(BadCredentials) as refused:
        world.enter(email, password)
    return str(refused.value)


def test_answers_alike_for_a_wrong_password_nobody_and_the_disabled(world: World) -> None:
    world.user("ana@ejemplo.mx")
    off = world.user("baja@ejemplo.mx")
    world.change_user(off.id, active=False)
    blank = world.user("nueva@ejemplo.mx")
    world.change_user(blank.id, password_hash=None)
    texts = {
        refusal(world, "ana@ejemplo.mx", "otra clave"),
        refusal(world, "nadie@ejemplo.mx", "otra clave"),
        refusal(world, "baja@ejemplo.mx", PASSWORD),
        refusal(world, "nueva@ejemplo.mx", PASSWORD),
    }
    assert len(texts) == 1
    world = World()
    assert {refusal(world, "no es un correo", PASSWORD), refusal(world, "\0", PASSWORD)} == texts


class Counting:
    """The real hasher, which also says of whom it was asked."""

    def __init__(self, hasher: PasswordHasher) -> None:
        self.asked: list[bool] = []
        self._hasher = hasher
        self.hash, self.outdated = hasher.hash, hasher.outdated

    def matches(self, password_hash: str | None, password: str) -> bool:
        self.asked.append(password_hash is None)
        return self._hasher.matches(password_hash, password)


def test_hashes_once_for_a_known_and_for_an_unknown_address() -> None:
    counting = Counting(Argon2Passwords(time_cost=1, memory_cost=8))
    world = World(hasher=counting)
    world.user("ana@ejemplo.mx")
    refusal(world, "ana@ejemplo.mx", "otra clave")
    refusal(world, "nadie@ejemplo.mx", "otra clave")
    refusal(world, "sin arroba", "otra clave")
    assert counting.asked == [False, True, True]


def test_never_repeats_the_password_in_an_error_or_a_repr(world: World) -> None:
    world.user("ana@ejemplo.mx")
    assert "otra clave" not in refusal(world, "ana@ejemplo.mx", "otra clave")
    answer = world.enter()
    assert answer.access_token not in repr(answer)
    assert answer.refresh_token not in repr(answer)


def test_slows_one_account_whatever_the_address(world: World) -> None:
    world.user("ana@ejemplo.mx")
    for n in range(5):
        with pytest.raises(BadCredentials):
            world.enter(password="mala", address=f"198.51.100.{n}")
    with pytest.raises(TooManyAttempts) as refused:
        world.enter(address="203.0.113.9")
    assert refused.value.facts["retryAfter"] == 2
    world.later(seconds=2)
    world.enter(address="203.0.113.9")


def test_slows_one_address_whatever_the_account(world: World) -> None:
    world.user("ana@ejemplo.mx")
    for n in range(5):
        with pytest.raises(BadCredentials):
            world.enter(f"nadie{n}@ejemplo.mx", "mala")
    with pytest.raises(TooManyAttempts):
        world.enter()
    world.enter(address="203.0.113.9")


def test_makes_an_office_wait_no_longer_than_a_minute(world: World) -> None:
    world.user("ana@ejemplo.mx")
    for n in range(40):
        with pytest.raises((BadCredentials, TooManyAttempts)):
            world.enter(f"nadie{n}@ejemplo.mx", "mala")
        world.later(seconds=60)
    with pytest.raises(BadCredentials):
        world.enter("nadie@ejemplo.mx", "mala")
    with pytest.raises(TooManyAttempts) as refused:
        world.enter()
    assert refused.value.facts["retryAfter"] == 60


def test_does_not_count_tries_made_while_waiting(world: World) -> None:
    world.user("ana@ejemplo.mx")
    for _ in range(5):
        with pytest.raises(BadCredentials):
            world.enter(password="mala")
    for _ in range(20):
        with pytest.raises(TooManyAttempts):
            world.enter(password="mala")
    world.later(seconds=2)
    world.enter()


def test_does_not_clear_an_address_by_one_good_log_in(world: World) -> None:
    world.user("ana@ejemplo.mx")
    for n in range(5):
        with pytest.raises(BadCredentials):
            world.enter(f"nadie{n}@ejemplo.mx", "mala")
        if n < 4:
            world.enter()
    with pytest.raises(TooManyAttempts):
        world.enter()


class LastToAnswer(Counting):
    """The real hasher, whose first guess comes back only once the wrong ones after it have been counted."""

    def __init__(self, hasher: PasswordHasher) -> None:
        super().__init__(hasher)
        self.fifth = Event()

    def matches(self, password_hash: str | None, password: str) -> bool:
        first = not self.asked
        found = super().matches(password_hash, password)
        if first:
            self.fifth.wait(10)
        return found


@pytest.mark.parametrize("guess", [PASSWORD, "mala"])
def test_tells_a_burst_of_guesses_no_more_than_its_first_few(guess: str) -> None:
    hasher = LastToAnswer(Argon2Passwords(time_cost=1, memory_cost=8))
    world = World(hasher=hasher)
    world.user("ana@ejemplo.mx")
    with ThreadPoolExecutor(1) as threads:
        right = threads.submit(world.enter, password=guess, address="203.0.113.9")
        while not hasher.asked:
            pass
        for n in range(5):
            with pytest.raises(BadCredentials):
                world.enter(password=f"mala {n}", address=f"198.51.100.{n}")
        hasher.fifth.set()
        with pytest.raises(TooManyAttempts):
            right.result(10)


def test_counts_the_addresses_of_one_ipv6_network_together() -> None:
    assert origin("2001:db8:1:2::1") == origin("2001:db8:1:2:ffff::9") != origin("2001:db8:1:3::1")
    assert origin("::ffff:192.0.2.1") == origin("192.0.2.1") != origin("192.0.2.2")
    assert origin("sin dirección") == "sin dirección"


def test_renews_a_hash_of_an_older_cost(world: World) -> None:
    user = world.user("ana@ejemplo.mx")
    world.change_user(user.id, password_hash=Argon2Passwords(time_cost=2, memory_cost=16).hash(PASSWORD))
    answer = world.enter()
    assert answer.user.password_hash is not None
    assert not world.hasher.outdated(answer.user.password_hash)
    world.enter()


def test_keeps_a_temporary_password_temporary_when_its_hash_is_renewed(world: World) -> None:
    user = world.user("ana@ejemplo.mx")
    older = Argon2Passwords(time_cost=2, memory_cost=16).hash(PASSWORD)
    world.change_user(user.id, password_hash=older, must_change=True, temporary_until=START + timedelta(days=7))
    assert world.actor(world.enter()).must_change_password


def test_refuses_a_temporary_password_past_its_week_and_says_so(world: World) -> None:
    user = world.user("ana@ejemplo.mx")
    password = world.temporary_password(user.id)
    world.later(days=7)
    assert "temporal venció" in refusal(world, "ana@ejemplo.mx", password)
    assert "temporal" not in refusal(world, "ana@ejemplo.mx", "otra clave")


def test_keeps_only_plain_text_of_the_device(world: World) -> None:
    world.user("ana@ejemplo.mx")
    answer = world.sign_in("ana@ejemplo.mx", PASSWORD, "Fire\r\nfox\0" + "x" * 500, "192.0.2.1")
    agent = world.session(world.actor(answer).session).user_agent
    assert agent.startswith("Fire  fox x")
    assert len(agent) == 200


def test_forgets_an_account_s_slips_once_it_got_in(world: World) -> None:
    world.user("ana@ejemplo.mx")
    for _ in range(2):
        for n in range(4):
            with pytest.raises(BadCredentials):
                world.enter(password="mala", address=f"198.51.100.{n}")
        world.enter()


@pytest.mark.parametrize("change", [{"password_hash": "otro"}, {"active": False}])
def test_lets_nobody_in_who_was_shut_out_while_the_password_was_checked(change: dict[str, object]) -> None:
    meddled = Meddled()
    world = World(hasher=meddled)
    user = world.user("ana@ejemplo.mx")
    meddled.meanwhile = lambda: world.change_user(user.id, **change)
    refusal(world, "ana@ejemplo.mx", PASSWORD)
    assert world.control.tables["sessions"] == {}


def test_lets_nobody_in_who_was_removed_while_the_password_was_checked() -> None:
    meddled = Meddled()
    world = World(hasher=meddled)
    user = world.user("ana@ejemplo.mx")

    def remove() -> None:
        with world.directory.transaction() as tx:
            tx.users.remove(user.id)

    meddled.meanwhile = remove
    refusal(world, "ana@ejemplo.mx", PASSWORD)
