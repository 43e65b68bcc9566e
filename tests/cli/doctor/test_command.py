"""`horux doctor` as a person or a program runs it."""

import json
from pathlib import Path

from horux_core.diagnosis.model import Verdict
from tests.cli.doctor.planting import CENTRAL, found, planted, seen
from tests.cli.running import horux
from tests.system.installation import Installation


def in_production(vault: Path) -> dict[str, str]:
    return {
        "HORUX_ENV": "production", "MAIL": "folder", "CORS_ORIGIN": "https://horux360.mx", "BANK_BENEFICIARY": "Horux",
        "BANK_NAME": "Banco", "BANK_CLABE": "032180000118359719", "FIEL_DIR": str(vault),
    }  # fmt: skip


def test_settings_that_are_risky_in_production_are_told(installed: Installation, vault: Path) -> None:
    findings = found(installed, **in_production(vault))
    seen(findings["configuracion"], Verdict.AVISO, "MAIL", "ALLOWED_HOSTS", "TRUSTED_PROXY", "BACKUP_PUBLIC_KEY")
    seen(findings["respaldos"], Verdict.FALLA, "Nunca")


def test_says_each_as_a_line_with_what_to_do_and_ends_with_one(installed: Installation) -> None:
    ended = horux("doctor", env=installed.env)
    assert ended.returncode == 1, ended.stderr
    assert "falla  trabajador: Ningún trabajador está en marcha.\n       Arráncalo" in ended.stdout
    assert "bien   servidores: " in ended.stdout
    assert ended.stderr == ""


def test_warnings_alone_end_well_unless_they_are_to_count(installed: Installation) -> None:
    with planted(installed, "INSERT INTO procrastinate_workers DEFAULT VALUES", "DELETE FROM procrastinate_workers"):
        assert horux("doctor", env=installed.env).returncode == 0
        ended = horux("doctor", "--json", "--strict", env=installed.env)
    assert ended.returncode == 1
    said = json.loads(ended.stdout)
    assert said["estado"] == "warn"
    assert {"nombre", "estado", "detalle", "remedio"} == set(said["revisiones"][0])


def test_settings_that_do_not_serve_are_named_each(installed: Installation) -> None:
    ended = horux("doctor", "--json", env={**installed.env, "WORKERS": "muchos", "FIEL_ENCRYPTION_KEY": "corta-Qx7v"})
    assert ended.returncode == 1
    said = json.loads(ended.stdout)
    assert said["estado"] == "fail"
    assert {each["detalle"].split(":")[0] for each in said["revisiones"]} == {"WORKERS", "FIEL_ENCRYPTION_KEY"}
    assert "Qx7v" not in ended.stdout + ended.stderr


def test_nothing_is_changed_by_looking(installed: Installation) -> None:
    query = "SELECT relname, n_tup_ins + n_tup_upd + n_tup_del FROM pg_stat_user_tables ORDER BY 1"
    before = installed.rows(query, database=CENTRAL)
    assert horux("doctor", env=installed.env).returncode == 1
    assert installed.rows(query, database=CENTRAL) == before
