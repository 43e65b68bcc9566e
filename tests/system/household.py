"""`horux demo` on a data folder of its own: what can be killed and started again."""

import json
import os
import signal
import subprocess
import sys
from pathlib import Path
from select import select
from typing import Any

import psycopg

from horux_adapters.postgres.connecting import dsn
from tests.system import processes
from tests.system.asking import Api
from tests.system.owners import own_password
from tests.system.waiting import until

_STARTED_WITHIN = 90.0


class Household:
    def __init__(self, folder: Path, *arguments: str) -> None:
        self.folder = folder
        self.port = processes.free_port()
        self.url = f"http://127.0.0.1:{self.port}"
        self.cluster = folder / "postgres" / "cluster"
        self.log = folder.parent / f"{folder.name}.log"
        self._arguments = arguments or ("--empty",)
        self._process: subprocess.Popen[str] | None = None

    def start(self) -> dict[str, Any]:
        """What it says once it is ready."""
        self._process = self.launched()
        assert self._process.stdout is not None
        ready, _, _ = select([self._process.stdout], [], [], _STARTED_WITHIN)
        line = self._process.stdout.readline() if ready else ""
        assert line, f"no arrancó: {self.log.read_text()[-3000:]}"
        said: dict[str, Any] = json.loads(line)
        return said

    def launched(self) -> "subprocess.Popen[str]":
        command = [sys.executable, "-m", "horux_adapters.cli.main", "demo", "--json", *self._arguments]
        command += ["--port", str(self.port), "--data-dir", str(self.folder)]
        with self.log.open("a", encoding="utf-8") as log:
            return subprocess.Popen(
                command,
                stdout=subprocess.PIPE,
                stderr=log,
                stdin=subprocess.DEVNULL,
                text=True,
                env=plain_environment(),
                start_new_session=True,
            )

    def kill(self, *, with_postgres: bool = False) -> None:
        """All its processes at once; PostgreSQL lives on unless it is asked for too."""
        assert self._process is not None
        processes.kill_group(self._process.pid)
        if with_postgres:
            processes.kill_postgres(self.cluster)
        self._buried()
        until("mueren sus procesos", lambda: not self.members(), 10)

    def members(self) -> list[int]:
        return processes.of_group(self._process.pid) if self._process else []

    def ask_to_end(self, order: signal.Signals) -> int:
        """Its exit code. Raises TimeoutExpired when it takes longer than 20 seconds."""
        assert self._process is not None
        os.kill(self._process.pid, order)
        return self._process.wait(20)

    def output(self) -> str:
        """What it wrote on its standard output since it was ready, up to the end."""
        assert self._process is not None
        assert self._process.stdout is not None
        with self._process.stdout as written:
            return written.read()

    def end(self) -> None:
        """Whatever became of the test: nothing of it is left running."""
        if self._process is not None:
            processes.kill_group(self._process.pid)
            self._buried()
        processes.kill_postgres(self.cluster)
        until("muere su PostgreSQL", lambda: not processes.postmaster(self.cluster), 20)

    def _buried(self) -> None:
        assert self._process is not None
        assert self._process.stdout is not None
        self._process.wait(10)
        self._process.stdout.close()

    @property
    def environment(self) -> dict[str, str]:
        """The settings of the running product."""
        kept = [json.loads((self.folder / name).read_text()) for name in ("secretos.json", "conexion.json")]
        return {"DATA_DIR": str(self.folder), "LOG_LEVEL": "error", **kept[0], **kept[1]}

    def operator(self) -> Api:
        kept = json.loads((self.folder / "demo.json").read_text())
        return Api(self.url).signed_in("operador@horux360.example", kept["admin"])

    def client(self, rfc: str) -> Api:
        """A new client's owner, who has chosen a password and is in."""
        email = f"{rfc.lower()}@ejemplo.mx"
        answer = self.operator().post("/api/tenants", a_client(rfc))
        assert answer.status == 201, answer.body
        until("el correo de bienvenida salió", lambda: not self.rows("SELECT 1 FROM outbox WHERE done_at IS NULL"), 30)
        return Api(self.url).signed_in(email, own_password(self.environment, self.url, email))

    def rows(self, query: str, *values: object, database: str | None = None) -> list[Any]:
        """What the provisioner sees in the central database, or another."""
        with psycopg.connect(dsn(self.environment["DATABASE_ADMIN_URL"], dbname=database)) as conn:
            return conn.execute(query.encode(), values or None).fetchall()


def a_client(rfc: str) -> dict[str, object]:
    return {
        "rfc": rfc,
        "nombre": f"Empresa {rfc}",
        "plan": "enterprise",
        "adminEmail": f"{rfc.lower()}@ejemplo.mx",
        "adminNombre": "Ana",
        "regimenes": ["601"],
    }


def plain_environment(**more: str) -> dict[str, str]:
    """Ours without settings of the product's, and with its sources."""
    source = Path(__file__).resolve().parents[2] / "src"
    kept = {name: os.environ[name] for name in ("PATH", "HOME", "LANG", "PG_BINDIR", "TMPDIR") if name in os.environ}
    return {**kept, "PYTHONPATH": str(source), **more}
