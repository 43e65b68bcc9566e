"""What every measurement stands on: the product over a PostgreSQL of its own, and ways to take the time."""

import os
import statistics
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from threading import Event, Thread

from horux_adapters.container.horux import Horux, opened
from horux_adapters.container.local import own_server, with_secrets
from horux_adapters.container.settings import load
from horux_adapters.demo.preparing import bring_up_to_date
from horux_core.identity.model import Actor
from horux_core.kernel.ids import TenantId
from horux_core.onboarding.model import NewClient
from tests.conftest import short_folder

RFC = "EKU9003173C9"
N = int(os.environ.get("BULK_N", "50000"))


@dataclass(frozen=True)
class Measure:
    """One line of the result: what, how much, and how many times the baseline of the same run, where that says much."""

    name: str
    value: str
    ratio: str = ""


@dataclass
class Ground:
    """`round_trip` are the seconds of a plain SELECT 1 on the central database, over the same pool: the baseline."""

    horux: Horux
    env: dict[str, str]
    folder: Path
    round_trip: float = 0.0
    _tenants: dict[str, TenantId] = field(default_factory=dict)

    def __post_init__(self) -> None:
        control = self.horux.gateways.control_database()

        def select() -> None:
            with control.transaction() as conn:
                conn.execute("SELECT 1")

        self.round_trip = statistics.median(timings(select, 500))

    def tenant(self, rfc: str = RFC) -> TenantId:
        """The taxpayer with the RFC, provisioned the first time."""
        if rfc not in self._tenants:
            new = NewClient(rfc, "Escuela Kemper Urgate", "enterprise", f"{rfc.lower()}@ejemplo.mx", "Ana", ("601",))
            provisioned = self.horux.use_cases.provision_tenant()(Actor.system(), new)
            self._tenants[rfc] = provisioned.tenant.id
        return self._tenants[rfc]

    def latency(self, name: str, act: Callable[[], object], times: int = 200) -> Measure:
        """Its median and 95th percentile, and the median in round trips."""
        act()
        taken = sorted(timings(act, times))
        p50, p95 = statistics.median(taken), taken[int(len(taken) * 0.95)]
        return Measure(name, f"p50 {ms(p50)}, p95 {ms(p95)}", f"{p50 / self.round_trip:.1f} viajes")

    def throughput(self, name: str, act: Callable[[], object], times: int, threads: int) -> Measure:
        with ThreadPoolExecutor(threads) as pool:
            began = time.perf_counter()
            for done in [pool.submit(act) for _ in range(times)]:
                done.result()
            taken = time.perf_counter() - began
        each = taken / times
        return Measure(f"{name} ({threads} hilos)", f"{times / taken:,.0f}/s", f"{each / self.round_trip:.1f} viajes")


@contextmanager
def ground() -> Iterator[Ground]:
    with short_folder() as folder:
        settings = {"DATA_DIR": str(folder), "PORT": "4999", "WORKERS": "1", "LOG_LEVEL": "error"}
        with own_server(with_secrets(settings, folder), folder) as env:
            bring_up_to_date(env)
            with opened(load(env)) as horux:
                yield Ground(horux, env, folder)


def timings(act: Callable[[], object], times: int) -> list[float]:
    taken = []
    for _ in range(times):
        began = time.perf_counter()
        act()
        taken.append(time.perf_counter() - began)
    return taken


def ms(seconds: float) -> str:
    return f"{seconds * 1000:,.2f} ms"


def a_zip_of_documents(folder: Path) -> Path:
    """N documents of the taxpayer's in a ZIP, made apart so that the maker's memory is not counted."""
    place = folder / "muestra.zip"
    if not place.exists():
        command = [sys.executable, "-m", "tests.benchmarks.sample", str(N), str(place), RFC]
        subprocess.run(command, check=True, stdout=subprocess.DEVNULL)
    return place


class Memory:
    """The most memory this process and those it started held at once, in MiB, while the context lasts."""

    def __enter__(self) -> "Memory":
        self.peak = 0.0
        self._ended = Event()
        self._thread = Thread(target=self._watch, daemon=True)
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._ended.set()
        self._thread.join()

    def _watch(self) -> None:
        while not self._ended.wait(0.05):
            self.peak = max(self.peak, sum(map(_resident, _family(os.getpid()))))


def _family(pid: int) -> set[int]:
    """A process and its Python children; the database server is not the product's own."""
    try:
        children = Path(f"/proc/{pid}/task/{pid}/children").read_text(encoding="ascii").split()
    except OSError:
        return {pid}
    ours = {int(child) for child in children if _is_python(int(child))}
    return {pid}.union(*(_family(child) for child in ours))


def _is_python(pid: int) -> bool:
    try:
        return b"python" in Path(f"/proc/{pid}/cmdline").read_bytes().split(b"\0")[0]
    except OSError:
        return False


def _resident(pid: int) -> float:
    try:
        pages = int(Path(f"/proc/{pid}/statm").read_text(encoding="ascii").split()[1])
    except (OSError, IndexError):
        return 0.0
    return pages * os.sysconf("SC_PAGE_SIZE") / 2**20
