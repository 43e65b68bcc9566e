"""Traces as somebody who gathers them receives them: what was done, in what order, and nothing of its contents."""

import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass

import psycopg
import pytest
from psycopg import sql

from horux_adapters.telemetry.tracing import Tracing
from horux_core.kernel.errors import Conflict
from tests.adapters.telemetry.collector import Collector, attributes, collecting
from tests.system.household import plain_environment

RFC = "EKU9003173C9"


class Full(Conflict):
    code = "esta-lleno"


@dataclass(frozen=True, slots=True)
class KeepThing:
    url: str

    def __call__(self, rfc: str) -> int:
        with psycopg.connect(self.url) as conn:
            conn.execute("CREATE TEMP TABLE cosas (rfc text)")
            conn.cursor().executemany("INSERT INTO cosas VALUES (%s)", [(rfc,), (rfc,)])
            conn.execute(sql.SQL("SELECT {} FROM cosas").format(sql.Literal(rfc)))
            row = conn.execute("SELECT count(*) FROM cosas WHERE rfc = %s", (rfc,)).fetchone()
        return row[0] if row else 0


@dataclass(frozen=True, slots=True)
class Refuse:
    error: Exception

    def __call__(self) -> None:
        raise self.error


@contextmanager
def traced(collector: Collector, ratio: float = 1.0) -> Iterator[Tracing]:
    """What was traced has arrived once the context is over."""
    tracing = Tracing(collector.url, ratio, "prueba")
    try:
        yield tracing
    finally:
        tracing.close()


@pytest.fixture
def collector() -> Iterator[Collector]:
    with collecting() as collector:
        yield collector


def test_a_request_holds_its_use_case_and_that_its_queries(collector: Collector, postgres_url: str) -> None:
    with traced(collector) as tracing:
        tracing.follow([KeepThing])
        tracing.follow_queries()
        with tracing.request("POST", "r-1") as tell:
            assert KeepThing(postgres_url)(RFC) == 2
            tell("/api/cosas/{rfc}", 201)
    (request,) = collector.named("POST /api/cosas/{rfc}")
    (case,) = collector.children(request)
    assert case.name == "KeepThing"
    assert [span.name for span in collector.children(case)] == ["CREATE", "INSERT cosas", "SQL", "SELECT cosas"]
    assert attributes(request) == {
        "http.request.method": "POST", "horux.request_id": "r-1", "http.route": "/api/cosas/{rfc}",
        "http.response.status_code": "201",
    }  # fmt: skip
    assert attributes(collector.named("SELECT cosas")[0]) == {
        "db.system": "postgresql", "horux.base": "central", "db.query.summary": "SELECT cosas",
    }  # fmt: skip
    assert collector.services == {"horux-prueba"}
    assert RFC.encode() not in collector.raw
    assert b"postgresql://" not in collector.raw


def test_of_an_error_its_code_or_kind_is_told_and_none_of_its_words(collector: Collector) -> None:
    with traced(collector) as tracing:
        tracing.follow([Refuse])
        for error in (Full(f"{RFC} está lleno."), RuntimeError(f"clave de {RFC}")):
            with suppress(Exception), tracing.request("GET", "") as tell:
                tell("/x", 500)
                Refuse(error)()
    found = [(attributes(span)["error.type"], span.status.code) for span in collector.named("Refuse")]
    assert found == [("esta-lleno", 0), ("RuntimeError", 2)]
    assert all(not span.events for span in collector.spans)
    assert RFC.encode() not in collector.raw


def test_a_job_carries_its_ids(collector: Collector) -> None:
    with traced(collector) as tracing, tracing.around("trabajo", "carga", {"job_id": "j-1", "tenant_id": "t-1"}):
        pass
    (span,) = collector.spans
    assert (span.name, attributes(span)) == ("trabajo carga", {"horux.job_id": "j-1", "horux.tenant_id": "t-1"})


def test_queries_outside_of_all_that_is_traced_are_not(collector: Collector, postgres_url: str) -> None:
    with traced(collector) as tracing:
        tracing.follow_queries()
        with psycopg.connect(postgres_url) as conn:
            conn.execute("SELECT 1")
    assert collector.spans == []


def test_everything_is_as_before_once_it_ends(collector: Collector) -> None:
    before = (KeepThing.__call__, psycopg.Cursor.execute, psycopg.Cursor.executemany)
    with traced(collector) as tracing:
        tracing.follow([KeepThing, KeepThing])
        tracing.follow_queries()
        assert KeepThing.__call__ is not before[0]
    assert (KeepThing.__call__, psycopg.Cursor.execute, psycopg.Cursor.executemany) == before


def test_no_more_is_traced_than_is_asked_for(collector: Collector) -> None:
    with traced(collector, ratio=0.0) as tracing, tracing.request("GET", "") as tell:
        tell("/x", 200)
    assert collector.spans == []


def test_a_gatherer_that_refuses_holds_nobody_up(collector: Collector) -> None:
    collector.status = 400
    with traced(collector) as tracing, tracing.request("GET", "") as tell:
        tell("/x", 200)
    assert collector.spans == []


def test_off_costs_not_even_an_import() -> None:
    program = (
        "import sys, tempfile\n"
        "from horux_adapters.container.settings import load\n"
        "from horux_http.asgi import application\n"
        "application(load({'STORAGE': 'memory', 'JWT_SECRET': 'q8Zr2kW0vN5tYb7Xc3Lm9Pd1Fs6Gh4Jw',"
        " 'DATA_DIR': tempfile.mkdtemp()}))\n"
        "off = ('opentelemetry.sdk', 'opentelemetry.exporter', 'opentelemetry.trace', 'prometheus_client')\n"
        "print([name for name in sys.modules if name.startswith(off)])"
    )
    ended = subprocess.run(
        [sys.executable, "-c", program], env=plain_environment(), capture_output=True, text=True, check=True
    )
    assert ended.stdout == "[]\n", ended.stderr
