"""Taking clients in, and bringing their databases up to date when there is nothing to do."""

import time

from horux_adapters.postgres.tenants import migrate_tenants
from horux_core.kernel.rfc import digito
from tests.benchmarks.ground import Ground, Measure, ms, timings

_CLIENTS = 40
_PROMISED = 100


def provisioning(ground: Ground) -> list[Measure]:
    names = iter([some_rfc(n) for n in range(_CLIENTS + 1)])
    ground.tenant(next(names))
    taken = sorted(timings(lambda: ground.tenant(next(names)), _CLIENTS))
    p50, p95 = taken[len(taken) // 2], taken[int(len(taken) * 0.95)]
    return [Measure(f"alta de un cliente ({_CLIENTS})", f"p50 {ms(p50)}, p95 {ms(p95)}", ground_trips(ground, p50))]


def migrating(ground: Ground) -> list[Measure]:
    for n in range(_CLIENTS + 1):
        ground.tenant(some_rfc(n))
    began = time.perf_counter()
    report = migrate_tenants(ground.env["DATABASE_ADMIN_URL"])
    taken = time.perf_counter() - began
    assert not report.failed, report.failed
    whole = taken / report.total * _PROMISED
    name = f"migrar sin nada que hacer, {_PROMISED} bases (de {report.total} medidas)"
    return [Measure(name, f"{whole:.2f} s", ground_trips(ground, taken / report.total) + " por base")]


def ground_trips(ground: Ground, seconds: float) -> str:
    return f"{seconds / ground.round_trip:.1f} viajes"


def some_rfc(n: int) -> str:
    start = f"B{chr(65 + n // 26)}{chr(65 + n % 26)}010101AA"
    return start + digito(start + "0")
