import threading
import time
from concurrent.futures import ThreadPoolExecutor

import pytest
from litestar import Litestar, Request, get, post
from litestar.testing import TestClient

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
