from contextlib import AbstractContextManager
from typing import Protocol

from horux_core.kernel.ids import RunId
from horux_core.onboarding.model import Run, RunState, Step


class Runs(Protocol):
    """The record of sagas. Each write is kept when it returns."""

    def begin(self, run: Run) -> AbstractContextManager[None]:
        """Record an open run and hold its lock while the context lasts; the lock dies with the process."""

    def step(self, run: RunId, step: Step) -> None:
        """About to be taken."""

    def end(self, run: RunId, state: RunState, failed_step: Step | None) -> None: ...

    def dead(self) -> tuple[Run, ...]:
        """Open runs whose lock nobody holds, oldest first."""

    def resume(self, run: RunId) -> AbstractContextManager[bool]:
        """Take a dead run's lock: True inside the context, False when somebody else has it or the run has ended."""
