"""The folder of the vault, which nobody but the service may enter."""

import os
import stat
from pathlib import Path


def why_not_private(folder: Path) -> str | None:
    """What keeps the folder from serving, in Spanish; None when it is ours alone. It is made when it is not there."""
    try:
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        found = folder.lstat()
    except OSError as error:
        return f"la carpeta {folder} no se puede crear ni leer ({error.strerror})"
    if not stat.S_ISDIR(found.st_mode):
        return f"{folder} no es una carpeta, o es un enlace a otra"
    if found.st_uid != os.geteuid():
        return f"la carpeta {folder} es de otro usuario del sistema; debe ser del que corre el servicio"
    if stat.S_IMODE(found.st_mode) != 0o700:
        return f"la carpeta {folder} tiene permisos {stat.S_IMODE(found.st_mode):o}; corrígelos con: chmod 700 {folder}"
    return None
