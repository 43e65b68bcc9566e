"""A PostgreSQL of our own for the demonstration and the tests, on loopback, ended with us. Never production."""

import fcntl
import os
import secrets
import shutil
import signal
import socket
import subprocess
import time
from hashlib import sha256
from pathlib import Path
from typing import IO

import psycopg
from psycopg.conninfo import make_conninfo

from horux_adapters.postgres import programs
from horux_adapters.postgres.processes import command_line, has_left
from horux_adapters.postgres.programs import Account, EmbeddedError

_FOR_ROOT = Path("/var/lib/horux")
_LOG_LIMIT = 10 * 1024 * 1024
_READY_WITHIN = 60.0
_STOPPED_WITHIN = 30.0
_ATTEMPTS = 5

MAX_CONNECTIONS = 400

_SETTINGS = (
    "listen_addresses=127.0.0.1",
    "unix_socket_directories=",
    "shared_buffers=128MB",
    "max_wal_size=2GB",
    "wal_level=minimal",
    "max_wal_senders=0",
    "jit=off",
    "timezone=UTC",
    "log_timezone=UTC",
)
_CARELESS = ("fsync=off", "synchronous_commit=off", "full_page_writes=off")


class EmbeddedPostgres:
    """One server over one data folder, made at the first start and used again at the next.

    A server that outlived a killed process is taken over, not fought: `start` answers with its address
    and `stop` ends it. `durable=False` gives up safety at a power cut for speed: for tests alone.
    """

    def __init__(
        self,
        data_dir: Path,
        *,
        programs_dir: Path | None = None,
        durable: bool = True,
        max_connections: int = MAX_CONNECTIONS,
    ) -> None:
        self._account = Account.chosen()
        self._programs_dir = programs_dir
        self._durable = durable
        self._max_connections = max_connections
        self.home = _home(data_dir.resolve(), self._account)
        self._cluster = self.home / "cluster"
        self._lock: IO[str] | None = None
        self._child: subprocess.Popen[bytes] | None = None
        self._pid = 0

    def start(self) -> str:
        """The address of the server's superuser. Raises EmbeddedError: another process has the folder, no programs."""
        if self._lock is not None:
            raise EmbeddedError("Este PostgreSQL ya está en marcha.")
        self._made_home()
        self._lock = _locked(self.home / "en-uso.lock")
        try:
            return self._started()
        except BaseException:
            self.stop()
            raise

    def stop(self) -> None:
        """End the server, also one that was taken over, and leave the folder to others. Twice does no harm."""
        if self._pid:
            self._end()
        self._pid, self._child = 0, None
        if self._lock is not None:
            self._lock.close()
            self._lock = None

    @property
    def pid(self) -> int:
        """Of the running server, 0 when there is none."""
        return self._pid

    def _started(self) -> str:
        password = self._password()
        running = _alive(self._cluster)
        if running:
            return self._adopted(running, password)
        bindir = programs.reachable(programs.found(self._programs_dir), self._account, self.home)
        if not self._cluster.exists():
            self._initialised(bindir)
        self._same_version(bindir)
        for _ in range(_ATTEMPTS):
            port = _free_port()
            if self._launched(bindir, port):
                return _url(port, password)
        raise EmbeddedError(f"PostgreSQL no arrancó: lea el motivo al final de {self._log} .")

    @property
    def _log(self) -> Path:
        return self.home / "postgres.log"

    def _made_home(self) -> None:
        programs.private_folder(self.home)
        programs.close(self.home)
        if not self._account.reaches(self.home):
            raise EmbeddedError(
                f"La cuenta que corre PostgreSQL no alcanza {self.home}: dé permiso de paso (chmod o+x)."
            )

    def _password(self) -> str:
        """Kept beside the data, for us and the server's account alone."""
        place = self.home / "clave"
        if not place.exists():
            if self._cluster.exists():
                raise EmbeddedError(
                    f"Falta {place}, la clave de esos datos: repóngala, o borre {self.home} para empezar."
                )
            draft = self.home / "clave.nueva"
            draft.unlink(missing_ok=True)
            with os.fdopen(os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as out:
                out.write(secrets.token_urlsafe(24))
            self._account.owns(draft)
            draft.rename(place)
        return place.read_text().strip()

    def _initialised(self, bindir: Path) -> None:
        """A crash half way leaves only the draft, which the next start throws away."""
        draft = self.home / "cluster.nuevo"
        shutil.rmtree(draft, ignore_errors=True)
        draft.mkdir(mode=0o700)
        self._account.owns(draft)
        # With --locale=C, even under the built-in C.UTF-8 provider, pg_trgm drops ñ and accents.
        options = ["-U", "postgres", "-E", "UTF8", "--locale=C.UTF-8", "--no-instructions"]
        secrecy = ["-A", "scram-sha-256", f"--pwfile={self.home / 'clave'}"]
        haste = [] if self._durable else ["--no-sync"]
        ended = self._account.run([str(bindir / "initdb"), *options, *secrecy, *haste, "-D", str(draft)])
        if ended.returncode != 0:
            raise EmbeddedError(f"initdb no pudo preparar {draft}: {ended.stderr.strip()}")
        draft.rename(self._cluster)

    def _same_version(self, bindir: Path) -> None:
        kept = (self._cluster / "PG_VERSION").read_text().strip()
        here = programs.major(bindir, self._account)
        if kept != here:
            raise EmbeddedError(
                f"Los datos de {self.home} son de PostgreSQL {kept} y el programa es {here}: "
                f"use PG_BINDIR con la versión {kept}, o borre la carpeta para empezar."
            )

    def _launched(self, bindir: Path, port: int) -> bool:
        if self._log.exists() and self._log.stat().st_size > _LOG_LIMIT:
            self._log.unlink()
        settings = _SETTINGS if self._durable else (*_SETTINGS, *_CARELESS)
        settings = (*settings, f"max_connections={self._max_connections}")
        flags = [part for setting in settings for part in ("-c", setting)]
        command = [str(bindir / "postgres"), "-D", str(self._cluster), "-p", str(port), *flags]
        self._child = self._account.launch(command, self._log)
        self._pid = self._child.pid
        deadline = time.monotonic() + _READY_WITHIN
        while time.monotonic() < deadline:
            if self._child.poll() is not None:
                self._pid = 0
                # Processes of a server that was killed may need a moment to leave the shared memory.
                time.sleep(0.5)
                return False
            if _status(self._cluster) == (self._pid, "ready"):
                return True
            time.sleep(0.01)
        raise EmbeddedError(f"PostgreSQL no quedó listo en {_READY_WITHIN:.0f} s: lea {self._log} .")

    def _adopted(self, pid: int, password: str) -> str:
        deadline = time.monotonic() + _READY_WITHIN
        while time.monotonic() < deadline and _alive(self._cluster) == pid:
            if _status(self._cluster) == (pid, "ready"):
                url = _url(_port(self._cluster), password)
                if _answers(url, self._cluster):
                    self._pid = pid
                    return url
            time.sleep(0.05)
        if _alive(self._cluster) == pid:
            raise EmbeddedError(
                f"El PostgreSQL {pid} quedó vivo sobre {self.home} y no responde: deténgalo (kill -INT {pid})."
            )
        return self._started()

    def _end(self) -> None:
        for order, patience in ((signal.SIGINT, _STOPPED_WITHIN), (signal.SIGQUIT, _STOPPED_WITHIN)):
            if self._gone(0):
                return
            os.kill(self._pid, order)
            if self._gone(patience):
                return
        raise EmbeddedError(f"PostgreSQL ({self._pid}) no se detuvo: lea {self._log} .")

    def _gone(self, patience: float) -> bool:
        """Our child is waited for; one taken over has ended when no such process is there."""
        if self._child is not None:
            try:
                self._child.wait(patience)
            except subprocess.TimeoutExpired:
                return False
            return True
        deadline = time.monotonic() + patience
        while not has_left(self._pid, str(self._cluster)):
            if time.monotonic() >= deadline:
                return False
            time.sleep(0.01)
        return True


def _home(data_dir: Path, account: Account) -> Path:
    """The folder itself, or for root where the server's account cannot reach it, one of its own in /var/lib."""
    if account.reaches(data_dir):
        return data_dir
    return _FOR_ROOT / sha256(str(data_dir).encode()).hexdigest()[:16]


def _locked(place: Path) -> IO[str]:
    lock = place.open("w")
    try:
        fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError as error:
        lock.close()
        raise EmbeddedError(
            f"Otro proceso de Horux360 ya usa {place.parent}: ciérrelo, o indique otra carpeta en DATA_DIR."
        ) from error
    return lock


def _lines(cluster: Path) -> list[str]:
    try:
        return (cluster / "postmaster.pid").read_text().splitlines()
    except FileNotFoundError:
        return []


def _status(cluster: Path) -> tuple[int, str]:
    """What the server says of itself: its pid (line 1) and its state (line 8)."""
    lines = _lines(cluster)
    return (int(lines[0]), lines[7].strip()) if len(lines) >= 8 and lines[0].isdigit() else (0, "")


def _port(cluster: Path) -> int:
    return int(_lines(cluster)[3])


def _alive(cluster: Path) -> int:
    """The pid of a server that runs on these data, or 0. A pid that now is another program's is nobody."""
    lines = _lines(cluster)
    if not lines or not lines[0].isdigit():
        return 0
    pid = int(lines[0])
    if str(cluster) in command_line(pid):
        return pid
    (cluster / "postmaster.pid").unlink(missing_ok=True)
    return 0


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def _url(port: int, password: str) -> str:
    return f"postgresql://postgres:{password}@127.0.0.1:{port}/postgres"


def _answers(url: str, cluster: Path) -> bool:
    try:
        with psycopg.connect(make_conninfo(url, connect_timeout=5)) as conn:
            row = conn.execute("SHOW data_directory").fetchone()
    except psycopg.OperationalError:
        return False
    return row is not None and row[0] == str(cluster)
