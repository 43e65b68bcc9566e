"""What every Directory promises of second factors and of the operator's people."""

from datetime import timedelta

import pytest

from contracts.ports.directory import NOW, a_session, a_user
from horux_core.identity.factors import Factor
from horux_core.identity.ports import Directory


class FactorsContract:
    """`directory` as for DirectoryContract."""

    def test_keeps_one_second_factor_a_person_and_forgets_it_with_the_person(self, directory: Directory) -> None:
        user, other = a_user(platform_admin=True), a_user(platform_admin=True)
        first = Factor(user.id, "v.sellada", 7, frozenset({"a", "b"}), NOW)
        with directory.transaction() as tx:
            for one in (user, other):
                tx.users.add(one)
            assert tx.factors.of(user.id) is None
            tx.factors.put(first)
        later = first.used(2**40).without("a").resealed("v2.otra")
        with directory.transaction() as tx:
            assert tx.factors.of(user.id) == first
            assert tx.factors.of(other.id) is None
            tx.factors.put(later)
        with directory.transaction() as tx:
            assert tx.factors.of(user.id) == later
            assert user.id in tx.factors.holders()
            assert other.id not in tx.factors.holders()
            assert tx.factors.drop(user.id)
            assert not tx.factors.drop(user.id)
            tx.factors.put(later)
            tx.users.remove(user.id)
        with directory.transaction() as tx:
            assert tx.factors.of(user.id) is None

    def test_takes_nothing_back_when_the_code_was_refused(self, directory: Directory) -> None:
        user = a_user(platform_admin=True)
        with directory.transaction() as tx:
            tx.users.add(user)
        with pytest.raises(ZeroDivisionError), directory.transaction() as tx:  # noqa: PT012
            tx.factors.put(Factor(user.id, "v.sellada", 7, frozenset(), NOW))
            _ = 1 / 0
        with directory.transaction() as tx:
            assert tx.factors.of(user.id) is None

    def test_keeps_when_a_session_was_proved_and_its_second_factor_given(self, directory: Directory) -> None:
        user = a_user(platform_admin=True)
        session = a_session(user)
        with directory.transaction() as tx:
            tx.users.add(user)
            tx.sessions.add(session)
            tx.sessions.save(session.proved(NOW + timedelta(minutes=5)))
        with directory.transaction() as tx:
            kept = tx.sessions.lock(session.id)
        assert kept == session.proved(NOW + timedelta(minutes=5))

    def test_tells_all_of_the_staff_and_when_each_last_came(self, directory: Directory) -> None:
        staff, gone, client = a_user(platform_admin=True), a_user(platform_admin=True), a_user()
        with directory.transaction() as tx:
            for one in (staff, gone, client):
                tx.users.add(one)
                tx.sessions.add(a_session(one))
                tx.sessions.add(a_session(one, begun=NOW - timedelta(days=2)))
            every = [user.id for user in tx.users.every_operator()]
            begun = tx.sessions.last_begun()
        assert {staff.id, gone.id} <= set(every)
        assert client.id not in every
        assert (begun[staff.id], client.id in begun) == (NOW, False)
