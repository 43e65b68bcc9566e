"""What was backed up comes back: one client over its books; what it destroyed since, never."""

import json
import os
import shutil
import signal
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from random import Random

import psycopg
import pytest

from contracts.efirmas import an_efirma
from horux_adapters.container.horux import opened
from horux_adapters.container.settings import load
from horux_adapters.filesystem.fiel_backup import walked
from horux_adapters.postgres.connecting import dsn
from horux_core.backups.model import RunState
from horux_core.backups.shelf import Key
from horux_core.identity.model import Actor
from horux_core.kernel.rfc import Rfc
from tests.cli.running import horux
from tests.conftest import short_folder
from tests.system.backed_up import (
    CENTRAL,
    PRIVATE,
    backup,
    databases,
    restored,
    rows,
    run,
    settings,
    taken_in,
    write,
)
from tests.system.household import plain_environment
from tests.system.installation import Installation, installation

ONE, OTHER, GONE, PAUSED = "EKU9003173C9", "URE180429TM6", "XIA190128J61", "IIA040805DZ4"
# A database that is being renamed is waited for; this one will not come.
_WAITS_BRIEFLY = """
from horux_adapters.postgres import dumping
dumping._RENAMED_WITHIN = 0.3
from horux_adapters.cli.main import main
main()
"""
CANARY = "canario-Ñ-93b2"
# What comes of the command itself, before or after what it keeps was read.
_MOVING = {"respaldos", "respaldo_archivos", "audit_log", "outbox", "procrastinate_jobs", "procrastinate_events"}


@pytest.fixture(scope="module")
def store() -> Iterator[Path]:
    with short_folder() as folder:
        (folder / "llave.txt").write_text(f"# de las pruebas\n{PRIVATE}\n")
        yield folder


@pytest.fixture(scope="module")
def place(store: Path) -> Iterator[Installation]:
    with installation(max_connections=80, **settings(store)) as installed:
        for rfc in (ONE, OTHER, GONE, PAUSED):
            taken_in(installed, rfc)
        with opened(load(installed.env)) as product:
            product.use_cases.deprovision_tenant()(Actor.system(), GONE)
        installed.statement("UPDATE subscriptions SET status = 'paused' WHERE tenant_id = "
                            f"(SELECT id FROM tenants WHERE rfc = '{PAUSED}')", CENTRAL)  # fmt: skip
        yield installed


def test_a_run_proves_every_file_and_says_so(place: Installation, store: Path) -> None:
    ended = backup(place, "run")
    assert ended.returncode == 0, ended.stderr
    told = json.loads(backup(place, "list", "--json").stdout)[0]
    assert (told["estado"], told["guardado"]) == ("completo", True)
    assert {file["rfc"] for file in told["archivos"]} == {"", ONE, OTHER, GONE, PAUSED}
    assert {file["estado"] for file in told["archivos"]} == {"probado"}
    for arguments in (("verify", "--key", str(store / "llave.txt")), ("verify", told["respaldo"])):
        assert backup(place, *arguments).returncode == 0


def test_nothing_in_clear_lies_in_the_store(place: Installation, store: Path) -> None:
    assert run(place).state is RunState.COMPLETO
    for file in (store / "respaldos").rglob("*.age"):
        octets = file.read_bytes()
        assert octets.startswith(b"age-encryption.org/v1\n")
        assert not any(word in octets for word in (b"PGDMP", b"EKU9003173C9", b"tenants", b"INSERT"))
        assert file.stat().st_mode & 0o777 == 0o600


def test_one_client_comes_back_over_its_books_and_no_other_is_touched(place: Installation, store: Path) -> None:
    assert run(place).state is RunState.COMPLETO
    before = rows(place, databases(place)[ONE])
    for rfc in (ONE, OTHER):
        write(place, rfc, 3)
    other, central = rows(place, databases(place)[OTHER]), rows(place, CENTRAL, frozenset(_MOVING | {"tenants"}))
    assert rows(place, databases(place)[ONE]) != before
    ended = restored(place, store, "--rfc", ONE, "--over", "--yes")
    assert rows(place, databases(place)[ONE]) == before
    assert rows(place, databases(place)[OTHER]) == other
    assert rows(place, CENTRAL, frozenset(_MOVING | {"tenants"})) == central
    aside = ended.stderr.split("horux backup drop ")[1].strip()
    assert len(rows(place, aside)["cfdis"]) == len(before["cfdis"]) + 3
    write(place, ONE, 1)
    assert backup(place, "drop", aside, "--yes").returncode == 0
    assert aside not in backup(place, "list").stdout


def test_an_e_firma_destroyed_since_never_opens_again(store: Path) -> None:
    """Yesterday's backup has it whole; a later one, or the folder that is left, has the receipt."""
    with installation(max_connections=80, **settings(store, "efirmas")) as place:
        taken_in(place, OTHER)
        with opened(load(place.env)) as product:
            tenant = product.gateways.registry().find(Rfc(OTHER)).id
            product.use_cases.store_fiel()(Actor.system(tenant), an_efirma(rfc=OTHER, password=CANARY).upload())
            yesterday = product.backups.run()(Actor.system()).id
        assert horux("fiel", "destroy", "--rfc", OTHER, "--reason", "Se fue", "--yes", env=place.env).returncode == 0
        receipts = dict(walked(place.folder / "fiel"))
        assert not opens_after(store, yesterday, place.folder / "fiel")
        assert opens_after(store, yesterday), "sin el recibo nadie sabe que se destruyó"
        run(place)
        assert not opens_after(store, yesterday)
        assert dict(walked(place.folder / "fiel")) == receipts


def opens_after(store: Path, yesterday: str, folder: Path | None = None) -> bool:
    """Whether it does on a bare server, with the `folder` that was left, once yesterday's was restored there."""
    with installation(max_connections=80, **settings(store, "efirmas")) as bare:
        if folder is not None:
            shutil.copytree(folder, bare.folder / "fiel")
        with opened(load(bare.env)) as product:
            product.backups.restore_all()(Actor.system(), yesterday, Key(PRIVATE), None, list[object]().append)
        return decrypts(bare)


def decrypts(place: Installation) -> bool:
    ended = horux("fiel", "decrypt", "--rfc", OTHER, "--reason", "Prueba", env=place.env)
    assert CANARY not in ended.stdout + ended.stderr
    if ended.returncode == 0:
        shutil.rmtree(ended.stdout.strip())
    return ended.returncode == 0


def test_a_client_whose_database_is_lost_stops_no_other_and_is_told(place: Installation) -> None:
    lost = databases(place)[PAUSED]
    place.statement(f'ALTER DATABASE "{lost}" RENAME TO "apartada"', CENTRAL)
    try:
        ended = subprocess.run(
            [sys.executable, "-c", _WAITS_BRIEFLY, "backup", "run"], env=plain_environment(**place.env),
            capture_output=True, text=True, check=False, timeout=120,
        )  # fmt: skip
    finally:
        place.statement(f'ALTER DATABASE "apartada" RENAME TO "{lost}"', CENTRAL)
    assert ended.returncode == 1
    assert PAUSED in ended.stderr
    made = json.loads(backup(place, "list", "--json").stdout)[0]
    assert [file["rfc"] for file in made["archivos"] if file["estado"] != "probado"] == [PAUSED]
    told = place.rows("SELECT payload FROM outbox WHERE name = 'BackupTrouble' ORDER BY put_at", database=CENTRAL)
    assert told[-1][0]["run"] == made["respaldo"]


def test_two_runs_at_once_are_refused(place: Installation) -> None:
    with psycopg.connect(place.env["DATABASE_URL"], autocommit=True) as conn:
        conn.execute("SELECT pg_advisory_lock(hashtextextended('horux.respaldos', 0))")
        ended = backup(place, "run")
    assert ended.returncode == 1
    assert "Otro proceso está respaldando" in ended.stderr


def test_without_the_public_key_no_run_begins(place: Installation) -> None:
    ended = backup(place, "run", BACKUP_PUBLIC_KEY="")
    assert (ended.returncode, ended.stdout) == (1, "")
    assert "horux backup keys" in ended.stderr


def test_the_central_database_being_away_is_told_by_mail_and_exit_code(place: Installation) -> None:
    away = dsn(place.env["DATABASE_URL"], dbname="no_hay")
    env = {
        "DATABASE_URL": away, "DATABASE_ADMIN_URL": away, "ADMIN_EMAIL": "op@x.mx", "HORUX_ENV": "production",
        "MAIL": "folder", "CORS_ORIGIN": "https://x.mx", "FIEL_DIR": str(place.folder / "fiel"), "BANK_NAME": "B",
        "BANK_BENEFICIARY": "X", "BANK_CLABE": "002010077777777771",
    }  # fmt: skip
    before = set((place.folder / "correo").rglob("*"))
    ended = backup(place, "run", **env)
    assert ended.returncode == 1
    letters = set((place.folder / "correo").rglob("*")) - before
    assert any(b"respaldo" in letter.read_bytes() for letter in letters if letter.is_file())


@pytest.mark.parametrize("seed", range(int(os.environ.get("PROOF") == "full") * 20 + 1))
def test_killed_anywhere_a_run_and_a_restoring_leave_everything_whole(
    place: Installation, store: Path, seed: int
) -> None:
    """Of its client's books there are always the former or the restored, and the next run clears the rest."""
    kept = run(place).id
    former = rows(place, databases(place)[ONE])["cfdis"]
    write(place, ONE, 1)
    grown = rows(place, databases(place)[ONE])["cfdis"]
    random = Random(seed)
    killed(place, ["run"], 0.5 + random.random() * 2.5)
    over = ["restore", kept, "--rfc", ONE, "--over", "--yes", "--key", str(store / "llave.txt")]
    killed(place, over, 0.5 + random.random() * 2)
    assert rows(place, databases(place)[ONE])["cfdis"] in (former, grown)
    assert run(place).state is RunState.COMPLETO
    runs = json.loads(backup(place, "list", "--json").stdout)
    assert {one["estado"] for one in runs} <= {"completo", "cortado", "retirado", "parcial"}
    assert all(one["guardado"] == (one["estado"] in ("completo", "parcial")) for one in runs)
    left = place.rows("SELECT datname FROM pg_database WHERE datname LIKE 'horux_prueba%%'"
                      " UNION ALL SELECT rolname FROM pg_roles WHERE rolname LIKE 'horux_prueba%%'")  # fmt: skip
    assert left == []
    write(place, ONE, 1)


def killed(place: Installation, arguments: list[str], after: float) -> None:
    command = [sys.executable, "-m", "horux_adapters.cli.main", "backup", *arguments]
    process = subprocess.Popen(
        command, env=plain_environment(**place.env), stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL, start_new_session=True,
    )  # fmt: skip
    try:
        process.wait(after)
    except subprocess.TimeoutExpired:
        os.killpg(process.pid, signal.SIGKILL)
        process.wait(10)
