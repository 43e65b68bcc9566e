"""A client is moved between two servers, killed anywhere and while it works: no row is lost, none is there twice."""

import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from random import Random
from threading import Event, Thread

import psycopg
import pytest

from horux_adapters.container.horux import opened
from horux_adapters.container.settings import load
from horux_core.onboarding.model import MUDANZA, Step
from tests.cli.running import horux
from tests.system.asking import CUT_OFF, Api
from tests.system.household import plain_environment
from tests.system.installation import served
from tests.system.scale import proof
from tests.system.two_servers import (
    BASE,
    CENTRAL,
    FIRST,
    ONE,
    SECOND,
    Books,
    Pair,
    books,
    document,
    elsewhere,
    server_url,
    taken_in,
    two_servers,
    where,
    write,
)
from tests.system.waiting import until

KILLS = proof(3, 20)


@pytest.fixture(scope="module")
def pair() -> Iterator[Pair]:
    with two_servers() as both:
        taken_in(both.place, ONE)
        yield both


def databases(pair: Pair, server: str) -> set[str]:
    query = (
        "SELECT datname FROM pg_database WHERE datname ~ '^horux_(eku|mud)' OR shobj_description(oid, 'pg_database')"
    )
    with psycopg.connect(pair.superuser(server)) as conn:
        return {str(name) for (name,) in conn.execute(f"{query} ~ 'horux-mudanza'".encode()).fetchall()}


def whole(pair: Pair, before: Books) -> str:
    """Where the client is, with every row, and nothing of it anywhere else; and it can be written."""
    here = where(pair)
    there = SECOND if here == FIRST else FIRST
    assert (databases(pair, here), databases(pair, there)) == ({BASE}, set())
    assert books(pair, here) == before
    with psycopg.connect(pair.superuser(there)) as conn:
        role = pair.place.rows("SELECT replace(id::text, '-', '') FROM tenants WHERE rfc = %s", ONE, database=CENTRAL)
        assert not conn.execute("SELECT 1 FROM pg_roles WHERE rolname = %s", (f"horux_t_{role[0][0]}",)).fetchall()
    write(pair.place, ONE, 1)
    return here


def moving(pair: Pair, step: Step | None) -> "subprocess.Popen[str]":
    asked = json.dumps({"stop_at": step, "rfc": ONE, "target": elsewhere(pair)})
    return subprocess.Popen(
        [sys.executable, "-m", "tests.system.moving_house"],
        env=plain_environment(**pair.place.env, HORUX_PRUEBA=asked), stdin=subprocess.DEVNULL, stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL, start_new_session=True, text=True, cwd=Path(__file__).parents[2],
    )  # fmt: skip


def killed(child: "subprocess.Popen[str]") -> None:
    os.killpg(child.pid, signal.SIGKILL)
    child.communicate(timeout=20)


def recovered(pair: Pair) -> None:
    """As at any start, and then every ten seconds."""
    with opened(load(pair.place.env)) as product:
        recover = product.use_cases.recover_runs()

        def settled() -> bool:
            assert recover().failed == ()
            query = "SELECT 1 FROM provisioning_runs WHERE state = 'abierta'"
            return not pair.place.rows(query, database=CENTRAL)

        until("se retoma la mudanza", settled, 60)


@pytest.mark.parametrize("step", MUDANZA)
def test_killed_after_any_step_the_client_is_whole_in_one_place(pair: Pair, step: Step) -> None:
    from_here, to_there = where(pair), elsewhere(pair)
    before = books(pair, from_here)
    child = moving(pair, step)
    assert child.stdout is not None
    assert [child.stdout.readline(), child.stdout.readline()] == ["listo\n", "detenido\n"]
    killed(child)
    recovered(pair)
    assert whole(pair, before) == (to_there if step in (Step.APERTURA, Step.LIMPIEZA) else from_here)


def uncut(pair: Pair) -> float:
    """The seconds of a move when nobody is killed."""
    child = moving(pair, None)
    assert child.stdout is not None
    child.stdout.readline()
    began = time.monotonic()
    child.communicate(timeout=60)
    assert child.returncode == 0
    return time.monotonic() - began


def test_killed_at_any_moment_the_client_is_whole_in_one_place(pair: Pair) -> None:
    chance, ends, usual = Random(7), [], uncut(pair)
    for number in range(KILLS):
        before = books(pair, where(pair))
        child = moving(pair, None)
        assert child.stdout is not None
        child.stdout.readline()
        time.sleep(usual * 1.2 * (number + chance.random()) / KILLS)
        killed(child)
        recovered(pair)
        ends.append(whole(pair, before))
    print(f"\n{KILLS} muertes: {ends}")


@pytest.mark.timeout(300)
def test_what_was_acknowledged_during_a_move_is_there_once(pair: Pair) -> None:
    """Writers and readers go on all the while; what they are told when it cannot be is 503 and when to come back."""
    with served(pair.place):
        operator = pair.place.operator
        api = operator.viewing(ONE)
        kept: list[int] = []
        statuses: dict[str, dict[int, int]] = {"lee": {}, "escribe": {}}
        over = Event()

        def writing() -> None:
            n = 500_000
            while not over.is_set():
                n += 1
                answer = api.ask("POST", "/api/cfdi/", document(ONE, n), kind="application/xml")
                told(statuses["escribe"], answer.status, answer.body)
                if answer.status in (200, 201):
                    kept.append(n)

        def reading() -> None:
            while not over.is_set():
                answer = api.ask("GET", "/api/cfdi/?limit=1")
                told(statuses["lee"], answer.status, answer.body)

        threads = [Thread(target=writing), Thread(target=reading)]
        for thread in threads:
            thread.start()
        for _ in range(2):
            ended = horux("tenants", "move", ONE, elsewhere(pair), "--yes", env=pair.place.env)
            assert ended.returncode == 0, ended.stderr
        until("se vuelve a escribir", lambda: wrote(api), 30)
        over.set()
        for thread in threads:
            thread.join()
    print(f"\n{statuses}")
    assert set(statuses["escribe"]) <= {200, 201, 503}
    assert set(statuses["lee"]) <= {200, 503}
    with psycopg.connect(server_url(pair, where(pair), BASE)) as conn:
        folios = [int(folio) for (folio,) in conn.execute("SELECT folio FROM cfdis WHERE folio::int > 500000")]
    assert sorted(folios) == sorted(set(folios))
    assert set(kept) <= set(folios)
    assert len(kept) > 3


def told(statuses: dict[int, int], status: int, body: bytes) -> None:
    statuses[status] = statuses.get(status, 0) + 1
    if status == 503:
        assert json.loads(body)["code"] in ("mudanza-en-curso", "base-no-disponible"), body


def wrote(api: Api) -> bool:
    try:
        return api.ask("POST", "/api/cfdi/", document(ONE, 400_001), kind="application/xml").status in (200, 201, 409)
    except CUT_OFF:
        return False
