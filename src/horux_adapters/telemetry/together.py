"""Where the processes of one server count together: the library must be told before anybody imports it."""

import os
from pathlib import Path

FOLDER = "PROMETHEUS_MULTIPROC_DIR"
"""The variable it looks for."""


def together(folder: Path) -> None:
    """From now on this process's children count in that folder, which is emptied: to be said before they begin."""
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    for left in folder.glob("*.db"):
        left.unlink()
    os.environ[FOLDER] = str(folder)  # noqa: TID251 the library knows no other way
