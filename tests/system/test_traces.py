"""Traces of the service as it runs: a request down to its queries, and what its worker did, with nobody's name."""

from collections.abc import Iterator

import pytest

from tests.adapters.telemetry.collector import Collector, attributes, collecting
from tests.system.household import a_client
from tests.system.installation import Installation, installation, running, served
from tests.system.waiting import until

RFC = "EKU9003173C9"


@pytest.fixture(scope="module")
def collector() -> Iterator[Collector]:
    with collecting() as collector:
        yield collector


@pytest.fixture(scope="module")
def installed(collector: Collector) -> Iterator[Installation]:
    with installation(OTEL_EXPORTER_OTLP_ENDPOINT=collector.url, WORKERS="1") as place:
        yield place


def test_a_request_and_what_the_worker_does_after_it_are_seen(installed: Installation, collector: Collector) -> None:
    with served(installed), running(installed, "worker"):
        answer = installed.operator.post("/api/tenants", a_client(RFC))
        assert answer.status == 201, answer.body
        until("llega la solicitud", lambda: bool(collector.named("POST /api/tenants")), 40)
        until("llega lo del trabajador", lambda: any(n.startswith("evento ") for n in collector.names()), 40)
        until("llegan sus consultas", lambda: bool(collector.named("ProvisionTenant")), 20)
    (request,) = collector.named("POST /api/tenants")
    assert attributes(request)["http.response.status_code"] == "201"
    (case,) = collector.named("ProvisionTenant")
    assert (case.trace_id, case.parent_span_id) == (request.trace_id, request.span_id)
    below = [span for span in collector.spans if span.trace_id == request.trace_id]
    queries = {attributes(span)["horux.base"] for span in below if "db.system" in attributes(span)}
    assert "central" in queries
    assert collector.services == {"horux-servidor", "horux-trabajador"}
    assert RFC.lower().encode() not in collector.raw.lower()
    assert b"@ejemplo.mx" not in collector.raw
