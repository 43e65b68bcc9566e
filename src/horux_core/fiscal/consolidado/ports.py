"""What it takes to read several taxpayers without one waiting for another."""

from collections.abc import Callable, Mapping
from typing import Protocol, TypeVar

from horux_core.fiscal.consolidado.model import Fallo
from horux_core.kernel.ids import TenantId

R = TypeVar("R")


class EnParalelo(Protocol):
    def __call__(self, tareas: Mapping[TenantId, Callable[[], R]], plazo: float) -> Mapping[TenantId, R | Fallo]:
        """What each task came to, some at a time: late after so many seconds, or in error when it raised anything.

        What was raised is written down, with whose task it was. One that is late goes on by itself, and those that have
        not begun by then never do.
        """
