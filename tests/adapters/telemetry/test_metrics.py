"""What a process counts, how it is shown, and that it stays a handful of series whatever is sent."""

import re
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from prometheus_client import generate_latest
from prometheus_client.parser import text_string_to_metric_families
from structlog.testing import capture_logs

from horux_adapters.postgres.listening import Cache
from horux_adapters.telemetry.exposing import Exposer
from horux_adapters.telemetry.figures import ServiceFigures
from horux_adapters.telemetry.metrics import Metrics, PoolState
from horux_core.diagnosis.figures import BackupAge, Clientele, Figures, Waiting
from horux_core.diagnosis.ports import Pulse
from horux_core.kernel.errors import Conflict, Unavailable
from tests.system.processes import free_port
from tests.system.waiting import until

NOW = datetime(2026, 3, 1, 12, tzinfo=UTC)
TAKEN = Figures(
    NOW, {Clientele.ACTIVO: 7}, Waiting(2, NOW - timedelta(minutes=3)), Waiting(1, NOW), 4,
    Waiting(9, NOW - timedelta(seconds=30)), 1, {"pendiente": 2, "rechazado": 5}, Waiting(2, NOW - timedelta(hours=1)),
    {"uso": 3}, 1, 2, NOW - timedelta(seconds=8), 20, 100, BackupAge(NOW - timedelta(hours=20), None),
)  # fmt: skip

Series = dict[tuple[str, tuple[tuple[str, str], ...]], float]


def nothing() -> dict[str, tuple[int, int]]:
    return {}


def metrics(pools: dict[str, PoolState] | None = None) -> Metrics:
    return Metrics(lambda: pools or {}, nothing)


def series(text: str) -> Series:
    families = text_string_to_metric_families(text)
    return {(s.name, tuple(sorted(s.labels.items()))): s.value for family in families for s in family.samples}


def shown(of: Metrics) -> Series:
    return series(generate_latest(of.whole()).decode())


class Heart:
    """A pulse that stops when it is told to."""

    def __init__(self, figures: Figures = TAKEN) -> None:
        self.figures: Figures | None = figures
        self.asked = 0

    def taken(self) -> Figures:
        self.asked += 1
        if self.figures is None:
            raise Unavailable("No.")
        return self.figures


@contextmanager
def exposed(port: int, of: Metrics, pulse: Pulse | None = None, every: float = 0.0) -> Iterator[Exposer]:
    exposer = Exposer(of, ServiceFigures(pulse) if pulse else None, port, every).start()
    try:
        yield exposer
    finally:
        exposer.close()


def asked(port: int, path: str = "/metrics", host: str | None = None, method: str = "GET") -> tuple[int, str]:
    request = urllib.request.Request(f"http://127.0.0.1:{port}{path}", method=method)
    if host is not None:
        request.add_header("Host", host)
    try:
        with urllib.request.urlopen(request, timeout=5) as answer:
            return answer.status, answer.read().decode()
    except urllib.error.HTTPError as error:
        return error.code, error.read().decode()
    except OSError:
        return 0, ""


def test_counts_requests_by_route_method_and_kind_of_answer() -> None:
    counted = metrics()
    one = "/a/{b}"
    for route, method, status in [(one, "GET", 200), (one, "GET", 204), (one, "PUT", 409), ("", "GET", 404)]:
        with counted.request(method) as tell:
            tell(route, status)
    found = {key[1]: value for key, value in shown(counted).items() if key[0] == "horux_request_seconds_count"}
    assert found == {
        (("clase", "2xx"), ("metodo", "GET"), ("ruta", "/a/{b}")): 2,
        (("clase", "4xx"), ("metodo", "PUT"), ("ruta", "/a/{b}")): 1,
        (("clase", "4xx"), ("metodo", "GET"), ("ruta", "ninguna")): 1,
    }


def test_a_request_that_is_never_answered_counts_as_an_error_and_is_open_no_more() -> None:
    counted = metrics()
    with suppress(RuntimeError), counted.request("GET"):
        assert shown(counted)["horux_requests_open", ()] == 1
        raise RuntimeError
    found = shown(counted)
    assert found["horux_requests_open", ()] == 0
    assert found["horux_request_seconds_count", (("clase", "5xx"), ("metodo", "GET"), ("ruta", "ninguna"))] == 1


def test_methods_of_a_stranger_s_make_are_one() -> None:
    counted = metrics()
    for n in range(50):
        with counted.request(f"INVENTO{n}") as tell:
            tell("", 405)
    assert {dict(key[1]).get("metodo") for key in shown(counted) if "request_seconds" in key[0]} == {"OTRO"}


@pytest.mark.parametrize(
    ("error", "outcome"),
    [(None, "hecho"), (Unavailable("x"), "pospuesto"), (Conflict("x"), "rechazado"), (ValueError(), "fallido")],
)
def test_counts_work_by_how_it_ends(error: Exception | None, outcome: str) -> None:
    counted = metrics()
    with suppress(Exception), counted.around("trabajo", "carga", {"job_id": "1"}):
        if error is not None:
            raise error
    key = (("fin", outcome), ("nombre", "carga"), ("que", "trabajo"))
    assert shown(counted)["horux_work_seconds_count", key] == 1


def test_shows_how_pools_and_caches_stand_when_they_were_sampled() -> None:
    state, tally = PoolState(8, 5, 3, 2), {"sesiones": (10, 4)}
    counted = Metrics(lambda: {"central": state}, lambda: tally)
    counted.sample()
    tally["sesiones"] = (15, 4)
    counted.sample()
    found = shown(counted)
    pools = {dict(key[1])["cuales"]: value for key, value in found.items() if key[0] == "horux_pool_connections"}
    assert pools == {"tope": 8, "abiertas": 5, "en_uso": 3}
    assert found["horux_pool_waiting", (("base", "central"),)] == 2
    caches = {dict(key[1])["fue"]: value for key, value in found.items() if key[0] == "horux_cache_lookups_total"}
    assert caches == {"acierto": 15, "fallo": 4}


def test_a_cache_knows_how_often_it_knew() -> None:
    class Ear:
        trusted, epoch = True, 1

        def subscribe(self, kind: str, callback: object) -> None: ...

        def on_lost(self, callback: object) -> None: ...

    cache: Cache[str, int] = Cache(Ear(), "x", len)
    for key in ("a", "a", "b", "a"):
        cache.get(key)
    assert cache.tally() == (2, 2)


def test_tells_the_figures_of_the_whole_service() -> None:
    service = ServiceFigures(Heart())
    service.refresh()
    counted = metrics()
    counted.registry.register(service)
    found = {name: value for (name, labels), value in shown(counted).items() if not labels}
    assert found["horux_central_up"] == 1
    assert found["horux_jobs_oldest_seconds"] == 180
    assert (found["horux_outbox_events"], found["horux_outbox_oldest_seconds"]) == (9, 30)
    assert found["horux_outbox_given_up"] == 1
    assert (found["horux_webhooks_oldest_seconds"], found["horux_worker_heard_seconds"]) == (3600, 8)
    assert (found["horux_fiel_troubles"], found["horux_duties_failing"]) == (1, 2)
    labelled = {(name, labels[0][1]): value for (name, labels), value in shown(counted).items() if len(labels) == 1}
    expected = {
        ("horux_clients", "activo"): 7, ("horux_clients", "en_baja"): 0, ("horux_jobs", "en_cola"): 2,
        ("horux_jobs", "procesando"): 1, ("horux_jobs", "fallido"): 4, ("horux_webhooks", "pendiente"): 2,
        ("horux_webhooks", "rechazado"): 5, ("horux_fiel_uses_total", "uso"): 3,
        ("horux_backup_age_seconds", "hecho"): 72_000, ("horux_backup_age_seconds", "probado"): -1,
        ("horux_server_connections", "abiertas"): 20, ("horux_server_connections", "tope"): 100,
    }  # fmt: skip
    assert expected.items() <= labelled.items()


def test_never_is_told_as_minus_one() -> None:
    service = ServiceFigures(Heart(replace(TAKEN, heard_at=None, backup=BackupAge())))
    service.refresh()
    told = [sample for family in service.collect() for sample in family.samples]
    assert {s.value for s in told if s.name.endswith(("heard_seconds", "age_seconds"))} == {-1}


def test_a_database_that_went_away_is_told_and_its_old_figures_are_not() -> None:
    heart = Heart()
    service = ServiceFigures(heart)
    service.refresh()
    heart.figures = None
    service.refresh()
    assert [(s.name, s.value) for family in service.collect() for s in family.samples] == [("horux_central_up", 0)]


def test_whoever_asks_for_metrics_makes_nobody_ask_the_database() -> None:
    heart, port = Heart(), free_port()
    with exposed(port, metrics(), heart, every=3600):
        until("se toman las cifras", lambda: "horux_clients" in asked(port)[1], 10)
        for _ in range(20):
            asked(port)
        assert heart.asked == 1


def test_shows_them_on_this_machine_alone_and_nothing_else() -> None:
    port = free_port()
    with exposed(port, metrics()) as exposer:
        until("contesta", lambda: asked(port)[0] == 200, 10)
        assert exposer._server is not None
        assert exposer._server.server_address[0] == "127.0.0.1"
        assert asked(port, host=f"localhost:{port}")[0] == 200
        for wrong in (
            asked(port, "/"), asked(port, "/metrics/x"), asked(port, host="malo.example"), asked(port, host=""),
            asked(port, method="POST"),
        ):  # fmt: skip
            assert wrong == (404, "")


def test_another_process_takes_the_port_once_its_owner_is_gone() -> None:
    port = free_port()
    with exposed(port, metrics()) as second_to_go:
        until("contesta", lambda: second_to_go.exposing, 10)
        with capture_logs() as logs, exposed(port, metrics()) as heir:
            until("dice que está ocupado", lambda: "puerto de métricas ocupado" in str(logs), 10)
            assert not heir.exposing
            second_to_go.close()
            until("lo toma el otro", lambda: heir.exposing, 10)
            assert asked(port)[0] == 200


def test_what_is_shown_names_nobody() -> None:
    counted = metrics()
    counted.registry.register(service := ServiceFigures(Heart()))
    service.refresh()
    with counted.request("GET") as tell:
        tell("/api/tenants/{rfc:str}", 200)
    text = generate_latest(counted.whole()).decode()
    assert not re.search(r"[A-ZÑ&]{3,4}\d{6}[A-Z0-9]{3}|@", text)
