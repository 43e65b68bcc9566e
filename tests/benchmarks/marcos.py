"""The main routes as the product serves them, and the same on FastAPI and on Django: requests a second, p50 and p99.

The three stand on the same database, use cases, pools, server (granian) and number of processes and threads, and give
the same answers, which each request is held against. The turns are short and go round, so that what else the machine
does falls on all; what the processor spends on an answer is told too, which that touches least.
"""

import importlib.util
import json
import os
import statistics
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping
from concurrent.futures import ProcessPoolExecutor
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from multiprocessing import get_context
from pathlib import Path
from typing import Any
from uuid import uuid4

from horux_core.fiscal.cfdi.model import Tipo
from horux_core.fiscal.cfdi.stored import Filter
from horux_core.identity.model import Actor, Membership, Role, User
from horux_core.kernel.ids import TenantId, UserId
from horux_core.kernel.periodo import Periodo
from tests.benchmarks.bulk import filled
from tests.benchmarks.driver import WrongAnswer, answer, drive
from tests.benchmarks.ground import Ground, Measure
from tests.system import processes
from tests.system.household import plain_environment

ROOT = Path(__file__).resolve().parents[2]
LIBRARIES = ROOT / ".tools" / "bench"
WORKERS = int(os.environ.get("MARCOS_WORKERS", "1"))
CONNECTIONS = int(os.environ.get("MARCOS_CONNECTIONS", "8"))
ROUNDS = int(os.environ.get("MARCOS_ROUNDS", "7"))
SECONDS = float(os.environ.get("MARCOS_SECONDS", "1"))
_THREADS = "24"
_EMAIL, _PASSWORD = "marcos@kemper.example", "tambor lila de marzo"
_WITHIN = 60.0
_COMMANDS = {
    "Horux360": ("horux_adapters.cli.main", "serve"),
    "FastAPI": ("tests.benchmarks.rivales", "fastapi"),
    "Django": ("tests.benchmarks.rivales", "django"),
}
OURS, *RIVALS = _COMMANDS


@dataclass(frozen=True)
class Route:
    """`changing` are the members of the answer that are another each time."""

    name: str
    request: bytes
    changing: tuple[str, ...] = ()


@dataclass
class Taken:
    """The seconds of every answer, the answers a second of each turn, and the processor's seconds of all of them."""

    seconds: list[float] = field(default_factory=list)
    rates: list[float] = field(default_factory=list)
    worked: float = 0.0

    def add(self, seconds: list[float], whole: float, worked: float) -> None:
        self.seconds += seconds
        self.rates.append(len(seconds) / whole)
        self.worked += worked

    @property
    def rate(self) -> float:
        return statistics.median(self.rates)

    @property
    def work(self) -> float:
        return self.worked / len(self.seconds)

    def quantile(self, part: float) -> float:
        return sorted(self.seconds)[int(len(self.seconds) * part)]


@dataclass(frozen=True)
class Served:
    """One of them, while it serves; its processes are of one group."""

    port: int
    group: int

    def worked(self) -> float:
        """Seconds of the processor that its living processes have had; the database's are not among them."""
        return sum(map(_worked, processes.of_group(self.group)))


def run(ground: Ground) -> list[Measure]:
    """Raises SystemExit when the rivals are not installed; WrongAnswer when the answers are not the same."""
    if not (LIBRARIES / "django").is_dir() and importlib.util.find_spec("django") is None:
        raise SystemExit("Faltan FastAPI y Django: se instalan con `make bench`.")
    filled(ground)
    token = _token_of(ground)
    with ExitStack() as stack:
        served = {name: stack.enter_context(_served(ground, name)) for name in _COMMANDS}
        routes = list(_routes(ground, token(served[OURS].port)))
        driver = stack.enter_context(ProcessPoolExecutor(1, mp_context=get_context("spawn")))
        expected = {route: _alike(route, served) for route in routes}
        return [line for route in routes for line in _lines(route, _measured(driver, route, served, expected[route]))]


def _measured(
    driver: ProcessPoolExecutor, route: Route, served: Mapping[str, Served], expected: Mapping[str, bytes]
) -> dict[str, Taken]:
    """Who goes first changes with each round; the first round warms up and is not counted."""
    taken = {name: Taken() for name in served}
    names = list(served)
    for n in range(ROUNDS + 1):
        for name in (*names[n % 3 :], *names[: n % 3]):
            one, body = served[name], None if route.changing else expected[name]
            began, worked = time.perf_counter(), one.worked()
            seconds = driver.submit(drive, one.port, route.request, body, CONNECTIONS, SECONDS).result()
            if n:
                taken[name].add(seconds, time.perf_counter() - began, one.worked() - worked)
    return taken


def _lines(route: Route, taken: Mapping[str, Taken]) -> Iterator[Measure]:
    """Ours, then each rival and ours in parts of its own: of answers a second more is better, of p99 and cpu less."""
    ours = taken[OURS]
    for name, each in taken.items():
        p50, p99 = (each.quantile(part) * 1000 for part in (0.5, 0.99))
        value = f"{each.rate:,.0f}/s, p50 {p50:.1f}, p99 {p99:.1f}, cpu {each.work * 1000:.2f} ms"
        less = (ours.quantile(0.99) * 1000 / p99, ours.work / each.work)
        ratio = f"/s {ours.rate / each.rate:.2f}, p99 {less[0]:.2f}, cpu {less[1]:.2f}"
        yield Measure(f"{route.name}: {name}", value, "" if name == OURS else ratio)


def _alike(route: Route, served: Mapping[str, Served]) -> dict[str, bytes]:
    """The body of each; raises WrongAnswer unless they say the same."""
    bodies = {name: answer(one.port, route.request) for name, one in served.items()}
    meant = {name: _meant(body, route.changing) for name, body in bodies.items()}
    for name in RIVALS:
        if meant[name] != meant[OURS]:
            raise WrongAnswer(f"{route.name}: {name} dice {bodies[name][:900]!r} y no {bodies[OURS][:900]!r}")
    return bodies


def _meant(body: bytes, changing: tuple[str, ...]) -> Any:
    read = json.loads(body)
    return {name: value for name, value in read.items() if name not in changing} if changing else read


def _routes(ground: Ground, token: str) -> Iterator[Route]:
    tenant = ground.tenant()
    actor = Actor(None, _EMAIL, False, None, tenant, Role.OWNER)
    listing = ground.horux.use_cases.list_cfdis()
    newest = listing(actor, Filter(tipo=Tipo.INGRESO), None, 1).items[0].cfdi
    paid = listing(actor, Filter(tipo=Tipo.PAGO), None, 1).items[0].cfdi
    mes = Periodo.of(newest.fecha_emision.date())
    asked = f"tipo=I&desde={mes.anio}-01-01&hasta={mes.anio}-12-31"
    cursor = listing(actor, Filter(tipo=Tipo.INGRESO), None, 50).next_cursor
    name = (newest.nombre_receptor or "").split()[0]
    marked = json.dumps({"estado": "pendiente", "nota": "se revisa con el contador"}).encode()
    yield Route("salud", _request("GET", "/health"), ("timestamp",))
    yield Route("50 CFDI, con filtro", _request("GET", f"/api/cfdi?{asked}&limit=50", token))
    yield Route("los 50 que siguen", _request("GET", f"/api/cfdi?{asked}&limit=50&cursor={cursor}", token))
    yield Route("búsqueda por nombre", _request("GET", f"/api/cfdi?q={name}&limit=50", token))
    yield Route("un CFDI", _request("GET", f"/api/cfdi/{paid.uuid}", token))
    yield Route("IVA de un año", _request("GET", f"/api/iva?anio={mes.anio}", token))
    yield Route("IVA de un mes, sus CFDI", _request("GET", f"/api/iva/{mes.anio}/{mes.mes}/detalle", token))
    yield Route("marcar una obligación", _request("PATCH", f"/api/calendario/IVA_MENSUAL-{mes}", token, marked))


def _request(method: str, path: str, token: str = "", body: bytes = b"") -> bytes:
    lines = [f"{method} {path} HTTP/1.1", "Host: 127.0.0.1", "Accept: application/json"]
    lines += [f"Authorization: Bearer {token}"] if token else []
    lines += ["Content-Type: application/json", f"Content-Length: {len(body)}"] if body else []
    return "\r\n".join([*lines, "", ""]).encode() + body


def _token_of(ground: Ground) -> Any:
    """How to enter as an owner of the books."""
    _person(ground, ground.tenant())

    def enter(port: int) -> str:
        body = json.dumps({"email": _EMAIL, "password": _PASSWORD}).encode()
        return str(json.loads(answer(port, _request("POST", "/api/auth/login", body=body)))["accessToken"])

    return enter


def _person(ground: Ground, tenant: TenantId) -> None:
    gateways = ground.horux.gateways
    hashed, now = gateways.hasher().hash(_PASSWORD), gateways.clock()()
    with gateways.directory().transaction() as tx:
        user = User(UserId(uuid4()), _EMAIL, "Marcos", False, hashed, False, None, True, now)
        tx.users.add(user)
        tx.memberships.add(Membership(user.id, tenant, Role.OWNER))


@contextmanager
def _served(ground: Ground, name: str) -> Iterator[Served]:
    port, log = processes.free_port(), ground.folder / f"{name}.log"
    own = {**ground.env, "PORT": str(port), "WORKERS": str(WORKERS), "THREADS": _THREADS, "LOG_LEVEL": "info"}
    paths = [ROOT / "src", ROOT] + ([] if name == OURS else [LIBRARIES])
    env = plain_environment(**{**own, "PYTHONPATH": os.pathsep.join(map(str, paths))})
    with log.open("wb") as output:
        process = subprocess.Popen(
            [sys.executable, "-m", *_COMMANDS[name]],
            env=env, stdin=subprocess.DEVNULL, stdout=output, stderr=output, start_new_session=True,
        )  # fmt: skip
    try:
        _up(port, log)
        yield Served(port, process.pid)
    finally:
        processes.kill_group(process.pid)
        process.wait(20)


def _up(port: int, log: Path) -> None:
    until = time.monotonic() + _WITHIN
    while True:
        try:
            answer(port, _request("GET", "/health"))
        except (OSError, WrongAnswer):
            if time.monotonic() > until:
                raise SystemExit(f"no arrancó: {log.read_text(errors='replace')[-3000:]}") from None
            time.sleep(0.1)
        else:
            return


def _worked(pid: int) -> float:
    try:
        told = Path(f"/proc/{pid}/stat").read_text(encoding="utf-8").rpartition(")")[2].split()
    except OSError:
        return 0.0
    return (int(told[11]) + int(told[12])) / os.sysconf("SC_CLK_TCK")
