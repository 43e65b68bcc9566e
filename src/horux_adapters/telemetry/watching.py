"""Who watches the work of a process: metrics, traces, both or nobody, behind one pair of doors."""

from collections.abc import Callable, Iterator, Mapping
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING

from structlog.contextvars import get_contextvars

if TYPE_CHECKING:
    from horux_adapters.telemetry.metrics import Metrics
    from horux_adapters.telemetry.tracing import Tracing


@dataclass(frozen=True, slots=True)
class Watching:
    metrics: "Metrics | None" = None
    tracing: "Tracing | None" = None

    @contextmanager
    def request(self, method: str) -> Iterator[Callable[[str, int], None]]:
        """Lasts as long as the request; at its end it is told the route's template and the status."""
        with ExitStack() as stack:
            told: list[Callable[[str, int], None]] = []
            if self.metrics is not None:
                told.append(stack.enter_context(self.metrics.request(method)))
            if self.tracing is not None:
                request_id = str(get_contextvars().get("requestId", ""))
                told.append(stack.enter_context(self.tracing.request(method, request_id)))

            def tell(route: str, status: int) -> None:
                for each in told:
                    each(route, status)

            yield tell

    @contextmanager
    def around(self, what: str, name: str, ids: Mapping[str, str]) -> Iterator[None]:
        """Lasts as long as a piece of the worker's work, and sees how it ends."""
        with ExitStack() as stack:
            for each in (self.metrics, self.tracing):
                if each is not None:
                    stack.enter_context(each.around(what, name, ids))
            yield
