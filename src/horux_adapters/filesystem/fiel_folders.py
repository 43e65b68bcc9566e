"""The copy of each e.firma that no database has: a folder a client, a file a component."""

import re
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from uuid import UUID

from horux_adapters.filesystem.durable import closed, on_disk, read, remove, sync, write_new
from horux_core.fiel.model import Component, Copy, SealedPiece
from horux_core.fiel.pieces import made_out, written
from horux_core.kernel.ids import TenantId
from horux_core.tenancy.model import Tenant

FILES = {
    Component.CERTIFICATE: "certificate.cer.enc",
    Component.PRIVATE_KEY: "private_key.key.enc",
    Component.PASSWORD: "password.enc",
    Component.METADATA: "metadata.json.enc",
}
_UUID = "[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}"
_FINAL = re.compile(rf"[^.].*_({_UUID})")
_BESIDE = re.compile(rf"\.(?:new|half|old)-({_UUID})_({_UUID})")


@dataclass(frozen=True, slots=True)
class FilesystemSealedFolders:
    """Below `root`: `<rfc>_<tenant id>`; beside it `.half-` while it is written, `.new-` once it is, `.old-` once
    another takes its place, each with the tenant's id and the seal's.
    """

    root: Path

    def draft(self, tenant: Tenant, seal: UUID, pieces: Copy) -> None:
        half, new = self._beside("half", tenant, seal), self._beside("new", tenant, seal)
        with on_disk():
            remove(half)
            half.mkdir(mode=0o700)
            for component, piece in pieces.items():
                write_new(half / FILES[component], written(piece))
            sync(half)
            remove(new)
            half.rename(new)
            sync(self.root)

    def drafts(self, tenant: Tenant) -> frozenset[UUID]:
        with on_disk():
            return frozenset(seal for _, seal in self._left(tenant.id))

    def promote(self, tenant: Tenant, seal: UUID) -> None:
        new, old, final = self._beside("new", tenant, seal), self._beside("old", tenant, seal), self._final(tenant)
        with on_disk():
            if new.is_dir():
                if final.is_symlink() or final.exists():
                    remove(old)
                    final.rename(old)
                new.rename(final)
                sync(self.root)
            self._clear(tenant.id)

    def discard(self, tenant: Tenant, seal: UUID) -> None:
        with on_disk():
            for path, beside in list(self._left(tenant.id)):
                if beside == seal:
                    remove(path)
            sync(self.root)

    def read(self, tenant: Tenant) -> Copy:
        folder = self._final(tenant)
        pieces: dict[Component, SealedPiece] = {}
        with on_disk():
            if folder.is_symlink() or not folder.is_dir():
                return pieces
            closed(folder)
        for component, name in FILES.items():
            # A file that cannot be read is as damaged as one that reads wrong: it is healed from the other copy.
            with suppress(OSError):
                piece = made_out(read(folder / name))
                if piece is not None:
                    pieces[component] = piece
        return pieces

    def remove(self, tenant: Tenant) -> None:
        with on_disk():
            remove(self._final(tenant))
            self._clear(tenant.id)
            sync(self.root)

    def owners(self) -> frozenset[TenantId]:
        with on_disk():
            names = [path.name for path in self.root.iterdir()]
        found = (_FINAL.fullmatch(name) or _BESIDE.fullmatch(name) for name in names)
        return frozenset(TenantId(UUID(match[1])) for match in found if match)

    def _clear(self, tenant: TenantId) -> None:
        for path, _ in list(self._left(tenant)):
            remove(path)

    def _left(self, tenant: TenantId) -> Iterator[tuple[Path, UUID]]:
        for path in self.root.iterdir():
            found = _BESIDE.fullmatch(path.name)
            if found and found[1] == str(tenant):
                yield path, UUID(found[2])

    def _final(self, tenant: Tenant) -> Path:
        return self.root / f"{tenant.rfc}_{tenant.id}"

    def _beside(self, what: str, tenant: Tenant, seal: UUID) -> Path:
        return self.root / f".{what}-{tenant.id}_{seal}"
