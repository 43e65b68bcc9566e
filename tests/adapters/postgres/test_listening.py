import socket
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import suppress
from queue import Queue

import psycopg
import pytest
from psycopg.conninfo import make_conninfo

from horux_adapters.postgres.listening import Cache, Listener, notify
from tests.adapters.postgres.test_caching import Source


@pytest.fixture
def central(fresh_database: Callable[[], str]) -> str:
    return fresh_database()


@pytest.fixture
def listener(central: str) -> Iterator[Listener]:
    listener = Listener(central)
    yield listener
    listener.close()


def until(condition: Callable[[], bool], seconds: float = 5.0) -> bool:
    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline:
        if condition():
            return True
        time.sleep(0.005)
    return False


class TestListener:
    def test_hears_a_change_at_once_when_it_is_kept_and_never_before(self, listener: Listener, central: str) -> None:
        heard: Queue[str] = Queue()
        listener.subscribe("precio", heard.put)
        assert listener.start()
        with psycopg.connect(central) as conn:
            notify(conn, "precio", "AAA:1")
            notify(conn, "otra", "b")
            time.sleep(0.1)
            assert heard.empty()
            conn.commit()
            began = time.monotonic()
            assert heard.get(timeout=2) == "AAA:1"
            assert time.monotonic() - began < 1
            notify(conn, "precio", "no")
            conn.rollback()
        time.sleep(0.1)
        assert heard.empty()

    def test_is_not_trusted_before_it_listens(self, listener: Listener) -> None:
        assert not listener.trusted

    def test_cut_off_it_is_not_trusted_until_it_listens_again(self, listener: Listener, central: str) -> None:
        source = Source()
        cache = Cache(listener, "precio", source)
        lost = threading.Event()
        listener.on_lost(lost.set)
        assert listener.start()
        cache.get("a")
        epoch = listener.epoch
        with psycopg.connect(central, autocommit=True) as conn:
            conn.execute(
                "SELECT pg_terminate_backend(pid) FROM pg_stat_activity "
                "WHERE application_name = 'horux-escucha' AND datname = current_database()"
            )
            assert lost.wait(2)
            source.value = "nueva"
            assert cache.get("a") == "a=nueva"
            assert until(lambda: listener.trusted)
            assert listener.epoch == epoch + 1
            cache.get("a")
            source.value = "novísima"
            notify(conn, "precio", "a")
            assert until(lambda: cache.get("a") == "a=novísima", 1.0)

    def test_goes_on_trying_while_there_is_no_server(self) -> None:
        listener = Listener("postgresql://nadie@127.0.0.1:1/nada")
        assert not listener.start(wait=0.3)
        listener.close()

    def test_ends_when_it_is_told_to(self, listener: Listener, central: str) -> None:
        listener.start()
        listener.close()
        assert not listener.trusted
        with psycopg.connect(central) as conn:
            query = "SELECT count(*) FROM pg_stat_activity WHERE application_name = %s AND datname = current_database()"
            assert conn.execute(query, ("horux-escucha",)).fetchone() == (0,)

    def test_a_kind_with_a_colon_is_refused(self, central: str) -> None:
        with psycopg.connect(central) as conn, pytest.raises(ValueError, match="dos puntos"):
            notify(conn, "a:b", "c")

    @pytest.mark.parametrize("broken", ["subscriber", "lost"])
    def test_outlives_a_callback_that_fails(self, listener: Listener, central: str, broken: str) -> None:
        heard: Queue[str] = Queue()
        lost = threading.Event()

        def fail(*_: str) -> None:
            raise KeyError("defecto")

        if broken == "lost":
            listener.on_lost(fail)
        listener.on_lost(lost.set)
        listener.subscribe("mala", fail)
        listener.subscribe("buena", heard.put)
        assert listener.start()
        epoch = listener.epoch
        with psycopg.connect(central, autocommit=True) as conn:
            notify(conn, "mala", "1")
            assert lost.wait(2)
            assert until(lambda: listener.trusted and listener.epoch > epoch)
            notify(conn, "buena", "2")
        assert heard.get(timeout=2) == "2"

    def test_is_not_trusted_while_a_callback_keeps_it_from_listening(self, listener: Listener, central: str) -> None:
        leave = threading.Event()

        def hold(_: str) -> None:
            leave.wait(20)

        listener.subscribe("lenta", hold)
        assert listener.start()
        with psycopg.connect(central, autocommit=True) as conn:
            notify(conn, "lenta", "1")
        try:
            assert until(lambda: not listener.trusted, 2)
        finally:
            leave.set()
        assert until(lambda: listener.trusted)

    def test_a_silent_cut_of_the_wire_is_trusted_no_longer_than_a_second(self, central: str) -> None:
        with Wire(central) as wire:
            listener, source, lost = Listener(wire.address), Source(), threading.Event()
            cache = Cache(listener, "precio", source)
            listener.on_lost(lost.set)
            try:
                assert listener.start()
                time.sleep(1.5)
                assert listener.trusted
                cache.get("a")
                wire.flows.clear()
                began = time.monotonic()
                source.value = "nueva"
                assert until(lambda: cache.get("a") == "a=nueva")
                assert time.monotonic() - began < 1.2
                assert lost.wait(3)
                wire.flows.set()
                assert until(lambda: listener.trusted, 15)
            finally:
                wire.flows.set()
                listener.close()


class Wire:
    """A wire to the server that can stop carrying anything without a word to either end."""

    def __init__(self, central: str) -> None:
        with psycopg.connect(central) as conn:
            host, port = conn.info.host, conn.info.port
        unix = host.startswith("/")
        self._far = (socket.AF_UNIX, f"{host}/.s.PGSQL.{port}") if unix else (socket.AF_INET, (host, port))
        self._door = socket.create_server(("127.0.0.1", 0))
        self.address = make_conninfo(central, host="127.0.0.1", port=self._door.getsockname()[1], hostaddr=None)
        self._open: list[socket.socket] = [self._door]
        self.flows = threading.Event()
        self.flows.set()

    def __enter__(self) -> "Wire":
        threading.Thread(target=self._accept, daemon=True).start()
        return self

    def __exit__(self, *_: object) -> None:
        for end in self._open:
            with suppress(OSError):
                end.shutdown(socket.SHUT_RDWR)
            end.close()

    def _accept(self) -> None:
        with suppress(OSError):
            while True:
                near, _ = self._door.accept()
                family, place = self._far
                far = socket.socket(family)
                self._open += [near, far]
                far.connect(place)
                for one, other in ((near, far), (far, near)):
                    threading.Thread(target=self._carry, args=(one, other), daemon=True).start()

    def _carry(self, one: socket.socket, other: socket.socket) -> None:
        with suppress(OSError):
            while piece := one.recv(4096):
                self.flows.wait()
                other.sendall(piece)
        with suppress(OSError):
            other.shutdown(socket.SHUT_WR)
