"""Showing the metrics on a port of this machine alone: of all processes of a server, whichever has the port."""

import os
import time
from collections.abc import Callable, Iterable
from pathlib import Path
from socketserver import ThreadingMixIn
from threading import Event, Thread
from typing import Any
from wsgiref.simple_server import WSGIRequestHandler, WSGIServer, make_server

import structlog
from prometheus_client import CollectorRegistry, make_wsgi_app

from horux_adapters.telemetry.figures import ServiceFigures
from horux_adapters.telemetry.metrics import Metrics, bury
from horux_adapters.telemetry.together import FOLDER

LOOPBACK = "127.0.0.1"
SAMPLE_SECONDS = 1.0
FIGURES_SECONDS = 15.0
_HOSTS = frozenset({LOOPBACK, "localhost"})
_log = structlog.get_logger("horux.metricas")

WsgiApp = Callable[[dict[str, Any], Callable[..., Any]], Iterable[bytes]]


class _Server(ThreadingMixIn, WSGIServer):
    daemon_threads = True


class _Quiet(WSGIRequestHandler):
    timeout = 5

    def log_message(self, format: str, *args: object) -> None:
        """Whoever gathers metrics asks every few seconds."""


class Exposer:
    """Samples this process every second, and answers `/metrics` if the port is free: else another process does, and
    this one takes its place once that is gone. `figures` are taken by who has the port, `every` so many seconds.
    """

    def __init__(
        self, metrics: Metrics, figures: ServiceFigures | None, port: int, every: float = FIGURES_SECONDS
    ) -> None:
        self._metrics = metrics
        self._figures = figures
        self._port = port
        self._every = every
        self._taken = -every
        self._server: WSGIServer | None = None
        self._told = False
        self._ended = Event()
        self._thread = Thread(target=self._work, name="metricas", daemon=True)
        if figures is not None:
            metrics.registry.register(figures)

    @property
    def exposing(self) -> bool:
        """Whether it is this process that answers."""
        return self._server is not None

    def start(self) -> "Exposer":
        self._thread.start()
        return self

    def close(self) -> None:
        self._ended.set()
        self._thread.join(10)
        if self._server is not None:
            self._server.shutdown()
            self._server.server_close()

    def _work(self) -> None:
        while not self._ended.is_set():
            self._metrics.sample()
            if self._server is None:
                self._try_to_expose()
            if self._server is not None and self._figures is not None and time.monotonic() >= self._taken + self._every:
                self._figures.refresh()
                self._taken = time.monotonic()
            self._ended.wait(SAMPLE_SECONDS)

    def _try_to_expose(self) -> None:
        """Another of ours has it: it is asked for again in a second. Where none is, a stranger does: that is told."""
        try:
            self._server = make_server(LOOPBACK, self._port, _only_here(self._registry), _Server, _Quiet)
        except OSError as error:
            if not self._told and FOLDER not in os.environ:  # noqa: TID251 the library decides by it
                self._told = True
                _log.warning("puerto de métricas ocupado", puerto=self._port, motivo=error.strerror)
            return
        Thread(target=self._server.serve_forever, args=(0.1,), name="metricas-http", daemon=True).start()
        _log.info("métricas a la vista", puerto=self._port)

    def _registry(self) -> CollectorRegistry:
        folder = os.environ.get(FOLDER)  # noqa: TID251 the library decides by it
        if folder:
            bury(Path(folder))
        shown = self._metrics.whole()
        if self._figures is not None and shown is not self._metrics.registry:
            shown.register(self._figures)
        return shown


def _only_here(registry: Callable[[], CollectorRegistry]) -> WsgiApp:
    """Nothing else is here, and nothing for a page that a browser was led to under another name."""

    def answer(environ: dict[str, Any], start: Callable[..., Any]) -> Iterable[bytes]:
        host = str(environ.get("HTTP_HOST", "")).rpartition(":")[0] or str(environ.get("HTTP_HOST", ""))
        if environ.get("PATH_INFO") != "/metrics" or environ.get("REQUEST_METHOD") != "GET" or host not in _HOSTS:
            start("404 Not Found", [("Content-Type", "text/plain; charset=utf-8")])
            return [b""]
        shown: Iterable[bytes] = make_wsgi_app(registry())(environ, start)
        return shown

    return answer
