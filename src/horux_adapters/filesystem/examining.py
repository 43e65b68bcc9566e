"""What a doctor sees of our folders: who else may enter, what lies there, and how much room there is."""

import os
import re
import shutil
import stat
from collections.abc import Iterable, Iterator
from pathlib import Path

from horux_adapters.filesystem.fiel_folders import FILES
from horux_core.diagnosis.surroundings import Room
from horux_core.kernel.errors import Unavailable

_OTHERS = 0o077
_OWNED = re.compile(r"[^.].*_([0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12})")


def exposed(folder: Path) -> tuple[str, ...]:
    """The folder and all below it that others may enter or read, or that is not ours; nothing where there is none."""
    return tuple(_seen(folder)) if folder.exists() or folder.is_symlink() else ()


def exposed_files(files: Iterable[Path]) -> tuple[str, ...]:
    """Of these, as `exposed`; those that are not there are passed over."""
    return tuple(told for file in files if file.exists() and (told := _told(file)) is not None)


def whole_folders(root: Path) -> frozenset[str]:
    """The ids of the clients whose e.firma lies there with all its components."""
    if not root.is_dir():
        return frozenset()
    found = ((_OWNED.fullmatch(path.name), path) for path in root.iterdir())
    return frozenset(name[1] for name, path in found if name and _whole(path))


def rooms(places: Iterable[Path]) -> tuple[Room, ...]:
    """The disk of each, once: of a place that is not there yet, its nearest parent's. Raises Unavailable."""
    found: dict[int, Room] = {}
    for place in places:
        there = next(path for path in (place, *place.parents) if path.exists())
        try:
            usage = shutil.disk_usage(there)
            found.setdefault(there.stat().st_dev, Room(str(place), usage.free, usage.total))
        except OSError as error:
            raise Unavailable(f"No se puede leer {there} ({error.strerror}).") from error
    return tuple(found.values())


def _whole(folder: Path) -> bool:
    return all((folder / file).is_file() for file in FILES.values())


def _seen(folder: Path) -> Iterator[str]:
    for path in (folder, *sorted(folder.rglob("*"))):
        told = _told(path)
        if told is not None:
            yield told


def _told(path: Path) -> str | None:
    try:
        found = path.lstat()
    except OSError as error:
        return f"{path} (no se puede leer: {error.strerror})"
    if stat.S_ISLNK(found.st_mode):
        return f"{path} (es un enlace)"
    if found.st_uid != os.geteuid():
        return f"{path} (de otro usuario)"
    mode = stat.S_IMODE(found.st_mode)
    return f"{path} ({mode:o})" if mode & _OTHERS else None
