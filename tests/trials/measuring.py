"""`python -m tests.trials.measuring`: what a client, a process and a document cost, for `deploy/scaling.md`.

Memory, bytes, connections and the processor's seconds, which what else the machine does touches least.
"""

import os
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path

from horux_adapters.postgres.naming import database_name
from tests.system import processes
from tests.system.asking import Api
from tests.system.installation import Installation, installation, running, served
from tests.system.papers import packed, papers, rfc
from tests.system.test_bulk_killed import ended, sent, truthful

CLIENTS = int(os.environ.get("CLIENTS", "6"))
DOCUMENTS = int(os.environ.get("DOCUMENTS", "5000"))
ASKED = int(os.environ.get("ASKED", "400"))
_TICK = os.sysconf("SC_CLK_TCK")
_MIB = 1 << 20


@dataclass(frozen=True)
class Family:
    """A process and those it began."""

    root: int

    @property
    def members(self) -> list[int]:
        found, rest = list[int](), [self.root]
        while rest:
            found.append(pid := rest.pop())
            # By every thread of it: who starts the readers is not the first.
            for place in Path(f"/proc/{pid}/task").glob("*/children"):
                with suppress(OSError):
                    rest += [int(child) for child in place.read_text("ascii").split()]
        return found

    @property
    def worked(self) -> float:
        """The processor's seconds, of those that live and of those that ended."""
        total = 0
        for pid in self.members:
            with suppress(OSError):
                told = Path(f"/proc/{pid}/stat").read_text("utf-8").rpartition(")")[2].split()
                total += sum(int(told[place]) for place in (11, 12, 13, 14))
        return total / _TICK

    def memory(self) -> dict[int, float]:
        """MiB of each, what several share divided among them."""
        found = {}
        for pid in self.members:
            lines = Path(f"/proc/{pid}/smaps_rollup").read_text("ascii").splitlines()
            found[pid] = next(int(line.split()[1]) for line in lines if line.startswith("Pss:")) / 1024
        return found


@contextmanager
def spent(family: Family, database: Family, what: str, count: int) -> Iterator[None]:
    began, ours, theirs = time.monotonic(), family.worked, database.worked
    yield
    each, there = (1000 * (now - before) / count for now, before in ((family.worked, ours), (database.worked, theirs)))
    took = 1000 * (time.monotonic() - began) / count
    print(f"{what}: {each:.2f} ms de procesador y {there:.2f} de PostgreSQL cada uno; {took:.1f} ms de reloj")


def sizes(place: Installation, rfcs: Sequence[str]) -> str:
    query = "SELECT pg_database_size(%s)"
    found = [place.rows(query, database_name(each))[0][0] / _MIB for each in rfcs]
    return f"{min(found):.1f} a {max(found):.1f} MB"


def connections(place: Installation) -> str:
    query = (
        "SELECT datname = 'horux360', count(*) FROM pg_stat_activity WHERE usename LIKE 'horux%%'"
        " AND backend_type = 'client backend' GROUP BY 1 ORDER BY 1 DESC"
    )
    return ", ".join(
        f"{'central' if central else 'de clientes'} {count}" for central, count in place.rows(query.replace("%%", "%"))
    )


def asking(family: Family, database: Family, clients: Sequence[Api]) -> None:
    for what, path in (
        ("una lista de 50", "/api/cfdi?limit=50"),
        ("el IVA del año", "/api/iva?anio=2025"),
        ("quién soy", "/api/auth/me"),
    ):
        for api in clients:
            api.get(path)
        with spent(family, database, what, ASKED):
            for number in range(ASKED):
                clients[number % len(clients)].get(path)


def main() -> None:
    rfcs = [rfc(number, "M") for number in range(CLIENTS)]
    with installation(max_connections=200, WORKERS="2", TENANT_CONNECTIONS_MAX="40") as place, served(place) as server:
        api, database = Family(server.pid), Family(processes.postmaster(place.folder / "postgres" / "cluster"))
        print("API recién iniciada, MiB:", [round(each) for each in api.memory().values()], connections(place))
        began = time.monotonic()
        clients = place.clients(rfcs)
        print(f"alta de un cliente: {(time.monotonic() - began) / CLIENTS:.2f} s; su base vacía: {sizes(place, rfcs)}")
        with running(place, "worker") as started:
            worker = Family(started.pid)
            time.sleep(5)
            print("trabajador, MiB:", [round(each) for each in worker.memory().values()])
            most = 0.0
            for each, client in clients.items():
                body = packed(papers(each, DOCUMENTS, 3))
                with spent(
                    worker, database, f"CFDI de una carga de {DOCUMENTS} ({len(body) / _MIB:.1f} MB)", DOCUMENTS
                ):
                    assert truthful(ended(client, sent(client, body)), DOCUMENTS) == (DOCUMENTS, 0)
                most = max(most, sum(worker.memory().values()))
            print(f"trabajador cargando, MiB: {most:.0f}")
            print(f"base con {DOCUMENTS} CFDI: {sizes(place, rfcs)}")
            asking(api, database, list(clients.values()))
            print("API tras atender, MiB:", [round(each) for each in api.memory().values()], connections(place))


if __name__ == "__main__":
    main()
