"""What a process shows of itself, as the settings say; what they do not ask for is not even imported."""

from collections.abc import Callable, Mapping
from contextlib import ExitStack
from typing import TYPE_CHECKING

from horux_adapters.container.horux import Horux, by_name
from horux_adapters.container.settings import Settings
from horux_adapters.telemetry.watching import Watching

if TYPE_CHECKING:
    from horux_adapters.telemetry.metrics import Metrics, PoolState
    from horux_adapters.telemetry.tracing import Tracing

SERVER = "servidor"
WORKER = "trabajador"


def watched(horux: Horux, settings: Settings, part: str, resources: ExitStack) -> Watching | None:
    """None when nothing is asked for. What it opens is closed with `resources`.

    The worker shows its own on the next port, and leaves the figures of the whole to the servers.
    """
    if settings.metrics_port is None and settings.otel_exporter_otlp_endpoint is None:
        return None
    metrics = tracing = None
    if settings.otel_exporter_otlp_endpoint is not None:
        tracing = _traced(horux, settings, settings.otel_exporter_otlp_endpoint, part)
        resources.callback(tracing.close)
    if settings.metrics_port is not None:
        metrics = _measured(horux, settings, settings.metrics_port, part, resources)
    return Watching(metrics, tracing)


def count_together(settings: Settings) -> None:
    """To be said before a server begins its processes: they count as one."""
    if settings.metrics_port is not None:
        from horux_adapters.telemetry.together import together

        together(settings.data_dir / "metricas" / str(settings.metrics_port))


def _traced(horux: Horux, settings: Settings, endpoint: str, part: str) -> "Tracing":
    from horux_adapters.telemetry.tracing import Tracing

    tracing = Tracing(endpoint, settings.otel_traces_sampler_arg, part)
    tracing.follow(type(case) for case in by_name(horux).values())
    if settings.storage == "postgres":
        tracing.follow_queries()
    return tracing


def _measured(horux: Horux, settings: Settings, port: int, part: str, resources: ExitStack) -> "Metrics":
    from horux_adapters.telemetry.exposing import Exposer
    from horux_adapters.telemetry.figures import ServiceFigures
    from horux_adapters.telemetry.metrics import Metrics

    metrics = Metrics(_pools(horux, settings), _tallies(horux, settings))
    figures = ServiceFigures(horux.gateways.pulse()) if part == SERVER else None
    exposer = Exposer(metrics, figures, port if part == SERVER else port + 1)
    resources.callback(exposer.close)
    exposer.start()
    return metrics


def _pools(horux: Horux, settings: Settings) -> Callable[[], Mapping[str, "PoolState"]]:
    from horux_adapters.telemetry.metrics import PoolState

    if settings.storage == "memory":
        return dict
    control, tenants = horux.gateways.control_database(), horux.gateways.tenants()

    def standing() -> Mapping[str, PoolState]:
        every = tenants.pools.load()
        alone = len(every) == 1
        clients = {"clientes" if alone else f"clientes_{name}": PoolState(*load) for name, load in every.items()}
        return {"central": PoolState(*control.load()), **clients}

    return standing


def _tallies(horux: Horux, settings: Settings) -> Callable[[], Mapping[str, tuple[int, int]]]:
    if settings.storage == "memory":
        return dict
    g = horux.gateways
    caches = {**g.standings().caches(), **g.entitlements().caches(), **g.tenants().caches()}
    return lambda: {name: cache.tally() for name, cache in caches.items()}
