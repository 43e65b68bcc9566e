"""PostgreSQL's own programs at work on one database: pg_dump and pg_restore, told no password on their command line."""

import os
import shutil
import subprocess
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import IO

from psycopg.conninfo import conninfo_to_dict, make_conninfo

from horux_adapters.postgres import programs
from horux_core.backups.errors import BackupFailed

_ENVIRONMENT = {"PATH": "/usr/bin:/bin", "LC_ALL": "C.UTF-8"}
_ENDS_WITHIN = 30.0
_DEBIAN = "/usr/lib/postgresql/{}/bin"


@dataclass(frozen=True, slots=True)
class Programs:
    """Those of the server's own version: an older pg_dump stops, a newer one can write what cannot be restored."""

    folder: Path | None = None

    def of(self, name: str, major: int) -> str:
        """Its path. Raises BackupFailed."""
        for folder in self._folders(major):
            program = folder / name
            if program.is_file() and _major(program) == major:
                return str(program)
        raise BackupFailed(
            f"No está el programa {name} de PostgreSQL {major}, la versión del servidor: "
            f"instala postgresql-client-{major}, o indica su carpeta en PG_BINDIR."
        )

    def _folders(self, major: int) -> Iterator[Path]:
        if self.folder is not None:
            yield self.folder
            return
        for found in (programs.of_the_wheel(), Path(_DEBIAN.format(major)), programs.of_the_machine()):
            if found is not None:
                yield found
        on_path = shutil.which("pg_dump")
        if on_path is not None:
            yield Path(on_path).resolve().parent


@dataclass(frozen=True, slots=True)
class Child:
    """A program that is at work."""

    process: "subprocess.Popen[bytes]"
    complaints: IO[bytes] = field(repr=False)

    def ended_well(self) -> None:
        """Waits for its end. Raises BackupFailed with what it complained of."""
        if self.process.wait() != 0:
            raise self.failure()

    def failure(self) -> BackupFailed:
        """Only the lines it calls errors: what it quotes of the data is nobody's to read."""
        self.complaints.seek(0)
        lines = self.complaints.read(1 << 16).decode(errors="replace").splitlines()
        errors = [line.partition("error: ")[2] for line in lines if "error: " in line]
        told = " ".join(" ".join(errors[:2]).split())[:300] or f"terminó con {self.process.returncode}"
        return BackupFailed(f"{Path(str(self.process.args[0])).name}: {told}")  # type: ignore[index]


@contextmanager
def launched(command: Sequence[str], url: str, *, writes: bool) -> Iterator[Child]:
    """A program on the database of `url`: `writes` on its output, else it reads its input. It does not outlive this."""
    parts = conninfo_to_dict(url)
    password = str(parts.pop("password", None) or "")
    where = f"--dbname={make_conninfo('', **parts)}"
    with _password_file(password) as (place, kept), tempfile.TemporaryFile() as complaints:
        process = subprocess.Popen(  # noqa: S603
            [*command, "--no-password", where],
            stdin=subprocess.DEVNULL if writes else subprocess.PIPE,
            stdout=subprocess.PIPE if writes else subprocess.DEVNULL,
            stderr=complaints,
            cwd="/",
            env={**_ENVIRONMENT, "PGPASSFILE": place},
            pass_fds=kept,
        )
        try:
            yield Child(process, complaints)
        finally:
            _put_an_end_to(process)


@contextmanager
def _password_file(password: str) -> Iterator[tuple[str, tuple[int, ...]]]:
    """In memory where the system can, and in any case its owner's alone; with the descriptor to be handed on."""
    line = "*:*:*:*:" + password.replace("\\", "\\\\").replace(":", "\\:") + "\n"
    if hasattr(os, "memfd_create"):
        descriptor = os.memfd_create("horux", 0)
        try:
            os.fchmod(descriptor, 0o600)
            os.write(descriptor, line.encode())
            yield f"/proc/self/fd/{descriptor}", (descriptor,)
        finally:
            os.close(descriptor)
        return
    with tempfile.NamedTemporaryFile() as file:
        file.write(line.encode())
        file.flush()
        yield file.name, ()


def _put_an_end_to(process: "subprocess.Popen[bytes]") -> None:
    for pipe in (process.stdin, process.stdout):
        if pipe is not None:
            with suppress(OSError):
                pipe.close()
    if process.poll() is None:
        process.terminate()
        try:
            process.wait(_ENDS_WITHIN)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()


def _major(program: Path) -> int:
    answer = subprocess.run([str(program), "--version"], check=False, capture_output=True, text=True)  # noqa: S603
    number = answer.stdout.rpartition("PostgreSQL) ")[2].split(".")[0].strip()
    return int(number) if number.isdigit() else 0
