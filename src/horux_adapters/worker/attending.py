"""Doing the duties: each when its hour has come, by whoever looks first, and by hand."""

from collections.abc import Iterable
from dataclasses import dataclass, replace

import structlog

from horux_adapters.worker.handling import told
from horux_core.kernel.clock import Clock
from horux_core.kernel.errors import HoruxError
from horux_core.operations.duties import Duty, DutyRecord
from horux_core.operations.errors import DutyUnderWay
from horux_core.operations.ports import DutyLog

_log = structlog.get_logger("horux.worker")


@dataclass(frozen=True, slots=True)
class Rounds:
    """What goes wrong in a duty is kept beside it and written down, and stops no other."""

    log: DutyLog
    clock: Clock

    def attend(self, duty: Duty) -> bool:
        """Do it if it is due and nobody is at it. False when it was not begun. Raises DatabaseUnavailable."""
        if self.log.of(duty.name).held or not self._due(duty):
            return False
        with self.log.hold(duty.name) as ours:
            # Whoever had it may have done it between the two looks.
            if not ours or not self._due(duty):
                return False
            self._do(duty)
        return True

    def attend_all(self, duties: Iterable[Duty]) -> None:
        """One after another. Raises DatabaseUnavailable."""
        for duty in duties:
            self.attend(duty)

    def by_hand(self, duty: Duty) -> DutyRecord:
        """Do it now, due or not, and say how it stands. Raises DutyUnderWay or DatabaseUnavailable."""
        with self.log.hold(duty.name) as ours:
            if not ours:
                raise DutyUnderWay(f"El deber {duty.name} ya se está haciendo. Espera a que termine.")
            return replace(self._do(duty), held=False)

    def _due(self, duty: Duty) -> bool:
        return self.log.of(duty.name).due(duty.schedule, self.clock())

    def _do(self, duty: Duty) -> DutyRecord:
        now = self.clock()
        begun = self.log.of(duty.name).begun(duty.schedule, now)
        self.log.keep(begun)
        try:
            outcome = duty.act() or {}
        except Exception as error:  # noqa: BLE001 the worker's loop outlives any single duty
            ended = begun.failed(duty.schedule, self.clock(), told(error))
            trace = not isinstance(error, HoruxError)
            _log.error("deber sin cumplir", duty=duty.name, tries=ended.tries, why=ended.last_error, exc_info=trace)
        else:
            ended = begun.done(duty.schedule.last(now), self.clock(), outcome)
            if any(outcome.values()):
                _log.info("deber cumplido", duty=duty.name, outcome=outcome)
        self.log.keep(ended)
        return ended
