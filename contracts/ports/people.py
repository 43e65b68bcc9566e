"""What every Directory promises of a taxpayer's people and of forgotten passwords.

A subclass brings `directory`, `new_tenant`, which makes a live taxpayer, and `retire_tenant`, which lets one go.
"""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import timedelta
from uuid import uuid4

import pytest

from contracts.ports.directory import NOW, NewTenant, a_session, a_user, entered
from horux_core.identity.model import Member, Membership, Reset, Role, User
from horux_core.identity.ports import Directory
from horux_core.kernel.ids import TenantId
from horux_core.plans.errors import TenantGone


def a_membership(user: User, tenant: TenantId, role: Role) -> Membership:
    return Membership(user.id, tenant, role, f"Invitado {role}", NOW - timedelta(days=1), NOW, role is Role.OWNER)


class AboutPeople:
    def test_lists_a_taxpayer_s_people_by_address(self, directory: Directory, new_tenant: NewTenant) -> None:
        tenant, other = new_tenant("EKU9003173C9"), new_tenant("AAA010101AAA")
        beto, ana = a_user("beto@ejemplo.mx", password_hash=None), a_user("ana@ejemplo.mx")
        with directory.transaction() as tx:
            for user, role in ((beto, Role.OWNER), (ana, Role.VISOR)):
                tx.users.add(user)
                tx.memberships.add(a_membership(user, tenant, role))
        entered(directory, other)
        with directory.transaction() as tx:
            assert tx.memberships.people(tenant) == (
                Member(ana, a_membership(ana, tenant, Role.VISOR)),
                Member(beto, a_membership(beto, tenant, Role.OWNER)),
            )
            for user, role in ((beto, Role.OWNER), (ana, Role.VISOR)):
                assert tx.memberships.of_user(user.id) == (a_membership(user, tenant, role),)

    def test_ends_what_ties_one_person_to_a_taxpayer(self, directory: Directory, new_tenant: NewTenant) -> None:
        leaving, staying = new_tenant("EKU9003173C9"), new_tenant("AAA010101AAA")
        user, session = entered(directory, leaving, staying)
        elsewhere = a_session(user, staying)
        colleague, their_session = entered(directory, leaving)
        with directory.transaction() as tx:
            tx.sessions.add(elsewhere)
        for _ in range(2):
            with directory.transaction() as tx:
                tx.memberships.remove(user.id, leaving)
        with directory.transaction() as tx:
            assert [m.tenant for m in tx.memberships.of_user(user.id)] == [staying]
            assert [member.user for member in tx.memberships.people(leaving)] == [colleague]
            gone = tx.sessions.lock(session.id)
            assert gone is None or gone.ended_at is not None
            assert tx.sessions.lock(elsewhere.id) == elsewhere
            assert tx.sessions.lock(their_session.id) == their_session

    def test_knows_when_each_member_was_last_there(self, directory: Directory, new_tenant: NewTenant) -> None:
        here, there, idle = new_tenant("EKU9003173C9"), new_tenant("AAA010101AAA"), timedelta(days=30)
        user, first = entered(directory, here, there)
        colleague, _ = entered(directory, here)
        away, _ = entered(directory, there, here)
        stranger, _ = entered(directory)
        hour = timedelta(hours=1)
        with directory.transaction() as tx:
            for each in (
                replace(a_session(user, here), expires_at=first.expires_at + 2 * hour),
                a_session(user, there, NOW + 9 * hour),
                a_session(user, here, NOW + 9 * hour).ended(NOW + 9 * hour),
                replace(a_session(colleague, here, NOW + hour), expires_at=NOW + 5 * hour),
                a_session(away, here, NOW - timedelta(days=31)),
                a_session(stranger, here, NOW + hour),
            ):
                tx.sessions.add(each)
        with directory.transaction() as tx:
            seen = tx.sessions.last_seen(here, NOW + 3 * hour, idle)
        assert seen == {user.id: NOW + 2 * hour, colleague.id: NOW + hour}

    def test_makes_one_who_counts_a_taxpayer_s_people_wait_for_the_other(
        self, directory: Directory, new_tenant: NewTenant
    ) -> None:
        tenant = new_tenant("EKU9003173C9")

        def one_more(_: int) -> None:
            with directory.transaction() as tx:
                tx.memberships.lock(tenant)
                if len(tx.memberships.people(tenant)) < 3:
                    user = a_user()
                    tx.users.add(user)
                    tx.memberships.add(Membership(user.id, tenant, Role.VISOR))

        with ThreadPoolExecutor(4) as threads:
            list(threads.map(one_more, range(12)))
        with directory.transaction() as tx:
            assert len(tx.memberships.people(tenant)) == 3

    def test_nobody_joins_a_taxpayer_that_has_left(
        self, directory: Directory, new_tenant: NewTenant, retire_tenant: Callable[[TenantId], None]
    ) -> None:
        tenant = new_tenant("EKU9003173C9")
        with directory.transaction() as tx:
            tx.memberships.lock(tenant)
        retire_tenant(tenant)
        for absent in (tenant, TenantId(uuid4())):
            with pytest.raises(TenantGone), directory.transaction() as tx:
                tx.memberships.lock(absent)

    def test_keeps_when_a_person_first_came_in_and_only_there(
        self, directory: Directory, new_tenant: NewTenant
    ) -> None:
        here, there = new_tenant("EKU9003173C9"), new_tenant("AAA010101AAA")
        user, _ = entered(directory, here, there)
        colleague, _ = entered(directory, here)
        for n in range(2):
            with directory.transaction() as tx:
                tx.memberships.accept(user.id, here, NOW + timedelta(hours=n))
        with directory.transaction() as tx:
            tx.memberships.accept(user.id, new_tenant("CACX7605101P8"), NOW)
        with directory.transaction() as tx:
            assert [m.accepted_at for m in tx.memberships.of_user(user.id)] == [NOW, None]
            assert [m.accepted_at for m in tx.memberships.of_user(colleague.id)] == [None]
            accepted = {member.user.id: member.accepted for member in tx.memberships.people(here)}
        assert accepted == {user.id: True, colleague.id: False}

    def test_knows_the_operator_s_people(self, directory: Directory) -> None:
        zoe, ana = a_user("zoe@horux.mx", platform_admin=True), a_user("ana@horux.mx", platform_admin=True)
        gone = replace(a_user(platform_admin=True), active=False)
        entered(directory)
        with directory.transaction() as tx:
            before = tx.users.staff()
            for user in (zoe, ana, gone):
                tx.users.add(user)
        with directory.transaction() as tx:
            assert [user for user in tx.users.staff() if user not in before] == [ana, zoe]

    def test_knows_the_operator_s_hands_also_of_who_left(self, directory: Directory) -> None:
        zoe, gone = a_user("zoe2@horux.mx", platform_admin=True), replace(a_user(platform_admin=True), active=False)
        user, _ = entered(directory)
        with directory.transaction() as tx:
            for each in (zoe, gone):
                tx.users.add(each)
        with directory.transaction() as tx:
            assert {zoe.id, gone.id} <= tx.users.operators()
            assert user.id not in tx.users.operators()


class AboutResets:
    def test_keeps_one_a_person(self, directory: Directory) -> None:
        user, _ = entered(directory)
        other, _ = entered(directory)
        first, second, theirs = (
            Reset(whose.id, uuid4().hex, NOW + timedelta(hours=1)) for whose in (user, user, other)
        )
        with directory.transaction() as tx:
            for reset in (first, theirs, second):
                tx.users.lock(reset.user)
                tx.resets.keep(reset)
        with directory.transaction() as tx:
            assert tx.resets.find(first.token_hash) is None
            assert tx.resets.find(second.token_hash) == second
            tx.resets.drop(user.id)
            tx.resets.drop(user.id)
        with directory.transaction() as tx:
            assert tx.resets.find(second.token_hash) is None
            assert tx.resets.find(theirs.token_hash) == theirs

    def test_goes_with_the_person(self, directory: Directory) -> None:
        user, _ = entered(directory)
        reset = Reset(user.id, uuid4().hex, NOW)
        with directory.transaction() as tx:
            tx.resets.keep(reset)
        with directory.transaction() as tx:
            tx.users.remove(user.id)
        with directory.transaction() as tx:
            assert tx.resets.find(reset.token_hash) is None


class PeopleContract(AboutPeople, AboutResets):
    """All of it."""
