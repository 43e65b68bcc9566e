"""What an installation past one server is made of: nginx, two API instances, a worker and two PostgreSQL."""

import os
import signal
import socket
import subprocess
import sys
from collections.abc import Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager, suppress
from dataclasses import dataclass, field, replace
from pathlib import Path

import psycopg
from psycopg.conninfo import conninfo_to_dict

from horux_adapters.postgres.embedded import EmbeddedPostgres
from horux_adapters.postgres.installing import prepare
from horux_adapters.postgres.programs import Account
from tests.deploy.activated import Instance, listening
from tests.deploy.edge import Edge, edge
from tests.system import processes
from tests.system.asking import Api
from tests.system.household import plain_environment
from tests.system.installation import Installation
from tests.system.installation import installed as on_a_server
from tests.system.waiting import until

SECOND = "segundo"
_GENEROUS = (("rate=200r/s", "rate=5000r/s"), ("rate=5r/m", "rate=5000r/s"))
_BACK_WITHIN = 60.0


@dataclass
class Database:
    """A PostgreSQL server that can die and come back, at the same address."""

    superuser: str
    cluster: Path
    log: Path
    command: Sequence[str] = ()
    _child: "subprocess.Popen[bytes] | None" = field(default=None, repr=False)

    def kill(self) -> None:
        """As a power cut would, but for what the machine had not yet written: the files' own memory outlives it."""
        self._remember()
        pid = processes.postmaster(self.cluster)
        processes.kill_postgres(self.cluster)
        _buried(pid)

    def stop(self) -> None:
        """As a machine that is shut down: sessions are ended and all is written."""
        self._remember()
        pid = processes.postmaster(self.cluster)
        os.kill(pid, signal.SIGINT)
        _buried(pid)

    def start(self) -> None:
        """A session that outlived the server by a moment keeps the next one from starting: so it is tried again."""
        port = int(str(conninfo_to_dict(self.superuser)["port"]))

        def back() -> bool:
            if self._child is None or self._child.poll() is not None:
                self._child = Account.chosen().launch(list(self.command), self.log)
            return _listens(port)

        until("vuelve PostgreSQL", back, _BACK_WITHIN, pause=0.2)

    def end(self) -> None:
        processes.kill_postgres(self.cluster)
        if self._child is not None:
            self._child.wait(20)

    def _remember(self) -> None:
        told = Path(f"/proc/{processes.postmaster(self.cluster)}/cmdline").read_bytes()
        self.command = [part.decode() for part in told.split(b"\0") if part]


@dataclass
class Worker:
    env: Mapping[str, str]
    log: Path
    _process: "subprocess.Popen[bytes] | None" = field(default=None, repr=False)

    def start(self) -> None:
        with self.log.open("ab") as output:
            self._process = subprocess.Popen(
                [sys.executable, "-m", "horux_adapters.cli.main", "worker"],
                env=plain_environment(**self.env), stdin=subprocess.DEVNULL, stdout=output, stderr=output,
                start_new_session=True,
            )  # fmt: skip

    def kill(self) -> None:
        assert self._process is not None
        processes.kill_group(self._process.pid)
        self._process.wait(20)


@dataclass(frozen=True)
class Estate:
    installed: Installation
    held: socket.socket
    instances: tuple[Instance, Instance]
    worker: Worker
    central: Database
    other: Database
    front: Edge

    @property
    def port_of_the_other(self) -> int:
        return int(str(conninfo_to_dict(self.other.superuser)["port"]))

    def clients(self, api: Api, rfcs: Sequence[str]) -> Mapping[str, Api]:
        """New ones, each with its owner signed in."""
        here = replace(self.installed, env={**self.installed.env, "PORT": str(api.place[1])})
        return here.clients(rfcs)

    def has(self, superuser: str, database: str) -> bool:
        with psycopg.connect(superuser, autocommit=True) as conn:
            return conn.execute("SELECT 1 FROM pg_database WHERE datname = %s", (database,)).fetchone() is not None

    def command(self, *words: str) -> "subprocess.CompletedProcess[str]":
        """A `horux` of an operator."""
        command = [sys.executable, "-m", "horux_adapters.cli.main", *words]
        env = plain_environment(**self.installed.env)
        return subprocess.run(command, env=env, capture_output=True, text=True, check=False, timeout=300)

    def kill_a_serving_process(self) -> None:
        """One of those that answer; its master starts another."""
        serving = processes.children(self.instances[0].pid)
        os.kill(serving[-1], signal.SIGKILL)

    def reload_nginx(self) -> None:
        os.kill(int((self.front.folder / "nginx.pid").read_text("ascii")), signal.SIGHUP)


@contextmanager
def estate() -> Iterator[Estate]:
    with ExitStack() as stack:
        installed = stack.enter_context(
            on_a_server({"WORKERS": "2", "TRUSTED_PROXY": "127.0.0.1", "TENANT_CONNECTIONS_MAX": "20"}, durable=True)
        )
        folder = installed.folder
        central = Database(installed.superuser, folder / "postgres" / "cluster", folder / "central.log")
        stack.callback(central.end)
        other = _second(installed, stack)
        held = stack.enter_context(listening())
        first, second = (Instance(held, installed.env, folder / f"api-{turn}.log") for turn in (1, 2))
        for instance in (first, second):
            stack.callback(instance.end)
            instance.start()
        worker = Worker(installed.env, folder / "worker.log")
        worker.start()
        stack.callback(worker.kill)
        front = stack.enter_context(edge(int(held.getsockname()[1]), *_GENEROUS))
        yield Estate(installed, held, (first, second), worker, central, other, front)


def _second(installed: Installation, stack: ExitStack) -> Database:
    """Another server, with the same two roles and their passwords, and known to the product."""
    server = EmbeddedPostgres(installed.folder / "postgres2")
    superuser = server.start()
    stack.callback(server.stop)
    words = {
        name: str(conninfo_to_dict(installed.env[name])["password"]) for name in ("DATABASE_URL", "DATABASE_ADMIN_URL")
    }
    prepare(superuser, runtime=words["DATABASE_URL"], provisioner=words["DATABASE_ADMIN_URL"])
    found = Database(superuser, server.home / "cluster", installed.folder / "segundo.log")
    stack.callback(found.end)
    return found


def _buried(pid: int) -> None:
    """Until its number is free: a dead child that nobody waited for keeps the next server from starting."""
    with suppress(ChildProcessError):
        os.waitpid(pid, 0)


def _listens(port: int) -> bool:
    with socket.socket() as probe:
        return probe.connect_ex(("127.0.0.1", port)) == 0
