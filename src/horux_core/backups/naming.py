"""Names of runs, of their files, and of the databases that are made while proving and restoring."""

import re
from datetime import UTC, datetime
from uuid import UUID

from horux_core.backups.errors import BackupMissing
from horux_core.backups.model import BackupId, Kind, Subject

MANIFEST = "manifiesto.age"
ALL_RUNS = re.compile(r"[0-9]{8}T[0-9]{6}Z-[0-9a-f]{6}")
_ENDINGS = {Kind.FIEL: "tar", Kind.CENTRAL: "dump", Kind.CLIENTE: "dump"}
_FILE = re.compile(r"(?:fiel\.tar|central\.dump|cliente-[0-9a-f-]{36}\.dump)\.zst\.age")


def run_id(at: datetime, salt: UUID) -> BackupId:
    return BackupId(f"{at.astimezone(UTC):%Y%m%dT%H%M%SZ}-{salt.hex[:6]}")


def run_of(text: str) -> BackupId:
    """Raises BackupMissing for what is no name of a run: it becomes part of a path."""
    if not ALL_RUNS.fullmatch(text):
        raise BackupMissing(f"«{text[:60]}» no es un respaldo; los que hay: horux backup list.")
    return BackupId(text)


def file_name(subject: Subject) -> str:
    """It tells no RFC: whoever sees the names learns nothing of who the clients are."""
    return f"{subject.key}.{_ENDINGS[subject.kind]}.zst.age"


def is_file_name(name: str) -> bool:
    return name == MANIFEST or _FILE.fullmatch(name) is not None


def stamp(at: datetime) -> str:
    return f"{at.astimezone(UTC):%Y%m%d%H%M%S}"


def beside_name(subject: Subject, at: datetime) -> str:
    """Of a database or folder that was restored and that nobody uses yet."""
    return f"horux_lado_{_mark(subject)}_{stamp(at)}"


def aside_name(subject: Subject, at: datetime) -> str:
    """Of the one whose place a restored one took."""
    return f"horux_antes_{_mark(subject)}_{stamp(at)}"


LEFT_OVER = re.compile(r"horux_(?:lado|antes)_(?:[0-9a-f]{32}|central|fiel)_[0-9]{14}")
"""What `beside_name` and `aside_name` answer: the operator looks at it, and drops it when it is not needed."""


def _mark(subject: Subject) -> str:
    return str(subject.kind) if subject.tenant is None else subject.tenant.hex
