"""Each command does what it says, and says in words for people what went wrong."""

import os
from pathlib import Path
from zipfile import ZipFile

import pytest

from contracts.ports.paquetes import txt
from horux_adapters.container.horux import opened
from horux_adapters.container.settings import load
from horux_adapters.postgres.naming import database_name
from tests.cli.running import Ended, horux, refused
from tests.system.installation import Installation
from tests.system.papers import packed, papers, rfc

PASSWORD = "veleta azul de abril"
EMPTYING = "DROP SCHEMA public CASCADE; CREATE SCHEMA public AUTHORIZATION pg_database_owner"
"""Leaves a client's database as if nothing had ever been made in it."""


def created(installed: Installation, who: str, *more: str) -> Ended:
    arguments = ("--nombre", f"Empresa {who}", "--admin-email", f"{who.lower()}@ejemplo.mx", "--admin-nombre", "Ana")
    return horux("tenants", "create", who, *arguments, *more, env=installed.env)


@pytest.fixture(scope="module")
def client(installed: Installation) -> str:
    who = rfc(0, "X")
    ended = created(installed, who, "--plan", "enterprise", "--regimen", "601")
    assert ended.returncode == 0, ended.stderr
    return who


def test_an_operator_is_made_with_a_password_that_opens(installed: Installation) -> None:
    env = {**installed.env, "HORUX_ADMIN_PASSWORD": PASSWORD}
    ended = horux("admin", "create", "nueva@horux360.example", env=env)
    assert (ended.returncode, ended.stdout) == (0, "Listo: nueva@horux360.example ya puede entrar.\n"), ended.stderr
    with opened(load(installed.env)) as horux_:
        signed_in = horux_.use_cases.sign_in()("nueva@horux360.example", PASSWORD, "", "127.0.0.1")
    assert signed_in.user.platform_admin
    refused(horux("admin", "create", "nueva@horux360.example", env=env), "correo")


def test_an_operators_password_is_asked_for_twice_and_never_shown(installed: Installation) -> None:
    ended = horux("admin", "create", "otra@horux360.example", env=installed.env, answers=f"{PASSWORD}\n{PASSWORD}\n")
    assert ended.returncode == 0, ended.stderr
    assert PASSWORD not in ended.stdout + ended.stderr
    differs = horux("admin", "create", "ella@horux360.example", env=installed.env, answers=f"{PASSWORD}\notra cosa\n")
    assert differs.returncode != 0


def test_a_weak_password_is_refused(installed: Installation) -> None:
    env = {**installed.env, "HORUX_ADMIN_PASSWORD": "corta"}
    refused(horux("admin", "create", "debil@horux360.example", env=env), "contraseña")


def test_clients_are_made_listed_shown_and_let_go(installed: Installation) -> None:
    who = rfc(1, "X")
    made = created(installed, who, "--plan", "business")
    assert made.returncode == 0, made.stderr
    assert database_name(who) in made.stdout
    assert who in horux("tenants", "list", env=installed.env).stdout
    shown = horux("tenants", "show", who, env=installed.env)
    assert (shown.returncode, shown.stdout) == (0, made.stdout.partition("Aviso")[0]), shown.stderr
    assert "plan business" in shown.stdout
    refused(created(installed, who), "RFC")
    kept = horux("tenants", "delete", who, env=installed.env, answers="n\n")
    assert kept.returncode == 1
    assert who in horux("tenants", "list", env=installed.env).stdout
    gone = horux("tenants", "delete", who, "--yes", env=installed.env)
    assert (gone.returncode, gone.stdout) == (0, f"{who} quedó dado de baja.\n"), gone.stderr
    assert who not in horux("tenants", "list", env=installed.env).stdout
    refused(horux("tenants", "show", who, env=installed.env))


@pytest.mark.parametrize(
    ("who", "more", "word"),
    [("NOESRFC", (), "RFC"), (rfc(2, "X"), ("--plan", "oro"), "plan"), (rfc(2, "X"), ("--regimen", "999"), "régimen")],
)
def test_a_client_that_cannot_be_is_refused_with_the_reason(
    installed: Installation, who: str, more: tuple[str, ...], word: str
) -> None:
    refused(created(installed, who, *more), word)


def test_cfdis_come_in_as_a_document_a_zip_or_a_folder(installed: Installation, client: str, tmp_path: Path) -> None:
    documents = papers(client, 130)
    one, many, folder = tmp_path / "uno.xml", tmp_path / "muchos.zip", tmp_path / "carpeta"
    one.write_bytes(documents[0].xml)
    many.write_bytes(packed(documents[:20]))
    (folder / "dentro").mkdir(parents=True)
    for paper in documents:
        (folder / "dentro" / f"{paper.uuid}.xml").write_bytes(paper.xml)
    (folder / "leeme.txt").write_text("no es un CFDI")
    said = [horux("cfdi", "import", client, str(place), env=installed.env) for place in (one, many, folder, folder)]
    assert [ended.returncode for ended in said] == [0, 0, 0, 0], [ended.stderr for ended in said]
    assert [ended.stdout for ended in said] == [
        "Recibidos 1: nuevos 1, repetidos 0, rechazados 0, ignorados 0.\n",
        "Recibidos 20: nuevos 19, repetidos 1, rechazados 0, ignorados 0.\n",
        "Recibidos 130: nuevos 110, repetidos 20, rechazados 0, ignorados 0.\n",
        "Recibidos 130: nuevos 0, repetidos 130, rechazados 0, ignorados 0.\n",
    ]


def test_what_cannot_come_in_is_told_by_its_name(installed: Installation, client: str, tmp_path: Path) -> None:
    with ZipFile(tmp_path / "mezcla.zip", "w") as archive:
        archive.writestr("ajeno.xml", papers("EKU9003173C9", 1)[0].xml)
        archive.writestr("roto.xml", b"<cfdi:Comprobante")
    ended = horux("cfdi", "import", client, str(tmp_path / "mezcla.zip"), env=installed.env)
    refused(ended)
    lines = [line for line in ended.stderr.splitlines() if "ibidos" in line or "(" in line]
    assert lines[0] == "Recibidos 2: nuevos 0, repetidos 0, rechazados 2, ignorados 0."
    assert sorted(line.split(":")[0].strip().rpartition("/")[2] for line in lines[1:]) == ["ajeno.xml", "roto.xml"]


def test_an_upload_that_cannot_be_taken_ends_with_the_reason(
    installed: Installation, client: str, tmp_path: Path
) -> None:
    broken = tmp_path / "roto.zip"
    broken.write_bytes(b"PK\x03\x04" + b"\0" * 100)
    refused(horux("cfdi", "import", client, str(broken), env=installed.env), "ZIP")
    refused(horux("cfdi", "import", rfc(500, "X"), str(broken), env=installed.env))
    absent = horux("cfdi", "import", client, str(tmp_path / "nada.xml"), env=installed.env)
    assert absent.returncode == 2
    assert "Traceback" not in absent.stderr


def test_more_than_the_plan_allows_is_refused_whole(installed: Installation, tmp_path: Path) -> None:
    who = rfc(3, "X")
    assert created(installed, who, "--plan", "starter").returncode == 0
    place = tmp_path / "muchos.zip"
    place.write_bytes(packed(papers(who, 120)))
    refused(horux("cfdi", "import", who, str(place), env=installed.env), "100")
    assert installed.rows("SELECT count(*) FROM cfdis", database=database_name(who)) == [(0,)]


def test_a_client_that_cannot_be_migrated_is_named_and_the_others_are_done(installed: Installation) -> None:
    good, bad = rfc(4, "X"), rfc(5, "X")
    for who in (good, bad):
        assert created(installed, who).returncode == 0
    installed.statement(EMPTYING, database_name(good))
    # No file can be applied again over what it made.
    installed.statement("DELETE FROM schema_version", database_name(bad))
    first = horux("migrate", env=installed.env)
    assert first.returncode == 1, first.stdout + first.stderr
    assert "1 cambiados, 1 con error" in first.stdout
    assert f"{bad}:" in first.stderr
    assert f"{good}: 0001" in first.stderr
    assert "Traceback" not in first.stderr
    installed.statement(EMPTYING, database_name(bad))
    second = horux("migrate", env=installed.env)
    assert second.returncode == 0, second.stderr
    assert "1 cambiados, 0 con error" in second.stdout
    third = horux("migrate", env=installed.env)
    assert "0 cambiados, 0 con error" in third.stdout


def test_wrong_settings_are_named_and_nothing_is_started(tmp_path: Path) -> None:
    wrong = {"HORUX_ENV": "production", "PORT": "muchos", "WORKERS": "0", "DATA_DIR": str(tmp_path)}
    for command in ("serve", "worker"):
        refused(horux(command, env=wrong), "JWT_SECRET", "DATABASE_ROLE_SECRET", "DATABASE_URL", "PORT", "WORKERS")
    secret = "q8Zr2kW0vN5tYb7Xc3Lm9Pd1Fs6Gh4Jw"
    same = {"JWT_SECRET": secret, "DATABASE_ROLE_SECRET": secret, "DATABASE_URL": "postgresql:///x"}
    ended = horux("serve", env={**same, "DATA_DIR": str(tmp_path)})
    refused(ended, "JWT_SECRET")
    assert secret not in ended.stderr


def test_packages_of_the_sat_are_imported_each_told(installed: Installation, client: str, tmp_path: Path) -> None:
    good, bad = tmp_path / "m.txt", tmp_path / "ajena.txt"
    good.write_bytes(txt(1, 2, rfc=client) + b"roto\r\n")
    bad.write_bytes(txt(3, rfc="XIQB891116QE4"))
    ended = horux("sat", "import", "--rfc", client, str(good), env=installed.env)
    assert ended.returncode == 0, ended.stderr
    assert "metadata 2 (nuevos 2, cambiados 0)" in ended.stdout
    assert "m.txt, línea 4:" in ended.stdout
    again = horux("sat", "import", "--rfc", client, str(good), str(bad), env=installed.env)
    assert again.returncode == 1
    assert "metadata 2 (nuevos 0, cambiados 0)" in again.stdout
    assert "metadata-ajena" in again.stderr
    assert "Traceback" not in again.stderr


def test_the_nights_packages_can_be_fetched_by_hand(installed: Installation, client: str) -> None:
    inbox = Path(installed.env["DATA_DIR"]) / "buzon" / database_name(client)
    inbox.mkdir(parents=True, exist_ok=True)
    (inbox / "m.txt").write_bytes(txt(4, rfc=client))
    os.utime(inbox / "m.txt", (1, 1))
    ended = horux("duties", "run", "paquetes-sat", env=installed.env)
    assert (ended.returncode, ended.stdout) == (0, "paquetes-sat: bien (paquetes 1).\n"), ended.stderr
    assert [path.name for path in inbox.rglob("*") if path.is_file()] == ["m.txt"]
    assert (inbox / "procesados" / "m.txt").exists()
