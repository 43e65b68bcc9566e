"""A lost installation comes back by what `deploy/backups.md` says, equal row by row. PROOF=full: 50 clients."""

import os
import shutil
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from secrets import token_hex
from uuid import uuid4

import psycopg
import pytest

from contracts.efirmas import an_efirma
from horux_adapters.container.horux import Horux, job_kinds, opened
from horux_adapters.container.settings import load
from horux_adapters.filesystem.fiel_backup import walked
from horux_adapters.postgres.connecting import dsn
from horux_adapters.postgres.embedded import EmbeddedPostgres
from horux_adapters.postgres.installing import prepare
from horux_adapters.worker.handling import Handling
from horux_core.identity.model import Actor
from horux_core.jobs.model import Job, JobState
from horux_core.kernel.ids import JobId, TenantId
from horux_core.kernel.rfc import Rfc, digito
from horux_core.onboarding.model import NewClient
from tests.benchmarks.respaldos import copied
from tests.cli.running import horux
from tests.conftest import short_folder
from tests.system import processes
from tests.system.backed_up import CENTRAL, PRIVATE, PUBLIC, databases, rows, settings
from tests.system.installation import Installation, installation, served
from tests.system.runbook import Machine, command_of, commands

FULL = os.environ.get("PROOF") == "full"
CLIENTS, EACH = (50, 5_000) if FULL else (3, 60)
UPLOADED = 5
SECTION = "5. Restaurar todo en un servidor nuevo"
VAULT_KEY = "7d1f0a93c6e84b52af3917d0c4e6b8285a9f3c1e7b60d2485e91fa37c0b6d4e8"
CANARY = "canario-Ñ-41c7"
# Noted by the backup and the restoring themselves, after what they keep was read.
_OF_BACKUPS = frozenset({"respaldos", "respaldo_archivos"})
# Whoever was in is so no more.
_ENDED = frozenset({"sessions"})
_SYSTEM = Actor.system()


def rfc_of(n: int) -> str:
    start = f"R{chr(65 + n // 26)}{chr(65 + n % 26)}010101AA"
    return start + digito(start + "0")


WITH_FIEL, PAUSED, GONE = rfc_of(0), rfc_of(1), rfc_of(2)


@pytest.fixture(scope="module")
def lost() -> Iterator[tuple[Installation, Path]]:
    """Clients with their documents uploaded; one has its e.firma, one is paused and destroyed its own, one has left."""
    with short_folder() as store, installation(max_connections=80, **settings(store)) as place:
        with opened(load(place.env)) as product:
            for n in range(CLIENTS):
                taken_in(product, n, place.env["DATABASE_ADMIN_URL"], store)
            for rfc in (WITH_FIEL, PAUSED):
                tenant = product.gateways.registry().find(Rfc(rfc)).id
                product.use_cases.store_fiel()(Actor.system(tenant), an_efirma(rfc=rfc, password=CANARY).upload())
            waiting(product, WITH_FIEL)
            product.use_cases.destroy_fiel()(Actor.system(tenant), "Ya no la usa")
            product.use_cases.deprovision_tenant()(_SYSTEM, GONE)
        place.statement("UPDATE subscriptions SET status = 'paused' WHERE tenant_id = "
                        f"(SELECT id FROM tenants WHERE rfc = '{PAUSED}')", CENTRAL)  # fmt: skip
        place.statement("INSERT INTO sessions (id, user_id, created_at, expires_at) "
                        "SELECT id, id, now(), now() + interval '1 day' FROM users LIMIT 1", CENTRAL)  # fmt: skip
        yield place, store


def taken_in(product: Horux, n: int, admin: str, folder: Path) -> None:
    """The first by an upload, the others with books that are copies of one of theirs."""
    rfc = rfc_of(n)
    new = NewClient(rfc, rfc, "enterprise", f"{rfc.lower()}@x.mx", "Ana", ("601",))
    tenant = product.use_cases.provision_tenant()(_SYSTEM, new).tenant.id
    if n >= UPLOADED:
        copied(admin, rfc_of(UPLOADED - 1), rfc, tenant)
        return
    packed = folder / f"{rfc}.zip"
    command = [sys.executable, "-m", "tests.benchmarks.sample", str(EACH), str(packed), rfc]
    subprocess.run(command, check=True, stdout=subprocess.DEVNULL)
    gateways, ident = product.gateways, JobId(uuid4())
    uploaded(product, tenant, ident, packed.read_bytes())
    packed.unlink()
    Handling(gateways.deliveries(), gateways.jobs(), {}, job_kinds(product), lambda: datetime.now(UTC)).run(ident)
    assert gateways.jobs().get(tenant, ident).state is JobState.TERMINADO


def uploaded(product: Horux, tenant: TenantId, ident: JobId, octets: bytes) -> None:
    writer = product.gateways.spool().create(tenant, ident)
    writer.begin("muestra.zip")
    writer.write(octets)
    writer.commit()
    product.gateways.jobs().put(Job(ident, tenant, "carga", {}, None, datetime.now(UTC)))


def waiting(product: Horux, rfc: str) -> None:
    """An upload whose turn has not come."""
    uploaded(product, product.gateways.registry().find(Rfc(rfc)).id, JobId(uuid4()), b"nada")


class Fresh:
    """A new server that holds nothing: `horux-setup` gives it a database server, folders and secrets of its own."""

    def __init__(self, root: Path, store: Path) -> None:
        self._server: EmbeddedPostgres | None = None
        self.root, self.superuser, self.started = root, "", list[str]()
        pasted = {"FIEL_ENCRYPTION_KEY": VAULT_KEY, "llave.txt": PRIVATE}
        self.machine = Machine(root, pasted, PUBLIC, self._set_up, self._start)
        (root / "dev/shm").mkdir(parents=True)
        shutil.copytree(store / "respaldos", root / "srv/respaldos-horux")

    def _set_up(self) -> Mapping[str, str]:
        self._server = EmbeddedPostgres(self.root / "postgres", durable=False, max_connections=80)
        self.superuser = self._server.start()
        for name, mode in (("datos", 0o750), ("fiel", 0o700), ("backups", 0o700)):
            (self.root / "var/horux" / name).mkdir(parents=True, mode=mode)
        self.machine.settings_written(
            PORT=str(processes.free_port()), BANK_BENEFICIARY="Horux", BANK_NAME="STP", BANK_CLABE="002010077777777771",
            ALLOWED_HOSTS="", WORKERS="1", TENANT_CONNECTIONS_MAX="8", BACKUP_JOBS=str(os.cpu_count() or 2),
        )  # fmt: skip
        places = prepare(self.superuser)
        others = {name: token_hex(32) for name in ("JWT_SECRET", "DATABASE_ROLE_SECRET")}
        return {"DATABASE_URL": places.runtime, "DATABASE_ADMIN_URL": places.admin, **others}

    def _start(self, unit: str) -> None:
        """What ends by itself is run; of the others it is enough that they are ours."""
        self.started.append(unit)
        runs = list(command_of(unit))
        if unit == "horux-backup.service":
            assert "0 con falla" in self.machine.typed(f"horux {runs[0]}")

    def as_installation(self) -> Installation:
        return Installation(self.root, self.superuser, self.machine.env())

    def stop(self) -> None:
        if self._server is not None:
            self._server.stop()


@contextmanager
def fresh(store: Path) -> Iterator[Fresh]:
    with short_folder() as root:
        server = Fresh(root, store)
        try:
            yield server
        finally:
            server.stop()


@pytest.mark.timeout(5400 if FULL else 300)
def test_a_lost_installation_comes_back_by_the_runbook_alone(lost: tuple[Installation, Path]) -> None:
    place, store = lost
    began = time.perf_counter()
    run = horux("backup", "run", env={**place.env, "BACKUP_JOBS": str(os.cpu_count() or 2)}, patience=3600)
    assert run.returncode == 0, run.stderr
    backed = time.perf_counter()
    with fresh(store) as server:
        for command in before_the_start():
            said = server.machine.typed(command)
            if command.startswith("horux backup list"):
                assert "verify con --key" in said
        restored = time.perf_counter()
        bare = server.as_installation()
        compared = require_equal(place, bare)
        assert dict(walked(server.root / "var/horux/fiel")) == dict(walked(place.folder / "fiel"))
        assert not (server.root / "dev/shm/llave.txt").exists()
        print(f"\n{CLIENTS} clientes x {EACH}: respaldo {backed - began:.0f} s, restaurar {restored - backed:.0f} s, "
              f"{compared:,} filas comparadas en {time.perf_counter() - restored:.0f} s")  # fmt: skip
        for command in commands(SECTION)[len(before_the_start()) :]:
            server.machine.typed(command)
        require_usable(server)


def before_the_start() -> list[str]:
    every = commands(SECTION)
    return every[: every.index("horux migrate")]


def require_equal(place: Installation, bare: Installation) -> int:
    """Every row of every table, and where every sequence is; how many rows that were."""
    assert databases(bare) == databases(place)
    compared = 0
    for name in (CENTRAL, *databases(place).values()):
        leave = _OF_BACKUPS | _ENDED if name == CENTRAL else frozenset()
        kept, found = rows(place, name, leave), rows(bare, name, leave)
        assert kept.keys() == found.keys()
        for table in kept:
            assert found[table] == kept[table], f"{name}: {table}"
            compared += len(kept[table])
    assert sequences(bare) == sequences(place)
    assert bare.rows("SELECT count(*), count(ended_at) FROM sessions", database=CENTRAL) == [(1, 1)]
    assert len(databases(place)) == CLIENTS
    assert compared > CLIENTS * EACH
    return compared


def sequences(place: Installation) -> list[tuple[str, int | None]]:
    with psycopg.connect(dsn(place.superuser, dbname=CENTRAL)) as conn:
        query = "SELECT schemaname || '.' || sequencename, last_value FROM pg_sequences ORDER BY 1"
        return conn.execute(query).fetchall()


def require_usable(server: Fresh) -> None:
    """The vault opens for who has an e.firma and for nobody else; it serves, each client's books by its own role."""
    for rfc, opens in ((WITH_FIEL, True), (PAUSED, False)):
        decrypt = f"horux fiel decrypt --rfc {rfc} --reason Prueba"
        if opens:
            shutil.rmtree(server.machine.typed(decrypt).strip())
        else:
            with pytest.raises(AssertionError, match=r"e\.firma"):
                server.machine.typed(decrypt)
    units = {"horux-api.socket", "horux-api@1", "horux-api@2", "horux-worker", "horux-backup.service"}
    assert units <= set(server.started)
    bare = server.as_installation()
    with served(bare), opened(load(bare.env)) as product:
        for rfc in {rfc_of(n) for n in range(CLIENTS)} - {GONE}:
            with product.gateways.books().open(product.gateways.registry().find(Rfc(rfc)).id) as books:
                assert books.cfdis.count() == EACH
    (server.root / "dev/shm/llave.txt").write_text(PRIVATE)
    with pytest.raises(AssertionError, match="ya tiene clientes"):
        server.machine.typed("horux backup restore --all --key /dev/shm/llave.txt")
