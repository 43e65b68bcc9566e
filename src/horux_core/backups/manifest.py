"""The manifest of a run: which files belong to it and what is in each, signed by the installation that made it."""

import json
from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from horux_core.backups.errors import BackupDamaged
from horux_core.backups.model import BackupFile, BackupId, Contents, Entry, FileState, Kind, Run, Subject
from horux_core.backups.ports import ManifestSigner
from horux_core.kernel.ids import TenantId

_FORMAT = 1
LONGEST = 256 << 20
_FORGED = "El manifiesto del respaldo no es de esta instalación o fue alterado: no se usa nada de él."


@dataclass(frozen=True, slots=True)
class Listed:
    """A file as the manifest knows it."""

    file: BackupFile
    contents: Contents


@dataclass(frozen=True, slots=True)
class Manifest:
    run: BackupId
    started_at: datetime
    ended_at: datetime
    files: tuple[Listed, ...]
    failed: tuple[BackupFile, ...] = ()

    def of(self, key: str) -> Listed | None:
        return next((listed for listed in self.files if listed.file.subject.key == key), None)

    def as_run(self) -> Run:
        files = (*(listed.file for listed in self.files), *self.failed)
        return Run(self.run, self.started_at).ended(tuple(sorted(files, key=lambda f: f.subject.key)), self.ended_at)


def dumped(manifest: Manifest, signer: ManifestSigner) -> bytes:
    """A line with the signature, and the body it is of."""
    body = json.dumps(
        {
            "formato": _FORMAT,
            "respaldo": manifest.run,
            "inicio": manifest.started_at.isoformat(),
            "fin": manifest.ended_at.isoformat(),
            "archivos": [{**_plain(one.file), "contenido": asdict(one.contents)} for one in manifest.files],
            "fallidos": [_plain(file) for file in manifest.failed],
        },
        ensure_ascii=False,
        sort_keys=True,
        separators=(",", ":"),
    ).encode()
    return signer.sign(body).encode() + b"\n" + body


def loaded(octets: bytes, run: BackupId, signer: ManifestSigner, trusted: str | None) -> Manifest:
    """That of `run` and of no other. Raises BackupDamaged."""
    signature, _, body = octets.partition(b"\n")
    if not signer.valid(body, signature.decode("latin-1"), trusted):
        raise BackupDamaged(_FORGED)
    try:
        found = json.loads(body)
        if found["formato"] != _FORMAT or found["respaldo"] != run:
            raise BackupDamaged(_FORGED)
        listed = tuple(Listed(_file(one), _contents(one["contenido"])) for one in found["archivos"])
        failed = tuple(map(_file, found["fallidos"]))
        begun, ended = (datetime.fromisoformat(found[name]) for name in ("inicio", "fin"))
    except (KeyError, TypeError, ValueError) as error:
        raise BackupDamaged(_FORGED) from error
    return Manifest(run, begun, ended, listed, failed)


def _plain(file: BackupFile) -> dict[str, Any]:
    s = file.subject
    verified = None if file.verified_at is None else file.verified_at.isoformat()
    return {
        "tipo": s.kind, "cliente": None if s.tenant is None else str(s.tenant), "rfc": s.rfc, "base": s.database,
        "servidor": s.server, "estado": file.state, "octetos": file.octets, "sha256": file.sha256,
        "filas": file.rows, "segundos": file.seconds, "probado": verified, "error": file.error,
    }  # fmt: skip


def _file(found: dict[str, Any]) -> BackupFile:
    tenant = None if found["cliente"] is None else TenantId(UUID(found["cliente"]))
    subject = Subject(Kind(found["tipo"]), tenant, found["rfc"], found["base"], found["servidor"])
    verified = None if found["probado"] is None else datetime.fromisoformat(found["probado"])
    return BackupFile(
        subject, FileState(found["estado"]), found["octetos"], found["sha256"], found["filas"], found["segundos"],
        verified, found["error"],
    )  # fmt: skip


def _contents(found: dict[str, Any]) -> Contents:
    entries = tuple(Entry(one["name"], one["count"], one["checksum"]) for one in found["entries"])
    return Contents(entries, found["shape"], found["version"])
