"""Traces of requests, use cases, queries and jobs, to whoever gathers them by OTLP: names and ids, and no contents."""

import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import ExitStack, contextmanager
from functools import wraps
from typing import Any

import psycopg
from opentelemetry.exporter.otlp.proto.http.trace_exporter import OTLPSpanExporter
from opentelemetry.sdk.resources import Resource
from opentelemetry.sdk.trace import TracerProvider
from opentelemetry.sdk.trace.export import BatchSpanProcessor
from opentelemetry.sdk.trace.sampling import ParentBased, TraceIdRatioBased
from opentelemetry.trace import Span, SpanKind, Status, StatusCode, get_current_span

from horux_core.kernel.errors import HoruxError

_PATIENCE = 5
_TABLE = re.compile(r"\b(?:FROM|INTO|UPDATE|COPY)\s+([a-z_]{1,63})\b")
_VERB = re.compile(r"\s*([A-Za-z]{1,20})")
_READ = 2_000
_VERBS = frozenset({"SELECT", "INSERT", "UPDATE", "DELETE", "WITH", "CREATE", "DROP", "SET", "COPY", "NOTIFY"})
_TENANT_ROLE = "horux_t_"


class Tracing:
    """`ratio` of the requests are traced, whatever else happens in them with them. Nothing of a trace comes from
    outside: a caller's own is not continued. What the gatherer does not take in time is lost, and holds up nobody.
    """

    def __init__(self, endpoint: str, ratio: float, part: str) -> None:
        self._provider = TracerProvider(
            sampler=ParentBased(TraceIdRatioBased(ratio)),
            resource=Resource({"service.name": f"horux-{part}", "service.namespace": "horux"}),
            shutdown_on_exit=False,
        )
        exporter = OTLPSpanExporter(endpoint=f"{endpoint.rstrip('/')}/v1/traces", timeout=_PATIENCE)
        self._provider.add_span_processor(BatchSpanProcessor(exporter))
        self._tracer = self._provider.get_tracer("horux")
        self._undo = ExitStack()

    def close(self) -> None:
        """Hand over what is left, and let every class be as it was."""
        self._undo.close()
        self._provider.shutdown()

    @contextmanager
    def request(self, method: str, request_id: str) -> Iterator[Callable[[str, int], None]]:
        """Tell it, at the end, the route's template and the status."""
        with self._span(method, SpanKind.SERVER, {"http.request.method": method}) as span:
            if request_id:
                span.set_attribute("horux.request_id", request_id)

            def tell(route: str, status: int) -> None:
                span.update_name(f"{method} {route}" if route else method)
                span.set_attribute("http.route", route)
                span.set_attribute("http.response.status_code", status)
                if status >= 500:
                    span.set_status(Status(StatusCode.ERROR))

            yield tell

    @contextmanager
    def around(self, what: str, name: str, ids: Mapping[str, str]) -> Iterator[None]:
        """A piece of the worker's work, with the ids of what it is about."""
        with self._span(f"{what} {name}", SpanKind.CONSUMER, {f"horux.{key}": value for key, value in ids.items()}):
            yield

    def follow(self, use_cases: Iterable[type]) -> None:
        """Have every call of these traced, by the name of its class."""
        for case in set(use_cases):
            called: Callable[..., Any] | None = case.__dict__.get("__call__")
            if called is not None:
                self._replace(case, "__call__", self._traced(case.__name__, called))

    def follow_queries(self) -> None:
        """Have every query within something traced told by what it does and to which table."""
        for name in ("execute", "executemany"):
            self._replace(psycopg.Cursor, name, self._asked(getattr(psycopg.Cursor, name)))

    def _replace(self, owner: type, name: str, instead: object) -> None:
        self._undo.callback(setattr, owner, name, owner.__dict__[name])
        setattr(owner, name, instead)

    def _traced(self, name: str, called: Callable[..., Any]) -> Callable[..., Any]:
        @wraps(called)
        def call(*args: Any, **kwargs: Any) -> Any:
            with self._span(name, SpanKind.INTERNAL, {}):
                return called(*args, **kwargs)

        return call

    def _asked(self, executed: Callable[..., Any]) -> Callable[..., Any]:
        @wraps(executed)
        def execute(cursor: psycopg.Cursor[Any], query: Any, *args: Any, **kwargs: Any) -> Any:
            if not get_current_span().is_recording():
                return executed(cursor, query, *args, **kwargs)
            summary, told = _summary(query), {"db.system": "postgresql", "horux.base": _base(cursor.connection)}
            with self._span(summary, SpanKind.CLIENT, {**told, "db.query.summary": summary}):
                return executed(cursor, query, *args, **kwargs)

        return execute

    @contextmanager
    def _span(self, name: str, kind: SpanKind, told: Mapping[str, str]) -> Iterator[Span]:
        """Of an error its code or its kind: its words may hold what was sent, or a row."""
        with self._tracer.start_as_current_span(
            name, kind=kind, attributes=told, record_exception=False, set_status_on_exception=False
        ) as span:
            try:
                yield span
            except HoruxError as error:
                span.set_attribute("error.type", error.code)
                raise
            except BaseException as error:
                span.set_attribute("error.type", type(error).__name__)
                span.set_status(Status(StatusCode.ERROR))
                raise


def _summary(query: object) -> str:
    """What a query does and to which table, of its fixed words alone."""
    text = query.decode(errors="replace") if isinstance(query, bytes) else query if isinstance(query, str) else ""
    verb, table = _VERB.match(text), _TABLE.search(text[:_READ])
    word = verb[1].upper() if verb and verb[1].upper() in _VERBS else "SQL"
    return f"{word} {table[1]}" if table else word


def _base(connection: psycopg.Connection[Any]) -> str:
    """Never its name: a client's tells its RFC."""
    return "cliente" if connection.info.user.startswith(_TENANT_ROLE) else "central"
