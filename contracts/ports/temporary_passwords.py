"""What every TemporaryPasswords promises; a subclass brings `passwords`, a `user` with none, `opens` that
tries one, an `owner` that has chosen its own, and `opens_own` that tries that."""

from collections.abc import Callable

from horux_core.kernel.ids import UserId
from horux_core.notifications.ports import TemporaryPasswords


class TemporaryPasswordsContract:
    def test_opens_until_the_next_is_made(
        self, passwords: TemporaryPasswords, user: UserId, opens: Callable[[str], bool]
    ) -> None:
        first = passwords(user)
        assert first is not None
        assert opens(first)
        second = passwords(user)
        assert second is not None
        assert second != first
        assert opens(second)
        assert not opens(first), "the one before is dead"

    def test_never_replaces_one_its_owner_has_chosen(
        self, passwords: TemporaryPasswords, owner: UserId, opens_own: Callable[[], bool]
    ) -> None:
        assert passwords(owner) is None
        assert opens_own()
