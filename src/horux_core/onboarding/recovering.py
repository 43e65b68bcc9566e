"""Taking up the runs of processes that died (SPEC 2.5)."""

from dataclasses import dataclass

from horux_core.onboarding.attempting import Attempt
from horux_core.onboarding.deprovisioning import CompleteDeparture
from horux_core.onboarding.model import Run, RunKind
from horux_core.onboarding.moving import SettleMove
from horux_core.onboarding.ports import Runs
from horux_core.onboarding.undoing import UndoRun


@dataclass(frozen=True, slots=True)
class Recovery:
    """What came of it. The runs in `failed` stay open, and the next recovery takes them up again."""

    recovered: tuple[Run, ...]
    failed: tuple[tuple[Run, Exception], ...]


@dataclass(frozen=True, slots=True)
class RecoverRuns:
    """Undo every dead run that took a client in, complete those that let one go, settle those that moved one.

    Many processes may do this at once, and again. One run that fails does not keep the others.
    """

    runs: Runs
    undo: UndoRun
    complete: CompleteDeparture
    settle: SettleMove

    def __call__(self) -> Recovery:
        recovered: list[Run] = []
        failed: list[tuple[Run, Exception]] = []
        for run in self.runs.dead():
            attempt = Attempt()
            with attempt, self.runs.resume(run.id) as ours:
                if ours:
                    self._ended(run)
                    recovered.append(run)
            if attempt.error is not None:
                failed.append((run, attempt.error))
        return Recovery(tuple(recovered), tuple(failed))

    def _ended(self, run: Run) -> None:
        match run.kind:
            case RunKind.ALTA:
                self.undo(run.id)
            case RunKind.BAJA:
                self.complete(run)
            case RunKind.MUDANZA:
                self.settle(run.id)
