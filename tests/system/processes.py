"""Processes of ours: which are alive, and ending them by their numbers."""

import os
import signal
import socket
from contextlib import suppress
from pathlib import Path


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def of_group(group: int) -> list[int]:
    """The living members of a process group; what is dead and not yet buried is no member."""
    return [pid for pid, state, pgrp in _table() if pgrp == group and state not in "ZX"]


def children(parent: int) -> list[int]:
    """The living children of a process."""
    try:
        listed = Path(f"/proc/{parent}/task/{parent}/children").read_text(encoding="ascii").split()
    except OSError:
        return []
    return [int(pid) for pid in listed]


def kill_group(group: int) -> None:
    with suppress(ProcessLookupError):
        os.killpg(group, signal.SIGKILL)


def postmaster(cluster: Path) -> int:
    """The PostgreSQL that runs on those data, or 0."""
    try:
        pid = int((cluster / "postmaster.pid").read_text(encoding="ascii").splitlines()[0])
        command = Path(f"/proc/{pid}/cmdline").read_bytes()
    except (OSError, IndexError, ValueError):
        return 0
    return pid if str(cluster).encode() in command else 0


def kill_postgres(cluster: Path) -> None:
    """As a power cut would: the server, with all its sessions."""
    if pid := postmaster(cluster):
        family = children(pid)
        for member in (pid, *family):
            with suppress(ProcessLookupError):
                os.kill(member, signal.SIGKILL)


def open_files(pid: int) -> set[str]:
    """What a process holds open, as the kernel names it."""
    found = set()
    with suppress(OSError):
        for place in Path(f"/proc/{pid}/fd").iterdir():
            with suppress(OSError):
                found.add(str(place.readlink()))
    return found


def _table() -> list[tuple[int, str, int]]:
    found = []
    for place in Path("/proc").iterdir():
        if place.name.isdigit():
            with suppress(OSError):
                rest = (place / "stat").read_text(encoding="utf-8", errors="replace").rpartition(")")[2].split()
                found.append((int(place.name), rest[0], int(rest[2])))
    return found
