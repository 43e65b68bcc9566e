"""With clients on two servers everything an operator does goes on, also while one of them is moved."""

import json
from collections.abc import Iterator
from pathlib import Path
from threading import Thread

import psycopg
import pytest

from horux_adapters.container.horux import opened
from horux_adapters.container.settings import load
from horux_adapters.crypto.wrapping import new_pair
from horux_core.identity.model import Actor
from horux_core.kernel.rfc import Rfc
from tests.cli.running import horux, refused
from tests.conftest import short_folder
from tests.system.installation import installation
from tests.system.two_servers import (
    CENTRAL,
    FIRST,
    ONE,
    OTHER,
    SECOND,
    Pair,
    books,
    elsewhere,
    second_server,
    taken_in,
    two_servers,
    where,
    write,
)

PRIVATE, PUBLIC = new_pair()
_OLD = Path("/usr/lib/postgresql/15/bin")


@pytest.fixture(scope="module")
def pair() -> Iterator[Pair]:
    with short_folder() as folder:
        kept = {"BACKUP_DIR": str(folder / "respaldos"), "BACKUP_PUBLIC_KEY": PUBLIC}
        with two_servers(**kept) as both:
            (both.place.folder / "llave.txt").write_text(f"# de las pruebas\n{PRIVATE}\n")
            taken_in(both.place, ONE)
            taken_in(both.place, OTHER)
            yield both


def test_a_client_whose_subscription_is_paused_is_moved_and_stays_so(pair: Pair) -> None:
    pair.place.statement(f"UPDATE tenants SET active = false WHERE rfc = '{OTHER}'", CENTRAL)
    to = SECOND if where(pair, OTHER) == FIRST else FIRST
    assert horux("tenants", "move", OTHER, to, "--yes", env=pair.place.env).returncode == 0
    assert pair.place.rows("SELECT server, active FROM tenants WHERE rfc = %s", OTHER, database=CENTRAL) == [
        (to, False)
    ]
    pair.place.statement(f"UPDATE tenants SET active = true WHERE rfc = '{OTHER}'", CENTRAL)


def test_backup_restore_migrate_doctor_and_purge_work_on_both(pair: Pair) -> None:
    if where(pair, OTHER) == where(pair):
        assert horux("tenants", "move", ONE, elsewhere(pair), "--yes", env=pair.place.env).returncode == 0
    env = pair.place.env
    for command in (("migrate",), ("backup", "run")):
        ended = horux(*command, env=env)
        assert ended.returncode == 0, ended.stderr
    before = books(pair, where(pair))
    write(pair.place, ONE, 1)
    ended = horux(
        "backup", "restore", "--rfc", ONE, "--over", "--yes", "--key", str(pair.place.folder / "llave.txt"), env=env
    )
    assert ended.returncode == 0, ended.stderr
    assert books(pair, where(pair)) == before
    findings = {one["nombre"]: one for one in json.loads(horux("doctor", "--json", env=env).stdout)["revisiones"]}
    for check in ("servidores", "migraciones-clientes", "permisos-de-roles", "mudanzas"):
        assert findings[check]["estado"] == "ok", findings[check]
    assert SECOND in findings["servidores"]["detalle"]


def test_a_backup_may_run_while_a_client_is_moved(pair: Pair) -> None:
    runs = [Thread(target=lambda: ended.append(horux("backup", "run", env=pair.place.env)))]
    ended: list[object] = []
    for thread in runs:
        thread.start()
    moved = [horux("tenants", "move", ONE, elsewhere(pair), "--yes", env=pair.place.env) for _ in range(2)]
    for thread in runs:
        thread.join()
    assert [one.returncode for one in moved] == [0, 0], moved
    assert getattr(ended[0], "returncode", None) == 0, ended


def test_what_a_dead_process_left_is_named_by_the_doctor(pair: Pair) -> None:
    left = "horux_mudada_" + "0" * 32
    with psycopg.connect(pair.second, autocommit=True) as conn:
        conn.execute(f"CREATE DATABASE {left}".encode())
        try:
            told = json.loads(horux("doctor", "--json", env=pair.place.env).stdout)["revisiones"]
        finally:
            conn.execute(f"DROP DATABASE {left}".encode())
    (finding,) = [one for one in told if one["nombre"] == "mudanzas"]
    assert (finding["estado"], f"{left} ({SECOND})" in finding["detalle"]) == ("warn", True), finding


def test_refuses_with_a_sentence(pair: Pair) -> None:
    env = pair.place.env
    refused(horux("tenants", "move", ONE, where(pair), "--yes", env=env), "ya está en el servidor")
    refused(horux("tenants", "move", ONE, "nada", "--yes", env=env), "No hay un servidor «nada»")
    assert horux("servers", "close", SECOND, env=env).returncode == 0
    if where(pair) == SECOND:
        assert horux("tenants", "move", ONE, FIRST, "--yes", env=env).returncode == 0
    refused(horux("tenants", "move", ONE, SECOND, "--yes", env=env), "no recibe clientes", "horux servers open")
    assert horux("servers", "open", SECOND, env=env).returncode == 0
    refused(horux("servers", "remove", FIRST, env=env), "base central")


def test_a_process_that_runs_learns_of_a_new_server_and_a_client_there_leaves_whole(pair: Pair) -> None:
    with opened(load(pair.place.env)) as product:
        databases, registry = product.gateways.databases(), product.gateways.registry()
        for name in ("tres",):
            pair.place.statement(
                f"INSERT INTO database_servers (name, host, port) SELECT '{name}', host, port FROM database_servers "
                f"WHERE name = '{SECOND}'; UPDATE database_servers SET accepts_new = name = '{name}'", CENTRAL,
            )  # fmt: skip
        try:
            assert databases.server_for_new() == "tres"
            taken_in(pair.place, "XIA190128J61", 1)
            tenant = registry.find(Rfc("XIA190128J61"))
            with product.gateways.books().open(tenant.id) as opened_books:
                assert opened_books.cfdis.count() == 1
            product.use_cases.deprovision_tenant()(Actor.system(), "XIA190128J61")
            assert registry.get(tenant.id).database_name.startswith("horux_deleted_")
        finally:
            pair.place.statement("UPDATE database_servers SET accepts_new = true", CENTRAL)


def test_goes_to_no_older_server() -> None:
    if not (_OLD / "postgres").exists():
        pytest.skip("no hay PostgreSQL 15 en esta máquina: en Debian 12, apt-get install postgresql")
    with installation(max_connections=60) as place, second_server(place, _OLD) as older:
        taken_in(place, ONE, 1)
        assert horux("servers", "add", "viejo", *older.host, env=place.env).returncode == 0
        refused(horux("tenants", "move", ONE, "viejo", "--yes", env=place.env), "más vieja", "15")
