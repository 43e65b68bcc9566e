"""People let in over a real database: never more than the limit, however many at once; and nothing half done."""

import time
from collections.abc import Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass
from datetime import UTC, datetime
from uuid import uuid4

import pytest

from contracts.ports.directory import a_session, a_user
from horux_adapters.memory.database import MemoryDatabase
from horux_adapters.memory.identity import MemoryThrottle
from horux_adapters.postgres.control import ControlDatabase
from horux_adapters.postgres.identity import PostgresDirectory
from horux_core.identity.errors import AlreadyMember, EmailTaken, LastOwner
from horux_core.identity.inviting import Guest, InvitePerson
from horux_core.identity.model import Actor, Membership, Role, User
from horux_core.identity.people import RemovePerson
from horux_core.kernel.errors import HoruxError
from horux_core.kernel.ids import SessionId, TenantId
from horux_core.plans.catalogue import CATALOGUE
from horux_core.plans.errors import PlanLimitReached
from horux_core.plans.model import Entitlement, Plan
from tests.central import a_central_database, a_tenant_row

AT_ONCE = 50


@pytest.fixture(scope="module")
def control(postgres_url: str) -> Iterator[ControlDatabase]:
    with a_central_database(postgres_url) as control:
        yield control


@dataclass(frozen=True)
class Unlimited:
    """What is remembered of the client's terms, which the operator has changed since."""

    def of(self, tenant: TenantId) -> Entitlement:
        terms = CATALOGUE[Plan.ENTERPRISE]
        return Entitlement(Plan.ENTERPRISE, terms.features, -1, -1, writable=True)


class Unhurried(MemoryThrottle):
    """Lets everybody pass at once: what many at once meet is the limit of the plan."""

    def take(self, key: str, now: datetime, most: int) -> int:
        return 0


class Office:
    def __init__(self, control: ControlDatabase, rfc: str, limit: int) -> None:
        self.control = control
        self.directory = PostgresDirectory(control)
        self.tenant = TenantId(a_tenant_row(control, rfc))  # type: ignore[arg-type]
        with control.transaction() as connection:
            connection.execute("UPDATE tenants SET users_limit_override = %s WHERE id = %s", (limit, self.tenant))
        self.invite = InvitePerson(self.directory, Unlimited(), Unhurried(MemoryDatabase()), lambda: datetime.now(UTC))
        self.remove = RemovePerson(self.directory, Unlimited())
        self.owners = [self.joined(Role.OWNER)]

    def joined(self, role: Role) -> User:
        user = a_user()
        with self.directory.transaction() as tx:
            tx.users.add(user)
            tx.memberships.add(Membership(user.id, self.tenant, role, accepted_at=datetime.now(UTC)))
        return user

    def let_go(self, by: User, leaving: User) -> bool:
        try:
            self.remove(self.actor(by), leaving.id)
        except LastOwner:
            return False
        return True

    def blocked(self, running: "Future[bool]") -> None:
        """Until it waits for a lock that the caller holds."""
        asks = "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock'"
        deadline = time.monotonic() + 20
        while not self.count(asks):
            assert not running.done(), "it did not wait"
            assert time.monotonic() < deadline

    def actor(self, user: User | None = None) -> Actor:
        who = user or self.owners[0]
        return Actor(who.id, who.email, False, SessionId(uuid4()), self.tenant, Role.OWNER)

    def attempt(self, guest: Guest) -> HoruxError | None:
        try:
            self.invite(self.actor(), guest)
        except HoruxError as error:
            return error
        return None

    def count(self, query: str, *values: object) -> int:
        with self.control.transaction() as connection:
            row = connection.execute(query.encode(), values).fetchone()
        assert row is not None
        return int(row[0])

    def members(self) -> int:
        return self.count("SELECT count(*) FROM memberships WHERE tenant_id = %s", self.tenant)

    def invitations(self) -> int:
        query = "SELECT count(*) FROM outbox WHERE name = 'PersonInvited' AND payload ->> 'tenant' = %s"
        return self.count(query, str(self.tenant))

    def trail(self) -> int:
        return self.count("SELECT count(*) FROM audit_log WHERE tenant_id = %s", self.tenant)


def test_fifty_at_once_at_one_below_the_limit_let_one_in(control: ControlDatabase) -> None:
    office = Office(control, "EKU9003173C9", limit=3)
    office.joined(Role.VISOR)
    with ThreadPoolExecutor(AT_ONCE) as threads:
        guests = [Guest(f"n{n}.{uuid4().hex[:6]}@ejemplo.mx", "N", "visor") for n in range(AT_ONCE)]
        refused = [error for error in threads.map(office.attempt, guests) if error is not None]
    assert {type(error) for error in refused} == {PlanLimitReached}
    assert str(refused[0]) == "Límite de usuarios alcanzado (3/3)."
    assert (len(refused), office.members(), office.invitations(), office.trail()) == (AT_ONCE - 1, 3, 1, 1)
    stray = office.count("SELECT count(*) FROM users WHERE email LIKE 'n%%.%%@ejemplo.mx'")
    assert stray == 1, "who was refused leaves no account behind"


def test_the_same_person_twenty_times_at_once_joins_once(control: ControlDatabase) -> None:
    office = Office(control, "AAA010101AAA", limit=-1)
    guest = Guest(f"{uuid4().hex}@ejemplo.mx", "N", "visor")
    with ThreadPoolExecutor(20) as threads:
        refused = [error for error in threads.map(office.attempt, [guest] * 20) if error is not None]
    assert {type(error) for error in refused} <= {AlreadyMember, EmailTaken}
    assert (len(refused), office.members(), office.invitations()) == (19, 2, 1)


def test_two_owners_that_let_each_other_go_at_once_leave_one(control: ControlDatabase) -> None:
    office = Office(control, "CACX7605101P8", limit=-1)
    one, other = office.owners[0], office.joined(Role.OWNER)
    with ThreadPoolExecutor(1) as threads:
        with office.directory.transaction() as tx:
            tx.users.lock(other.id)
            tx.memberships.lock(office.tenant)
            slower = threads.submit(office.let_go, other, one)
            office.blocked(slower)
            tx.memberships.remove(other.id, office.tenant)
        assert slower.result(20) is False
    assert office.members() == 1


def test_of_two_owners_that_let_each_other_go_however_they_meet_one_succeeds(control: ControlDatabase) -> None:
    office = Office(control, "CAS2408138W2", limit=-1)
    with ThreadPoolExecutor(2) as threads:
        for _ in range(10):
            one, other = office.owners[0], office.joined(Role.OWNER)
            went = list(threads.map(office.let_go, (one, other), (other, one)))
            assert sorted(went) == [False, True]
            office.owners = [one if went[0] else other]
    assert office.members() == 1


def test_who_logs_in_while_it_is_let_go_keeps_no_session_there(control: ControlDatabase) -> None:
    """Log-in locks the person, sees where it belongs and opens its session there: letting go waits for that."""
    office = Office(control, "XIA190128J61", limit=-1)
    luis = office.joined(Role.VISOR)
    session = a_session(luis, office.tenant)
    with ThreadPoolExecutor(1) as threads:
        with office.directory.transaction() as tx:
            tx.users.lock(luis.id)
            letting_go = threads.submit(office.let_go, office.owners[0], luis)
            office.blocked(letting_go)
            tx.sessions.add(session)
        assert letting_go.result(20)
    with office.directory.transaction() as tx:
        assert tx.sessions.lock(session.id) is None
    assert office.members() == 1
