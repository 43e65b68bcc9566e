"""The product is killed while it takes a client in: a whole client is there, or nothing of it."""

import random
import time
from statistics import median
from threading import Thread
from typing import Any

import pytest

from horux_adapters.postgres.naming import database_name, role_name
from tests.system.asking import CUT_OFF, Answer, Api
from tests.system.household import Household, a_client
from tests.system.papers import rfc
from tests.system.scale import FULL, proof
from tests.system.waiting import until

KILLS = proof(4, 20)
RECOVERED_WITHIN = 60.0

pytestmark = pytest.mark.timeout(900 if FULL else 300)


def cut_short(household: Household, api: Api, client: dict[str, object], after: float) -> Answer | None:
    """The answer, if it came before everything was killed."""
    answers: list[Answer] = []

    def ask() -> None:
        try:
            answers.append(api.post("/api/tenants", client))
        except CUT_OFF:
            return

    asking = Thread(target=ask)
    asking.start()
    time.sleep(after)
    household.kill()
    asking.join()
    household.start()
    return answers[0] if answers else None


def settled(household: Household) -> bool:
    return not household.rows("SELECT 1 FROM provisioning_runs WHERE state = 'abierta'")


def found(household: Household, who: str) -> dict[str, int]:
    """How many of each thing a client is made of."""
    counts = {
        "tenants": "SELECT count(*) FROM tenants WHERE rfc = %s",
        "users": "SELECT count(*) FROM users WHERE email = lower(%s) || '@ejemplo.mx'",
        "memberships": "SELECT count(*) FROM memberships m JOIN tenants t ON t.id = m.tenant_id WHERE t.rfc = %s",
        "subscriptions": "SELECT count(*) FROM subscriptions s JOIN tenants t ON t.id = s.tenant_id WHERE t.rfc = %s",
    }
    there = {what: household.rows(query, who)[0][0] for what, query in counts.items()}
    databases = household.rows("SELECT count(*) FROM pg_database WHERE datname = %s", database_name(who))
    return {**there, "databases": databases[0][0]}


def strays(household: Household) -> tuple[set[str], set[str], set[str]]:
    """Roles, databases and folders of clients that no client in the registry has."""
    rows = household.rows("SELECT id, database_name FROM tenants")
    roles = {str(name) for (name,) in household.rows("SELECT rolname FROM pg_roles WHERE rolname LIKE 'horux\\_t\\_%'")}
    databases = {
        str(name)
        for (name,) in household.rows(
            "SELECT datname FROM pg_database WHERE datname LIKE 'horux\\_%' AND datname <> 'horux_plantilla'"
        )
    }
    folders = {
        place.name for folder in ("spool", "buzon") for place in (household.folder / folder).glob("*") if place.is_dir()
    }
    idents, names = {str(ident) for ident, _ in rows}, {str(name) for _, name in rows}
    return roles - {role_name(ident) for ident, _ in rows}, databases - names, folders - idents - names


@pytest.fixture(scope="module")
def usual(household: Household) -> float:
    """The seconds a client takes when nothing goes wrong."""
    api, taken = household.operator(), []
    for number in range(3):
        began = time.monotonic()
        assert api.post("/api/tenants", a_client(rfc(number, "P"))).status == 201
        taken.append(time.monotonic() - began)
    print(f"\nalta sin cortes: {median(taken) * 1000:.0f} ms")
    return median(taken)


def test_a_client_cut_short_is_whole_or_not_there_and_can_be_taken_in_again(household: Household, usual: float) -> None:
    chance, ends = random.Random(3), {"entero": 0, "nada": 0}
    for number in range(KILLS):
        who = rfc(100 + number, "P")
        # One kill in each part of the way, so that no part is left untried.
        after = usual * 1.6 * (number + chance.random()) / KILLS
        answer = cut_short(household, household.operator(), a_client(who), after)
        until("se retoman las altas", lambda: settled(household), RECOVERED_WITHIN)
        there = found(household, who)
        ends["entero" if there["tenants"] else "nada"] += 1
        assert set(there.values()) in ({0}, {1}), f"a {after * 1000:.0f} ms: {there}"
        assert answer is None or (answer.status == 201 and there["tenants"] == 1)
        assert strays(household) == (set(), set(), set())
        again(household, who, there["tenants"] == 1)
    print(f"\n{KILLS} muertes: {ends}")


def again(household: Household, who: str, there: bool) -> None:
    """It works as any other after that."""
    api = household.operator()
    answer = api.post("/api/tenants", a_client(who))
    assert answer.status == (409 if there else 201), answer.body
    seen: Any = api.get(f"/api/tenants/{who}")
    assert seen["rfc"] == who
    assert api.viewing(who).get("/api/cfdi")["items"] == []
    assert set(found(household, who).values()) == {1}
