"""Files for their owner alone, which are there, whole, after a crash; and errors of the place as the vault's own."""

import os
import shutil
import stat
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

import structlog

from horux_core.fiel.errors import VaultUnavailable

_LONGEST = 1 << 20
_log = structlog.get_logger("horux.boveda")


@contextmanager
def on_disk() -> Iterator[None]:
    """Raises VaultUnavailable for whatever the place refuses."""
    try:
        yield
    except OSError as error:
        raise VaultUnavailable from error


def write_new(path: Path, octets: bytes) -> None:
    """A file that was not there, on the disk when this returns; its name is when the folder was synced."""
    descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_NOFOLLOW, 0o600)
    with os.fdopen(descriptor, "wb") as out:
        out.write(octets)
        out.flush()
        os.fsync(out.fileno())


def make(folder: Path) -> None:
    """For its owner alone, and there whatever happens when this returns."""
    try:
        folder.mkdir(mode=0o700)
    except FileExistsError:
        # Who made it may have died before its name was on the disk.
        closed(folder)
    sync(folder.parent)


def closed(folder: Path) -> None:
    """A folder that is there, to all but its owner. Raises OSError, also for a link."""
    descriptor = os.open(folder, os.O_RDONLY | os.O_DIRECTORY | os.O_NOFOLLOW)
    try:
        _put_right(descriptor, folder, 0o700)
    finally:
        os.close(descriptor)


def put(path: Path, octets: bytes) -> None:
    """In place of what was there, whole, whatever happens."""
    make(path.parent)
    draft = path.with_name(f".{path.name}.nuevo")
    draft.unlink(missing_ok=True)
    write_new(draft, octets)
    draft.replace(path)
    sync(path.parent)


def read(path: Path) -> bytes | None:
    """None when it is not there. Raises OSError, also for a link."""
    try:
        descriptor = os.open(path, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK)
    except FileNotFoundError:
        return None
    with os.fdopen(descriptor, "rb") as found:
        if stat.S_ISREG(os.fstat(descriptor).st_mode):
            _put_right(descriptor, path, 0o600)
        return found.read(_LONGEST)


def _put_right(descriptor: int, path: Path, mode: int) -> None:
    """Whoever let others in is told of, and what can be mended is."""
    had = stat.S_IMODE(os.fstat(descriptor).st_mode)
    if had != mode:
        with suppress(OSError):
            os.fchmod(descriptor, mode)
        has = stat.S_IMODE(os.fstat(descriptor).st_mode)
        _log.warning("permisos de la bóveda", ruta=str(path), tenia=f"{had:o}", tiene=f"{has:o}")


def remove(path: Path) -> bool:
    """Whatever it is, with all that is in it; a link goes, and not what it points at. Whether it was there."""
    try:
        found = path.lstat()
    except FileNotFoundError:
        return False
    if stat.S_ISDIR(found.st_mode):
        shutil.rmtree(path)
    else:
        path.unlink()
    return True


def sync(folder: Path) -> None:
    descriptor = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
