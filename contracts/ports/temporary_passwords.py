"""What every TemporaryPasswords promises; a subclass brings `passwords`, a `user`, and `opens` that tries one."""

from collections.abc import Callable

from horux_core.kernel.ids import UserId
from horux_core.notifications.ports import TemporaryPasswords


class TemporaryPasswordsContract:
    def test_opens_until_the_next_is_made(
        self, passwords: TemporaryPasswords, user: UserId, opens: Callable[[str], bool]
    ) -> None:
        first = passwords(user)
        assert opens(first)
        second = passwords(user)
        assert second != first
        assert opens(second)
        assert not opens(first), "the one before is dead"
