"""The command that decrypts is killed at every step: nothing stays past its time."""

import signal
import subprocess
import sys
from collections import Counter
from datetime import UTC, datetime, timedelta
from pathlib import Path

from horux_adapters.filesystem.plain_folders import FILES, FilesystemPlainFolders
from tests.adapters.filesystem.plain_place import NAME, place, reaped

__all__ = ("place",)

ROOT = Path(__file__).resolve().parents[3]
SECONDS = 2.0
MOST_STEPS = 60
DIES = """
import os, signal, sys
from datetime import UTC, datetime, timedelta
from pathlib import Path
from contracts.ports.plain_folders import MORAL, a_fiel
from horux_adapters.filesystem.plain_folders import FilesystemPlainFolders

place, left = Path(sys.argv[1]), int(sys.argv[2])
STEPS = ("os.mkdir", "open", "fcntl.flock", "subprocess.Popen", "os.scandir")

def die_at_the_step(event, _args):
    global left
    if event in STEPS:
        if left == 0:
            os.kill(os.getpid(), signal.SIGKILL)
        left -= 1

until = datetime.now(UTC) + timedelta(seconds=float(sys.argv[3]))
sys.addaudithook(die_at_the_step)
FilesystemPlainFolders((place,)).write(MORAL, until, a_fiel)
"""


def killed_at(step: int, place: Path) -> bool:
    command = [sys.executable, "-c", DIES, str(place), str(step), str(SECONDS)]
    ended = subprocess.run(
        command, cwd=ROOT, capture_output=True, check=False, timeout=60, env={"PYTHONPATH": f"{ROOT}/src:{ROOT}"}
    )
    assert ended.returncode in (0, -signal.SIGKILL), ended.stderr
    return ended.returncode != 0


def test_nothing_stays_whenever_it_is_killed(place: Path) -> None:
    folders = FilesystemPlainFolders((place,))
    seen: Counter[str] = Counter()
    for step in range(MOST_STEPS):
        killed = killed_at(step, place)
        there = {path.name for path in (place / NAME).glob("*")} if (place / NAME).exists() else None
        if there is None:
            seen["nothing yet, or gone"] += 1
        elif there & set(FILES):
            seen["secrets"] += 1
            assert reaped(place), f"step {step}: nobody sweeps it"
        elif ".vence" not in there or (place / NAME / ".vence").stat().st_size == 0:
            seen["no end"] += 1
            assert folders.sweep(datetime.now(UTC)) == 1
        else:
            seen["no secrets"] += 1
            folders.sweep(datetime.now(UTC) + timedelta(seconds=SECONDS))
        assert list(place.iterdir()) == []
        if not killed:
            break
    assert not killed, "it was never let through"
    assert seen.keys() == {"nothing yet, or gone", "no end", "no secrets", "secrets"}
    assert seen["secrets"] >= len(FILES)
