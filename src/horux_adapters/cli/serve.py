"""The processes of the service: `horux serve` and `horux worker`."""

import os
import signal
from functools import partial
from typing import TYPE_CHECKING

import typer

from horux_adapters.cli.surroundings import (
    data_dir,
    explained,
    needs_own_server,
    warn_of_idle_mail,
    with_development_secrets,
)

if TYPE_CHECKING:
    from horux_adapters.container.settings import Settings

APPLICATION = "horux_http.asgi:app"
_HEADER_MILLISECONDS = 10_000
"""How long the head of a request may take: a client that sends it by drops is let go."""

_BACKLOG = 2_048
_DRAIN_SECONDS = 20
_LONG_DRAIN_SECONDS = 300
"""So long has what is under way to end when the service is told to; the long one where others accept meanwhile."""
_CONNECTIONS = 1_024
"""Open at a time in each process; others wait to be accepted."""
_BUFFER = 64 * 1024
"""Of each connection, for what it sends and for what it has not taken yet; also the longest head of a request."""


def serve() -> None:
    from horux_adapters.container.secrecy import keep_memory_private
    from horux_adapters.container.settings import environment, load
    from horux_adapters.demo.supervising import end_with_parent

    keep_memory_private()
    with explained():
        env = with_development_secrets(environment())
        if needs_own_server(env) and env.get("HORUX_ENV") != "production":
            _household(env)
            return
        if supervisor := env.get("HORUX_SUPERVISED"):
            end_with_parent(int(supervisor))
        _granian(load(env))


def worker() -> None:
    from contextlib import ExitStack

    from horux_adapters.container.clock import system_clock
    from horux_adapters.container.duties import duties
    from horux_adapters.container.horux import job_kinds, opened
    from horux_adapters.container.secrecy import keep_memory_private
    from horux_adapters.container.telemetry import WORKER as WORKER_PART
    from horux_adapters.container.telemetry import watched
    from horux_adapters.postgres.addresses import WORKER
    from horux_adapters.telemetry.logs import configure
    from horux_adapters.worker.attending import Rounds
    from horux_adapters.worker.handling import Handling, unwatched
    from horux_adapters.worker.running import Chore, run
    from horux_adapters.worker.sweeping import Sweep

    keep_memory_private()
    with explained():
        settings = _worker_settings()
        configure(production=settings.production, level=settings.log_level)
        warn_of_idle_mail(settings)
        with opened(settings, WORKER) as horux, ExitStack() as resources:
            g = horux.gateways
            watching = watched(horux, settings, WORKER_PART, resources)
            around = watching.around if watching else unwatched
            handling = Handling(g.deliveries(), g.jobs(), horux.reactions(), job_kinds(horux), system_clock, around)
            rounds = Rounds(g.duty_log(), system_clock)
            chores = [Chore(duty.name, partial(rounds.attend, duty)) for duty in duties(horux)]
            chores.append(Chore("barrido", Sweep(g.jobs(), g.deliveries(), system_clock)))
            run(g.dsns().direct, handling, chores)


def _worker_settings() -> "Settings":
    from horux_adapters.container.settings import environment, load
    from horux_adapters.demo.supervising import end_with_parent

    env = with_development_secrets(environment())
    settings = load(env)
    if settings.storage == "memory":
        raise typer.BadParameter("con STORAGE=memory el trabajador va dentro de `horux serve`.")
    if supervisor := env.get("HORUX_SUPERVISED"):
        end_with_parent(int(supervisor))
    return settings


def _household(env: dict[str, str]) -> None:
    """Without a database of its own to go to, one is run here, with the worker beside the server."""
    from horux_adapters.container.local import own_server
    from horux_adapters.demo.apart import apart
    from horux_adapters.demo.supervising import Household, ended_by_signals

    with ended_by_signals(), own_server(env, data_dir(env)) as complete:
        apart("horux_adapters.demo.preparing", "bring_up_to_date", complete)
        with Household(complete) as household:
            household.start("serve")
            household.start("worker")
            gone = household.wait()
    if gone:
        typer.echo(f"Se detuvo: {', '.join(gone)}.", err=True)
        raise typer.Exit(1)


def _mortal() -> None:
    """A process that is told to end while it starts does so: the handlers it has of the server end nothing in it."""
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, signal.SIG_DFL)


def _granian(settings: "Settings") -> None:
    from granian import Granian
    from granian.constants import Interfaces
    from granian.http import HTTP1Settings

    from horux_adapters.cli.listening import InheritedServer, inherited
    from horux_adapters.container.settings import environment
    from horux_adapters.container.telemetry import count_together
    from horux_adapters.container.vaulting import require_private
    from horux_adapters.telemetry.logs import configure, dictconfig

    # Else it is each worker that refuses, and the master starts the next one for ever.
    require_private(settings)
    count_together(settings)
    configure(production=settings.production, level=settings.log_level)
    warn_of_idle_mail(settings)
    os.register_at_fork(after_in_child=_mortal)
    descriptor = inherited(environment())
    server = Granian if descriptor is None else partial(InheritedServer, descriptor=descriptor)
    server(
        APPLICATION,
        address=settings.host,
        port=settings.port,
        interface=Interfaces.ASGI,
        workers=settings.workers,
        respawn_failed_workers=True,
        workers_kill_timeout=_DRAIN_SECONDS if descriptor is None else _LONG_DRAIN_SECONDS,
        websockets=False,
        backlog=_BACKLOG,
        backpressure=_CONNECTIONS,
        http1_settings=HTTP1Settings(header_read_timeout=_HEADER_MILLISECONDS, max_buffer_size=_BUFFER),
        log_dictconfig=dictconfig(production=settings.production, level="warning"),
    ).serve()
