"""What is decrypted by hand, as files in memory: on a tmpfs, for this account alone, and for its time."""

import fcntl
import os
import re
import stat
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path

from horux_adapters.filesystem import reaping
from horux_core.fiel.decrypting import LIFE
from horux_core.fiel.errors import PlainPlaceMissing, PlainPlaceTaken
from horux_core.fiel.model import Fiel

PLACES = (Path("/tmp"), Path("/dev/shm"))  # noqa: S108 where the design wants them, if it is memory
FILES = ("certificate.cer", "private_key.key", "password.txt")
_NAME = re.compile(r"horux-fiel-[A-ZÑ&0-9]{12,13}")
_UNTIL = ".vence"
_LONGEST_UNTIL = 100
_SLACK = timedelta(minutes=1)
"""So far a clock may be put right while it lasts."""
_START_SECONDS = 20
_ATTEMPTS = 20
_NEW_FILE = os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_NOFOLLOW | os.O_CLOEXEC


@dataclass(frozen=True, slots=True)
class FilesystemPlainFolders:
    """`longest` is the longest time any of them has: one that says more was not written so, or the clock was put back.

    A folder is there before its secrets, and before them also its end, in it, and a process that sees to it. Whoever
    writes it holds its lock, which dies with it: so that a folder without an end is told from one just begun.
    """

    places: tuple[Path, ...] = PLACES
    longest: timedelta = LIFE
    user: int = field(default_factory=os.geteuid)

    def write(self, rfc: str, until: datetime, unseal: Callable[[], Fiel]) -> str:
        name = f"horux-fiel-{rfc}"
        if not _NAME.fullmatch(name):
            raise ValueError("El nombre de la carpeta no sale de un RFC.")
        place, parent, held = self._begun(name)
        try:
            self._written(place, name, held, until, unseal)
        except BaseException:
            with suppress(OSError):
                reaping.taken_away(parent, name, held)
            raise
        finally:
            os.close(held)
            os.close(parent)
        return str(place / name)

    def sweep(self, now: datetime) -> int:
        swept = 0
        for place in self.places:
            with suppress(OSError), _opened(str(place)) as parent, os.scandir(parent) as entries:
                names = [entry.name for entry in entries if _NAME.fullmatch(entry.name)]
                swept += sum(self._swept(parent, name, now) for name in names)
        return swept

    def remove(self, rfc: str) -> None:
        for place in self.places:
            self._remove(place, f"horux-fiel-{rfc}")

    def _remove(self, place: Path, name: str) -> None:
        with suppress(OSError), _opened(str(place)) as parent, _opened(name, within=parent) as held:
            if _NAME.fullmatch(name) and os.fstat(held).st_uid == self.user:
                reaping.taken_away(parent, name, held)

    def _begun(self, name: str) -> tuple[Path, int, int]:
        """A new folder in the first place that no disk keeps, but for those where another account has planted one.

        Raises PlainPlaceMissing, PlainPlaceTaken.
        """
        planted: list[str] = []
        for place in self.places:
            parent = _memory(place)
            if parent is None:
                continue
            held = None
            try:
                held = _made(parent, name, self.user)
            finally:
                if held is None:
                    os.close(parent)
            if held is not None:
                return place, parent, held
            planted.append(str(place / name))
        if planted:
            raise PlainPlaceTaken(
                f"Lo que hay en {' y en '.join(planted)} es de otra cuenta: no se debe usar. Averigua de quién es, "
                "quítalo como administrador y repite."
            )
        raise PlainPlaceMissing(
            f"Aquí no se descifra: ni {' ni '.join(map(str, self.places))} es memoria (tmpfs). Monta una y repite."
        )

    def _written(self, place: Path, name: str, held: int, until: datetime, unseal: Callable[[], Fiel]) -> None:
        """Its end first, then who sees to it, then the secrets. Raises PlainPlaceMissing, and what `unseal` raises."""
        try:
            _put(held, _UNTIL, until.astimezone(UTC).isoformat().encode())
            _begin_reaper(place, name, held, until)
            with unseal() as fiel:
                for file, content in zip(FILES, (fiel.certificate, fiel.private_key, fiel.password), strict=True):
                    _put(held, file, content)
            _require_all(held)
        except FileNotFoundError as error:
            raise PlainPlaceMissing(
                "La carpeta se quitó mientras se escribía, como al eliminar la e.firma: no quedó nada."
            ) from error
        except OSError as error:
            raise PlainPlaceMissing("No se pudo escribir en la memoria de esta máquina: no quedó nada.") from error

    def _swept(self, parent: int, name: str, now: datetime) -> bool:
        """Whether it was ours to take away; what is not, or is gone by now, is passed over."""
        with suppress(OSError), _opened(name, within=parent) as held:
            if os.fstat(held).st_uid == self.user and self._over(held, now):
                reaping.taken_away(parent, name, held)
                return True
        return False

    def _over(self, held: int, now: datetime) -> bool:
        until = _until(held)
        if until is None:
            return _locked(held)
        return not now < until <= now + self.longest + _SLACK


def _memory(place: Path) -> int | None:
    """The place, opened; None where it is not fit."""
    with suppress(OSError):
        parent = reaping.folder(str(place))
        if _fit(parent):
            return parent
        os.close(parent)
    return None


def _made(parent: int, name: str, user: int) -> int | None:
    """A new folder of that name, opened and locked; None where another account has one. Raises PlainPlaceTaken."""
    for _ in range(_ATTEMPTS):
        try:
            os.mkdir(name, 0o700, dir_fd=parent)
        except FileExistsError:
            owner = _owner(parent, name)
            if owner is None:
                continue
            if owner != user:
                return None
            raise PlainPlaceTaken(
                f"Ya hay algo con el nombre {name}: usa lo que hay, o bórralo y repite. Lo que se descifra dura poco."
            ) from None
        with suppress(FileNotFoundError):
            held = reaping.folder(name, within=parent)
            if _locked(held) and reaping.same(os.stat(name, dir_fd=parent, follow_symlinks=False), os.fstat(held)):
                return held
            os.close(held)
    raise PlainPlaceTaken("Otro proceso borra la carpeta mientras se hace. Repite.")


def _owner(parent: int, name: str) -> int | None:
    """Whose it is; None when it is gone by now."""
    try:
        return os.stat(name, dir_fd=parent, follow_symlinks=False).st_uid
    except FileNotFoundError:
        return None


@contextmanager
def _opened(name: str, *, within: int | None = None) -> Iterator[int]:
    held = reaping.folder(name, within=within)
    try:
        yield held
    finally:
        os.close(held)


def _locked(held: int) -> bool:
    try:
        fcntl.flock(held, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True


def _fit(place: int) -> bool:
    """Whether it is a tmpfs in which nobody else can rename what is ours."""
    mode, device = os.fstat(place).st_mode, os.fstat(place).st_dev
    if mode & stat.S_IWOTH and not mode & stat.S_ISVTX:
        return False
    number = f"{os.major(device)}:{os.minor(device)}"
    mounts = Path("/proc/self/mountinfo").read_text(encoding="utf-8", errors="surrogateescape").splitlines()
    kinds = {line.split(" - ")[-1].split()[0] for line in mounts if line.split()[2] == number}
    return kinds == {"tmpfs"}


def _put(held: int, name: str, content: bytes | bytearray) -> None:
    """The content is let go of, whatever happens: who owns it wipes it."""
    file = os.open(name, _NEW_FILE, 0o600, dir_fd=held)
    try:
        done = 0
        while done < len(content):
            with memoryview(content)[done:] as left:
                done += os.write(file, left)
    finally:
        os.close(file)


def _require_all(held: int) -> None:
    """Raises FileNotFoundError when somebody has taken any of it away: no one else may see to the rest."""
    if not {_UNTIL, *FILES} <= set(os.listdir(held)):
        raise FileNotFoundError


def _until(held: int) -> datetime | None:
    """None when it cannot be told."""
    try:
        end = os.open(_UNTIL, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK | os.O_CLOEXEC, dir_fd=held)
        with os.fdopen(end, "rb") as file:
            until = datetime.fromisoformat(file.read(_LONGEST_UNTIL).decode("ascii"))
    except (OSError, ValueError):
        return None
    return until if until.tzinfo else None


def _begin_reaper(place: Path, name: str, held: int, until: datetime) -> None:
    """Raises PlainPlaceMissing when it is not certain that it runs."""
    found = os.fstat(held)
    told = (str(place), name, str(found.st_dev), str(found.st_ino), str(until.timestamp()))
    nothing = subprocess.DEVNULL
    command = [sys.executable, "-I", "-S", reaping.__file__, *told]
    try:
        subprocess.run(  # noqa: S603 our own program
            command, check=True, stdin=nothing, stdout=nothing, stderr=nothing, start_new_session=True, cwd="/", env={},
            timeout=_START_SECONDS,
        )  # fmt: skip
    except (OSError, subprocess.SubprocessError) as error:
        raise PlainPlaceMissing(
            "No se pudo asegurar que lo descifrado se borre a su hora: no se abrió nada."
        ) from error
