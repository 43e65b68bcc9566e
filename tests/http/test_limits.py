import asyncio
import threading
import time
from concurrent.futures import Future, ThreadPoolExecutor
from contextvars import copy_context

import pytest
from litestar import Litestar, Request, get, post
from litestar.testing import TestClient

from horux_http import limits
from horux_http.limits import Lanes, ServerSaturated
from tests.http.small import small_app


def test_a_lane_that_is_full_leaves_the_others_their_threads() -> None:
    entered, leave = threading.Event(), threading.Event()

    @get("/lento", sync_to_thread=True)
    def slow() -> str:
        entered.set()
        leave.wait(20)
        return "tarde"

    @get("/entra", sync_to_thread=True, opt={"lane": "acceso"})
    def quick() -> str:
        return threading.current_thread().name

    with TestClient(small_app(extra=[slow, quick], threads={"general": 1, "acceso": 1})) as http:
        asking = threading.Thread(target=http.get, args=("/lento",))
        asking.start()
        assert entered.wait(10)
        assert http.get("/entra").text.startswith("horux-acceso")
        leave.set()
        asking.join(10)


def test_more_than_can_wait_is_refused_at_once_with_503() -> None:
    entered, leave = threading.Event(), threading.Event()
    lanes = Lanes({"general": 1}, waiting=1)

    def hold() -> None:
        entered.set()
        leave.wait(20)

    first = lanes.submit(hold)
    assert entered.wait(10)
    second = lanes.submit(int)
    with pytest.raises(ServerSaturated) as refused:
        lanes.submit(int)
    assert refused.value.facts["retryAfter"] == 5
    leave.set()
    assert (first.result(10), second.result(10)) == (None, 0)
    assert lanes.submit(int).result(10) == 0
    lanes.shutdown()


def test_who_waited_too_long_is_told_and_not_served() -> None:
    entered = threading.Event()
    lanes = Lanes({"general": 1}, patience=0.02)
    served: list[int] = []

    def hold() -> None:
        entered.set()
        time.sleep(0.1)

    lanes.submit(hold)
    assert entered.wait(10)
    late = lanes.submit(served.append, 1)
    with pytest.raises(ServerSaturated):
        late.result(10)
    assert served == []
    lanes.shutdown()


def test_a_saturated_server_answers_a_problem() -> None:
    @get("/satura", sync_to_thread=True)
    def saturated() -> None:
        raise ServerSaturated

    with TestClient(small_app(extra=[saturated])) as http:
        answer = http.get("/satura")
    assert (answer.status_code, answer.json()["code"]) == (503, "servidor-saturado")
    assert answer.headers["retry-after"] == "5"


def test_an_upload_route_sets_its_own_limit() -> None:
    @post("/sube", request_max_body_size=2 * 1024 * 1024)
    async def upload(request: Request) -> str:  # type: ignore[type-arg]
        return str(sum([len(chunk) async for chunk in request.stream()]))

    size = 1024 * 1024 + 1
    with TestClient(small_app(extra=[upload])) as http:
        assert http.post("/sube", content=b"x" * size).text == str(size)
        assert http.post("/sube", content=b"x" * (2 * 1024 * 1024 + 1)).status_code == 413
        assert (
            http.post("/api/cosas", content=b"x" * size, headers={"Content-Type": "application/json"}).status_code
            == 413
        )


def test_many_requests_at_once_are_all_answered() -> None:
    app: Litestar = small_app(threads={"general": 2})
    with TestClient(app) as http, ThreadPoolExecutor(8) as crowd:
        statuses = list(crowd.map(lambda _: http.get("/api/cosas/una?anio=2026").status_code, range(40)))
    assert statuses == [200] * 40


def held_up(lanes: Lanes, times: int, whose: str, hold: threading.Event) -> list[Future[bool]]:
    def submit() -> Future[bool]:
        limits._place.set(limits._Place("general", whose))
        return lanes.submit(hold.wait, 20)

    return [copy_context().run(submit) for _ in range(times)]


def test_one_tenant_s_wait_leaves_threads_to_the_others() -> None:
    lanes, hold = Lanes({"general": 4}, each=3), threading.Event()
    crowd = held_up(lanes, 40, "una", hold)
    began = time.monotonic()
    ready = threading.Event()
    ready.set()
    (other,) = held_up(lanes, 1, "otra", ready)
    assert other.result(5) is True
    assert time.monotonic() - began < 1
    assert sum(future.running() for future in crowd) == 3
    hold.set()
    assert [future.result(10) for future in crowd] == [True] * 40
    assert not lanes._rows
    lanes.shutdown()


@pytest.mark.anyio
async def test_who_waits_behind_its_own_tenant_is_told_in_time() -> None:
    lanes, hold = Lanes({"general": 4}, each=1, patience=0.1), threading.Event()
    first, second = held_up(lanes, 2, "una", hold)
    with pytest.raises(ServerSaturated):
        await asyncio.wait_for(asyncio.wrap_future(second), 5)
    assert first.running()
    hold.set()
    assert first.result(10) is True
    assert not lanes._rows
    lanes.shutdown()


@pytest.mark.anyio
async def test_who_hung_up_while_waiting_takes_no_thread() -> None:
    lanes, hold = Lanes({"general": 4}, each=1), threading.Event()
    first, second, third = held_up(lanes, 3, "una", hold)
    second.cancel()
    hold.set()
    assert (await asyncio.wrap_future(first), await asyncio.wrap_future(third)) == (True, True)
    assert second.cancelled()
    lanes.shutdown()


def test_requests_of_one_credential_wait_for_each_other_and_for_nobody_else() -> None:
    entered, leave = threading.Semaphore(0), threading.Event()

    @get("/lento", sync_to_thread=True)
    def slow() -> str:
        entered.release()
        leave.wait(20)
        return "tarde"

    own, other = {"Authorization": "Bearer una"}, {"Authorization": "Bearer otra"}
    with TestClient(small_app(extra=[slow], threads={"general": 4})) as http, ThreadPoolExecutor(20) as crowd:
        asking = [crowd.submit(http.get, "/lento", headers=own) for _ in range(12)]
        assert all(entered.acquire(timeout=10) for _ in range(3))
        try:
            assert http.get("/api/cosas/una?anio=2026", headers=other, timeout=5).status_code == 200
            assert not entered.acquire(timeout=0.2)
        finally:
            leave.set()
        assert [answer.result(20).text for answer in asking] == ["tarde"] * 12


@pytest.fixture
def anyio_backend() -> str:
    return "asyncio"
