"""The service as it runs: its processes count as one, and an operator's gauges outlive any of them."""

import os
import signal
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import httpx
import pytest

from horux_adapters.postgres.installing import CENTRAL
from tests.adapters.telemetry.test_metrics import Series, asked, series
from tests.system.asking import Api
from tests.system.installation import Installation, installation, running, served
from tests.system.processes import free_port, of_group
from tests.system.waiting import until

WORKERS = 2


@pytest.fixture(scope="module")
def installed() -> Iterator[Installation]:
    port = free_port()
    with installation(METRICS_PORT=str(port), WORKERS=str(WORKERS), LOG_LEVEL="info") as place:
        yield place


def port(installed: Installation) -> int:
    return int(installed.env["METRICS_PORT"])


def gauges(at: int) -> Series:
    status, text = asked(at)
    return series(text) if status == 200 else {}


def counted(found: Series, route: str) -> float:
    return sum(
        value for (name, labels), value in found.items()
        if name == "horux_request_seconds_count" and ("ruta", route) in labels
    )  # fmt: skip


def asked_often(installed: Installation, times: int) -> None:
    """Each on a connection of its own: they come to all processes."""
    for _ in range(times):
        assert httpx.get(f"{installed.url}/health").status_code == 200


@contextmanager
def locked_out(installed: Installation) -> Iterator[None]:
    """Nobody gets into the central database, nor stays."""
    installed.statement(f"ALTER DATABASE {CENTRAL} ALLOW_CONNECTIONS false", "postgres")
    installed.rows("SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = %s", CENTRAL)
    try:
        yield
    finally:
        installed.statement(f"ALTER DATABASE {CENTRAL} ALLOW_CONNECTIONS true", "postgres")


def test_all_processes_of_a_server_count_as_one_and_outlive_each_other(installed: Installation) -> None:
    with served(installed) as server:
        at = port(installed)
        until("hay métricas", lambda: ("horux_central_up", ()) in gauges(at), 20)
        asked_often(installed, 40)
        assert counted(gauges(at), "/health") >= 40
        until("los dos muestran sus conexiones", lambda: _ceiling(at) == 8 * WORKERS, 20)
        victim = next(pid for pid in of_group(server.pid) if _has_the_port(pid, at))
        os.kill(victim, signal.SIGKILL)
        until("otro toma el puerto", lambda: counted(gauges(at), "/health") >= 40, 30)
        until("nace su sucesor y el muerto no cuenta", lambda: _ceiling(at) == 8 * WORKERS, 30)


def _ceiling(at: int) -> float:
    wanted = (("base", "central"), ("cuales", "tope"))
    return gauges(at).get(("horux_pool_connections", wanted), 0)


def _has_the_port(pid: int, at: int) -> bool:
    """Whether one of its sockets is the one that listens there."""
    lines = [line.split() for line in Path("/proc/net/tcp").read_text().splitlines()[1:]]
    sockets = {f"socket:[{line[9]}]" for line in lines if line[1].endswith(f":{at:04X}") and line[3] == "0A"}
    return any(str(link.readlink()) in sockets for link in Path(f"/proc/{pid}/fd").iterdir())


def test_the_worker_shows_its_own_on_the_next_port(installed: Installation) -> None:
    with served(installed), running(installed, "worker"):
        at = port(installed)
        until("el trabajador late", lambda: 0 <= gauges(at).get(("horux_worker_heard_seconds", ()), -1) < 30, 40)
        assert installed.operator.post("/api/tenants", {
            "rfc": "EKU9003173C9", "nombre": "Escuela", "plan": "starter", "adminEmail": "ana@escuela.mx",
            "adminNombre": "Ana",
        }).status == 201  # fmt: skip
        until("cuenta lo que entrega", lambda: _delivered(at + 1) > 0, 30)
        assert ("horux_central_up", ()) not in gauges(at + 1)
        until("cuenta al cliente", lambda: gauges(at).get(("horux_clients", (("estado", "activo"),))) == 1, 40)
        text = asked(at)[1] + asked(at + 1)[1]
        assert "EKU9003173C9" not in text.upper()
        assert "escuela" not in text.lower()


def _delivered(at: int) -> float:
    found = gauges(at).items()
    return sum(v for (name, labels), v in found if name == "horux_work_seconds_count" and ("que", "evento") in labels)


def test_without_its_database_it_still_tells_and_says_so(installed: Installation) -> None:
    with served(installed):
        at = port(installed)
        until("hay cifras", lambda: gauges(at).get(("horux_central_up", ())) == 1, 20)
        with locked_out(installed):
            until("lo dice", lambda: gauges(at).get(("horux_central_up", ())) == 0, 40)
            assert Api(installed.url).ask("GET", "/health").status == 200
            assert ("horux_outbox_events", ()) not in gauges(at)
        until("vuelve", lambda: gauges(at).get(("horux_central_up", ())) == 1, 40)
