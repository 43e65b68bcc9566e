"""Onboarding on a real server, where processes are killed and databases are real."""

import json
import os
import random
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import asdict
from pathlib import Path
from threading import Barrier

import psycopg
import pytest

from contracts.clients import OPERATOR, RFC, a_client
from horux_adapters.postgres.central import migrate_central
from horux_core.kernel.rfc import Rfc
from horux_core.onboarding.model import ALTA, BAJA, Step
from horux_core.tenancy.errors import RfcTaken, TenantMissing
from horux_core.tenancy.model import TenantState
from tests.adapters.postgres.clients_house import Place, PostgresHouse
from tests.adapters.postgres.conftest import Installation

ROOT = Path(__file__).resolve().parents[3]


@pytest.fixture
def place(installation: Installation) -> Iterator[Place]:
    migrate_central(installation.admin_url, installation.admin_url)
    installation.template.ensure()
    place = Place(installation.admin_url, installation.admin_url, str(installation.folder), installation.template.name)
    yield place
    with psycopg.connect(installation.superuser_url, autocommit=True) as conn:
        for name in databases(installation):
            conn.execute(f'DROP DATABASE "{name}" WITH (FORCE)'.encode())


@pytest.fixture
def house(place: Place) -> Iterator[PostgresHouse]:
    house = PostgresHouse(place)
    yield house
    house.close()


def databases(installation: Installation) -> list[str]:
    """Those of clients, live and gone, that this installation has."""
    rows = installation.as_superuser(
        "SELECT datname FROM pg_database d JOIN pg_roles r ON r.oid = d.datdba"
        " WHERE r.rolname = %s AND datname LIKE 'horux%%' ORDER BY 1",
        f"aprovisionador_{installation.mark}",
    )
    return [str(name) for (name,) in rows]


def roles(installation: Installation) -> int:
    rows = installation.as_superuser(
        "SELECT count(DISTINCT r.oid) FROM pg_auth_members m"
        " JOIN pg_roles r ON r.oid = m.roleid JOIN pg_roles p ON p.oid = m.member"
        " WHERE p.rolname = %s AND r.rolname LIKE 'horux_t_%%'",
        f"aprovisionador_{installation.mark}",
    )
    return int(str(rows[0][0]))


def counts(house: PostgresHouse) -> dict[str, int]:
    tables = ("tenants", "users", "memberships", "subscriptions", "outbox")
    with house.control.transaction() as conn:
        found = {}
        for table in tables:
            row = conn.execute(f"SELECT count(*) FROM {table}".encode()).fetchone()
            assert row is not None
            found[table] = int(row[0])
    return found


NOTHING = {"tenants": 0, "users": 0, "memberships": 0, "subscriptions": 0, "outbox": 0}
WHOLE = {**dict.fromkeys(NOTHING, 1), "outbox": 2}


def a_process(place: Place, what: str, stop_at: Step | None) -> subprocess.Popen[str]:
    asked = {"place": asdict(place), "what": what, "stop_at": stop_at, "rfc": RFC, "email": "ana@cascabel.mx"}
    path = f"{ROOT / 'src'}:{ROOT}"
    environment = {"PATH": os.environ["PATH"], "HORUX_PRUEBA": json.dumps(asked), "PYTHONPATH": path}
    program = [sys.executable, "-m", "tests.adapters.postgres.clients_house"]
    child = subprocess.Popen(program, cwd=ROOT, env=environment, stdout=subprocess.PIPE, text=True)
    assert child.stdout is not None
    assert child.stdout.readline() == "listo\n"
    return child


def killed(child: subprocess.Popen[str]) -> None:
    child.send_signal(signal.SIGKILL)
    assert child.stdout is not None
    child.stdout.close()
    child.wait()


def killed_at(place: Place, what: str, step: Step) -> None:
    child = a_process(place, what, step)
    assert child.stdout is not None
    assert child.stdout.readline() == "detenido\n"
    killed(child)


def recovered(house: PostgresHouse) -> None:
    """As at any start: until nothing that died is left open."""
    deadline = time.monotonic() + 10
    while open_runs(house):
        recovery = house.recover()
        assert recovery.failed == ()
        assert time.monotonic() < deadline
        time.sleep(0.02)


def open_runs(house: PostgresHouse) -> int:
    with house.control.transaction() as conn:
        row = conn.execute("SELECT count(*) FROM provisioning_runs WHERE state = 'abierta'").fetchone()
    assert row is not None
    return int(row[0])


def test_takes_a_client_in_lets_it_go_and_takes_it_in_again(house: PostgresHouse, installation: Installation) -> None:
    first = house.provision(OPERATOR, a_client()).tenant
    assert house.registry.find(first.rfc) == first
    assert counts(house) == WHOLE
    assert databases(installation) == ["horux_cas2408138w2"]
    house.deprovision(OPERATOR, RFC)
    gone = house.registry.get(first.id)
    assert gone.state is TenantState.DELETED
    assert databases(installation) == [gone.database_name]
    second = house.provision(OPERATOR, a_client()).tenant
    assert second.id != first.id
    assert databases(installation) == sorted([gone.database_name, "horux_cas2408138w2"])
    assert counts(house) == {"tenants": 2, "users": 1, "memberships": 1, "subscriptions": 2, "outbox": 4}


def test_gives_an_rfc_to_one_of_many_that_ask_at_once(house: PostgresHouse, installation: Installation) -> None:
    at_once = Barrier(4)

    def one(n: int) -> str:
        at_once.wait()
        try:
            house.provision(OPERATOR, a_client(admin_email=f"ana{n}@cascabel.mx"))
        except RfcTaken as error:
            return error.code
        return "alta"

    with ThreadPoolExecutor(4) as threads:
        assert sorted(threads.map(one, range(4))) == ["alta", "rfc-taken", "rfc-taken", "rfc-taken"]
    assert counts(house) == WHOLE
    assert databases(installation) == ["horux_cas2408138w2"]
    assert (roles(installation), open_runs(house)) == (1, 0)


def test_a_killed_process_leaves_nothing_of_a_client(
    house: PostgresHouse, place: Place, installation: Installation
) -> None:
    for step in ALTA:
        killed_at(place, "alta", step)
        recovered(house)
        assert counts(house) == NOTHING, step
        assert databases(installation) == [], step
        assert roles(installation) == 0, step


def test_a_killed_process_leaves_a_client_gone(house: PostgresHouse, place: Place, installation: Installation) -> None:
    for step in BAJA:
        tenant = house.provision(OPERATOR, a_client()).tenant
        before = len(databases(installation))
        killed_at(place, "baja", step)
        recovered(house)
        with pytest.raises(TenantMissing):
            house.registry.find(tenant.rfc)
        kept = house.registry.get(tenant.id)
        assert kept.state is TenantState.DELETED
        assert kept.database_name in databases(installation)
        assert len(databases(installation)) == before
        assert counts(house)["memberships"] == 0


def test_a_process_killed_at_any_moment_leaves_a_client_whole_or_nothing(
    house: PostgresHouse, place: Place, installation: Installation
) -> None:
    moments = random.Random(20260301)
    for _ in range(int(os.environ.get("KILLS", "8"))):
        child = a_process(place, "alta", None)
        time.sleep(moments.uniform(0, 0.25))
        killed(child)
        recovered(house)
        found = counts(house)
        if found["tenants"]:
            assert {name: found[name] for name in ("tenants", "memberships", "subscriptions")} == dict.fromkeys(
                ("tenants", "memberships", "subscriptions"), 1
            )
            assert house.registry.find(Rfc(RFC)).state is TenantState.LIVE
            assert databases(installation) == ["horux_cas2408138w2"]
            house.deprovision(OPERATOR, RFC)
            clean(house, installation)
        else:
            assert found == NOTHING
            assert databases(installation) == []
            assert roles(installation) == 0


def clean(house: PostgresHouse, installation: Installation) -> None:
    with psycopg.connect(installation.superuser_url, autocommit=True) as conn:
        for name in databases(installation):
            conn.execute(f'DROP DATABASE "{name}" WITH (FORCE)'.encode())
    with house.control.transaction() as conn:
        rows = conn.execute("SELECT 'horux_t_' || replace(id::text, '-', '') FROM tenants").fetchall()
        for (role,) in rows:
            conn.execute(f'DROP ROLE "{role}"'.encode())
        conn.execute("TRUNCATE tenants, users, provisioning_runs, outbox CASCADE")


def test_takes_clients_in_fast(house: PostgresHouse, capsys: pytest.CaptureFixture[str]) -> None:
    took = []
    for n in range(20):
        began = time.perf_counter()
        house.provision(OPERATOR, a_client(f"CAS2408{n % 28 + 1:02d}8W2", admin_email=f"a{n}@x.mx"))
        took.append(time.perf_counter() - began)
    took.sort()
    with capsys.disabled():
        print(f"\nalta de un cliente: mediana {took[10] * 1000:.0f} ms, p95 {took[18] * 1000:.0f} ms")
    assert took[18] < 1.5
