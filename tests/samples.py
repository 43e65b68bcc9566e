"""Where the shared sample inputs lie; the project keeps no copy of them."""

from pathlib import Path

import pytest


def shared(*parts: str) -> Path:
    """The path below `shared/` beside the project, or a loud skip where it is not laid."""
    for up in Path(__file__).resolve().parents:
        if (up / "shared" / "samples").is_dir():
            return up.joinpath("shared", *parts)
    pytest.skip("falta ../shared: sus ejemplos no están en este equipo")
