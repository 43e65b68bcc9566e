"""Takes one folder away when its time is over: a process of its own, that outlives the command which began it.

Run by its path, with the folder's parent, name, device, inode, and its end in seconds of the Unix epoch. It answers 0
once the folder is certain to end. It needs the standard library alone, and starts in a few milliseconds.
"""

import errno
import os
import shutil
import signal
import sys
import time
from contextlib import suppress

_OPEN_FOLDER = os.O_RDONLY | os.O_DIRECTORY | os.O_NOFOLLOW | os.O_CLOEXEC
_GLANCE = 5.0
"""Seconds between two looks at the clocks: a machine that slept is noticed that soon."""
_ROUNDS = 20


def folder(name: str, *, within: int | None = None) -> int:
    """A descriptor of the folder itself. Raises OSError for a link, or for what is no folder."""
    return os.open(name, _OPEN_FOLDER, dir_fd=within)


def taken_away(parent: int, name: str, held: int) -> None:
    """The folder and all in it, wherever it was moved to, and what is written to it meanwhile; no link is followed.

    Another that has its name by now stays. Raises OSError when it is not there, or when anything in it is left.
    """
    os.fchmod(held, 0o700)
    for left in reversed(range(_ROUNDS)):
        for each in os.listdir(held):
            with suppress(OSError):
                _removed(each, held)
        if not same(os.stat(name, dir_fd=parent, follow_symlinks=False), os.fstat(held)):
            return
        try:
            os.rmdir(name, dir_fd=parent)
        except OSError as error:
            if error.errno != errno.ENOTEMPTY or not left:
                raise
        else:
            return


def _removed(name: str, held: int) -> None:
    try:
        os.unlink(name, dir_fd=held)
    except IsADirectoryError:
        shutil.rmtree(name, dir_fd=held)


def same(one: os.stat_result, other: os.stat_result) -> bool:
    return (one.st_dev, one.st_ino) == (other.st_dev, other.st_ino)


def wait(held: int, until: float) -> None:
    """Until its end by the clock on the wall or, should that be put back, by the one that no one sets.

    Neither stops while the machine sleeps. Less when somebody has taken the folder away.
    """
    awake = time.clock_gettime(time.CLOCK_BOOTTIME) + until - time.time()
    while os.fstat(held).st_nlink:
        left = min(until - time.time(), awake - time.clock_gettime(time.CLOCK_BOOTTIME))
        if left <= 0:
            return
        time.sleep(min(left, _GLANCE))


def _reap(parent: int, name: str, held: int, until: float) -> None:
    with suppress(SystemExit):
        wait(held, until)
    signal.signal(signal.SIGTERM, signal.SIG_IGN)
    taken_away(parent, name, held)


def _ended(_number: int, _frame: object) -> None:
    """Whoever ends it early ends the folder too."""
    raise SystemExit


def main(place: str, name: str, device: str, inode: str, until: str) -> None:
    parent = folder(place)
    held = folder(name, within=parent)
    found = os.fstat(held)
    if (found.st_dev, found.st_ino) != (int(device), int(inode)):
        raise SystemExit(1)
    os.chdir("/")
    for ignored in (signal.SIGHUP, signal.SIGINT, signal.SIGQUIT):
        signal.signal(ignored, signal.SIG_IGN)
    signal.signal(signal.SIGTERM, _ended)
    if os.fork() == 0:
        _reap(parent, name, held, float(until))


if __name__ == "__main__":
    main(*sys.argv[1:])
