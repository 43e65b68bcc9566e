"""Tasks of one request side by side, in threads of their own."""

import logging
from collections.abc import Callable, Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor, wait
from contextvars import copy_context
from dataclasses import dataclass
from queue import Empty, SimpleQueue
from typing import TypeVar

from horux_core.fiscal.consolidado.model import Fallo
from horux_core.kernel.ids import TenantId

A_LA_VEZ = 4
"""Tasks that one request has under way at a time, each with a connection to another database."""

EN_TODO = 8
"""Those that all requests of a process have: whoever asks more than that waits, in its own time."""

R = TypeVar("R")
_log = logging.getLogger("horux.consolidado")


@dataclass(frozen=True, slots=True)
class Hilos:
    pool: ThreadPoolExecutor

    def __call__(self, tareas: Mapping[TenantId, Callable[[], R]], plazo: float) -> dict[TenantId, R | Fallo]:
        pendientes: SimpleQueue[TenantId] = SimpleQueue()
        for tenant in tareas:
            pendientes.put(tenant)
        hechas: dict[TenantId, R | Fallo] = {}

        def recorrer() -> None:
            while (tenant := _siguiente(pendientes)) is not None:
                hechas[tenant] = _hecha(tenant, tareas[tenant])

        cuantos = min(A_LA_VEZ, len(tareas))
        recorridos = [self.pool.submit(copy_context().run, recorrer) for _ in range(cuantos)]
        _, tardados = wait(recorridos, plazo)
        while tardados and _siguiente(pendientes) is not None:
            pass
        a_tiempo = dict(hechas)
        return {tenant: a_tiempo.get(tenant, Fallo.TARDADA) for tenant in tareas}


def hilos() -> Iterator[Hilos]:
    """At the end, what they are at is waited for."""
    with ThreadPoolExecutor(EN_TODO, thread_name_prefix="horux-consolidado") as pool:
        yield Hilos(pool)


def _siguiente(pendientes: SimpleQueue[TenantId]) -> TenantId | None:
    try:
        return pendientes.get_nowait()
    except Empty:
        return None


def _hecha(tenant: TenantId, tarea: Callable[[], R]) -> R | Fallo:
    try:
        return tarea()
    except Exception:  # noqa: BLE001 the trouble of one is not the others'; it is written down
        _log.exception("empresa sin consolidar", extra={"tenantId": str(tenant)})
        return Fallo.IMPREVISTA
