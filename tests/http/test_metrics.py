"""The whole product, watched: however many paths strangers make up, the metrics stay as many as its routes."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from horux_adapters.telemetry.metrics import Metrics, series
from horux_adapters.telemetry.watching import Watching
from horux_http.access_log import AccessLog
from tests.http.whole import Whole, whole


@pytest.fixture(scope="module")
def product(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Whole]:
    with whole(Path(tmp_path_factory.mktemp("datos"))) as built:
        yield built


@pytest.fixture
def metrics(product: Whole) -> Iterator[Metrics]:
    counted = Metrics(dict, dict)
    before = product.app.asgi_handler
    product.app.asgi_handler = AccessLog(before, Watching(counted).request)
    yield counted
    product.app.asgi_handler = before


def labels(metrics: Metrics, name: str) -> set[str]:
    samples = (s for family in metrics.registry.collect() for s in family.samples)
    return {s.labels[name] for s in samples if name in s.labels}


def test_made_up_paths_and_ids_make_no_series(product: Whole, metrics: Metrics) -> None:
    headers = product.credential("owner")

    def every(n: int) -> None:
        known = (f"cfdi/{n:032x}", f"tenants/EKU{n:06}AAA", f"iva/{n}/1/detalle")
        for path in (*(f"/api/{end}" for end in known), f"/x/{n}", f"/{n}.css"):
            product.http.get(path, headers=headers)
        product.http.request(f"VERBO{n}", "/api/iva")

    for n in range(3):
        every(n)
    before = len(list(series(metrics.registry)))
    for n in range(3, 60):
        every(n)
    assert len(list(series(metrics.registry))) == before
    routes = {route.path_format for route in product.app.routes}
    assert labels(metrics, "ruta") <= routes | {"ninguna"}
    assert labels(metrics, "metodo") <= {"GET", "POST", "OTRO"}


def test_every_route_is_counted_under_its_template(product: Whole, metrics: Metrics) -> None:
    product.http.get("/health")
    product.http.get("/api/tenants/EKU9003173C9", headers=product.credential("operator"))
    assert {"/health", "/api/tenants/{rfc}"} <= labels(metrics, "ruta")
