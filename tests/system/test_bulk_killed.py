"""A load that is killed at any moment, again and again, ends as if it had never been."""

import random
import time
from dataclasses import dataclass
from threading import Thread
from typing import Any

import pytest

from tests.system.asking import CUT_OFF, Answer, Api
from tests.system.household import Household
from tests.system.papers import ANIO, Paper, packed, papers, rfc
from tests.system.scale import FULL, proof
from tests.system.waiting import until

COUNT = proof(1_500, 50_000)
KILLS = proof(3, 10)
ONE_BY_ONE = proof(40, 400)
LOADED_WITHIN = proof(30, 60)
"""Whoever starts takes up what was lost: nothing waits until its runner has been silent for a minute."""
UNBROKEN, PRODUCT, POWER, SINGLE = (rfc(number, "U") for number in range(4))

pytestmark = pytest.mark.timeout(3600 if FULL else 300)


@dataclass(frozen=True)
class Reference:
    """What an unbroken run comes to, and how long it takes."""

    year: Any
    received_in: float
    loaded_in: float


def sent(api: Api, body: bytes) -> str:
    answer = api.post("/api/cfdi/bulk", body, kind="application/zip")
    assert answer.status == 202, answer.body
    return str(answer.json["jobId"])


def ended(api: Api, job: str) -> Any:
    def state() -> Any:
        found = api.get(f"/api/cfdi/bulk/{job}")
        return found if found["estado"] in ("terminado", "fallido") else None

    return until(f"termina la carga {job}", state, LOADED_WITHIN)


def truthful(load: Any, received: int) -> tuple[int, int]:
    """What was new and what was repeated: together all there was, and nothing refused."""
    outcome = load["outcome"]
    assert load["estado"] == "terminado"
    assert outcome["rejected"] == outcome["ignored"] == []
    assert outcome["received"] == outcome["inserted"] + outcome["duplicates"] == received
    assert load["recibidos"] == load["procesados"] == received
    return outcome["inserted"], outcome["duplicates"]


def kept(api: Api) -> list[str]:
    """The documents in the books, page by page."""
    found: list[str] = []
    cursor = ""
    while True:
        page = api.get(f"/api/cfdi?limit=500{cursor}")
        found += [item["uuid"] for item in page["items"]]
        if page["nextCursor"] is None:
            return found
        cursor = f"&cursor={page['nextCursor']}"


def whole(api: Api, documents: list[Paper], reference: Reference, chance: random.Random) -> None:
    """Every document once, byte for byte, and the months of the unbroken run."""
    assert api.get(f"/api/iva?anio={ANIO}") == reference.year
    assert sorted(kept(api)) == sorted(paper.uuid for paper in documents)
    for paper in chance.sample(documents, 20):
        assert api.ask("GET", f"/api/cfdi/{paper.uuid}/xml").body == paper.xml


@pytest.fixture(scope="module")
def reference(household: Household) -> Reference:
    api = household.client(UNBROKEN)
    documents = papers(UNBROKEN, COUNT)
    began = time.monotonic()
    job = sent(api, packed(documents))
    received = time.monotonic()
    assert truthful(ended(api, job), COUNT) == (COUNT, 0)
    loaded = time.monotonic()
    assert len(kept(api)) == COUNT
    year = api.get(f"/api/iva?anio={ANIO}")
    assert any(month["ivaTrasladado"] != "0.00" for month in year["meses"])
    print(f"\nsin cortes: {COUNT} CFDI recibidos en {received - began:.2f} s, cargados en {loaded - received:.2f} s")
    return Reference(year, received - began, loaded - received)


def cut_while_receiving(household: Household, api: Api, body: bytes, after: float) -> Answer | None:
    """The answer, if it came before everything was killed."""
    answers: list[Answer] = []

    def send() -> None:
        try:
            answers.append(api.post("/api/cfdi/bulk", body, kind="application/zip"))
        except CUT_OFF:
            return

    sender = Thread(target=send)
    sender.start()
    time.sleep(after)
    household.kill()
    sender.join()
    household.start()
    return answers[0] if answers else None


def killed_while_loading(household: Household, api: Api, job: str, after: float, *, with_postgres: bool) -> bool:
    """Whether the load was still going on."""
    estado = until("alguien toma la carga", lambda: in_hand(api, job), 60, 0.005)
    if estado == "procesando":
        time.sleep(after)
        estado = api.get(f"/api/cfdi/bulk/{job}")["estado"]
    household.kill(with_postgres=with_postgres)
    household.start()
    return bool(estado == "procesando")


def in_hand(api: Api, job: str) -> str | None:
    estado = str(api.get(f"/api/cfdi/bulk/{job}")["estado"])
    return None if estado == "en_cola" else estado


def test_an_upload_cut_off_while_it_arrives_is_there_whole_or_not_at_all(
    household: Household, reference: Reference
) -> None:
    chance = random.Random(1)
    documents, api = papers(PRODUCT, COUNT), household.client(PRODUCT)
    body = packed(documents)
    news = 0
    for _ in range(proof(1, 4)):
        answer = cut_while_receiving(household, api, body, chance.uniform(0, reference.received_in * 1.5))
        if answer is not None:
            assert answer.status == 202
            news += truthful(ended(api, answer.json["jobId"]), COUNT)[0]
    news += truthful(ended(api, sent(api, body)), COUNT)[0]
    assert news <= COUNT, "nothing is told as new twice"
    whole(api, documents, reference, chance)


@pytest.mark.parametrize(("who", "with_postgres"), [(rfc(10, "U"), False), (POWER, True)], ids=["producto", "todo"])
def test_a_load_killed_again_and_again_ends_as_the_unbroken_one(
    household: Household, reference: Reference, who: str, with_postgres: bool
) -> None:
    chance = random.Random(2 + with_postgres)
    documents, api = papers(who, COUNT), household.client(who)
    body = packed(documents)
    job = sent(api, body)
    at_work = 0
    for _ in range(KILLS):
        # The first meets it at once, however long the unbroken one took on a busy machine.
        after = chance.uniform(0, reference.loaded_in / proof(2, 5)) if at_work else 0
        at_work += killed_while_loading(household, api, job, after, with_postgres=with_postgres)
    assert at_work, "no kill met the load at work"
    assert truthful(ended(api, job), COUNT) == (COUNT, 0)
    whole(api, documents, reference, chance)
    assert truthful(ended(api, sent(api, body)), COUNT) == (0, COUNT)
    whole(api, documents, reference, chance)
    print(f"\n{KILLS} muertes, {at_work} con la carga en marcha")


def test_what_was_acknowledged_one_by_one_survives_and_sending_it_again_adds_nothing(
    household: Household, reference: Reference
) -> None:
    chance = random.Random(5)
    documents, api = papers(SINGLE, COUNT), household.client(SINGLE)
    few = documents[:ONE_BY_ONE]
    acknowledged: list[str] = []

    def send() -> None:
        for paper in few:
            try:
                answer = api.post("/api/cfdi", paper.xml, kind="application/xml")
            except CUT_OFF:
                return
            assert answer.status in (200, 201), answer.body
            acknowledged.append(paper.uuid)

    sender = Thread(target=send)
    sender.start()
    time.sleep(chance.uniform(0.05, 0.3))
    household.kill()
    sender.join()
    household.start()
    assert 0 < len(acknowledged) < ONE_BY_ONE, "the kill came in the middle"
    assert set(acknowledged) <= set(kept(api))
    send()
    assert sorted(kept(api)) == sorted(paper.uuid for paper in few)
    job = sent(api, packed(documents))
    assert truthful(ended(api, job), COUNT) == (COUNT - ONE_BY_ONE, ONE_BY_ONE)
    whole(api, documents, reference, chance)
