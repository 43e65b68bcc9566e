"""What every EnParalelo promises; a subclass brings the `en_paralelo` fixture."""

from threading import Barrier, Event
from uuid import UUID

import pytest

from horux_core.fiscal.consolidado.model import Fallo
from horux_core.fiscal.consolidado.ports import EnParalelo
from horux_core.kernel.ids import TenantId

UNA, OTRA, TERCERA = (TenantId(UUID(int=n)) for n in (1, 2, 3))


class EnParaleloContract:
    def test_gives_what_each_task_came_to(self, en_paralelo: EnParalelo) -> None:
        assert en_paralelo({UNA: lambda: 1, OTRA: lambda: 2}, 10) == {UNA: 1, OTRA: 2}
        assert en_paralelo({}, 10) == {}

    def test_does_some_at_a_time(self, en_paralelo: EnParalelo) -> None:
        together = Barrier(2, timeout=20)
        done = en_paralelo(dict.fromkeys((UNA, OTRA), together.wait), 30)
        assert sorted(map(str, done.values())) == ["0", "1"]

    def test_the_error_of_one_is_its_own_and_is_written_down(
        self, en_paralelo: EnParalelo, caplog: pytest.LogCaptureFixture
    ) -> None:
        assert en_paralelo({UNA: lambda: 1 // 0, OTRA: lambda: 2}, 10) == {UNA: Fallo.IMPREVISTA, OTRA: 2}
        (record,) = caplog.records
        assert record.exc_info is not None
        assert record.exc_info[0] is ZeroDivisionError
        assert record.__dict__["tenantId"] == str(UNA)

    def test_waits_for_none_longer_than_its_time(self, en_paralelo: EnParalelo) -> None:
        waiting, done = Event(), Event()

        def late() -> None:
            waiting.wait(30)
            done.set()

        try:
            assert en_paralelo({UNA: late, OTRA: lambda: None}, 0.2) == {UNA: Fallo.TARDADA, OTRA: None}
        finally:
            waiting.set()
        assert done.wait(10), "it goes on by itself"
