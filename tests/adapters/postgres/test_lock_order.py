"""Whoever changes people and their sessions takes locks in one order: at no moment can two wait for each other."""

import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from ipaddress import IPv6Address
from random import choices
from string import ascii_uppercase
from threading import Event
from typing import Any
from uuid import UUID, uuid4

import psycopg
import pytest

from contracts.ports.directory import a_session, a_user
from horux_adapters.crypto.passwords import Argon2Passwords
from horux_adapters.crypto.tokens import SignedTokens
from horux_adapters.postgres.control import ControlDatabase
from horux_adapters.postgres.identity import PostgresCardIndex, PostgresDirectory
from horux_adapters.postgres.throttling import PostgresThrottle
from horux_core.identity.changing_password import ChangePassword
from horux_core.identity.errors import (
    ActionForbidden,
    BadCredentials,
    CurrentPasswordWrong,
    ResetInvalid,
    SessionExpired,
    UserMissing,
)
from horux_core.identity.model import Actor, Membership, RefreshToken, Role, Session, User
from horux_core.identity.people import RemovePerson
from horux_core.identity.refreshing import Refresh
from horux_core.identity.resetting import IssueReset, ResetPassword
from horux_core.identity.sessions import EndOtherSessions
from horux_core.identity.signing_in import SignIn
from horux_core.identity.switching import SwitchTenant
from horux_core.identity.temporary_passwords import IssueTemporaryPassword
from horux_core.kernel.ids import SessionId, TenantId
from horux_core.kernel.rfc import Rfc
from horux_core.plans.catalogue import CATALOGUE
from horux_core.plans.model import Entitlement, Plan
from tests.central import a_central_database, a_tenant_row

PASSWORD, NEW = "tambor lila de marzo", "zapato cumbre lodo"
HASHER, TOKENS = Argon2Passwords(time_cost=1, memory_cost=8), SignedTokens(b"secreto de las pruebas, 32 bytes")
Act = Callable[["House", Any], None]


def clock() -> datetime:
    return datetime.now(UTC)


@pytest.fixture(scope="module")
def control(postgres_url: str) -> Iterator[ControlDatabase]:
    with a_central_database(postgres_url) as control:
        yield control


class Halting:
    """The central database, for one whose transaction stops once after its nth statement that takes locks."""

    def __init__(self, control: ControlDatabase, nth: int) -> None:
        self._control = control
        self._left = nth
        self.reached, self.go_on = Event(), Event()

    @contextmanager
    def transaction(self) -> Iterator[Any]:
        with self._control.transaction() as connection:
            self._connection = connection
            yield self

    def execute(self, query: Any, *args: Any) -> Any:
        answer = self._connection.execute(query, *args)
        text = query.decode() if isinstance(query, bytes) else str(query)
        if any(word in text for word in ("UPDATE", "DELETE", "INSERT")):
            self._left -= 1
            if self._left == 0:
                self.reached.set()
                assert self.go_on.wait(20)
        return answer


class Paid:
    def of(self, tenant: TenantId) -> Entitlement:
        return Entitlement(Plan.ENTERPRISE, CATALOGUE[Plan.ENTERPRISE].features, -1, -1, writable=True)


@dataclass
class House:
    """A person with a temporary password and five sessions, at work in the one with the highest id."""

    control: ControlDatabase
    tenant: TenantId
    rfc: Rfc
    user: User
    here: Session
    first: Session
    middle: Session
    refresh_token: str
    reset_token: str

    def actor(self, session: SessionId | None = None) -> Actor:
        return Actor(self.user.id, self.user.email, False, session or self.here.id, self.tenant, Role.OWNER)


@pytest.fixture
def house(control: ControlDatabase) -> House:
    rfc = Rfc(f"{''.join(choices(ascii_uppercase, k=4))}010101{uuid4().int % 1000:03d}")
    tenant = TenantId(UUID(str(a_tenant_row(control, rfc=str(rfc)))))
    user = a_user().with_temporary_password(HASHER.hash(PASSWORD), clock() + timedelta(days=7), tenant)
    sessions = sorted((a_session(user, tenant, clock()) for _ in range(5)), key=lambda session: session.id)
    refresh_token = TOKENS.secret()
    with PostgresDirectory(control).transaction() as tx:
        partner = a_user()
        for owner in (user, partner):
            tx.users.add(owner)
            tx.memberships.add(Membership(owner.id, tenant, Role.OWNER, accepted_at=clock()))
        for session in sessions:
            tx.sessions.add(session)
        here = sessions[-1]
        tx.sessions.put_token(RefreshToken(TOKENS.digest(refresh_token), here.id, here.expires_at))
    issued = IssueReset(PostgresDirectory(control), TOKENS, clock)(user.id)
    assert issued is not None
    return House(control, tenant, rfc, user, here, sessions[0], sessions[2], refresh_token, issued[0])


def refresh(house: House, control: Any) -> None:
    month = timedelta(days=30)
    use = Refresh(PostgresDirectory(control), PostgresCardIndex(house.control, Paid()), TOKENS, clock, month, month)
    use(house.refresh_token)


def change_password(house: House, control: Any) -> None:
    _change_password(house.actor(), house, control)


def change_password_elsewhere(house: House, control: Any) -> None:
    _change_password(house.actor(house.first.id), house, control)


def _change_password(actor: Actor, house: House, control: Any) -> None:
    cards, throttle = PostgresCardIndex(house.control, Paid()), PostgresThrottle(house.control)
    use = ChangePassword(PostgresDirectory(control), cards, HASHER, TOKENS, throttle, clock)
    use(actor, PASSWORD, NEW)


def end_other_sessions(house: House, control: Any) -> None:
    EndOtherSessions(PostgresDirectory(control), clock)(house.actor(house.first.id))


def issue_password(house: House, control: Any) -> None:
    IssueTemporaryPassword(PostgresDirectory(control), HASHER, TOKENS, clock)(house.user.id, house.tenant)


def remove_user(house: House, control: Any) -> None:
    with PostgresDirectory(control).transaction() as tx:
        tx.users.remove(house.user.id)


def remove_tenant(house: House, control: Any) -> None:
    with PostgresDirectory(control).transaction() as tx:
        tx.memberships.remove_tenant(house.tenant)


def let_go(house: House, control: Any) -> None:
    RemovePerson(PostgresDirectory(control), Paid())(house.actor(), house.user.id)


def reset_password(house: House, control: Any) -> None:
    cards, throttle = PostgresCardIndex(house.control, Paid()), PostgresThrottle(house.control)
    use = ResetPassword(PostgresDirectory(control), cards, HASHER, TOKENS, throttle, clock)
    use(house.reset_token, NEW)


def sign_in(house: House, control: Any) -> None:
    cards, throttle = PostgresCardIndex(house.control, Paid()), PostgresThrottle(house.control)
    month = timedelta(days=30)
    use = SignIn(PostgresDirectory(control), cards, HASHER, TOKENS, throttle, clock, month, month)
    use(house.user.email, PASSWORD, "Firefox", str(IPv6Address(uuid4().int)))


def switch(house: House, control: Any) -> None:
    cards = PostgresCardIndex(house.control, Paid())
    use = SwitchTenant(PostgresDirectory(control), cards, Paid(), TOKENS, clock, timedelta(days=1))
    use(house.actor(), house.rfc)


ACTS: tuple[Act, ...] = (
    refresh,
    sign_in,
    switch,
    change_password,
    change_password_elsewhere,
    end_other_sessions,
    issue_password,
    remove_user,
    remove_tenant,
    let_go,
    reset_password,
)


def tried(act: Act, house: House, control: Any) -> None:
    try:
        act(house, control)
    except (SessionExpired, UserMissing, CurrentPasswordWrong, ResetInvalid, BadCredentials, ActionForbidden):
        return


def waiting(control: ControlDatabase) -> int:
    with psycopg.connect(control.dsn) as conn:
        row = conn.execute(
            "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock'"
        ).fetchone()
    return int(row[0]) if row is not None else 0


@pytest.mark.parametrize("second", ACTS[3:])
@pytest.mark.parametrize("first", ACTS[3:])
def test_no_two_that_take_many_sessions_can_wait_for_each_other(house: House, first: Act, second: Act) -> None:
    """A third holds one in the middle, until both have what they can get."""
    with ThreadPoolExecutor(2) as threads:
        with house.control.transaction() as conn:
            conn.execute("SELECT FROM sessions WHERE id = %s FOR UPDATE", (house.middle.id,))
            both = [threads.submit(tried, act, house, house.control) for act in (first, second)]
            deadline = time.monotonic() + 10
            while waiting(house.control) < 2:
                assert time.monotonic() < deadline
        for one in both:
            one.result(20)


@pytest.mark.parametrize("nth", range(1, 5))
@pytest.mark.parametrize("second", ACTS)
@pytest.mark.parametrize("first", ACTS)
def test_no_two_can_wait_for_each_other(house: House, first: Act, second: Act, nth: int) -> None:
    halting = Halting(house.control, nth)
    with ThreadPoolExecutor(2) as threads:
        one = threads.submit(tried, first, house, halting)
        while not (halting.reached.wait(0.01) or one.done()):
            pass
        other = threads.submit(tried, second, house, house.control)
        deadline = time.monotonic() + 10
        while not (other.done() or one.done() or waiting(house.control)):
            assert time.monotonic() < deadline
        halting.go_on.set()
        one.result(20)
        other.result(20)
