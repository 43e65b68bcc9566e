"""Hour to command: every duty is there by its name, and does what it is for."""

from datetime import time, timedelta
from pathlib import Path
from uuid import uuid4

import pytest
from structlog.testing import capture_logs

from horux_adapters.container.clock import system_clock
from horux_adapters.container.duties import duties, named
from horux_adapters.container.horux import opened
from horux_adapters.worker.attending import Rounds
from horux_core.kernel.ids import RunId, TenantId
from horux_core.onboarding.model import Run, RunKind, RunState
from horux_core.operations.errors import DutyMissing
from horux_core.operations.scheduling import Daily, Every
from tests.adapters.container.test_horux import settings

NAMES = ("recuperacion", "limpieza", "purga", "vencimientos", "recordatorios", "conciliacion-de-pagos")


def test_every_duty_is_there_once_and_is_found_by_its_name(tmp_path: Path) -> None:
    with opened(settings(tmp_path)) as horux:
        assert tuple(duty.name for duty in duties(horux)) == NAMES
        assert [named(horux, name).name for name in NAMES] == list(NAMES)
        with pytest.raises(DutyMissing, match="recuperacion"):
            named(horux, "brujeria")


def test_what_time_does_to_subscriptions_is_each_behind_its_own_name(tmp_path: Path) -> None:
    with opened(settings(tmp_path)) as horux:
        use_cases = horux.use_cases
        assert named(horux, "vencimientos").act is use_cases.expire_periods()
        assert named(horux, "conciliacion-de-pagos").act is use_cases.reconcile_payments()
        reminders = named(horux, "recordatorios")
        assert reminders.act is use_cases.remind_expiring()
        assert reminders.schedule == Daily(time(9))


def test_each_bears_being_done_twice_with_nothing_to_do(tmp_path: Path) -> None:
    with opened(settings(tmp_path)) as horux:
        for duty in (*duties(horux), *duties(horux)):
            assert not any((duty.act() or {}).values())


def test_what_a_dead_process_left_half_done_is_taken_up_within_seconds(tmp_path: Path) -> None:
    with opened(settings(tmp_path)) as horux, capture_logs() as logs:
        runs = horux.gateways.runs()
        run = Run(
            RunId(uuid4()), RunKind.ALTA, TenantId(uuid4()), "EKU9003173C9", RunState.ABIERTA, None, None,
            system_clock(),
        )  # fmt: skip
        with runs.begin(run):
            pass
        recovery = named(horux, "recuperacion")
        assert recovery.schedule == Every(timedelta(seconds=10))
        record = Rounds(horux.gateways.duty_log(), system_clock).by_hand(recovery)
        assert record.outcome == {"retomados": 1, "sin retomar": 0}
        assert runs.dead() == ()
    assert [log["rfc"] for log in logs if log["event"] == "proceso retomado"] == ["EKU9003173C9"]
