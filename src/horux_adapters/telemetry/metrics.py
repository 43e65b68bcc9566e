"""What each process counts of itself: requests, jobs, events, and how its pools and caches stand."""

import os
import time
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram
from prometheus_client.multiprocess import MultiProcessCollector, mark_process_dead

from horux_adapters.telemetry.together import FOLDER
from horux_core.kernel.errors import HoruxError, Unavailable

_LIVE = "gauge_live"
_METHODS = frozenset({"GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"})
_NO_ROUTE = "ninguna"
_BUCKETS = (0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 10.0)
_JOB_BUCKETS = (0.05, 0.25, 1.0, 5.0, 30.0, 120.0, 600.0, 3600.0)


@dataclass(frozen=True, slots=True)
class PoolState:
    """Of one kind of database: how many connections there may be, are, and are in use, and who waits for one."""

    most: int
    size: int
    used: int
    waiting: int


Pools = Callable[[], Mapping[str, PoolState]]
Tallies = Callable[[], Mapping[str, tuple[int, int]]]
"""By cache, how often it knew and how often it had to ask, since the process began."""


class Metrics:
    """Counted in memory, or in files of `FOLDER` when the environment names it: there, those of all add up."""

    def __init__(self, pools: Pools, tallies: Tallies) -> None:
        self._pools = pools
        self._tallies = tallies
        self._told: dict[str, tuple[int, int]] = {}
        self.registry = own = CollectorRegistry()
        labels = ["ruta", "metodo", "clase"]
        self._requests = Histogram(
            "horux_request_seconds", "Solicitudes: cuántas y cuánto tardan.", labels, registry=own, buckets=_BUCKETS
        )
        self._open = Gauge(
            "horux_requests_open", "Solicitudes en curso.", registry=own, multiprocess_mode="livesum"
        )  # fmt: skip
        self._work = Histogram(
            "horux_work_seconds", "Trabajos y eventos atendidos: cuántos, cómo acabaron y cuánto tardan.",
            ["que", "nombre", "fin"], registry=own, buckets=_JOB_BUCKETS,
        )  # fmt: skip
        self._pool = Gauge(
            "horux_pool_connections", "Conexiones de los procesos: tope, abiertas y en uso.", ["base", "cuales"],
            registry=own, multiprocess_mode="livesum",
        )  # fmt: skip
        self._queue = Gauge(
            "horux_pool_waiting", "Quién espera una conexión.", ["base"], registry=own, multiprocess_mode="livesum"
        )
        self._cache = Counter("horux_cache_lookups", "Consultas a la memoria.", ["memoria", "fue"], registry=own)

    @contextmanager
    def request(self, method: str) -> Iterator[Callable[[str, int], None]]:
        """Tell it, at the end, the route's template (empty: none answers) and the status."""
        began, ended = time.perf_counter(), ("", 500)

        def tell(route: str, status: int) -> None:
            nonlocal ended
            ended = (route, status)

        self._open.inc()
        try:
            yield tell
        finally:
            self._open.dec()
            route, status = ended
            known = method if method in _METHODS else "OTRO"
            labelled = self._requests.labels(route or _NO_ROUTE, known, f"{status // 100}xx")
            labelled.observe(time.perf_counter() - began)

    @contextmanager
    def around(self, what: str, name: str, _ids: Mapping[str, str]) -> Iterator[None]:
        """Count a piece of work by how it ends. `name` is one of a few."""
        began, outcome = time.perf_counter(), "hecho"
        try:
            yield
        except Unavailable:
            outcome = "pospuesto"
            raise
        except HoruxError:
            outcome = "rechazado"
            raise
        except BaseException:
            outcome = "fallido"
            raise
        finally:
            self._work.labels(what, name, outcome).observe(time.perf_counter() - began)

    def sample(self) -> None:
        """Note how pools and caches stand now."""
        for base, state in self._pools().items():
            for which, count in (("tope", state.most), ("abiertas", state.size), ("en_uso", state.used)):
                self._pool.labels(base, which).set(count)
            self._queue.labels(base).set(state.waiting)
        for name, (hits, misses) in self._tallies().items():
            before = self._told.get(name, (0, 0))
            self._cache.labels(name, "acierto").inc(hits - before[0])
            self._cache.labels(name, "fallo").inc(misses - before[1])
            self._told[name] = (hits, misses)

    def whole(self) -> CollectorRegistry:
        """What to show: our own counts, or those of every process that counts in the same folder."""
        if FOLDER not in os.environ:  # noqa: TID251 the library decides by it, when it is imported
            return self.registry
        together = CollectorRegistry()
        MultiProcessCollector(together)  # type: ignore[no-untyped-call]
        return together


def bury(folder: Path) -> None:
    """Let go of the gauges of processes that are gone; what they counted stays."""
    for pid in {_pid(file) for file in folder.glob(f"{_LIVE}*.db")}:
        try:
            os.kill(pid, 0)
        except ProcessLookupError:
            mark_process_dead(pid, str(folder))  # type: ignore[no-untyped-call]
        except PermissionError:
            continue


def _pid(file: Path) -> int:
    return int(file.stem.rpartition("_")[2])


def series(registry: CollectorRegistry) -> Iterable[str]:
    """The names of all that a registry shows: to count them."""
    return (sample.name for family in registry.collect() for sample in family.samples)
