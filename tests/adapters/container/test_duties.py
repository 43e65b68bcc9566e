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
from horux_core.fiel.model import EMPTY
from horux_core.kernel.ids import RunId, TenantId
from horux_core.onboarding.model import Run, RunKind, RunState
from horux_core.operations.errors import DutyMissing
from horux_core.operations.scheduling import Daily, Every
from tests.adapters.container.test_horux import settings

NAMES = (
    "recuperacion", "limpieza", "purga", "medidas", "vencimientos", "recordatorios", "conciliacion-de-pagos",
    "avisos-de-fiel", "boveda", "fallas-de-boveda", "descifrados", "paquetes-sat", "recalculos", "alertas",
    "recordatorios-fiscales",
)  # fmt: skip


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


def test_what_time_does_to_e_firmas_is_each_behind_its_own_name(tmp_path: Path) -> None:
    with opened(settings(tmp_path)) as horux:
        use_cases = horux.use_cases
        assert named(horux, "avisos-de-fiel").act is use_cases.warn_fiels()
        assert named(horux, "avisos-de-fiel").schedule == Daily(time(9))
        assert named(horux, "boveda").act() == {"sanadas": 0, "por atender": 0}
        assert named(horux, "fallas-de-boveda").act is use_cases.warn_trouble()
        assert named(horux, "fallas-de-boveda").schedule == Daily(time(9))
        sweeping = named(horux, "descifrados")
        assert sweeping.act is use_cases.sweep_plain()
        assert sweeping.schedule == Every(timedelta(minutes=1))


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
    assert [log["tenant_id"] for log in logs if log["event"] == "proceso retomado"] == [str(run.tenant)]


def test_of_an_e_firma_that_nobody_could_look_at_the_log_has_the_kind_of_error_alone(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def spoiled(*_: object) -> None:
        raise ValueError("lo que decía")

    with opened(settings(tmp_path)) as horux:
        unknown = TenantId(uuid4())
        horux.gateways.anchors().put(unknown, EMPTY)
        with capture_logs() as logs:
            assert named(horux, "boveda").act() == {"sanadas": 0, "por atender": 1}
        assert logs == []
        monkeypatch.setattr(type(horux.gateways.registry()), "get", spoiled)
        with capture_logs() as logs:
            assert named(horux, "boveda").act() == {"sanadas": 0, "por atender": 1}
    (told,) = logs
    assert (told["empresa"], told["error"]) == (str(unknown), "ValueError")
    assert "lo que decía" not in str(told)
