"""Moving a client to another server: how long it takes, and for how long of that the client cannot write."""

import os
import subprocess
import sys
import time
from threading import Event, Thread

import psycopg
from psycopg.conninfo import conninfo_to_dict

from horux_adapters.postgres.embedded import EmbeddedPostgres
from horux_adapters.postgres.installing import prepare
from horux_core.identity.model import Actor
from horux_core.kernel.errors import Unavailable
from horux_core.kernel.ids import TenantId
from horux_core.kernel.rfc import digito
from tests.benchmarks.bulk import loaded
from tests.benchmarks.ground import Ground, Measure

SIZES = tuple(int(size) for size in os.environ.get("MOVE_SIZES", "5000,50000").split(","))
_SERVER = "otro"


def run(ground: Ground) -> list[Measure]:
    words = {
        role: str(conninfo_to_dict(ground.env[name])["password"])
        for role, name in (("runtime", "DATABASE_URL"), ("provisioner", "DATABASE_ADMIN_URL"))
    }
    server = EmbeddedPostgres(ground.folder / "otro-postgres")
    try:
        superuser = server.start()
        prepare(superuser, **words)
        parts = conninfo_to_dict(superuser)
        ground.horux.use_cases.add_server()(Actor.system(), _SERVER, str(parts["host"]), int(str(parts["port"])))
        ground.horux.use_cases.open_server()(Actor.system(), _SERVER, False)
        return [measure for n, size in enumerate(SIZES) for measure in _moved(ground, n, size)]
    finally:
        server.stop()


def _moved(ground: Ground, n: int, size: int) -> list[Measure]:
    rfc = f"MU{chr(65 + n)}010101AA" + digito(f"MU{chr(65 + n)}010101AA0")
    packed = ground.folder / f"mudanza-{size}.zip"
    command = [sys.executable, "-m", "tests.benchmarks.sample", str(size), str(packed), rfc]
    subprocess.run(command, check=True, stdout=subprocess.DEVNULL)
    loaded(ground, packed, rfc, size)
    packed.unlink()
    tenant = ground.tenant(rfc)
    ground.horux.use_cases.open_server()(Actor.system(), _SERVER, True)
    watch = _Watch(ground, tenant)
    began = time.perf_counter()
    ground.horux.use_cases.move_tenant()(Actor.system(), rfc, _SERVER)
    taken = time.perf_counter() - began
    ground.horux.use_cases.open_server()(Actor.system(), _SERVER, False)
    watch.end()
    name = f"mudanza de un cliente de {size:,} CFDI"
    return [
        Measure(name, f"{taken:.1f} s"),
        Measure(f"{name}: sin poder guardar", f"{watch.closed:.1f} s", f"{size / watch.closed:,.0f} CFDI/s"),
        Measure(f"{name}: lecturas sin respuesta", f"{watch.unread} de {watch.read}"),
    ]


class _Watch:
    """Reads and asks to write every few milliseconds, as the service does."""

    def __init__(self, ground: Ground, tenant: TenantId) -> None:
        self._connection = ground.horux.gateways.tenants().connection
        self._tenant, self._over = tenant, Event()
        self._first = self._last = 0.0
        self.read = self.unread = 0
        self._threads = [Thread(target=self._writing), Thread(target=self._reading)]
        for thread in self._threads:
            thread.start()

    def end(self) -> None:
        """Once it can be written again."""
        time.sleep(0.5)
        self._over.set()
        for thread in self._threads:
            thread.join()

    @property
    def closed(self) -> float:
        return self._last - self._first

    def _writing(self) -> None:
        while not self._over.wait(0.01):
            began = time.perf_counter()
            if not self._asked("DELETE FROM cfdis WHERE false"):
                self._first = self._first or began
                self._last = time.perf_counter()

    def _reading(self) -> None:
        while not self._over.wait(0.01):
            self.read += 1
            self.unread += not self._asked("SELECT count(*) FROM iva_mensual")

    def _asked(self, query: str) -> bool:
        try:
            with self._connection(self._tenant) as conn:
                conn.execute(query.encode())
        except (Unavailable, psycopg.OperationalError):
            return False
        return True
