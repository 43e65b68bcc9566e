"""The night's round of the inboxes, killed in the middle: begun again it ends as if nothing had been."""

import os
import random
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from contracts.ports.paquetes import folio, txt
from contracts.ports.uploads import a_zip
from horux_adapters.postgres.naming import database_name
from tests.cli.running import horux
from tests.system import processes
from tests.system.household import plain_environment
from tests.system.installation import Installation, installation
from tests.system.papers import packed, papers, rfc
from tests.system.scale import FULL, proof
from tests.system.waiting import until

ROWS = proof(12_000, 100_000)
DOCUMENTS = 150
KILLS = proof(3, 10)

pytestmark = pytest.mark.timeout(3600 if FULL else 300)


def inbox(installed: Installation, who: str) -> Path:
    """With three packages: metadata that cancels a document, its XML, and one that is none."""
    folder = Path(installed.env["DATA_DIR"]) / "buzon" / database_name(who)
    folder.mkdir(parents=True, exist_ok=True)
    documents = papers(who, DOCUMENTS)
    cancelled = txt(1, rfc=who).replace(folio(1).encode(), documents[0].uuid.encode())
    cancelled = cancelled.replace(b"~1~\r\n", b"~0~2030-02-01 10:00:00\r\n")
    for name, content in (
        ("a.zip", a_zip(("uno_01.txt", txt(*range(2, ROWS + 2), rfc=who)), ("dos_01.txt", cancelled))),
        ("b.zip", packed(documents)),
        ("c.zip", b"PK\x03\x04 nada"),
    ):
        (folder / name).write_bytes(content)
        os.utime(folder / name, (1, 1))
    return folder


def state(installed: Installation, who: str) -> list[list[Any]]:
    queries = (
        "SELECT count(*), count(DISTINCT uuid_fiscal), sum(monto) FROM metadata_sat",
        "SELECT archivo, renglones, completo FROM metadata_archivos ORDER BY 1",
        "SELECT count(*), count(*) FILTER (WHERE estado = 'cancelado') FROM cfdis",
        "SELECT periodo, iva_trasladado, a_pagar FROM iva_mensual ORDER BY 1",
        "SELECT count(*) FROM iva_pendientes",
    )
    return [installed.rows(query, database=database_name(who)) for query in queries]


def known(installed: Installation, who: str) -> int:
    """Rows and documents together: how far it has got."""
    query = "SELECT (SELECT count(*) FROM metadata_sat) + (SELECT count(*) FROM cfdis)"
    return int(installed.rows(query, database=database_name(who))[0][0])


def lying(folder: Path) -> list[str]:
    return sorted(str(path.relative_to(folder)) for path in folder.rglob("*") if path.is_file())


def test_a_round_that_is_killed_ends_as_one_that_was_not() -> None:
    unbroken, killed = rfc(0, "Q"), rfc(1, "Q")
    chance = random.Random(6)
    with installation() as installed:
        for who in (unbroken, killed):
            made = horux(
                *("tenants", "create", who, "--nombre", "X", "--admin-email", f"{who.lower()}@ejemplo.mx"),
                *("--admin-nombre", "Ana", "--plan", "enterprise", "--regimen", "601"),
                env=installed.env,
            )
            assert made.returncode == 0, made.stderr
        whole = inbox(installed, unbroken)
        assert horux("duties", "run", "paquetes-sat", env=installed.env).returncode == 0
        everything = known(installed, unbroken)
        assert everything == ROWS + 1 + DOCUMENTS
        folder = inbox(installed, killed)
        for _ in range(KILLS):
            cut(installed, killed, chance.randrange(1, everything))
        ended = horux("duties", "run", "paquetes-sat", env=installed.env)
        assert ended.returncode == 0, ended.stderr
        assert lying(folder) == lying(whole)
        assert lying(folder) == [
            *("procesados/a.zip", "procesados/b.zip", "rechazados/c.zip", "rechazados/c.zip.motivo.txt")
        ]
        told = state(installed, unbroken)
        assert (told[0][0][0], told[2], told[4]) == (ROWS + 1, [(DOCUMENTS, 1)], [(0,)])
        assert state(installed, killed) == told


def cut(installed: Installation, who: str, at: int) -> None:
    """Begin the round and kill it with -9 once it has got that far, or has ended."""
    process = subprocess.Popen(
        [sys.executable, "-m", "horux_adapters.cli.main", "duties", "run", "paquetes-sat"],
        env=plain_environment(**installed.env),
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        start_new_session=True,
    )
    try:
        until("avanza", lambda: process.poll() is not None or known(installed, who) >= at, 60, 0.01)
    finally:
        processes.kill_group(process.pid)
        process.wait(10)
