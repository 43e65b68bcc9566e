from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from threading import Lock

from horux_adapters.memory.database import MemoryDatabase
from horux_core.operations.duties import DutyRecord


@dataclass(frozen=True, slots=True)
class MemoryDutyLog:
    control: MemoryDatabase
    _held: set[str] = field(default_factory=set)
    _turn: Lock = field(default_factory=Lock)

    def of(self, name: str) -> DutyRecord:
        kept: DutyRecord = self.control.tables["duties"].get(name, DutyRecord(name))
        return replace(kept, held=name in self._held)

    @contextmanager
    def hold(self, name: str) -> Iterator[bool]:
        with self._turn:
            ours = name not in self._held
            if ours:
                self._held.add(name)
        try:
            yield ours
        finally:
            if ours:
                self._held.discard(name)

    def keep(self, record: DutyRecord) -> None:
        with self.control.transaction() as tables:
            kept: DutyRecord | None = tables["duties"].get(record.name)
            if kept is None or kept.attempt <= record.attempt:
                tables["duties"][record.name] = record
