import json
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from datetime import datetime
from hashlib import sha256
from io import BytesIO
from threading import Lock

from horux_adapters.memory.database import MemoryDatabase, Tables
from horux_core.backups import naming
from horux_core.backups.errors import BackupFailed, NotRestorable
from horux_core.backups.model import BackupFile, BackupId, Contents, Entry, FileState, Kind, Run, RunState, Subject
from horux_core.kernel.events import Event
from horux_core.outbox.ports import Outbox

Tabled = dict[str, list[list[str]]]
"""What a database in memory holds: its tables, each with its rows."""


@dataclass(frozen=True, slots=True)
class MemoryBackupLog:
    control: MemoryDatabase
    outbox: Callable[[Tables], Outbox]
    _turn: Lock = field(default_factory=Lock)

    @contextmanager
    def hold(self) -> Iterator[bool]:
        ours = self._turn.acquire(blocking=False)
        try:
            yield ours
        finally:
            if ours:
                self._turn.release()

    def begun(self, run: Run) -> None:
        with self.control.transaction() as tables:
            tables["respaldos"][run.id] = replace(run, files=())

    def made(self, run: BackupId, file: BackupFile) -> None:
        with self.control.transaction() as tables:
            kept: Run = tables["respaldos"][run]
            others = [one for one in kept.files if one.subject.key != file.subject.key]
            files = tuple(sorted([*others, file], key=lambda one: one.subject.key))
            tables["respaldos"][run] = replace(kept, files=files)

    def ended(self, run: Run, event: Event | None) -> None:
        with self.control.transaction() as tables:
            kept: Run = tables["respaldos"].get(run.id, replace(run, files=()))
            files = () if run.state is RunState.RETIRADO else kept.files
            tables["respaldos"][run.id] = replace(kept, state=run.state, ended_at=run.ended_at, files=files)
            if event is not None:
                self.outbox(tables).put(event)

    def adopted(self, run: Run) -> None:
        with self.control.transaction() as tables:
            files = tuple(sorted(run.files, key=lambda one: one.subject.key))
            tables["respaldos"][run.id] = replace(run, files=files)

    def proven(self, run: BackupId, key: str, at: datetime) -> None:
        with self.control.transaction() as tables:
            kept: Run | None = tables["respaldos"].get(run)
            if kept is not None:
                files = tuple(_proven(one, at) if one.subject.key == key else one for one in kept.files)
                tables["respaldos"][run] = replace(kept, files=files)

    def all(self) -> tuple[Run, ...]:
        with self.control.transaction() as tables:
            runs: list[Run] = list(tables["respaldos"].values())
        return tuple(sorted(runs, key=lambda run: (run.started_at, run.id), reverse=True))


def _proven(file: BackupFile, at: datetime) -> BackupFile:
    return replace(file, state=FileState.PROBADO, verified_at=at, error=None)


@dataclass(slots=True)
class MemoryGround:
    """Databases by their names, what each was restored from, and who they are of."""

    databases: dict[str, Tabled] = field(default_factory=dict)
    marks: dict[str, str] = field(default_factory=dict)
    subjects: list[Subject] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class MemoryEstate:
    ground: MemoryGround

    def central(self) -> Subject:
        return Subject(Kind.CENTRAL, database="central")

    def clients(self) -> tuple[Subject, ...]:
        return tuple(sorted(self.ground.subjects, key=lambda subject: (subject.rfc, subject.key)))


@dataclass(frozen=True, slots=True)
class MemoryDumper:
    ground: MemoryGround

    @contextmanager
    def dumped(self, subject: Subject) -> Iterator["_MemoryDump"]:
        try:
            held = self.ground.databases[_name(subject)]
        except KeyError as error:
            raise BackupFailed(f"No está la base de {subject.named}.") from error
        octets = json.dumps(held).encode()
        yield _MemoryDump(BytesIO(octets), json.loads(octets))


@dataclass(frozen=True, slots=True)
class _MemoryDump:
    octets: BytesIO
    held: Tabled

    def read(self, size: int = -1, /) -> bytes:
        return self.octets.read(size)

    def contents(self) -> Contents:
        return _contents(self.held)


class _MemoryTrial:
    def __init__(self) -> None:
        self._octets = bytearray()

    def write(self, octets: bytes, /) -> int:
        self._octets += octets
        return len(octets)

    def flush(self) -> None:
        """It is in memory."""

    def held(self) -> Tabled:
        try:
            held: Tabled = json.loads(self._octets)
        except ValueError as error:
            raise BackupFailed("No es una base entera.") from error
        return held

    def found(self) -> Contents:
        return _contents(self.held())


@dataclass(frozen=True, slots=True)
class MemorySite:
    ground: MemoryGround

    @contextmanager
    def trial(self, subject: Subject) -> Iterator[_MemoryTrial]:  # noqa: ARG002
        yield _MemoryTrial()

    @contextmanager
    def beside(self, subject: Subject, name: str) -> Iterator[_MemoryTrial]:  # noqa: ARG002
        if name in self.ground.databases:
            raise NotRestorable(f"Ya hay una base {name}.")
        trial = _MemoryTrial()
        yield trial
        self.ground.databases[name] = trial.held()

    def swap(self, subject: Subject, name: str, aside: str, mark: str) -> None:
        there = self.ground.databases
        if _name(subject) in there:
            there[aside] = there.pop(_name(subject))
        there[_name(subject)] = there.pop(name)
        self.ground.marks[_name(subject)] = mark

    def mark(self, subject: Subject) -> str:
        there = _name(subject) in self.ground.databases
        return self.ground.marks.get(_name(subject), "") if there else ""

    def sweep(self) -> int:
        return 0

    def left_over(self) -> tuple[str, ...]:
        return tuple(sorted(name for name in self.ground.databases if naming.LEFT_OVER.fullmatch(name)))

    def drop(self, name: str) -> bool:
        if not naming.LEFT_OVER.fullmatch(name):
            raise NotRestorable(f"«{name[:80]}» no es una base que haya dejado una restauración: no se borra.")
        return self.ground.databases.pop(name, None) is not None


def _name(subject: Subject) -> str:
    return subject.database or str(subject.kind)


def _contents(held: Tabled) -> Contents:
    entries = (Entry(name, len(rows), _sum(rows)) for name, rows in sorted(held.items()))
    return Contents(tuple(entries), "", 1)


def _sum(rows: list[list[str]]) -> str:
    return sha256(json.dumps(sorted(rows)).encode()).hexdigest()[:16]
