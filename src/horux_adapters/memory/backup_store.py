from collections import defaultdict
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from hashlib import sha256
from io import BytesIO

from horux_core.backups import naming
from horux_core.backups.errors import BackupMissing
from horux_core.backups.model import BackupId
from horux_core.backups.ports import Readable, Written


class _File(BytesIO):
    @property
    def octets(self) -> int:
        return len(self.getvalue())

    @property
    def sha256(self) -> str:
        return sha256(self.getvalue()).hexdigest()

    def close(self) -> None:
        """What was written is still asked for."""


@dataclass(frozen=True, slots=True)
class MemoryBackupStore:
    kept: dict[str, dict[str, bytes]] = field(default_factory=lambda: defaultdict(dict))

    @contextmanager
    def writing(self, run: BackupId, name: str) -> Iterator[Written]:
        self._require(name)
        written = _File()
        self.kept.setdefault(naming.run_of(run), {})
        yield written
        self.kept[run][name] = written.getvalue()

    @contextmanager
    def reading(self, run: BackupId, name: str) -> Iterator[Readable]:
        self._require(name)
        try:
            found = self.kept.get(naming.run_of(run), {})[name]
        except KeyError as error:
            raise BackupMissing(f"En el respaldo {run} no está {name}.") from error
        yield BytesIO(found)

    def names(self, run: BackupId) -> frozenset[str]:
        return frozenset(self.kept.get(run, ()))

    def runs(self) -> tuple[BackupId, ...]:
        return tuple(map(BackupId, sorted(self.kept)))

    def remove(self, run: BackupId) -> None:
        self.kept.pop(naming.run_of(run), None)

    def _require(self, name: str) -> None:
        if not naming.is_file_name(name):
            raise BackupMissing(f"«{name[:80]}» no es un archivo de respaldo.")
