"""Hour to command: what the service does by itself, by the hour of Mexico City. Every duty bears being done twice."""

from collections.abc import Mapping
from datetime import time, timedelta

import structlog

from horux_adapters.container.horux import Horux
from horux_core.fiel.findings import Finding
from horux_core.onboarding.recovering import RecoverRuns
from horux_core.operations.duties import Duty
from horux_core.operations.errors import DutyMissing
from horux_core.operations.scheduling import Daily, Every

_HOUR = timedelta(hours=1)
_log = structlog.get_logger("horux.worker")


def duties(horux: Horux) -> tuple[Duty, ...]:
    use_cases = horux.use_cases
    recover, clean, purge = use_cases.recover_runs(), use_cases.clean_spool(), use_cases.purge_bygones()
    tend = use_cases.tend_vault()
    return (
        Duty("recuperacion", Every(timedelta(seconds=10)), lambda: _recovered(recover)),
        Duty("limpieza", Every(_HOUR), lambda: {"cargas huérfanas": clean()}),
        Duty("purga", Every(_HOUR), purge),
        Duty("medidas", Every(timedelta(minutes=15)), use_cases.measure_clients()),
        Duty("vencimientos", Every(_HOUR), use_cases.expire_periods()),
        Duty("recordatorios", Daily(time(9)), use_cases.remind_expiring()),
        Duty("conciliacion-de-pagos", Every(_HOUR), use_cases.reconcile_payments()),
        Duty("avisos-de-fiel", Daily(time(9)), use_cases.warn_fiels()),
        Duty("boveda", Every(_HOUR), lambda: tend(_tended)),
        Duty("fallas-de-boveda", Daily(time(9)), use_cases.warn_trouble()),
        Duty("descifrados", Every(timedelta(minutes=1)), use_cases.sweep_plain()),
        Duty("paquetes-sat", Daily(time(3)), use_cases.import_inbox()),
        Duty("recalculos", Daily(time(4)), use_cases.take_up_pending()),
        Duty("alertas", Daily(time(5)), use_cases.review_everybody()),
        Duty("recordatorios-fiscales", Daily(time(8)), use_cases.remind_obligaciones()),
    )


def named(horux: Horux, name: str) -> Duty:
    """Raises DutyMissing."""
    every = {duty.name: duty for duty in duties(horux)}
    if name not in every:
        raise DutyMissing(f"No hay un deber «{name}». Los que hay: {', '.join(every)}.")
    return every[name]


def _recovered(recover_runs: RecoverRuns) -> Mapping[str, int]:
    """A run that stays open is no failure of the duty: the next ones are due all the same."""
    recovery = recover_runs()
    for run in recovery.recovered:
        _log.warning("proceso retomado", run_id=str(run.id), kind=run.kind, tenant_id=str(run.tenant), step=run.step)
    for run, error in recovery.failed:
        told = {"run_id": str(run.id), "kind": run.kind, "tenant_id": str(run.tenant)}
        _log.error("proceso sin retomar", **told, exc_info=error)
    return {"retomados": len(recovery.recovered), "sin retomar": len(recovery.failed)}


def _tended(finding: Finding) -> None:
    """What nobody foresaw, the program's fault or somebody's doing: its kind is in the log, and no more of it."""
    if finding.cause:
        _log.error("e.firma sin revisar", empresa=str(finding.tenant), error=finding.cause)
