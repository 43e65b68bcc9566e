"""What every TemporaryPasswords promises; a subclass brings `passwords`, a `user` with none, `opens` that
tries one, `later` that moves the clock on, an `owner` that has chosen its own, and `opens_own` that tries that."""

from collections.abc import Callable
from datetime import timedelta
from uuid import uuid4

from horux_core.kernel.ids import TenantId, UserId
from horux_core.notifications.ports import TemporaryPasswords

HERE, THERE = TenantId(uuid4()), TenantId(uuid4())


class TemporaryPasswordsContract:
    def test_opens_until_the_next_is_made(
        self, passwords: TemporaryPasswords, user: UserId, opens: Callable[[str], bool]
    ) -> None:
        first = passwords(user, HERE)
        assert first is not None
        assert opens(first)
        second = passwords(user, HERE)
        assert second is not None
        assert second != first
        assert opens(second)
        assert not opens(first), "the one before is dead"

    def test_leaves_one_that_was_made_for_another_taxpayer_while_it_opens(
        self,
        passwords: TemporaryPasswords,
        user: UserId,
        opens: Callable[[str], bool],
        later: Callable[[timedelta], None],
    ) -> None:
        theirs = passwords(user, THERE)
        assert theirs is not None
        assert passwords(user, HERE) is None
        assert opens(theirs)
        later(timedelta(days=7))
        ours = passwords(user, HERE)
        assert ours is not None
        assert opens(ours)
        assert passwords(user, THERE) is None

    def test_never_replaces_one_its_owner_has_chosen(
        self, passwords: TemporaryPasswords, owner: UserId, opens_own: Callable[[], bool]
    ) -> None:
        assert passwords(owner, HERE) is None
        assert opens_own()
