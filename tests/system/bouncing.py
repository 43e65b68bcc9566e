"""PgBouncer of the deployment, really running on loopback before a server: the files of `deploy/pgbouncer`."""

import os
import shutil
import socket
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from psycopg.conninfo import conninfo_to_dict, make_conninfo

from horux_adapters.postgres.programs import Account
from tests.conftest import short_folder
from tests.system import processes
from tests.system.installation import Installation
from tests.system.waiting import until

DEPLOY = Path(__file__).resolve().parents[2] / "deploy" / "pgbouncer"


@contextmanager
def bouncing(installed: Installation, *changes: tuple[str, str], port: int = 0) -> Iterator[Installation]:
    """The same product, entering through PgBouncer. Skips out loud where there is none, or no psql for its list."""
    program = shutil.which("pgbouncer", path=f"{os.environ['PATH']}:/usr/sbin")
    if program is None or shutil.which("psql") is None:
        pytest.skip("no hay PgBouncer o psql en esta máquina: apt-get install pgbouncer postgresql-client")
    account, port = Account.chosen(), port or processes.free_port()
    with short_folder() as folder:
        account.owns(folder)
        server = conninfo_to_dict(installed.superuser)
        (folder / "pgbouncer.ini").write_text(_configuration(folder, str(server["port"]), port, changes), "utf-8")
        keeper = _keeping_the_list(account, server, folder)
        try:
            until("está la lista de quienes entran", (folder / "userlist.txt").exists, 20)
            pooler = account.launch([program, f"{folder}/pgbouncer.ini"], folder / "pgbouncer.log")
            try:
                until("escucha PgBouncer", lambda: _listens(port), 20)
                runtime = make_conninfo(installed.env["DATABASE_URL"], port=port)
                env = {"DATABASE_URL": runtime, "DATABASE_DIRECT_URL": installed.env["DATABASE_URL"]}
                yield replace(installed, env={**installed.env, **env})
            finally:
                pooler.terminate()
                pooler.wait(20)
        finally:
            processes.kill_group(keeper.pid)
            keeper.wait(20)


def _configuration(folder: Path, server: str, port: int, changes: tuple[tuple[str, str], ...]) -> str:
    text = (DEPLOY / "pgbouncer.ini").read_text("utf-8")
    for old, new in (
        ("port=5432", f"port={server}"),
        ("listen_port = 6432", f"listen_port = {port}"),
        ("user = postgres\n", ""),
        ("/var/lib/horux-pgbouncer/userlist.txt", f"{folder}/userlist.txt"),
        ("/run/postgresql/pgbouncer.pid", f"{folder}/pid"),
        *changes,
    ):
        assert old in text, f"deploy/pgbouncer ya no dice: {old}"
        text = text.replace(old, new)
    return text


def _keeping_the_list(account: Account, server: dict[str, Any], folder: Path) -> "subprocess.Popen[bytes]":
    secret = folder / "clave"
    secret.touch(mode=0o600)
    secret.write_text(f"*:*:*:*:{server['password']}\n", "utf-8")
    account.owns(secret)
    place = [f"PG{name.upper()}={server[name]}" for name in ("host", "port", "user")]
    command = [str(DEPLOY / "horux-userlist"), f"{folder}/userlist.txt", f"{folder}/pid", "0.3"]
    return account.launch(["env", f"PGPASSFILE={secret}", *place, *command], folder / "userlist.log")


def _listens(port: int) -> bool:
    with socket.socket() as probe:
        return probe.connect_ex(("127.0.0.1", port)) == 0
