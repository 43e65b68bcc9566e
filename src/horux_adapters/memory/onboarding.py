from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from threading import Lock

from horux_adapters.memory.audit import MemoryAuditLog
from horux_adapters.memory.database import MemoryDatabase, Tables
from horux_adapters.memory.tenancy import MemoryTenants
from horux_core.kernel.ids import RunId
from horux_core.onboarding.errors import RunInProgress, RunLost
from horux_core.onboarding.model import Run, RunKind, RunState, Step
from horux_core.outbox.ports import Outbox
from horux_core.tenancy.model import Tenant


@dataclass(frozen=True, slots=True)
class MemoryRunLog:
    tables: Tables

    def lock(self, run: RunId) -> Run:
        found: Run | None = self.tables["provisioning_runs"].get(run)
        if found is None:
            raise RunLost("No existe esa alta o baja. Intenta de nuevo.", retryAfter=30)
        return found

    def step(self, run: RunId, step: Step) -> None:
        found = self.lock(run)
        if found.state is RunState.ABIERTA:
            self.tables["provisioning_runs"][run] = replace(found, step=step)

    def end(self, run: RunId, state: RunState, failed_step: Step | None) -> None:
        found = self.lock(run)
        if found.state is RunState.ABIERTA:
            self.tables["provisioning_runs"][run] = replace(found, state=state, failed_step=failed_step)


@dataclass(frozen=True, slots=True)
class MemoryRunTransaction:
    runs: MemoryRunLog
    tenants: MemoryTenants
    outbox: Outbox
    audit: MemoryAuditLog


class MemoryRuns:
    """One for the whole process: it knows which locks are held."""

    def __init__(self, control: MemoryDatabase, outbox: Callable[[Tables], Outbox]) -> None:
        self._control = control
        self._outbox = outbox
        self._held: set[RunId] = set()
        self._turn = Lock()

    @contextmanager
    def begin(self, run: Run) -> Iterator[None]:
        with self._locked(run.id):
            with self._control.transaction() as tables:
                kept: list[Run] = list(tables["provisioning_runs"].values())
                if any(other.tenant == run.tenant and other.state is RunState.ABIERTA for other in kept):
                    raise RunInProgress("Ya hay un alta, una baja o una mudanza en curso de esta empresa. Espera.")
                tables["provisioning_runs"][run.id] = run
            yield

    def step(self, run: RunId, step: Step) -> None:
        with self._control.transaction() as tables:
            found: Run | None = tables["provisioning_runs"].get(run)
            if found is None or found.state is not RunState.ABIERTA:
                raise RunLost("Otro proceso cerró esta alta o baja. Intenta de nuevo.", retryAfter=30)
            tables["provisioning_runs"][run] = replace(found, step=step)

    @contextmanager
    def transaction(self) -> Iterator[MemoryRunTransaction]:
        with self._control.transaction() as tables:
            audit = MemoryAuditLog(tables, self._control.clock)
            yield MemoryRunTransaction(MemoryRunLog(tables), MemoryTenants(tables), self._outbox(tables), audit)

    def latest(self, rfc: str, kind: RunKind) -> Run | None:
        with self._control.transaction() as tables:
            runs: list[Run] = list(tables["provisioning_runs"].values())
        own = (run for run in runs if (run.rfc, run.kind) == (rfc, kind))
        return max(own, key=lambda run: run.started_at, default=None)

    def dead(self) -> tuple[Run, ...]:
        with self._turn:
            held = set(self._held)
        with self._control.transaction() as tables:
            runs: list[Run] = list(tables["provisioning_runs"].values())
        found = [run for run in runs if run.state is RunState.ABIERTA and run.id not in held]
        return tuple(sorted(found, key=lambda run: run.started_at))

    @contextmanager
    def resume(self, run: RunId) -> Iterator[bool]:
        with self._locked(run) as ours:
            yield ours and self._open(run)

    def _open(self, run: RunId) -> bool:
        with self._control.transaction() as tables:
            found: Run | None = tables["provisioning_runs"].get(run)
            return found is not None and found.state is RunState.ABIERTA

    @contextmanager
    def _locked(self, run: RunId) -> Iterator[bool]:
        with self._turn:
            ours = run not in self._held
            self._held.add(run)
        try:
            yield ours
        finally:
            if ours:
                with self._turn:
                    self._held.discard(run)


@dataclass(frozen=True, slots=True)
class MemoryTenantFiles:
    """Which databases have files beside them, by name."""

    kept: set[str] = field(default_factory=set)

    def remove(self, tenant: Tenant) -> None:
        self.kept.discard(tenant.database_name)
