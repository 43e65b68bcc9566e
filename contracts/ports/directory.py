"""What every Directory promises; a subclass brings `directory`, and `new_tenant`, which makes a live taxpayer."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from uuid import uuid4

import pytest

from horux_core.identity.errors import AlreadyMember, EmailTaken, UserMissing
from horux_core.identity.model import Membership, RefreshToken, Role, Session, User
from horux_core.identity.ports import Directory
from horux_core.kernel.ids import SessionId, TenantId, UserId

NOW = datetime(2026, 3, 1, 12, tzinfo=UTC)
NewTenant = Callable[[str], TenantId]


def a_user(email: str | None = None, *, platform_admin: bool = False, password_hash: str | None = "x") -> User:
    ident = UserId(uuid4())
    address = email or f"{ident.hex}@ejemplo.mx"
    return User(ident, address, "Ana López", platform_admin, password_hash, False, None, True, NOW)


def a_session(user: User, tenant: TenantId | None = None, begun: datetime = NOW) -> Session:
    return Session(SessionId(uuid4()), user.id, tenant, begun, begun + timedelta(days=30), "Firefox")


def a_token(session: Session) -> RefreshToken:
    return RefreshToken(uuid4().hex, session.id, session.expires_at)


def entered(directory: Directory, *tenants: TenantId) -> tuple[User, Session]:
    """A user, its memberships in those taxpayers and a session in the first."""
    user = a_user()
    session = a_session(user, tenants[0] if tenants else None)
    with directory.transaction() as tx:
        tx.users.add(user)
        for tenant in tenants:
            tx.memberships.add(Membership(user.id, tenant, Role.CONTADOR))
        tx.sessions.add(session)
    return user, session


class AboutUsers:
    def test_gives_back_a_user_as_it_was_entered(self, directory: Directory) -> None:
        user = a_user().with_temporary_password("hash", NOW + timedelta(days=7), TenantId(uuid4()))
        with directory.transaction() as tx:
            tx.users.add(user)
        with directory.transaction() as tx:
            assert tx.users.by_email(user.email) == user
            assert tx.users.get(user.id) == tx.users.lock(user.id) == user

    def test_knows_nobody_by_a_strange_address_or_id(self, directory: Directory) -> None:
        with directory.transaction() as tx:
            assert tx.users.by_email("nadie@ejemplo.mx") is None
            assert tx.users.by_email("") is None
            assert tx.users.get(UserId(uuid4())) is None
            with pytest.raises(UserMissing):
                tx.users.lock(UserId(uuid4()))

    def test_refuses_an_address_twice_whatever_the_case(self, directory: Directory) -> None:
        with directory.transaction() as tx:
            tx.users.add(a_user("ana@ejemplo.mx"))
        with pytest.raises(EmailTaken), directory.transaction() as tx:
            tx.users.add(a_user("ANA@Ejemplo.mx"))

    def test_keeps_the_new_state(self, directory: Directory) -> None:
        user, _ = entered(directory)
        changed = replace(user, nombre="Ana Rey", active=False, password_hash="otro", temporary_from=TenantId(uuid4()))
        with directory.transaction() as tx:
            tx.users.lock(user.id)
            tx.users.save(changed)
        with directory.transaction() as tx:
            assert tx.users.get(user.id) == changed

    def test_keeps_nothing_of_a_failed_transaction(self, directory: Directory) -> None:
        user = a_user()

        def fail_after_adding() -> None:
            with directory.transaction() as tx:
                tx.users.add(user)
                raise ZeroDivisionError

        with pytest.raises(ZeroDivisionError):
            fail_after_adding()
        with directory.transaction() as tx:
            assert tx.users.get(user.id) is None

    def test_forgets_a_user_with_all_that_was_its_own(self, directory: Directory, new_tenant: NewTenant) -> None:
        tenant = new_tenant("EKU9003173C9")
        user, session = entered(directory, tenant)
        token = a_token(session)
        with directory.transaction() as tx:
            tx.sessions.put_token(token)
        with directory.transaction() as tx:
            tx.users.remove(user.id)
            tx.users.remove(UserId(uuid4()))
        with directory.transaction() as tx:
            assert tx.users.get(user.id) is None
            assert tx.memberships.of_user(user.id) == ()
            assert tx.sessions.lock(session.id) is None
            assert tx.sessions.lock_token(token.token_hash) is None

    def test_makes_one_who_changes_a_user_wait_for_the_other(self, directory: Directory) -> None:
        user, _ = entered(directory)

        def one_more(_: int) -> None:
            with directory.transaction() as tx:
                found = tx.users.lock(user.id)
                tx.users.save(replace(found, nombre=found.nombre + "."))

        with ThreadPoolExecutor(4) as threads:
            list(threads.map(one_more, range(12)))
        with directory.transaction() as tx:
            assert tx.users.lock(user.id).nombre == user.nombre + "." * 12


class AboutMemberships:
    def test_lists_a_person_s_taxpayers_oldest_first(self, directory: Directory, new_tenant: NewTenant) -> None:
        tenants = [new_tenant(rfc) for rfc in ("EKU9003173C9", "CACX7605101P8", "AAA010101AAA")]
        user, _ = entered(directory, *tenants)
        with directory.transaction() as tx:
            assert [m.tenant for m in tx.memberships.of_user(user.id)] == tenants
            assert tx.memberships.of_user(user.id)[1] == Membership(user.id, tenants[1], Role.CONTADOR)

    def test_refuses_a_second_role_in_one_taxpayer(self, directory: Directory, new_tenant: NewTenant) -> None:
        tenant = new_tenant("EKU9003173C9")
        user, _ = entered(directory, tenant)
        with pytest.raises(AlreadyMember), directory.transaction() as tx:
            tx.memberships.add(Membership(user.id, tenant, Role.OWNER))

    def test_ends_all_that_ties_people_to_a_taxpayer(self, directory: Directory, new_tenant: NewTenant) -> None:
        leaving, staying = new_tenant("EKU9003173C9"), new_tenant("AAA010101AAA")
        user, session = entered(directory, leaving, staying)
        _, other = entered(directory, staying)
        with directory.transaction() as tx:
            tx.memberships.remove_tenant(leaving)
        with directory.transaction() as tx:
            assert [m.tenant for m in tx.memberships.of_user(user.id)] == [staying]
            gone = tx.sessions.lock(session.id)
            assert gone is None or gone.ended_at is not None
            assert tx.sessions.lock(other.id) == other


class AboutSessions:
    def test_gives_back_a_session_as_it_was_kept(self, directory: Directory, new_tenant: NewTenant) -> None:
        tenant, other = new_tenant("EKU9003173C9"), new_tenant("AAA010101AAA")
        _, session = entered(directory, tenant)
        moved = session.moved(other).renewed(NOW + timedelta(days=40)).ended(NOW + timedelta(days=1))
        with directory.transaction() as tx:
            assert tx.sessions.lock(session.id) == session
            tx.sessions.save(moved)
        with directory.transaction() as tx:
            assert tx.sessions.lock(session.id) == moved
            assert tx.sessions.lock(SessionId(uuid4())) is None

    def test_lists_open_sessions_newest_first(self, directory: Directory) -> None:
        user, first = entered(directory)
        later = a_session(user, begun=NOW + timedelta(hours=2))
        over = a_session(user, begun=NOW - timedelta(days=31))
        shut = a_session(user, begun=NOW + timedelta(hours=1)).ended(NOW + timedelta(hours=1))
        with directory.transaction() as tx:
            for session in (over, later, shut):
                tx.sessions.add(session)
            assert tx.sessions.open_of(user.id, NOW + timedelta(hours=3)) == (later, first)

    def test_ends_every_session_but_the_one_kept(self, directory: Directory) -> None:
        user, kept = entered(directory)
        others = [a_session(user) for _ in range(3)]
        stranger, untouched = entered(directory)
        with directory.transaction() as tx:
            for session in others:
                tx.sessions.add(session)
            assert tx.sessions.end_of(user.id, NOW, keep=kept.id) == 3
        with directory.transaction() as tx:
            assert tx.sessions.open_of(user.id, NOW) == (kept,)
            assert tx.sessions.lock(others[0].id) == others[0].ended(NOW)
            assert tx.sessions.open_of(stranger.id, NOW) == (untouched,)
            assert tx.sessions.end_of(user.id, NOW) == 1

    def test_remembers_that_a_refresh_token_was_used(self, directory: Directory) -> None:
        _, session = entered(directory)
        token = a_token(session)
        with directory.transaction() as tx:
            tx.sessions.put_token(token)
            assert tx.sessions.lock_token(token.token_hash) == token
            assert tx.sessions.session_of(token.token_hash) == session.id
            tx.sessions.save_token(token.used(NOW))
        with directory.transaction() as tx:
            assert tx.sessions.lock_token(token.token_hash) == token.used(NOW)
            assert tx.sessions.lock_token("desconocido") is None
            assert tx.sessions.session_of("desconocido") is None

    def test_shows_a_token_used_to_whoever_waited_for_it(self, directory: Directory) -> None:
        _, session = entered(directory)
        token = a_token(session)
        with directory.transaction() as tx:
            tx.sessions.put_token(token)

        def use(_: int) -> bool:
            with directory.transaction() as tx:
                found = tx.sessions.lock_token(token.token_hash)
                assert found is not None
                if found.used_at is not None:
                    return False
                tx.sessions.save_token(found.used(NOW))
                return True

        with ThreadPoolExecutor(6) as threads:
            assert sum(threads.map(use, range(6))) == 1


class DirectoryContract(AboutUsers, AboutMemberships, AboutSessions):
    """All of it."""
