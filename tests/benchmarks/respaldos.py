"""Backing up many clients, each proven by restoring it, and bringing one back; with progress, for it takes minutes."""

import os
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import psycopg
from psycopg import sql

from horux_adapters.container.horux import Horux, opened
from horux_adapters.container.settings import load
from horux_adapters.crypto.wrapping import new_pair
from horux_adapters.postgres.connecting import dsn
from horux_adapters.postgres.naming import database_name, role_name
from horux_adapters.postgres.servers import grant_inside
from horux_core.backups.model import BackupFile, Kind
from horux_core.backups.shelf import Key
from horux_core.identity.model import Actor
from horux_core.kernel.ids import TenantId
from horux_core.kernel.rfc import digito
from tests.benchmarks.bulk import loaded
from tests.benchmarks.ground import Ground, Measure, Memory

CLIENTS = int(os.environ.get("BACKUP_CLIENTS", "50"))
EACH = int(os.environ.get("BACKUP_EACH", "5000"))
_SYSTEM = Actor.system()


def run(ground: Ground) -> list[Measure]:
    """One client's books are filled; the others' are copies of them under other names."""
    private, public = new_pair()
    _filled(ground)
    with _product(ground, public) as horux, Memory() as memory:
        began = time.perf_counter()
        done = horux.backups.run()(_SYSTEM, _Progress(CLIENTS + 2))
        taken = time.perf_counter() - began
        assert not done.faulty, [file.error for file in done.faulty]
        began = time.perf_counter()
        back = horux.backups.restore_client()(_SYSTEM, _rfc(1), done.id, Key(private), over=True)
        restored = time.perf_counter() - began
    clients = [file for file in done.files if file.subject.kind is Kind.CLIENTE]
    each = sorted(file.seconds for file in clients)[len(clients) // 2]
    name = f"respaldo probado: {len(clients)} clientes de {EACH:,} CFDI"
    size = f"{done.octets / 2**20:,.0f} MiB"
    return [
        Measure(name, f"{taken:.0f} s, {size}", f"{taken / len(clients):.2f} s por cliente"),
        Measure("respaldo probado: un cliente, entre otros", f"{each:.2f} s"),
        Measure("respaldo: memoria máxima del proceso", f"{memory.peak:,.0f} MiB"),
        Measure(f"restaurar a un cliente en su lugar ({back.rows:,} filas)", f"{restored:.1f} s"),
    ]


def _filled(ground: Ground) -> None:
    packed = ground.folder / "respaldos.zip"
    command = [sys.executable, "-m", "tests.benchmarks.sample", str(EACH), str(packed), _rfc(0)]
    subprocess.run(command, check=True, stdout=subprocess.DEVNULL)
    loaded(ground, packed, _rfc(0), EACH)
    for n in range(1, CLIENTS):
        copied(ground.env["DATABASE_ADMIN_URL"], _rfc(0), _rfc(n), ground.tenant(_rfc(n)))
        _say(f"llenando {n + 1}/{CLIENTS}")
    sys.stderr.write("\n")


def copied(admin: str, model: str, rfc: str, ident: TenantId) -> None:
    """The books of one client become those of another, who has none yet."""
    database, role = database_name(rfc), sql.Identifier(role_name(ident))
    with psycopg.connect(dsn(admin), autocommit=True) as conn:
        conn.execute(sql.SQL("DROP DATABASE {} WITH (FORCE)").format(sql.Identifier(database)))
        _emptied_of_sessions(conn, database_name(model))
        copy = sql.SQL("CREATE DATABASE {} TEMPLATE {} STRATEGY file_copy")
        conn.execute(copy.format(sql.Identifier(database), sql.Identifier(database_name(model))))
        conn.execute(sql.SQL("REVOKE CONNECT, TEMPORARY ON DATABASE {} FROM PUBLIC").format(sql.Identifier(database)))
        conn.execute(sql.SQL("GRANT CONNECT ON DATABASE {} TO {}").format(sql.Identifier(database), role))
    with psycopg.connect(dsn(admin, dbname=database)) as inside:
        grant_inside(inside, role_name(ident))


def _emptied_of_sessions(conn: "psycopg.Connection[tuple[object, ...]]", database: str) -> None:
    conn.execute("SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = %s AND usesysid IS NOT NULL",
                 (database,))  # fmt: skip


@contextmanager
def _product(ground: Ground, public: str) -> Iterator[Horux]:
    place: Path = ground.folder / "respaldos"
    env = {**ground.env, "BACKUP_DIR": str(place), "BACKUP_PUBLIC_KEY": public, "BACKUP_JOBS": str(os.cpu_count() or 2)}
    with opened(load(env)) as horux:
        yield horux


class _Progress:
    def __init__(self, total: int) -> None:
        self._total, self._done, self._began = total, 0, time.perf_counter()

    def __call__(self, file: BackupFile) -> None:
        self._done += 1
        _say(f"respaldando {self._done}/{self._total}, {time.perf_counter() - self._began:.0f} s")
        if self._done == self._total:
            sys.stderr.write("\n")


def _say(what: str) -> None:
    sys.stderr.write(f"\r{what}   ")
    sys.stderr.flush()


def _rfc(n: int) -> str:
    start = f"R{chr(65 + n // 26)}{chr(65 + n % 26)}010101AA"
    return start + digito(start + "0")
