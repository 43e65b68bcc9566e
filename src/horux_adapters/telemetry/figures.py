"""The figures of the whole service as Prometheus reads them: taken now and then, and never while it waits."""

from collections.abc import Iterable, Iterator, Mapping
from datetime import datetime, timedelta

from prometheus_client.core import CounterMetricFamily, GaugeMetricFamily, Metric
from prometheus_client.registry import Collector

from horux_core.diagnosis.figures import Clientele, Figures, Waiting
from horux_core.diagnosis.ports import Pulse
from horux_core.kernel.errors import Unavailable

NEVER = -1.0


class ServiceFigures(Collector):
    """`refresh` takes them; `collect` tells what was taken last, and nothing but `horux_central_up 0` if that failed.

    They are of the whole service: every machine that is asked tells the same.
    """

    def __init__(self, pulse: Pulse) -> None:
        self._pulse = pulse
        self._last: Figures | None = None

    def refresh(self) -> None:
        """Waits a few seconds at most for a database that does not answer."""
        try:
            self._last = self._pulse.taken()
        except Unavailable:
            self._last = None

    def describe(self) -> Iterable[Metric]:
        return ()

    def collect(self) -> Iterator[Metric]:
        taken = self._last
        yield _one("horux_central_up", "Si la base central contestó la última vez.", taken is not None)
        if taken is not None:
            yield from _families(taken)


def _families(taken: Figures) -> Iterator[Metric]:
    now = taken.taken_at
    clients = {str(kind): taken.clients.get(kind, 0) for kind in Clientele}
    yield _by("horux_clients", "Clientes según cómo están.", "estado", clients)
    jobs = {"en_cola": taken.jobs_waiting.count, "procesando": taken.jobs_running.count, "fallido": taken.jobs_failed}
    yield _by("horux_jobs", "Trabajos en cola, en proceso, y fallidos en el último día.", "estado", jobs)
    yield _age("horux_jobs_oldest_seconds", "Cuánto lleva en cola el trabajo más viejo.", taken.jobs_waiting, now)
    yield _one("horux_outbox_events", "Eventos por entregar cuya hora llegó.", taken.events.count)
    yield _age("horux_outbox_oldest_seconds", "Cuánto lleva de retraso el más viejo.", taken.events, now)
    yield _one("horux_outbox_given_up", "Eventos que ya nadie intenta entregar.", taken.events_given_up)
    yield _by("horux_webhooks", "Avisos de cobro que se conservan, según cómo van.", "estado", taken.notices)
    yield _age("horux_webhooks_oldest_seconds", "Cuánto espera el aviso más viejo.", taken.notices_waiting, now)
    uses = CounterMetricFamily("horux_fiel_uses", "Asientos de los libros de uso de las e.firmas.", labels=["tipo"])
    for kind, count in taken.uses.items():
        uses.add_metric([kind], count)
    yield uses
    yield _one("horux_fiel_troubles", "Clientes con una falla avisada de su e.firma.", taken.troubles)
    yield _one("horux_duties_failing", "Deberes que fallaron la última vez.", taken.duties_failing)
    heard = _since(now, taken.heard_at)
    yield _one("horux_worker_heard_seconds", "Hace cuánto dio señas un trabajador; -1, nunca.", heard)
    ages = {"hecho": _since(now, taken.backup.made_at), "probado": _since(now, taken.backup.proven_since)}
    yield _by("horux_backup_age_seconds", "Edad del último respaldo y de lo último probado; -1, nunca.", "cual", ages)
    connections = {"abiertas": taken.connections, "tope": taken.connections_max}
    yield _by("horux_server_connections", "Conexiones del servidor de la base central.", "cuales", connections)


def _since(now: datetime, moment: datetime | None) -> float:
    return NEVER if moment is None else max(timedelta(0), now - moment).total_seconds()


def _one(name: str, what: str, value: float) -> Metric:
    return GaugeMetricFamily(name, what, value=value)


def _age(name: str, what: str, waiting: Waiting, now: datetime) -> Metric:
    return _one(name, what, waiting.age(now).total_seconds())


def _by(name: str, what: str, label: str, values: Mapping[str, float]) -> Metric:
    family = GaugeMetricFamily(name, what, labels=[label])
    for value, count in values.items():
        family.add_metric([value], count)
    return family
