"""What every CardIndex promises; a subclass brings `directory`, `cards`, `new_tenant`, `retire_tenant`, `subscribe`.
`subscribe` takes the end of what is paid, if there is one; it is NOW for those that answer."""

from collections.abc import Callable
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Protocol
from uuid import uuid4

import pytest

from contracts.ports.directory import NOW, NewTenant, entered
from horux_core.identity.model import Role
from horux_core.identity.ports import CardIndex, Cards, Directory
from horux_core.kernel.ids import TenantId, UserId


class Subscribe(Protocol):
    def __call__(self, tenant: TenantId, status: str, ends: datetime | None = None) -> None: ...


class CardIndexContract:
    def test_lists_the_taxpayers_by_name_and_the_one_worked_in(
        self, directory: Directory, cards: CardIndex, new_tenant: NewTenant
    ) -> None:
        zeta, alfa = new_tenant("ZZZ010101AAA"), new_tenant("AAA010101AAA")
        user, _ = entered(directory, zeta, alfa)
        found = cards.of(user.id, zeta)
        assert [card.rfc for card in found.all] == ["AAA010101AAA", "ZZZ010101AAA"]
        assert found.current == found.all[1]
        assert found.current is not None
        assert (found.current.id, found.current.role, found.current.plan) == (zeta, Role.CONTADOR, "business")
        assert (found.current.active, found.current.database_name) == (True, "horux_zzz010101aaa")

    def test_names_none_that_is_not_the_user_s(
        self, directory: Directory, cards: CardIndex, new_tenant: NewTenant
    ) -> None:
        mine, foreign = new_tenant("AAA010101AAA"), new_tenant("EKU9003173C9")
        user, _ = entered(directory, mine)
        assert cards.of(user.id, foreign).current is None
        assert [card.id for card in cards.of(user.id, foreign).all] == [mine]
        assert cards.of(UserId(uuid4()), mine) == Cards(None, ())

    def test_names_none_for_the_staff_whoever_let_it_in(
        self, directory: Directory, cards: CardIndex, new_tenant: NewTenant
    ) -> None:
        tenant = new_tenant("AAA010101AAA")
        user, _ = entered(directory, tenant)
        with directory.transaction() as tx:
            tx.users.save(replace(tx.users.lock(user.id), platform_admin=True))
        assert cards.of(user.id, tenant) == Cards(None, ())

    def test_leaves_out_a_taxpayer_that_left(
        self,
        directory: Directory,
        cards: CardIndex,
        new_tenant: NewTenant,
        retire_tenant: Callable[[TenantId], None],
    ) -> None:
        tenant = new_tenant("AAA010101AAA")
        user, _ = entered(directory, tenant)
        retire_tenant(tenant)
        assert cards.of(user.id, tenant) == Cards(None, ())

    @pytest.mark.parametrize(
        ("statuses", "read_only"),
        [
            ([], True),
            (["authorized"], False),
            (["pending"], False),
            (["paused"], True),
            (["cancelled"], True),
            (["cancelled", "authorized"], False),
            (["cancelled", "paused"], True),
        ],
    )
    def test_reads_only_as_the_subscription_says(
        self,
        directory: Directory,
        cards: CardIndex,
        new_tenant: NewTenant,
        subscribe: Subscribe,
        statuses: list[str],
        read_only: bool,
    ) -> None:
        tenant = new_tenant("AAA010101AAA")
        user, _ = entered(directory, tenant)
        for status in statuses:
            subscribe(tenant, status)
        current = cards.of(user.id, tenant).current
        assert current is not None
        assert current.read_only is read_only

    @pytest.mark.parametrize(("days", "read_only"), [(11, True), (10, True), (9, False), (-20, False)])
    def test_reads_only_once_its_time_is_over_though_nobody_has_marked_it(
        self,
        directory: Directory,
        cards: CardIndex,
        new_tenant: NewTenant,
        subscribe: Subscribe,
        days: int,
        read_only: bool,
    ) -> None:
        tenant = new_tenant("AAA010101AAA")
        user, _ = entered(directory, tenant)
        subscribe(tenant, "authorized", NOW - timedelta(days=days))
        (card,) = cards.of(user.id, tenant).all
        assert card.read_only is read_only
