"""Books that a migration marked are worked out again: `horux migrate` has it done, and a duty what was cut off."""

from pathlib import Path

from horux_adapters.postgres.naming import database_name
from tests.cli.running import horux
from tests.cli.test_commands import created
from tests.system.installation import Installation
from tests.system.papers import packed, papers, rfc

MARKING = "INSERT INTO iva_pendientes SELECT uuid_fiscal FROM cfdis ON CONFLICT DO NOTHING"
"""What a migration that needs the books worked out again ends with, in its own transaction."""


def test_marked_books_are_queued_once_by_the_migration_and_by_the_duty(installed: Installation, tmp_path: Path) -> None:
    who = rfc(8, "X")
    assert created(installed, who, "--plan", "enterprise").returncode == 0
    package = tmp_path / "dos.zip"
    package.write_bytes(packed(papers(who, 2)))
    assert horux("cfdi", "import", who, str(package), env=installed.env).returncode == 0
    assert queued(installed, who) == []
    installed.statement(MARKING, database_name(who))
    first = horux("migrate", env=installed.env)
    assert first.returncode == 0, first.stderr
    assert "1 con sus cifras por calcular de nuevo" in first.stdout
    assert queued(installed, who) == ["en_cola"]
    again = horux("migrate", env=installed.env)
    assert "por calcular" not in again.stdout
    duty = horux("duties", "run", "recalculos", env=installed.env)
    assert (duty.returncode, duty.stdout) == (0, "recalculos: bien, sin nada que hacer.\n"), duty.stderr
    assert queued(installed, who) == ["en_cola"]
    installed.statement("UPDATE jobs SET state = 'fallido' WHERE kind = 'recalculo'", "horux360")
    duty = horux("duties", "run", "recalculos", env=installed.env)
    assert (duty.returncode, duty.stdout) == (0, "recalculos: bien (recálculos 1).\n"), duty.stderr
    assert sorted(queued(installed, who)) == ["en_cola", "fallido"]


def queued(installed: Installation, who: str) -> list[str]:
    return [
        state
        for (state,) in installed.rows(
            "SELECT j.state FROM jobs j JOIN tenants t ON t.id = j.tenant_id"
            f" WHERE t.rfc = '{who}' AND j.kind = 'recalculo'",
            database="horux360",
        )
    ]
