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

    def step(self, run: RunId, step: Step) -> None:
        """Of an open run that `lock` gave: about to be taken, when this transaction is kept."""


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


class TenantMoves(Protocol):
    """A client's database on its way between two servers. `tenant` tells where it was when the run began.

    Every act may be done again after a kill at any moment, and none touches what another run has made.
    """

    def require_possible(self, tenant: Tenant, target: str) -> None:
        """Nothing is changed. Raises MoveRefused with what stands in the way."""

    def copied(self, tenant: Tenant, run: Run) -> AbstractContextManager[None]:
        """Stop writes to the database, and make an equal one on the target, which nobody writes either.

        Inside the context both are equal and stay so. Reads go on. Raises MoveFailed; what was done then is `undo`'s.
        """

    def open(self, tenant: Tenant, run: Run) -> None:
        """Let nobody into the former database any more, and then let the client write in the new one."""

    def clear(self, tenant: Tenant, run: Run) -> None:
        """Take the former database and its role away; nothing when they are not there."""

    def undo(self, tenant: Tenant, run: Run) -> None:
        """Let the client write where it was, and then take away what was made on the target."""
