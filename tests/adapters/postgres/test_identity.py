from collections.abc import Callable, Iterator
from datetime import datetime, timedelta
from uuid import uuid4

import psycopg
import pytest

from contracts.ports.card_index import CardIndexContract, Subscribe
from contracts.ports.directory import NOW, DirectoryContract, NewTenant, entered
from contracts.ports.factors import FactorsContract
from contracts.ports.people import PeopleContract
from contracts.ports.standings import StandingsContract, within_a_second
from contracts.ports.throttle import ThrottleContract
from horux_adapters.postgres.control import ControlDatabase
from horux_adapters.postgres.identity import PostgresCardIndex, PostgresDirectory
from horux_adapters.postgres.listening import Listener, notify
from horux_adapters.postgres.plans import PostgresEntitlements
from horux_adapters.postgres.standings import TENANT, PostgresStandings
from horux_adapters.postgres.throttling import PostgresThrottle
from horux_core.billing.standing import BillingPolicy
from horux_core.identity.ports import CardIndex, Directory, Standings, Throttle
from horux_core.kernel.ids import SessionId, TenantId
from tests.central import a_central_database

_TABLES = "users, tenants, memberships, sessions, refresh_tokens, login_failures, subscriptions"


@pytest.fixture(scope="module")
def central(postgres_url: str) -> Iterator[ControlDatabase]:
    with a_central_database(postgres_url) as control:
        yield control


@pytest.fixture
def control(central: ControlDatabase) -> ControlDatabase:
    with central.transaction() as connection:
        connection.execute(f"TRUNCATE {_TABLES} CASCADE".encode())
    return central


@pytest.fixture
def directory(control: ControlDatabase) -> Directory:
    return PostgresDirectory(control)


@pytest.fixture
def new_tenant(control: ControlDatabase) -> NewTenant:
    def make(rfc: str) -> TenantId:
        ident = uuid4()
        with control.transaction() as connection:
            connection.execute(
                "INSERT INTO tenants (id, rfc, nombre, plan, database_name, server, state, created_at)"
                " VALUES (%s, %s, %s, 'business', %s, 'principal', 'live', %s)",
                (ident, rfc, f"Empresa {rfc}", f"horux_{rfc.lower()}", NOW),
            )
        return TenantId(ident)

    return make


@pytest.fixture
def retire_tenant(control: ControlDatabase) -> Callable[[TenantId], None]:
    def retire(tenant: TenantId) -> None:
        with control.transaction() as connection:
            connection.execute("UPDATE tenants SET state = 'deprovisioning' WHERE id = %s", (tenant,))
            notify(connection, TENANT, str(tenant))

    return retire


@pytest.fixture
def subscribe(control: ControlDatabase) -> Subscribe:
    def keep(tenant: TenantId, status: str, ends: datetime | None = None) -> None:
        with control.transaction() as connection:
            connection.execute(
                "INSERT INTO subscriptions (tenant_id, plan, status, amount, current_period_end)"
                " VALUES (%s, 'business', %s, 899, %s)",
                (tenant, status, ends),
            )

    return keep


@pytest.fixture
def listener(central: ControlDatabase) -> Iterator[Listener]:
    listener = Listener(central.dsn)
    yield listener
    listener.close()


class TestPostgresDirectory(DirectoryContract, PeopleContract, FactorsContract):
    def test_keeps_hashes_of_refresh_tokens_alone(self, control: ControlDatabase) -> None:
        with control.transaction() as connection:
            columns = connection.execute(
                "SELECT column_name FROM information_schema.columns WHERE table_name = 'refresh_tokens'"
            ).fetchall()
        assert {name for (name,) in columns} == {"token_hash", "session_id", "expires_at", "used_at"}

    def test_takes_an_address_for_a_value_whatever_it_says(self, directory: Directory) -> None:
        with directory.transaction() as tx:
            assert tx.users.by_email("' OR '1'='1") is None
            assert tx.users.by_email("x'; DROP TABLE users; --") is None


class TestPostgresStandings(StandingsContract):
    @pytest.fixture
    def standings(self, control: ControlDatabase, listener: Listener) -> Standings:
        standings = PostgresStandings(control, listener)
        assert listener.start()
        return standings

    def test_answers_from_memory_while_it_hears(
        self, control: ControlDatabase, directory: Directory, standings: Standings, new_tenant: NewTenant
    ) -> None:
        _, session = entered(directory, new_tenant("EKU9003173C9"))
        before = standings.of(session.id)
        assert before is not None
        with control.transaction() as connection:
            connection.execute("UPDATE sessions SET user_agent = 'callado' WHERE id = %s", (session.id,))
        assert standings.of(session.id) == before
        with control.transaction() as connection:
            notify(connection, "sesion", str(session.id))
        assert within_a_second(
            lambda: (s := standings.of(session.id)) is not None and s.session.user_agent == "callado"
        )

    def test_tells_anew_what_it_was_not_told_of(
        self, control: ControlDatabase, directory: Directory, standings: Standings, new_tenant: NewTenant
    ) -> None:
        user, session = entered(directory, new_tenant("EKU9003173C9"))
        before = standings.of(session.id)
        assert before is not None
        with control.transaction() as connection:
            connection.execute("UPDATE sessions SET user_agent = 'callado' WHERE id = %s", (session.id,))
            connection.execute("UPDATE users SET must_change = NOT must_change WHERE id = %s", (user.id,))
            connection.execute("DELETE FROM memberships WHERE user_id = %s", (user.id,))
        assert standings.of(session.id) == before
        anew = standings.anew(session.id)
        assert anew is not None
        assert (anew.session.user_agent, anew.user.must_change, anew.role) == ("callado", not user.must_change, None)
        assert standings.of(session.id) == anew
        assert standings.anew(SessionId(uuid4())) is None

    def test_tells_other_processes_only_of_what_is_kept(self, central: ControlDatabase, directory: Directory) -> None:
        user, _ = entered(directory)

        def fail_after_saving() -> None:
            with directory.transaction() as tx:
                tx.users.save(tx.users.lock(user.id))
                raise ZeroDivisionError

        with psycopg.connect(central.dsn, autocommit=True) as ear:
            ear.execute("LISTEN horux_cambios")
            with pytest.raises(ZeroDivisionError):
                fail_after_saving()
            with directory.transaction() as tx:
                tx.sessions.end_of(user.id, NOW)
            heard = [note.payload for note in ear.notifies(timeout=2, stop_after=1)]
        assert heard[0].startswith("sesion:")


class TestPostgresCardIndex(CardIndexContract):
    @pytest.fixture
    def cards(self, control: ControlDatabase, listener: Listener) -> CardIndex:
        entitlements = PostgresEntitlements(control, listener, lambda: NOW, BillingPolicy())
        return PostgresCardIndex(control, entitlements)


class TestPostgresThrottle(ThrottleContract):
    @pytest.fixture
    def throttle(self, control: ControlDatabase) -> Throttle:
        return PostgresThrottle(control)

    def test_keeps_no_more_than_an_hour_of_failures(self, control: ControlDatabase, throttle: Throttle) -> None:
        for n in range(5):
            throttle.failed(f"vieja {n}", NOW)
        throttle.failed("nueva", NOW + timedelta(hours=1))
        with control.transaction() as connection:
            assert connection.execute("SELECT key FROM login_failures").fetchall() == [("nueva",)]
