"""No request is lost while the service restarts: the real server, nginx in front, and people at work."""

import json
import socket
from collections import Counter
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from threading import Event, Thread

import pytest

from tests.deploy.activated import Instance, listening
from tests.deploy.edge import NAME, Edge, edge
from tests.system.asking import Api
from tests.system.installation import OPERATOR, Installation, installation
from tests.system.owners import CHOSEN
from tests.system.waiting import until

_GENEROUS = (("rate=200r/s", "rate=5000r/s"), ("rate=20r/s", "rate=5000r/s"))


@dataclass(frozen=True)
class Service:
    installed: Installation
    held: socket.socket
    instances: tuple[Instance, Instance]

    @property
    def port(self) -> int:
        return int(self.held.getsockname()[1])


@pytest.fixture(scope="module")
def service() -> Iterator[Service]:
    with ExitStack() as stack:
        installed = stack.enter_context(
            installation(WORKERS="1", TRUSTED_PROXY="127.0.0.1", TENANT_CONNECTIONS_MAX="20")
        )
        held = stack.enter_context(listening())
        first, second = (Instance(held, installed.env, installed.folder / f"api-{turn}.log") for turn in (1, 2))
        for instance in (first, second):
            stack.callback(instance.end)
            instance.start()
        yield Service(installed, held, (first, second))


@dataclass
class Load:
    """People who ask without rest: to read, to write, and what no proxy would ask twice. Every answer is counted."""

    front: Edge
    token: str
    answers: Counter[tuple[str, object]] = field(default_factory=Counter)
    written: list[int] = field(default_factory=list)
    over: Event = field(default_factory=Event)

    def read(self) -> None:
        while not self.over.is_set():
            self._ask("leer", "GET", "/api/tenants")

    def write(self) -> None:
        turn = 0
        while not self.over.is_set():
            turn += 1
            body = json.dumps({"monthly": f"{turn}.00", "yearly": "9.00"}).encode()
            if self._ask("escribir", "PUT", "/api/plans/starter/prices", body):
                self.written.append(turn)

    def post(self) -> None:
        """A log-in that is refused for its form: the answer comes from the application each time."""
        while not self.over.is_set():
            self._ask("enviar", "POST", "/api/auth/refresh", b'{"refreshToken": "x"}')

    def _ask(self, what: str, method: str, path: str, body: bytes | None = None) -> bool:
        headers = {"Authorization": f"Bearer {self.token}", "Content-Type": "application/json"}
        try:
            status: object = self.front.ask(method, path, body, headers).status
        except OSError as error:
            status = repr(error)
        self.answers[what, status] += 1
        return status == 200


@contextmanager
def _at_work(load: Load) -> Iterator[None]:
    threads = [Thread(target=act) for act in (load.read, load.read, load.write, load.post, load.post)]
    for thread in threads:
        thread.start()
    try:
        yield
    finally:
        load.over.set()
        for thread in threads:
            thread.join(60)


def test_restarting_one_after_the_other_under_load_fails_no_request(service: Service) -> None:
    token = _token(service)
    with edge(service.port, *_GENEROUS) as front:
        load = Load(front, token)
        with _at_work(load):
            for turn in range(4):
                _some_more(load)
                service.instances[turn % 2].restart()
            _some_more(load)
        expected = {("leer", 200), ("escribir", 200), ("enviar", 401)}
        assert set(load.answers) == expected, f"{load.answers}\n{front.log}\n{front.errors}"
        assert min(load.answers.values()) > 20, load.answers
        _holds_the_last_write(service, load)


def test_with_nobody_running_requests_wait_and_are_answered(service: Service) -> None:
    token = _token(service)
    with edge(service.port, *_GENEROUS) as front:
        load = Load(front, token)
        with _at_work(load):
            _some_more(load)
            assert [instance.stop() for instance in service.instances] == [0, 0]
            for instance in service.instances:
                instance.start()
            _some_more(load)
        assert {status for _, status in load.answers} == {200, 401}, f"{load.answers}\n{front.log}\n{front.errors}"
        _holds_the_last_write(service, load)


def test_what_is_under_way_is_finished_first(service: Service) -> None:
    """A body that is still arriving when the server is told to end."""
    body = json.dumps({"refreshToken": "x" * 40}).encode()
    head = f"POST /api/auth/refresh HTTP/1.1\r\nHost: {NAME}\r\nContent-Type: application/json\r\n"
    with socket.create_connection(("127.0.0.1", service.port), 30) as wire:
        wire.sendall(f"{head}Content-Length: {len(body)}\r\n\r\n".encode() + body[:10])
        until("lo atiende una de las dos", lambda: _taken(service, wire), 20)
        for instance in service.instances:
            instance.tell_to_stop()
        until("ya nadie acepta", lambda: _queued(service), 8)
        wire.sendall(body[10:])
        assert wire.recv(65536).startswith(b"HTTP/1.1 401 ")
    assert [instance.ended() for instance in service.instances] == [0, 0]
    for instance in service.instances:
        instance.start()


def _taken(service: Service, wire: socket.socket) -> bool:
    """Whether a process holds the other end of it."""
    mine = wire.getsockname()[1]
    table = Path("/proc/net/tcp").read_text(encoding="ascii").splitlines()[1:]
    ends = [line.split() for line in table]
    return any(
        int(end[1].split(":")[1], 16) == service.port and int(end[2].split(":")[1], 16) == mine and end[9] != "0"
        for end in ends
    )


def _token(service: Service) -> str:
    operator = Api(f"http://127.0.0.1:{service.port}").signed_in(OPERATOR, CHOSEN)
    return operator.headers["Authorization"].removeprefix("Bearer ")


def _queued(service: Service) -> bool:
    """Whether a new connection is left to wait."""
    with socket.create_connection(("127.0.0.1", service.port), 5) as probe:
        probe.settimeout(0.5)
        probe.sendall(f"GET /health HTTP/1.1\r\nHost: {NAME}\r\nConnection: close\r\n\r\n".encode())
        try:
            return not probe.recv(16)
        except TimeoutError:
            return True
        except ConnectionError:
            return False


def _some_more(load: Load) -> None:
    """Enough answers more, whoever gives them, to know that everybody is at work."""
    before = load.answers.total()
    until("siguen trabajando", lambda: load.answers.total() > before + 100, 60)


def _holds_the_last_write(service: Service, load: Load) -> None:
    (found,) = service.installed.rows("SELECT monthly FROM plan_prices WHERE plan = 'starter'", database="horux360")
    assert int(found[0]) == load.written[-1]
