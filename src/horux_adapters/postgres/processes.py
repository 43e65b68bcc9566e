"""What the operating system says of a process that is not our child."""

import subprocess
from pathlib import Path

_PROC = Path("/proc/self/stat").exists()


def command_line(pid: int) -> str:
    """Empty when there is no such process, and while one ends: it gives its memory back before it leaves."""
    if _PROC:
        try:
            return Path(f"/proc/{pid}/cmdline").read_bytes().decode(errors="replace")
        except (FileNotFoundError, ProcessLookupError):
            return ""
    listed = subprocess.run(["ps", "-o", "command=", "-p", str(pid)], check=False, capture_output=True, text=True)  # noqa: S603, S607
    return listed.stdout


def has_left(pid: int, mark: str) -> bool:
    """Whether the process that ran a command with `mark` in it has ended, or its number is another's by now."""
    line = command_line(pid)
    if line or not _PROC:
        return mark not in line
    try:
        state = Path(f"/proc/{pid}/stat").read_text().rsplit(")", 1)[1].split()[0]
    except (FileNotFoundError, ProcessLookupError):
        return True
    return state in "ZX"
