"""A server with the product installed on it, and `horux serve` in front when it is wanted."""

import subprocess
import sys
from collections.abc import Iterator, Mapping, Sequence
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import psycopg

from horux_adapters.demo.preparing import bring_up_to_date, register_operator
from horux_adapters.postgres.connecting import dsn
from horux_adapters.postgres.embedded import EmbeddedPostgres
from horux_adapters.postgres.installing import prepare
from tests.conftest import short_folder
from tests.system import processes
from tests.system.asking import CUT_OFF, Api
from tests.system.household import a_client, plain_environment
from tests.system.owners import CHOSEN, own_password
from tests.system.waiting import until

OPERATOR = "operador@horux360.example"
_READY_WITHIN = 60.0


@dataclass(frozen=True)
class Installation:
    """`env` are the product's settings; `superuser` is the address of the server's own."""

    folder: Path
    superuser: str
    env: Mapping[str, str]

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.env['PORT']}"

    @property
    def operator(self) -> Api:
        return Api(self.url).signed_in(OPERATOR, CHOSEN)

    def clients(self, rfcs: Sequence[str]) -> dict[str, Api]:
        """New ones, each with its owner signed in."""
        operator = self.operator
        for rfc in rfcs:
            answer = operator.post("/api/tenants", a_client(rfc))
            assert answer.status == 201, answer.body
        emails = {rfc: f"{rfc.lower()}@ejemplo.mx" for rfc in rfcs}
        password = own_password(self.env, self.url, *emails.values())
        return {rfc: Api(self.url).signed_in(email, password) for rfc, email in emails.items()}

    def rows(self, query: str, *values: object, database: str | None = None) -> list[Any]:
        """What the superuser sees."""
        with psycopg.connect(dsn(self.superuser, dbname=database), autocommit=True) as conn:
            return conn.execute(query.encode(), values or None).fetchall()

    def statement(self, command: str, database: str) -> None:
        """As the superuser."""
        with psycopg.connect(dsn(self.superuser, dbname=database), autocommit=True) as conn:
            conn.execute(command.encode())


def installation(max_connections: int = 400, **settings: str) -> AbstractContextManager[Installation]:
    """The product on a PostgreSQL of its own, with an operator."""
    return installed(settings, max_connections)


@contextmanager
def installed(
    settings: Mapping[str, str], max_connections: int = 400, *, programs: Path | None = None, durable: bool = False
) -> Iterator[Installation]:
    """As `installation`, on a server of those programs or else the embedded one, whose data outlives a kill or not."""
    with short_folder() as folder:
        server = EmbeddedPostgres(
            folder / "postgres", programs_dir=programs, durable=durable, max_connections=max_connections
        )
        try:
            superuser = server.start()
            addresses = prepare(superuser)
            env = {
                "DATA_DIR": str(folder),
                "DATABASE_URL": addresses.runtime,
                "DATABASE_ADMIN_URL": addresses.admin,
                "DATABASE_ROLE_SECRET": "u1Te6Ry2Ui8Op4As0Df5Gh9Jk3Lz7Xcv",
                "JWT_SECRET": "q8Zr2kW0vN5tYb7Xc3Lm9Pd1Fs6Gh4Jw",
                "FIEL_ENCRYPTION_KEY": "7d1f0a93c6e84b52af3917d0c4e6b8285a9f3c1e7b60d2485e91fa37c0b6d4e8",
                "PORT": str(processes.free_port()),
                "LOG_LEVEL": "warning",
                **settings,
            }
            bring_up_to_date(env)
            register_operator(env, OPERATOR, CHOSEN)
            yield Installation(folder, superuser, env)
        finally:
            server.stop()


@contextmanager
def served(installed: Installation) -> Iterator["subprocess.Popen[bytes]"]:
    """With `horux serve` answering."""
    log = installed.folder / "serve.log"
    with running(installed, "serve") as server:
        until("responde el servidor", lambda: _ready(installed.url, server, log), _READY_WITHIN)
        yield server


@contextmanager
def running(installed: Installation, command: str) -> Iterator["subprocess.Popen[bytes]"]:
    """With another command of `horux` at work."""
    process = _launched(installed, command, installed.folder / f"{command}.log")
    try:
        yield process
    finally:
        process.terminate()
        try:
            process.wait(30)
        finally:
            processes.kill_group(process.pid)


def _launched(installed: Installation, command: str, log: Path) -> "subprocess.Popen[bytes]":
    with log.open("ab") as output:
        return subprocess.Popen(
            [sys.executable, "-m", "horux_adapters.cli.main", command],
            env=plain_environment(**installed.env),
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=output,
            start_new_session=True,
        )


def _ready(url: str, server: "subprocess.Popen[bytes]", log: Path) -> bool:
    assert server.poll() is None, log.read_text()[-3000:]
    try:
        return Api(url).ask("GET", "/ready").status == 200
    except CUT_OFF:
        return False
