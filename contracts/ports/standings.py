"""What every Standings promises; a subclass brings `directory`, `standings`, `new_tenant` and `retire_tenant`."""

import time
from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from uuid import uuid4

from contracts.ports.directory import NOW, NewTenant, a_session, entered
from horux_core.identity.model import Membership, Role
from horux_core.identity.ports import Directory, Standing, Standings
from horux_core.kernel.ids import SessionId, TenantId


def within_a_second(true: Callable[[], bool]) -> bool:
    deadline = time.monotonic() + 1.0
    while time.monotonic() < deadline:
        if true():
            return True
        time.sleep(0.01)
    return true()


class StandingsContract:
    def test_tells_what_a_session_is_worth(
        self, directory: Directory, standings: Standings, new_tenant: NewTenant
    ) -> None:
        tenant = new_tenant("EKU9003173C9")
        user, session = entered(directory, tenant)
        standing = standings.of(session.id)
        assert standing is not None
        assert standing == Standing(session, user, Role.CONTADOR, standing.database_name)
        assert standing.database_name
        assert standings.of(session.id) == standing

    def test_knows_no_session_that_is_not_there(self, standings: Standings) -> None:
        assert standings.of(SessionId(uuid4())) is None
        assert standings.anew(SessionId(uuid4())) is None

    def test_tells_anew_what_just_changed(
        self, directory: Directory, standings: Standings, new_tenant: NewTenant
    ) -> None:
        user, session = entered(directory, new_tenant("EKU9003173C9"))
        assert standings.of(session.id) is not None
        with directory.transaction() as tx:
            tx.users.save(replace(tx.users.lock(user.id), must_change=not user.must_change))
        standing = standings.anew(session.id)
        assert standing is not None
        assert standing.user.must_change is not user.must_change

    def test_gives_no_role_without_a_taxpayer_or_a_membership(
        self, directory: Directory, standings: Standings, new_tenant: NewTenant
    ) -> None:
        user, session = entered(directory)
        assert standings.of(session.id) == Standing(session, user, None, None)
        stray = a_session(user, new_tenant("EKU9003173C9"))
        with directory.transaction() as tx:
            tx.sessions.add(stray)
        standing = standings.of(stray.id)
        assert standing is not None
        assert standing.role is None

    def test_forgets_an_ended_session(self, directory: Directory, standings: Standings) -> None:
        user, session = entered(directory)
        assert standings.of(session.id) is not None
        with directory.transaction() as tx:
            tx.sessions.end_of(user.id, NOW)
        assert within_a_second(lambda: (s := standings.of(session.id)) is not None and s.session.ended_at == NOW)

    def test_forgets_a_session_that_was_saved(self, directory: Directory, standings: Standings) -> None:
        _, session = entered(directory)
        assert standings.of(session.id) is not None
        renewed = session.renewed(NOW + timedelta(days=50))
        with directory.transaction() as tx:
            tx.sessions.lock(session.id)
            tx.sessions.save(renewed)
        assert within_a_second(lambda: (s := standings.of(session.id)) is not None and s.session == renewed)

    def test_forgets_a_user_that_changed_or_went(self, directory: Directory, standings: Standings) -> None:
        user, session = entered(directory)
        assert standings.of(session.id) is not None
        with directory.transaction() as tx:
            tx.users.save(replace(tx.users.lock(user.id), active=False))
        assert within_a_second(lambda: (s := standings.of(session.id)) is not None and not s.user.active)
        with directory.transaction() as tx:
            tx.users.remove(user.id)
        assert within_a_second(lambda: standings.of(session.id) is None)

    def test_forgets_roles_that_changed(
        self, directory: Directory, standings: Standings, new_tenant: NewTenant
    ) -> None:
        tenant = new_tenant("EKU9003173C9")
        user, _ = entered(directory)
        session = a_session(user, tenant)
        with directory.transaction() as tx:
            tx.sessions.add(session)
        assert standings.of(session.id) is not None
        with directory.transaction() as tx:
            tx.memberships.add(Membership(user.id, tenant, Role.VISOR))
        assert within_a_second(lambda: (s := standings.of(session.id)) is not None and s.role is Role.VISOR)
        with directory.transaction() as tx:
            tx.memberships.remove_tenant(tenant)
        assert within_a_second(lambda: (s := standings.of(session.id)) is None or s.role is None)

    def test_forgets_a_taxpayer_that_left(
        self,
        directory: Directory,
        standings: Standings,
        new_tenant: NewTenant,
        retire_tenant: Callable[[TenantId], None],
    ) -> None:
        tenant = new_tenant("EKU9003173C9")
        _, session = entered(directory, tenant)
        assert standings.of(session.id) is not None
        retire_tenant(tenant)
        assert within_a_second(lambda: (s := standings.of(session.id)) is not None and s.database_name is None)
