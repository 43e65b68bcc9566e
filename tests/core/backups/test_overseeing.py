"""What an operator is told: what is well, what is not and since when, and why each run is kept."""

from dataclasses import replace
from datetime import timedelta
from uuid import UUID

import pytest

from horux_adapters.memory.backups import MemoryEstate
from horux_core.backups import naming
from horux_core.backups.listing import ListBackups
from horux_core.backups.model import FileState, Kind, Run
from horux_core.backups.overseeing import BackupsSeen, Outlook, ShowBackups, Standing
from horux_core.backups.retention import Stay
from horux_core.identity.errors import ActionForbidden
from horux_core.identity.model import Actor
from horux_core.kernel.pages import CursorMalformed
from tests.core.backups.vault import SYSTEM, Vault

DAY, HOUR = timedelta(days=1), timedelta(hours=1)
RFC, OTHER = "EKU9003173C9", "URE180429TM6"


@pytest.fixture
def vault() -> Vault:
    made = Vault()
    for rfc in (RFC, OTHER):
        made.client(rfc)
    return made


def showing(vault: Vault, *, sealed: bool = True) -> ShowBackups:
    return ShowBackups(
        ListBackups(vault.log), MemoryEstate(vault.ground), vault.retention, lambda: vault.now, sealed=sealed
    )


def seen(vault: Vault, cursor: str | None = None, limit: int = 50) -> BackupsSeen:
    return showing(vault)(SYSTEM, cursor, limit)


def test_tells_what_is_to_be_done_first(vault: Vault) -> None:
    assert showing(vault, sealed=False)(SYSTEM).outlook is Outlook.SIN_LLAVE
    assert (seen(vault).outlook, seen(vault).total) == (Outlook.NINGUNO, 0)
    vault.run()
    assert (seen(vault).outlook, seen(vault).proven, seen(vault).total) == (Outlook.BIEN, 4, 4)
    vault.now += 27 * HOUR
    assert seen(vault).outlook is Outlook.ATRASADO
    vault.now += 24 * HOUR
    assert seen(vault).outlook is Outlook.PERDIDO


def test_what_failed_is_first_and_its_last_proven_file_is_told(vault: Vault) -> None:
    first = vault.run()
    del vault.ground.databases[vault.ground.subjects[1].database]
    vault.run(DAY)
    told = seen(vault)
    assert (told.outlook, told.faulty) == (Outlook.FALLAS, 1)
    worst = told.page.items[0]
    assert (worst.subject.rfc, worst.standing) == (OTHER, Standing.FALLIDO)
    assert worst.run is not None
    assert worst.run.id == first.id
    assert worst.proven is not None
    assert worst.last is not None
    assert "No está la base" in (worst.last.error or "")


def test_a_client_taken_in_since_is_told_as_missing(vault: Vault) -> None:
    vault.run()
    vault.client("XIA190128J61")
    told = seen(vault)
    assert (told.faulty, told.page.items[0].standing) == (1, Standing.FALTA)
    assert told.page.items[0].proven is None


def test_nights_without_any_are_told_before_a_client_that_was_taken_in_since(vault: Vault) -> None:
    vault.run()
    vault.client("XIA190128J61")
    vault.now += 27 * HOUR
    assert seen(vault).outlook is Outlook.FALLAS
    vault.now += 24 * HOUR
    assert seen(vault).outlook is Outlook.PERDIDO


def test_a_file_that_could_not_be_proven_is_no_proven_one(vault: Vault) -> None:
    run = vault.run()
    file = next(one for one in run.files if one.subject.kind is Kind.CENTRAL)
    vault.log.made(run.id, replace(file, state=FileState.SIN_PROBAR, verified_at=None, error="No cupo."))
    assert seen(vault).page.items[0].standing is Standing.SIN_PROBAR


def test_tells_why_each_run_is_kept(vault: Vault) -> None:
    for _ in range(20):
        vault.run(DAY)
    told = seen(vault)
    assert told.kept[Stay.DIARIO] == 8
    assert told.kept[Stay.SEMANAL] == 1
    assert {one.run.id for one in told.runs} == {run.id for run in vault.log.all() if run.kept}
    assert all(one.stays is not None for one in told.runs)


def test_a_run_under_way_is_told_and_an_old_one_is_not(vault: Vault) -> None:
    vault.run()
    started = vault.now + HOUR
    vault.log.begun(Run(naming.run_id(started, UUID(int=0)), started))
    vault.now = started + HOUR
    assert seen(vault).working is not None
    vault.now = started + 13 * HOUR
    assert seen(vault).working is None


def test_a_page_at_a_time(vault: Vault) -> None:
    vault.run()
    first = seen(vault, limit=3)
    rest = seen(vault, first.page.next_cursor, 3)
    assert (len(first.page.items), len(rest.page.items), rest.page.next_cursor) == (3, 1, None)
    with pytest.raises(CursorMalformed):
        seen(vault, "x")


def test_is_for_operators_alone(vault: Vault) -> None:
    with pytest.raises(ActionForbidden):
        showing(vault)(Actor(None, "ana@cascabel.mx", False, None))
