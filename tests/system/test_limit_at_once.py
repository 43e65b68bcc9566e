"""Many uploads at once with room for one: the limit is kept to the last document, whatever way they come."""

from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

import pytest

from contracts.samples import an_xml
from horux_adapters.postgres.naming import database_name
from tests.system.asking import Answer, Api
from tests.system.installation import Installation, installation, served
from tests.system.papers import Paper, packed, papers, rfc

LIMIT, AT_ONCE = 20, 50
LUZ, PAZ, SOL, MAR = (rfc(number, "L") for number in range(4))
FULL = f"Límite de CFDIs alcanzado ({LIMIT}/{LIMIT}). Contacta soporte para upgrade."
NO_ROOM = f"Límite de CFDIs alcanzado ({LIMIT - 1}/{LIMIT}). Contacta soporte para upgrade."

Send = Callable[[Api], Answer]


@pytest.fixture(scope="module")
def installed() -> Iterator[Installation]:
    with installation(WORKERS="2") as place, served(place):
        yield place


def nearly_full(installed: Installation, who: str) -> Api:
    """The owner of a new client with room for one more."""
    api = installed.clients([who])[who]
    stored = api.post("/api/cfdi/bulk", packed(_own(who, LIMIT - 1)), kind="application/zip")
    assert (stored.status, stored.json["inserted"]) == (200, LIMIT - 1)
    shrunk = installed.operator.ask("PATCH", f"/api/tenants/{who}", {"cfdiLimit": LIMIT})
    assert shrunk.status == 200, shrunk.body
    return api


def _own(who: str, count: int, seed: int = 1) -> list[Paper]:
    """None of them pays another: each stands alone."""
    uuids = [paper.uuid for paper in papers(who, count, seed)]
    return [Paper(uuid, an_xml(uuid=uuid, rfc_emisor=who)) for uuid in uuids]


def one(paper: Paper) -> Send:
    return lambda api: api.post("/api/cfdi", paper.xml, kind="application/xml")


def several(some: Sequence[Paper]) -> Send:
    return lambda api: api.post("/api/cfdi/bulk", packed(some), kind="application/zip")


def at_once(api: Api, sends: Sequence[Send]) -> list[Answer]:
    start = Barrier(len(sends))

    def run(send: Send) -> Answer:
        start.wait(30)
        return send(api)

    with ThreadPoolExecutor(len(sends)) as threads:
        return list(threads.map(run, sends))


def stored(installed: Installation, who: str) -> int:
    return int(installed.rows("SELECT count(*) FROM cfdis", database=database_name(who))[0][0])


def test_fifty_documents_at_once_and_room_for_one(installed: Installation) -> None:
    api = nearly_full(installed, LUZ)
    answers = at_once(api, [one(paper) for paper in _own(LUZ, AT_ONCE, seed=2)])
    assert Counter(answer.status for answer in answers) == {201: 1, 403: AT_ONCE - 1}
    assert {answer.json["message"] for answer in answers if answer.status == 403} == {FULL}
    assert stored(installed, LUZ) == LIMIT


def test_fifty_of_one_kind_and_another_and_room_for_one(installed: Installation) -> None:
    api = nearly_full(installed, PAZ)
    apart = _own(PAZ, AT_ONCE, seed=3)
    sends = [one(paper) if n % 2 else several([paper]) for n, paper in enumerate(apart)]
    answers = at_once(api, sends)
    assert Counter(answer.status for answer in answers if answer.status == 403) == {403: AT_ONCE - 1}
    assert {answer.json["message"] for answer in answers if answer.status == 403} == {FULL}
    (entered,) = (answer for answer in answers if answer.status != 403)
    assert entered.status == 201 or (entered.status, entered.json["inserted"]) == (200, 1)
    assert stored(installed, PAZ) == LIMIT


def test_fifty_that_do_not_fit_whole_keep_nothing(installed: Installation) -> None:
    api = nearly_full(installed, SOL)
    pairs = _own(SOL, 2 * AT_ONCE, seed=4)
    answers = at_once(api, [several(pairs[n : n + 2]) for n in range(0, len(pairs), 2)])
    assert {(answer.status, answer.json["message"]) for answer in answers} == {(403, NO_ROOM)}
    assert stored(installed, SOL) == LIMIT - 1


def test_what_is_sent_fifty_times_at_once_is_refused_to_nobody(installed: Installation) -> None:
    api = nearly_full(installed, MAR)
    (paper,) = _own(MAR, 1, seed=5)
    answers = at_once(api, [one(paper)] * AT_ONCE)
    assert Counter(answer.status for answer in answers) == {201: 1, 200: AT_ONCE - 1}
    assert stored(installed, MAR) == LIMIT
