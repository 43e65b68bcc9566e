"""Following a run: which of its steps are done, under way, failed or undone."""

from dataclasses import dataclass
from enum import StrEnum

from horux_core.fiel.model import Receipt
from horux_core.fiel.ports import Vault
from horux_core.identity.model import Actor, Permission
from horux_core.kernel.rfc import Rfc, RfcMalformed
from horux_core.onboarding.model import ALTA, BAJA, MUDANZA, Run, RunKind, RunState, Step
from horux_core.onboarding.ports import Runs


class Progress(StrEnum):
    """How a step stands."""

    DONE = "done"
    NOW = "now"
    FAILED = "failed"
    UNDONE = "undone"
    TODO = "todo"


@dataclass(frozen=True, slots=True)
class StepTaken:
    """A step of a run and how it stands."""

    step: Step
    how: Progress


@dataclass(frozen=True, slots=True)
class RunSeen:
    """A run as it stands. `receipt` is that of the e.firma which was destroyed in letting a client go, if any."""

    run: Run
    steps: tuple[StepTaken, ...]
    receipt: Receipt | None = None

    @property
    def open(self) -> bool:
        return self.run.state is RunState.ABIERTA


@dataclass(frozen=True, slots=True)
class WatchRun:
    """The newest run of its kind over an RFC; None when there is none, or it cannot be an RFC."""

    runs: Runs
    vault: Vault

    def __call__(self, actor: Actor, rfc: str, kind: RunKind) -> RunSeen | None:
        actor.require(Permission.OPERATE)
        try:
            run = self.runs.latest(str(Rfc(rfc)), kind)
        except RfcMalformed:
            return None
        if run is None:
            return None
        receipts = self.vault.receipts(run.tenant, None, 1).items if kind is RunKind.BAJA else ()
        at_its_end = [one for one in receipts if one.destruction.destroyed_at >= run.started_at]
        return RunSeen(run, taken(run), next(iter(at_its_end), None))


def taken(run: Run, failed: Step | None = None) -> tuple[StepTaken, ...]:
    """Its steps. `failed` is the one that went wrong in an open run, which will be undone."""
    steps = {RunKind.ALTA: ALTA, RunKind.BAJA: BAJA, RunKind.MUDANZA: MUDANZA}[run.kind]
    if run.state is RunState.TERMINADA:
        return tuple(StepTaken(step, Progress.DONE) for step in steps)
    wrong = run.failed_step or failed
    undone = run.kind is RunKind.ALTA and (wrong is not None or run.state is RunState.DESHECHA)
    reached = wrong or run.step
    at = steps.index(reached) if reached in steps else -1
    before, there = (Progress.UNDONE, Progress.FAILED) if undone else (Progress.DONE, Progress.NOW)
    return tuple(
        StepTaken(step, before if n < at else there if n == at else Progress.TODO) for n, step in enumerate(steps)
    )
