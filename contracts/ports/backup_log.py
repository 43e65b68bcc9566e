"""What every BackupLog promises; a subclass brings the `log` fixture, and `events`: what was put in the outbox."""

from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from uuid import UUID, uuid4

from horux_core.backups import naming
from horux_core.backups.events import BackupTrouble
from horux_core.backups.model import BackupFile, FileState, Kind, Run, RunState, Subject
from horux_core.backups.ports import BackupLog
from horux_core.kernel.events import Event
from horux_core.kernel.ids import TenantId

NOON = datetime(2026, 3, 1, 18, tzinfo=UTC)
MINUTE = timedelta(minutes=1)


def a_run(n: int = 0) -> Run:
    at = NOON + n * MINUTE
    return Run(naming.run_id(at, UUID(int=n << 104)), at)


def a_client(rfc: str = "EKU9003173C9", tenant: UUID | None = None) -> Subject:
    return Subject(Kind.CLIENTE, TenantId(tenant or uuid4()), rfc, f"horux_{rfc.lower()}", "principal")


def a_file(subject: Subject | None = None, **changes: object) -> BackupFile:
    file = BackupFile(subject or a_client(), FileState.PROBADO, 1234, "ab" * 32, 10, 0.25, NOON)
    return replace(file, **changes)  # type: ignore[arg-type]


def sorted_files(*files: BackupFile) -> tuple[BackupFile, ...]:
    return tuple(sorted(files, key=lambda file: file.subject.key))


class BackupLogContract:
    def test_gives_back_a_run_with_its_files(self, log: BackupLog, events: Callable[[], list[Event]]) -> None:
        failed = a_file(Subject(Kind.CENTRAL), state=FileState.FALLIDO, error="No responde.", verified_at=None)
        files = sorted_files(a_file(), failed, a_file(Subject(Kind.FIEL)))
        log.begun(a_run())
        assert log.all() == (a_run(),)
        for file in reversed(files):
            log.made(a_run().id, file)
        assert log.all() == (replace(a_run(), files=files),)
        ended = a_run().ended(files, NOON + MINUTE)
        log.ended(ended, None)
        assert (log.all(), ended.state, events()) == ((ended,), RunState.PARCIAL, [])

    def test_a_file_made_again_is_told_once(self, log: BackupLog) -> None:
        subject = a_client()
        log.begun(a_run())
        log.made(a_run().id, a_file(subject, state=FileState.FALLIDO, error="No."))
        log.made(a_run().id, a_file(subject))
        assert log.all()[0].files == (a_file(subject),)

    def test_tells_the_newest_first(self, log: BackupLog) -> None:
        for n in (1, 3, 2):
            log.begun(a_run(n))
        assert [run.id for run in log.all()] == [a_run(n).id for n in (3, 2, 1)]

    def test_puts_the_event_with_the_state(self, log: BackupLog, events: Callable[[], list[Event]]) -> None:
        event = BackupTrouble(a_run().id, 1, 2, "Base central: no responde.", NOON.isoformat())
        log.begun(a_run())
        log.ended(a_run().cut_off(NOON), event)
        assert (log.all(), events()) == ((a_run().cut_off(NOON),), [event])

    def test_of_a_run_that_is_retired_no_files_are_told_of(self, log: BackupLog) -> None:
        log.begun(a_run())
        log.made(a_run().id, a_file())
        log.ended(replace(a_run(), state=RunState.RETIRADO, ended_at=NOON), None)
        assert log.all() == (replace(a_run(), state=RunState.RETIRADO, ended_at=NOON),)

    def test_a_run_is_adopted_in_place_of_what_was_noted(self, log: BackupLog) -> None:
        log.begun(a_run())
        log.made(a_run().id, a_file())
        whole = a_run().ended(sorted_files(a_file(), a_file(Subject(Kind.FIEL))), NOON + MINUTE)
        log.adopted(whole)
        log.adopted(whole)
        assert log.all() == (whole,)

    def test_a_proof_is_noted_of_that_file_alone(self, log: BackupLog) -> None:
        one = a_file(state=FileState.SIN_PROBAR, verified_at=None, error="No cupo.")
        other = a_file(Subject(Kind.FIEL))
        log.begun(a_run())
        for file in (one, other):
            log.made(a_run().id, file)
        log.proven(a_run().id, one.subject.key, NOON + MINUTE)
        log.proven(a_run().id, "cliente-otro", NOON)
        proven = replace(one, state=FileState.PROBADO, verified_at=NOON + MINUTE, error=None)
        assert log.all()[0].files == sorted_files(proven, other)

    def test_is_held_by_one_at_a_time(self, log: BackupLog) -> None:
        with log.hold() as ours, log.hold() as theirs:
            assert (ours, theirs) == (True, False)
        with log.hold() as again:
            assert again

    def test_is_let_go_of_when_it_breaks(self, log: BackupLog) -> None:
        try:
            with log.hold():
                _ = 1 / 0
        except ZeroDivisionError:
            pass
        with log.hold() as again:
            assert again
