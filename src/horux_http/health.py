"""Whether the process lives, which costs nothing to answer, and whether it can serve."""

import asyncio
from collections.abc import Callable
from datetime import datetime
from typing import Literal

import msgspec
from litestar import Controller, get
from litestar.concurrency import sync_to_thread
from litestar.di import NamedDependency
from litestar.params import SkipValidation

from horux_core.kernel.clock import Clock
from horux_core.kernel.errors import Unavailable

_PATIENCE = 2.0

Ready = Callable[[], bool]
"""Answers whether the central database does."""


class CentralDatabaseSilent(Unavailable):
    """The central database does not answer the readiness probe."""

    code = "no-listo"
    title = "Servicio no listo"

    def __init__(self) -> None:
        super().__init__("La base de datos central no responde. Intenta de nuevo en unos segundos.", retryAfter=5)


class Health(msgspec.Struct):
    status: Literal["ok"]
    timestamp: datetime


class HealthController(Controller):
    tags = ("Salud",)
    opt = {"public": True}  # noqa: RUF012

    @get(["/health", "/api/health"], summary="El proceso vive")
    async def health(self, clock: NamedDependency[SkipValidation[Clock]]) -> Health:
        """Responde con cualquier carga; no consulta nada."""
        return Health("ok", clock())

    @get("/ready", summary="El servicio puede atender", opt={"lane": "salud"})
    async def ready(
        self, clock: NamedDependency[SkipValidation[Clock]], ready: NamedDependency[SkipValidation[Ready]]
    ) -> Health:
        """Comprueba la base de datos central; 503 cuando no responde en dos segundos."""
        try:
            answers = await asyncio.wait_for(sync_to_thread(ready), _PATIENCE)
        except TimeoutError:
            answers = False
        if not answers:
            raise CentralDatabaseSilent
        return Health("ok", clock())
