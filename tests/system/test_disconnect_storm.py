"""Clients that hang up at any moment cost the others nothing, and no answer ever reaches the wrong one."""

import random
import socket
import struct
import time
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path

import pytest

from contracts.samples import an_xml
from tests.system.asking import Api
from tests.system.installation import Installation, installation, served
from tests.system.papers import ANIO, Paper, packed, rfc
from tests.system.scale import FULL, proof
from tests.system.waiting import until

REQUESTS = proof(400, 5_000)
THREADS = 8
CALM_AGAIN_WITHIN = 10.0
DOCUMENTS = 60

pytestmark = pytest.mark.timeout(900 if FULL else 300)


@dataclass(frozen=True)
class Client:
    """One of two, whose every document bears its mark."""

    rfc: str
    mark: str
    other: str
    api: Api
    papers: Sequence[Paper]

    def request(self, chance: random.Random) -> bytes:
        """One of those that a page makes, as bytes on the wire."""
        paper = chance.choice(self.papers)
        body, kind = b"", ""
        match chance.randrange(5):
            case 0:
                line = f"GET /api/cfdi?limit={chance.choice((1, 20, 50))}"
            case 1:
                line = f"GET /api/cfdi/{paper.uuid}/xml"
            case 2:
                line = f"GET /api/iva/{ANIO}/1/detalle"
            case 3:
                line, body, kind = "POST /api/cfdi", paper.xml, "application/xml"
            case _:
                line, body, kind = "POST /api/cfdi/bulk", packed(chance.sample(self.papers, 30)), "application/zip"
        head = [f"{line} HTTP/1.1", "Host: localhost", f"Authorization: {self.api.headers['Authorization']}"]
        head += [f"Content-Type: {kind}", f"Content-Length: {len(body)}"] if body else []
        return "\r\n".join([*head, "Connection: close", "", ""]).encode() + body


@dataclass
class Tally:
    """What one thread saw."""

    whole: int = 0
    cut: int = 0
    wrong: list[bytes] = field(default_factory=list)
    refused: list[bytes] = field(default_factory=list)


def documents(of: str, mark: str) -> list[Paper]:
    return [
        Paper(uuid, an_xml(uuid=uuid, rfc_emisor=of, nombre_emisor=mark, total=f"{116 * number}.00"))
        for number in range(1, DOCUMENTS + 1)
        for uuid in (f"{mark[-1] * 8}-0000-4000-8000-{number:012d}",)
    ]


@pytest.fixture(scope="module")
def installed() -> Iterator[Installation]:
    with installation(WORKERS="1", TENANT_CONNECTIONS_MAX="4") as place, served(place):
        yield place


@pytest.fixture(scope="module")
def clients(installed: Installation) -> list[Client]:
    marks = {rfc(0, "D"): "CANARIO A", rfc(1, "D"): "CANARIO B"}
    made = []
    for who, api in installed.clients(list(marks)).items():
        mark = marks[who]
        papers = documents(who, mark)
        answer = api.post("/api/cfdi/bulk", packed(papers), kind="application/zip")
        assert answer.json["inserted"] == DOCUMENTS, answer.body
        made.append(Client(who, mark, next(m for m in marks.values() if m != mark), api, papers))
    return made


def storm(clients: Sequence[Client], count: int, seed: int) -> Tally:
    chance, tally = random.Random(seed), Tally()
    for _ in range(count):
        client = chance.choice(clients)
        with socket.create_connection(client.api.place, timeout=30) as wire:
            asked = client.request(chance)
            if chance.random() < 0.6:
                tally.cut += 1
                answer = _cut_off(wire, asked, chance)
            else:
                tally.whole += 1
                wire.sendall(asked)
                answer = b"".join(iter(lambda: wire.recv(65_536), b""))
                if answer.split(b" ", 2)[1:2] not in ([b"200"], [b"201"]):
                    tally.refused.append(answer)
        if client.other.encode() in answer:
            tally.wrong.append(answer)
    return tally


def _cut_off(wire: socket.socket, asked: bytes, chance: random.Random) -> bytes:
    """Hang up in the middle of asking, while waiting, or in the middle of the answer; politely or not."""
    heard = b""
    with suppress(OSError):
        end = chance.choice((chance.randrange(len(asked)), len(asked), len(asked)))
        wire.sendall(asked[:end])
        time.sleep(chance.uniform(0, 0.01))
        if end == len(asked) and chance.random() < 0.5:
            heard = wire.recv(chance.choice((1, 100, 2_000)))
        if chance.random() < 0.5:
            wire.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
    return heard


def throughput(clients: Sequence[Client]) -> float:
    """Whole lists a second, the best of three."""

    def one(number: int) -> None:
        client = clients[number % 2]
        page = client.api.get("/api/cfdi?limit=5")
        assert all(item["nombreEmisor"] == client.mark for item in page["items"])
        assert len(page["items"]) == 5

    best = 0.0
    with ThreadPoolExecutor(THREADS) as pool:
        for _ in range(3):
            began = time.monotonic()
            list(pool.map(one, range(120)))
            best = max(best, 120 / (time.monotonic() - began))
    return best


def at_work(installed: Installation) -> list[object]:
    """Sessions of the product on the clients' databases or the central one that are in the middle of something."""
    return installed.rows(
        "SELECT usename, state, query FROM pg_stat_activity"
        " WHERE backend_type = 'client backend' AND usename LIKE 'horux%' AND state <> 'idle'"
    )


def left_behind(installed: Installation) -> list[Path]:
    return [place for place in (installed.folder / "spool").rglob("*") if place.is_file()]


def test_a_storm_of_clients_that_hang_up_leaves_nothing_behind_and_mixes_nothing_up(
    installed: Installation, clients: list[Client]
) -> None:
    before = throughput(clients)
    with ThreadPoolExecutor(THREADS) as pool:
        tallies = list(pool.map(lambda seed: storm(clients, REQUESTS // THREADS, seed), range(THREADS)))
    assert not [answer for tally in tallies for answer in tally.wrong], "an answer bore another client's mark"
    assert not [answer for tally in tallies for answer in tally.refused]
    began = time.monotonic()
    until("no queda nada a medias", lambda: not at_work(installed), CALM_AGAIN_WITHIN)
    until("no queda nada de las cargas cortadas", lambda: not left_behind(installed), CALM_AGAIN_WITHIN)
    calm = time.monotonic() - began
    # Four connections are all there are: one that was not given back would be missed here.
    after = throughput(clients)
    whole, cut = sum(tally.whole for tally in tallies), sum(tally.cut for tally in tallies)
    print(
        f"\n{cut} cortadas y {whole} enteras; en calma a los {calm:.2f} s; {before:.0f}/s antes, {after:.0f}/s después"
    )
    assert after > before / 2
    assert len(installed.rows("SELECT 1 FROM pg_stat_activity WHERE usename ^@ 'horux_t_'")) <= 4
    for client in clients:
        assert len(client.api.get("/api/cfdi?limit=500")["items"]) == DOCUMENTS
