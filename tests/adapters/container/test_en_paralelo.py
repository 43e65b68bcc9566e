"""Tasks side by side: so many of one request, so many of all."""

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from threading import Barrier, Event, Lock
from uuid import UUID

import pytest

from contracts.ports.en_paralelo import EnParaleloContract
from horux_adapters.container.en_paralelo import A_LA_VEZ, EN_TODO, Hilos, hilos
from horux_core.fiscal.consolidado.model import Fallo
from horux_core.fiscal.consolidado.ports import EnParalelo
from horux_core.kernel.ids import TenantId

MUCHAS = [TenantId(UUID(int=n)) for n in range(3 * A_LA_VEZ)]


@pytest.fixture
def en_paralelo() -> Iterator[Hilos]:
    with contextmanager(hilos)() as opened:
        yield opened


class TestHilos(EnParaleloContract):
    """Of the container."""


def test_does_so_many_at_a_time_and_no_more(en_paralelo: EnParalelo) -> None:
    inside, most = [0], [0]
    turn, together = Lock(), Barrier(A_LA_VEZ, timeout=20)

    def counted() -> bool:
        """None goes on before so many have come."""
        with turn:
            inside[0] += 1
            most[0] = max(most[0], inside[0])
        together.wait()
        with turn:
            inside[0] -= 1
        return True

    tareas = dict.fromkeys(MUCHAS, counted)
    assert en_paralelo(tareas, 30) == dict.fromkeys(MUCHAS, True)
    assert most[0] == A_LA_VEZ
    with ThreadPoolExecutor(6) as askers:
        found = list(askers.map(lambda _: en_paralelo(tareas, 30), range(6)))
    assert found == [dict.fromkeys(MUCHAS, True)] * 6
    assert most[0] <= EN_TODO


def test_what_has_not_begun_in_time_never_does(en_paralelo: EnParalelo) -> None:
    waiting, begun = Event(), []

    def hang() -> None:
        begun.append(1)
        waiting.wait(30)

    try:
        assert set(en_paralelo(dict.fromkeys(MUCHAS, hang), 0.2).values()) == {Fallo.TARDADA}
    finally:
        waiting.set()
    assert en_paralelo({MUCHAS[0]: lambda: len(begun)}, 30) == {MUCHAS[0]: A_LA_VEZ}


def test_what_is_under_way_at_the_end_is_waited_for() -> None:
    waiting, done = Event(), Event()

    def late() -> None:
        waiting.wait(30)
        done.set()

    with contextmanager(hilos)() as opened:
        assert opened({MUCHAS[0]: late}, 0.1) == {MUCHAS[0]: Fallo.TARDADA}
        waiting.set()
    assert done.is_set()
