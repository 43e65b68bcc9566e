"""What every ReadingRoom promises; a subclass brings `room`, for 1 MiB and a fifth of a second."""

from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack

import pytest

from horux_core.fiscal.cfdi.limites import MIB
from horux_core.fiscal.cfdi.ports import ReadingRoom
from horux_core.fiscal.cfdi.upload_errors import ReadingSaturated


class ReadingRoomContract:
    def test_holds_no_more_at_once_than_there_is_room_for(self, room: ReadingRoom) -> None:
        with room(MIB // 2), room(MIB // 2), pytest.raises(ReadingSaturated) as told, room(MIB // 4):
            pass
        assert told.value.facts["retryAfter"] == 10
        with room(MIB):
            pass

    def test_is_free_again_also_after_an_error(self, room: ReadingRoom) -> None:
        for _ in range(3):
            with pytest.raises(ValueError, match="x"), room(MIB):
                raise ValueError("x")

    def test_what_is_bigger_than_the_room_is_alone_in_it(self, room: ReadingRoom) -> None:
        with room(100 * MIB), pytest.raises(ReadingSaturated), room(MIB // 4):
            pass
        with room(MIB // 4), pytest.raises(ReadingSaturated), room(100 * MIB):
            pass

    def test_what_is_small_never_waits(self, room: ReadingRoom) -> None:
        with ExitStack() as read:
            read.enter_context(room(100 * MIB))
            for _ in range(100):
                read.enter_context(room(1000))

    def test_those_who_wait_are_read_when_there_is_room(self, room: ReadingRoom) -> None:
        def read() -> bool:
            with room(MIB):
                return True

        with ThreadPoolExecutor(4) as threads:
            assert all(each.result() for each in [threads.submit(read) for _ in range(4)])
