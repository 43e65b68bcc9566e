from contextlib import AbstractContextManager
from typing import Protocol

from horux_core.audit.ports import AuditLog
from horux_core.kernel.ids import RunId
from horux_core.onboarding.model import Run, RunKind, RunState, Step
from horux_core.outbox.ports import Outbox
from horux_core.tenancy.model import Tenant
from horux_core.tenancy.ports import Tenants


class RunLog(Protocol):
    """The record of sagas, inside a transaction."""

    def lock(self, run: RunId) -> Run:
        """Read it to act on it: others wait for this transaction. Raises RunLost when there is none."""

    def end(self, run: RunId, state: RunState, failed_step: Step | None) -> None:
        """Close an open run that `lock` gave; nothing happens to one that has ended."""


class RunTransaction(Protocol):
    """A run's record together with what it brings about, so that neither is kept without the other."""

    @property
    def runs(self) -> RunLog: ...
    @property
    def tenants(self) -> Tenants: ...
    @property
    def outbox(self) -> Outbox: ...
    @property
    def audit(self) -> AuditLog: ...


class Runs(Protocol):
    """The record of sagas. Each write is kept when it returns."""

    def begin(self, run: Run) -> AbstractContextManager[None]:
        """Record an open run and hold its lock while the context lasts; the lock dies with the process.

        Raises RunInProgress when an open run is at work on the same tenant.
        """

    def step(self, run: RunId, step: Step) -> None:
        """About to be taken. Raises RunLost when the run is not open any more."""

    def transaction(self) -> AbstractContextManager[RunTransaction]:
        """What is done inside is kept together, or on any exception not at all."""

    def latest(self, rfc: str, kind: RunKind) -> Run | None:
        """The one that began last."""

    def dead(self) -> tuple[Run, ...]:
        """Open runs whose lock nobody holds, oldest first."""

    def resume(self, run: RunId) -> AbstractContextManager[bool]:
        """Take a dead run's lock: True inside the context, False when somebody else has it or the run has ended."""


class TenantFiles(Protocol):
    """Files kept for a client outside every database: what it uploaded, what the SAT sent for it."""

    def remove(self, tenant: Tenant) -> None:
        """Take them all away; nothing when there are none."""
