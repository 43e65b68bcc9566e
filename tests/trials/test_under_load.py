"""People at work while machines are restarted, killed and moved from: nothing untrue is told, nothing is lost."""

import time
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from threading import Event, Thread
from typing import Any

import pytest

from horux_adapters.postgres.naming import database_name
from tests.system.asking import CUT_OFF, Api
from tests.system.papers import rfc
from tests.system.scale import FULL, proof
from tests.system.waiting import until
from tests.trials.estate import SECOND, Estate, estate
from tests.trials.mishaps import ENDURED, MISHAPS
from tests.trials.people import ACTS, ANIO, IVA_EACH, Client, Person, Tally

CLIENTS = proof(3, 8)
SECONDS = proof(0, 600)
"""Mishaps begin anew for as long: each happens at least once."""
CALM = proof(1, 4)
BACK_WITHIN = 60

pytestmark = pytest.mark.timeout(3600 if FULL else 900)


@pytest.fixture(scope="module")
def place() -> Iterator[Estate]:
    with estate() as built:
        yield built


@pytest.fixture(scope="module")
def clients(place: Estate) -> list[Client]:
    """Some on either server."""
    direct = Api(f"http://127.0.0.1:{place.held.getsockname()[1]}")
    added = place.command("servers", "add", SECOND, "127.0.0.1", str(place.port_of_the_other))
    assert added.returncode == 0, added.stdout + added.stderr
    owners = place.clients(direct, [rfc(number, "K") for number in range(CLIENTS)])
    made = [
        Client(who, f"CANARIO-{number:03d}", owner.headers["Authorization"].removeprefix("Bearer "))
        for number, (who, owner) in enumerate(owners.items())
    ]
    for client in made:
        client.others = tuple(word for other in made if other is not client for word in (other.mark, other.rfc))
    return made


def test_nothing_untrue_is_told_and_nothing_acknowledged_is_lost(place: Estate, clients: list[Client]) -> None:
    tally, lasted = Tally(), dict[str, list[str]]()
    with _at_work(place, clients, tally):
        _calm(tally)
        began = time.monotonic()
        while True:
            for name, mishap in MISHAPS.items():
                before, at = tally.unavailable.total(), time.monotonic()
                mishap(place, tuple(client.rfc for client in clients))
                _recovered(place, clients, tally)
                refused = tally.unavailable.total() - before
                lasted.setdefault(name, []).append(str(refused))
                print(f"{name}: {time.monotonic() - at:.1f} s, {refused} con 503, {len(tally.unexpected)} otros")
            if time.monotonic() - began >= SECONDS:
                break
    lost, twice, stray = _read_back(place, clients)
    _told(tally, clients, lasted, time.monotonic() - began, (lost, twice, stray))
    assert tally.wrong == []
    assert tally.crossed == []
    assert (lost, twice, stray) == ([], [], [])
    assert tally.unexpected == []
    assert tally.broken == []
    assert {name: counts for name, counts in lasted.items() if name in ENDURED and set(counts) != {"0"}} == {}


@contextmanager
def _at_work(place: Estate, clients: list[Client], tally: Tally) -> Iterator[None]:
    over = Event()
    people = [Person(client, place.front, tally, over) for client in clients for _ in ACTS]
    threads = [
        Thread(target=one.work, args=(act,)) for one, act in zip(people, list(ACTS.values()) * CLIENTS, strict=True)
    ]
    for thread in threads:
        thread.start()
    try:
        yield
    finally:
        over.set()
        for thread in threads:
            thread.join(90)


def _calm(tally: Tally) -> None:
    """Everybody has been answered some times more."""
    before = dict(tally.good)
    until(
        "todos siguen trabajando", lambda: all(tally.good[what] >= before.get(what, 0) + CALM for what in _WHATS), 120
    )


_WHATS = ("subir", "cargar", "IVA", "buscar", "configurar")


def _recovered(place: Estate, clients: list[Client], tally: Tally) -> None:
    """Every client's own is answered again, and everybody works."""
    for client in clients:
        api = Api(f"http://127.0.0.1:{place.held.getsockname()[1]}").bearing(client.token)
        until(f"{client.rfc} vuelve", lambda api=api: _answers(api), BACK_WITHIN)  # type: ignore[misc]
    _calm(tally)


def _answers(api: Api) -> bool:
    with suppress(*CUT_OFF):
        return api.ask("GET", f"/api/iva?anio={ANIO}").status == 200
    return False


def _read_back(place: Estate, clients: list[Client]) -> tuple[list[str], list[str], list[str]]:
    """Once all jobs are done: what was acknowledged and is not there, what is there twice, and what is elsewhere."""
    lost, twice, stray = [], [], []
    for client in clients:
        api = Api(f"http://127.0.0.1:{place.held.getsockname()[1]}").bearing(client.token)
        for job, inside in client.jobs.items():
            until(f"termina {job}", lambda api=api, job=job: _done(api, job), 120)  # type: ignore[misc]
            client.acknowledged.update(dict.fromkeys(inside))
        found = Counter(_every_uuid(api))
        lost += [f"{client.rfc} {uuid}" for uuid in client.acknowledged if uuid not in found]
        twice += [f"{client.rfc} {uuid}" for uuid, times in found.items() if times > 1]
        stray += [f"{client.rfc} {uuid}" for uuid in found if uuid not in client.sent]
        iva = api.get(f"/api/iva?anio={ANIO}")["meses"][0]["ivaTrasladado"]
        if float(iva) != float(IVA_EACH * found.total()):
            lost.append(f"{client.rfc} IVA {iva} de {found.total()} documentos")
        postal = int(api.get(f"/api/configuracion/fiscal?anio={ANIO}")["codigoPostal"])
        if postal not in (client.postal_kept, client.postal):
            lost.append(f"{client.rfc} código postal {postal}, se acusó {client.postal_kept}")
        stray += _elsewhere(place, client)
    return lost, twice, stray


def _done(api: Api, job: str) -> bool:
    told = api.get(f"/api/cfdi/bulk/{job}")
    assert told["estado"] != "fallido", told
    return bool(told["estado"] == "terminado")


def _every_uuid(api: Api) -> list[str]:
    found, cursor = list[str](), ""
    while True:
        page: Any = api.get(f"/api/cfdi?limit=500{cursor}")
        found += [item["uuid"] for item in page["items"]]
        if page["nextCursor"] is None:
            return found
        cursor = f"&cursor={page['nextCursor']}"


def _elsewhere(place: Estate, client: Client) -> list[str]:
    """A database of this client's on the server where it is not."""
    ((now,),) = place.installed.rows("SELECT server FROM tenants WHERE rfc = %s", client.rfc, database="horux360")
    away = place.other.superuser if now != SECOND else place.central.superuser
    return [f"{client.rfc} sigue en los dos servidores"] if place.has(away, database_name(client.rfc)) else []


def _told(
    tally: Tally, clients: list[Client], lasted: dict[str, list[str]], seconds: float, back: tuple[list[str], ...]
) -> None:
    kept = sum(len(client.acknowledged) for client in clients)
    print(f"\n{CLIENTS} clientes, {CLIENTS * len(ACTS)} personas, {seconds:.0f} s, {tally.answers.total()} respuestas")
    print(f"respuestas falsas {len(tally.wrong)}, de otro cliente {len(tally.crossed)}")
    print(f"documentos acusados {kept}, perdidos {len(back[0])}, repetidos {len(back[1])}, ajenos {len(back[2])}")
    print(f"503 con Retry-After {tally.unavailable.total()}, otro error {len(tally.unexpected)}")
    print(f"cortes {len(tally.broken)}")
    for name, counts in lasted.items():
        print(f"  {name}: {', '.join(counts)} con 503")
    for said in (tally.wrong, tally.crossed, tally.unexpected, tally.broken, *back):
        print(*said[:8], sep="\n")
