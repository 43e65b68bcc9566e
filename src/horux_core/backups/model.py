"""What a backup is made of: a run, and in it a file for everything that can be restored on its own."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime
from enum import StrEnum
from typing import NewType, Self

from horux_core.kernel.ids import TenantId

BackupId = NewType("BackupId", str)
"""Names a run by the moment it began: names sort as the runs did."""


class Kind(StrEnum):
    FIEL = "fiel"
    CENTRAL = "central"
    CLIENTE = "cliente"


@dataclass(frozen=True, slots=True)
class Subject:
    """The e.firmas' folder, the central database, or a client's books with where they are."""

    kind: Kind
    tenant: TenantId | None = None
    rfc: str = ""
    database: str = ""
    server: str = ""

    @property
    def key(self) -> str:
        """The same for the same thing in every run: a client is known by its id, whatever its database is called."""
        return str(self.kind) if self.tenant is None else f"{self.kind}-{self.tenant}"

    @property
    def named(self) -> str:
        """As a person calls it."""
        words = {Kind.FIEL: "carpeta de e.firmas", Kind.CENTRAL: "base central"}
        return words.get(self.kind) or f"{self.rfc} ({self.database})"


@dataclass(frozen=True, slots=True)
class Entry:
    """A table, with its rows and a sum over them; or a file, with its octets and its digest."""

    name: str
    count: int
    checksum: str


@dataclass(frozen=True, slots=True)
class Contents:
    """All that was in it at one moment, by name.

    `shape` sums up what is not rows (columns, indexes, rules, functions), behind the version of the server that wrote
    it and a colon; `version` is the last migration it had.
    """

    entries: tuple[Entry, ...]
    shape: str = ""
    version: int = 0

    @property
    def rows(self) -> int:
        return sum(entry.count for entry in self.entries)


def differences(kept: Contents, found: Contents) -> tuple[str, ...]:
    """In words, what was restored otherwise than it had been kept."""
    before, after = ({entry.name: entry for entry in side.entries} for side in (kept, found))
    told = [f"falta {name}" for name in sorted(before.keys() - after.keys())]
    told += [f"sobra {name}" for name in sorted(after.keys() - before.keys())]
    for name in sorted(before.keys() & after.keys()):
        if before[name].count != after[name].count:
            told.append(f"{name}: {before[name].count} guardadas y {after[name].count} restauradas")
        elif before[name].checksum != after[name].checksum:
            told.append(f"{name}: su suma no es la misma")
    if kept.version != found.version or _otherwise_shaped(kept.shape, found.shape):
        told.append("su estructura no es la misma")
    return tuple(told)


def _otherwise_shaped(kept: str, found: str) -> bool:
    """Servers of two versions write the same structure differently: of those it cannot be told."""
    (of, _, shape), (by, _, other) = kept.partition(":"), found.partition(":")
    return of == by and shape != other


class FileState(StrEnum):
    PROBADO = "probado"
    """It was read back, restored, and is equal to what was kept."""
    SIN_PROBAR = "sin_probar"
    """It is written and whole; restoring it failed, or was not done."""
    FALLIDO = "fallido"
    """There is no file."""


@dataclass(frozen=True, slots=True)
class BackupFile:
    """What became of one subject in a run. `error`, a Spanish sentence, says why it is not proven."""

    subject: Subject
    state: FileState
    octets: int = 0
    sha256: str = ""
    rows: int = 0
    seconds: float = 0.0
    verified_at: datetime | None = None
    error: str | None = None

    @property
    def proven(self) -> bool:
        return self.state is FileState.PROBADO


class RunState(StrEnum):
    EN_CURSO = "en_curso"
    COMPLETO = "completo"
    PARCIAL = "parcial"
    """Some of it failed or is not proven; the rest serves."""
    CORTADO = "cortado"
    """Its process died: nothing is left of it."""
    RETIRADO = "retirado"
    """Its time was over."""


@dataclass(frozen=True, slots=True)
class Run:
    id: BackupId
    started_at: datetime
    state: RunState = RunState.EN_CURSO
    ended_at: datetime | None = None
    files: tuple[BackupFile, ...] = ()

    @property
    def kept(self) -> bool:
        """Whether its files lie in the store."""
        return self.state in (RunState.COMPLETO, RunState.PARCIAL)

    @property
    def faulty(self) -> tuple[BackupFile, ...]:
        return tuple(file for file in self.files if not file.proven)

    @property
    def octets(self) -> int:
        return sum(file.octets for file in self.files)

    def ended(self, files: tuple[BackupFile, ...], at: datetime) -> Self:
        whole = bool(files) and all(file.proven for file in files)
        return replace(self, files=files, ended_at=at, state=RunState.COMPLETO if whole else RunState.PARCIAL)

    def cut_off(self, at: datetime) -> Self:
        return replace(self, ended_at=at, state=RunState.CORTADO)


Told = Callable[[BackupFile], None]
"""Hears of each file as soon as it is done with."""
