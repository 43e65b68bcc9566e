import threading
import time

import pytest
from litestar import get
from litestar.testing import TestClient

from tests.http.small import client, small_app


@pytest.mark.parametrize("path", ["/health", "/api/health"])
def test_says_it_lives(path: str) -> None:
    with client() as http:
        answer = http.get(path)
    assert (answer.status_code, answer.json()) == (200, {"status": "ok", "timestamp": "2026-03-01T12:00:00Z"})


def test_lives_although_every_thread_is_taken() -> None:
    entered, leave = threading.Event(), threading.Event()

    def slow() -> bool:
        entered.set()
        return leave.wait(20)

    with TestClient(small_app(ready=slow, threads={"general": 1})) as http:
        asking = threading.Thread(target=http.get, args=("/ready",))
        asking.start()
        assert entered.wait(10)
        assert http.get("/health").status_code == 200
        leave.set()
        asking.join(10)


def test_is_ready_while_the_central_database_answers() -> None:
    with client(ready=lambda: True) as http:
        assert http.get("/ready").status_code == 200


def test_is_not_ready_when_the_central_database_is_silent() -> None:
    with client(ready=lambda: False) as http:
        answer = http.get("/ready")
    assert (answer.status_code, answer.json()["code"]) == (503, "no-listo")
    assert answer.headers["retry-after"] == "5"


def test_is_ready_although_every_thread_of_the_handlers_is_taken() -> None:
    entered, leave = threading.Event(), threading.Event()

    @get("/lento", sync_to_thread=True)
    def slow() -> str:
        entered.set()
        leave.wait(20)
        return "tarde"

    with TestClient(small_app(extra=[slow], threads={"general": 1})) as http:
        asking = threading.Thread(target=http.get, args=("/lento",))
        asking.start()
        assert entered.wait(10)
        began = time.monotonic()
        assert http.get("/ready").status_code == 200
        assert time.monotonic() - began < 1
        leave.set()
        asking.join(10)


def test_says_within_two_seconds_that_the_central_database_takes_longer() -> None:
    leave = threading.Event()
    with TestClient(small_app(ready=lambda: leave.wait(20))) as http:
        began = time.monotonic()
        assert http.get("/ready").status_code == 503
        assert time.monotonic() - began < 4
        leave.set()


def test_is_alive_under_any_host_name() -> None:
    with client(allowed_hosts=("horux360.mx",)) as http:
        assert http.get("/health", headers={"Host": "10.0.0.7:4000"}).status_code == 200
