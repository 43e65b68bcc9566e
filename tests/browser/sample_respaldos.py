"""Eight nights of backups, of which the last failed on one client."""

from dataclasses import replace
from datetime import datetime, timedelta
from uuid import UUID

from horux_adapters.container.horux import Horux
from horux_core.backups import naming
from horux_core.backups.model import BackupFile, FileState, Kind, Run, Subject
from horux_core.kernel.rfc import Rfc

_NIGHTS = 8


def backed_up(horux: Horux, rfcs: tuple[str, ...], now: datetime) -> None:
    """Each client of those, with the central database and the e.firmas."""
    log, registry = horux.backups.log(), horux.gateways.registry()
    found = [registry.find(Rfc(rfc)) for rfc in rfcs]
    clients = [Subject(Kind.CLIENTE, one.id, one.rfc, one.database_name, one.server) for one in found]
    subjects = [Subject(Kind.CENTRAL, database="horux360"), Subject(Kind.FIEL), *clients]
    for night in range(_NIGHTS, 0, -1):
        at = now - timedelta(days=night - 1, hours=6)
        run = Run(naming.run_id(at, UUID(int=night << 104)), at)
        files = tuple(_file(subject, number, at) for number, subject in enumerate(subjects))
        if night == 1:
            why = "No está la base en su servidor: restáurala, o da de baja al cliente."
            failed = replace(files[-1], state=FileState.FALLIDO, octets=0, verified_at=None, error=why)
            files = (*files[:-1], failed)
        log.begun(run)
        for file in files:
            log.made(run.id, file)
        log.ended(run.ended(files, at + timedelta(minutes=4)), None)


def _file(subject: Subject, number: int, at: datetime) -> BackupFile:
    octets, rows = (number + 1) * 3_400_000, (number + 1) * 21_450
    proven = at + timedelta(minutes=number)
    return BackupFile(subject, FileState.PROBADO, octets, "ab" * 32, rows, 2.5 + number, proven)
