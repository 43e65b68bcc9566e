"""The inboxes: a folder for each taxpayer's database, in it one for what was taken in and one for the rest."""

import os
import stat
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, replace
from pathlib import Path
from typing import BinaryIO

from horux_core.fiscal.cfdi.upload_errors import UploadMissing
from horux_core.fiscal.paquetes.errors import BuzonInaccesible
from horux_core.fiscal.paquetes.ports import EnBuzon
from horux_core.tenancy.model import Tenant

_QUIET = 60.0
"""Seconds without a change, after which a file is taken to have arrived whole."""

_LONGEST = 220
"""Bytes of a name that is put aside; a file system has room for 255, its report and number included."""

_ARRIVING = (".part", ".tmp", ".filepart", ".crdownload")


@dataclass(frozen=True, slots=True)
class FilesystemBuzon:
    root: Path
    quiet: float = _QUIET

    def preparar(self, tenant: Tenant) -> None:
        try:
            self._own(tenant).mkdir(mode=0o700, parents=True, exist_ok=True)
        except OSError as error:
            raise BuzonInaccesible(tenant.database_name) from error

    def esperando(self, tenant: Tenant) -> tuple[EnBuzon, ...]:
        try:
            with _reachable(tenant):
                there = sorted(path.name for path in self._own(tenant).iterdir())
        except (FileNotFoundError, NotADirectoryError):
            return ()
        files = (self._arrived(EnBuzon(tenant, name)) for name in there if not name.startswith("."))
        return tuple(each for each in files if each is not None)

    def abrir(self, archivo: EnBuzon) -> BinaryIO:
        try:
            descriptor = os.open(self._path(archivo), os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK)
        except PermissionError as error:
            raise BuzonInaccesible(archivo.tenant.database_name) from error
        except OSError as error:
            raise UploadMissing from error
        if not stat.S_ISREG(os.fstat(descriptor).st_mode):
            os.close(descriptor)
            raise UploadMissing
        return os.fdopen(descriptor, "rb")

    def procesado(self, archivo: EnBuzon, informe: str) -> None:
        self._aside(archivo, "procesados", ".informe.txt", informe)

    def rechazado(self, archivo: EnBuzon, motivo: str) -> None:
        self._aside(archivo, "rechazados", ".motivo.txt", motivo)

    def igual(self, archivo: EnBuzon) -> bool:
        try:
            return _visto(self._path(archivo).lstat()) == archivo.visto
        except OSError:
            return False

    def _arrived(self, archivo: EnBuzon) -> EnBuzon | None:
        if archivo.nombre.lower().endswith(_ARRIVING):
            return None
        try:
            found = self._path(archivo).lstat()
        except FileNotFoundError:
            return None
        whole = stat.S_ISREG(found.st_mode) and found.st_mtime <= time.time() - self.quiet
        return replace(archivo, visto=_visto(found)) if whole else None

    def _own(self, tenant: Tenant) -> Path:
        """The taxpayer's folder, which no link stands for. Raises BuzonInaccesible."""
        folder = self.root / tenant.database_name
        if folder.is_symlink():
            raise BuzonInaccesible(tenant.database_name)
        return folder

    def _aside(self, archivo: EnBuzon, where: str, suffix: str, text: str) -> None:
        """The text first: a file that was put aside always has it."""
        with suppress(FileNotFoundError), _reachable(archivo.tenant):
            folder = self._own(archivo.tenant) / where
            if folder.is_symlink():
                raise BuzonInaccesible(archivo.tenant.database_name)
            folder.mkdir(mode=0o700, exist_ok=True)
            target = _free(folder, archivo.nombre)
            if text:
                draft = folder / f".{target.name}{suffix}"
                draft.write_text(text, encoding="utf-8", errors="replace")
                draft.replace(folder / f"{target.name}{suffix}")
            self._path(archivo).rename(target)

    def _path(self, archivo: EnBuzon) -> Path:
        return self.root / archivo.tenant.database_name / archivo.nombre


@contextmanager
def _reachable(tenant: Tenant) -> Iterator[None]:
    """Raises BuzonInaccesible, and as it is what says that there is nothing."""
    try:
        yield
    except (FileNotFoundError, NotADirectoryError):
        raise
    except OSError as error:
        raise BuzonInaccesible(tenant.database_name) from error


def _visto(found: os.stat_result) -> tuple[int, int]:
    return found.st_size, found.st_mtime_ns


def _free(folder: Path, name: str) -> Path:
    """A name that no file has, with room for what is added to it: `x.zip`, else `x (2).zip`."""
    stem, dot, kind = name.rpartition(".")
    if len(os.fsencode(name)) > _LONGEST:
        kind = kind if dot and len(os.fsencode(kind)) < _LONGEST // 2 else "largo"
        stem, dot = os.fsdecode(os.fsencode(name)[: _LONGEST - len(os.fsencode(kind)) - 1]), "."
        name = f"{stem}.{kind}"
    target, n = folder / name, 1
    while target.exists() or target.is_symlink():
        n += 1
        target = folder / (f"{stem} ({n}).{kind}" if stem and dot else f"{name} ({n})")
    return target
