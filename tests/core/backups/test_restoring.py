"""One client comes back beside its books or in their place, a whole installation onto an empty one."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from horux_adapters.memory.backups import MemoryGround, MemorySite
from horux_core.backups.errors import BackupMissing, BackupUnderWay, NotRestorable
from horux_core.backups.model import Kind, RunState, Subject
from horux_core.backups.shelf import Part
from horux_core.tenancy.model import TenantState
from tests.core.backups.vault import KEY, SYSTEM, Vault

DAY = timedelta(days=1)
RFC, OTHER = "EKU9003173C9", "URE180429TM6"


@pytest.fixture
def vault() -> Vault:
    made = Vault()
    for rfc in (RFC, OTHER):
        made.client(rfc)
    made.run()
    for subject in made.ground.subjects:
        made.write(subject)
    made.now += timedelta(hours=1)
    return made


def books(vault: Vault, subject: Subject) -> int:
    return len(vault.ground.databases[subject.database]["cfdis"])


def test_beside_changes_nothing_of_what_is_in_use(vault: Vault) -> None:
    one, _ = vault.ground.subjects
    before = dict(vault.ground.databases)
    done = vault.restore(SYSTEM, RFC, None, KEY, over=False)
    assert (done.aside, done.rows) == (None, 2)
    beside = vault.ground.databases.pop(done.database)
    assert vault.ground.databases == before
    assert len(beside["cfdis"]) == 2
    assert books(vault, one) == 3


def test_over_puts_the_former_books_aside_and_touches_no_other_client(vault: Vault) -> None:
    one, other = vault.ground.subjects
    done = vault.restore(SYSTEM, RFC, None, KEY, over=True)
    assert (done.database, books(vault, one), books(vault, other)) == (one.database, 2, 3)
    assert done.aside is not None
    assert len(vault.ground.databases[done.aside]["cfdis"]) == 3
    assert vault.ground.databases["fiel"] == {"libro": [["ancla"]]}


def test_the_client_reads_in_its_trail_what_was_done(vault: Vault) -> None:
    vault.restore(SYSTEM, RFC, None, KEY, over=True)
    deeds = list(vault.control.tables["audit_log"].values())
    assert [deed.action for deed in deeds] == ["restauracion-empezada", "respaldo-restaurado"]
    assert {deed.tenant for deed in deeds} == {vault.ground.subjects[0].tenant}
    assert deeds[0].detail == deeds[1].detail


@pytest.mark.parametrize("placed", [False, True])
def test_killed_at_the_change_of_books_the_trail_already_tells_of_it(vault: Vault, placed: bool) -> None:
    class Killed(MemorySite):
        def swap(self, subject: Subject, name: str, aside: str, mark: str) -> None:
            if placed:
                super().swap(subject, name, aside, mark)
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        replace(vault.restore, site=Killed(vault.ground))(SYSTEM, RFC, None, KEY, over=True)
    (deed,) = vault.control.tables["audit_log"].values()
    assert (deed.action, deed.tenant) == ("restauracion-empezada", vault.ground.subjects[0].tenant)


def test_a_successor_with_the_same_rfc_never_gets_its_predecessor_s_books(vault: Vault) -> None:
    first = vault.ground.subjects[0]
    assert first.tenant is not None
    with vault.registry.transaction() as tx:
        tx.tenants.save(
            replace(tx.tenants.lock(first.tenant), state=TenantState.DELETED, database_name="horux_deleted_x")
        )
    successor = vault.client(RFC)
    with pytest.raises(NotRestorable):
        vault.restore(SYSTEM, RFC, None, KEY, over=True)
    assert books(vault, successor) == 2
    assert vault.restore(SYSTEM, RFC, None, KEY, over=False).rows == 2


def test_over_a_client_that_was_moved_meanwhile_changes_nothing(vault: Vault) -> None:
    first = vault.ground.subjects[0]
    assert first.tenant is not None
    ident = first.tenant

    class Moved(MemorySite):
        @contextmanager
        def beside(self, subject: Subject, name: str) -> Iterator[Any]:
            with super().beside(subject, name) as trial:
                yield trial
            with vault.registry.transaction() as tx:
                tx.tenants.save(tx.tenants.lock(ident).moved("dos"))

    with pytest.raises(NotRestorable, match="se mudó"):
        replace(vault.restore, site=Moved(vault.ground))(SYSTEM, RFC, None, KEY, over=True)
    assert books(vault, first) == 3


def test_who_is_in_no_run_is_not_restored(vault: Vault) -> None:
    vault.client("XIA190128J61")
    with pytest.raises(BackupMissing):
        vault.restore(SYSTEM, "XIA190128J61", None, KEY, over=True)


def test_not_while_another_is_at_it(vault: Vault) -> None:
    with vault.log.hold(), pytest.raises(BackupUnderWay):
        vault.restore(SYSTEM, RFC, None, KEY, over=True)


def on_a_bare_one(vault: Vault) -> Vault:
    """Another installation, that has the store and the same key of the vault."""
    bare = Vault(store=vault.store, now=vault.now)
    bare.ground.databases.clear()
    return bare


def test_a_bare_installation_becomes_what_was_kept(vault: Vault) -> None:
    run = vault.run(DAY)
    bare = on_a_bare_one(vault)
    bare.restore_all(SYSTEM, None, KEY, None, bare.told.append)
    assert bare.ground.databases == vault.ground.databases
    assert [file.subject.kind for file in bare.told][::3] == [Kind.FIEL, Kind.CENTRAL]
    assert bare.state(run) == replace(vault.state(run), files=bare.state(run).files)
    assert bare.state(run).state is RunState.COMPLETO


def test_cut_off_it_goes_on_where_it_was_and_ends_with_the_central_database(vault: Vault) -> None:
    run = vault.run(DAY)

    class Dying(MemorySite):
        def swap(self, subject: Subject, name: str, aside: str, mark: str) -> None:
            steps.append(subject.key)
            if len(steps) == cut:
                raise KeyboardInterrupt
            super().swap(subject, name, aside, mark)

    for cut in (1, 2, 3, 4):
        bare, steps = on_a_bare_one(vault), list[str]()
        bare.parts |= dict.fromkeys(Kind, Part(bare.parts[Kind.FIEL].dumper, Dying(bare.ground)))
        with pytest.raises(KeyboardInterrupt):
            bare.restore_all(SYSTEM, run.id, KEY, None, bare.told.append)
        assert "central" not in bare.ground.databases
        placed = len(steps) - 1
        bare.now += timedelta(minutes=1)
        cut = 0
        bare.restore_all(SYSTEM, run.id, KEY, None, bare.told.append)
        assert len(steps) == placed + 1 + 4 - placed
        there = {name: held for name, held in bare.ground.databases.items() if not name.startswith("horux_lado")}
        assert there == vault.ground.databases


def test_clients_can_be_put_on_another_server(vault: Vault) -> None:
    vault.run(DAY)
    bare, placed = on_a_bare_one(vault), list[str]()

    class Noting(MemorySite):
        def swap(self, subject: Subject, name: str, aside: str, mark: str) -> None:
            placed.append(f"{subject.kind} {subject.server}")
            super().swap(subject, name, aside, mark)

    bare.parts |= dict.fromkeys(Kind, Part(bare.parts[Kind.FIEL].dumper, Noting(bare.ground)))
    bare.restore_all(SYSTEM, None, KEY, "dos", bare.told.append)
    assert placed == ["fiel ", "cliente dos", "cliente dos", "central dos"]


def test_an_installation_with_clients_is_left_alone(vault: Vault) -> None:
    def refuse() -> None:
        raise NotRestorable("Ya hay clientes.")

    before = dict(vault.ground.databases)
    with pytest.raises(NotRestorable):
        replace(vault.restore_all, require_empty=refuse)(SYSTEM, None, KEY, None, vault.told.append)
    assert vault.ground.databases == before


def test_a_run_without_its_central_database_restores_no_installation() -> None:
    vault = Vault(ground=MemoryGround())
    vault.client(RFC)
    del vault.ground.databases["central"]
    vault.run()
    bare = on_a_bare_one(vault)
    with pytest.raises(BackupMissing):
        bare.restore_all(SYSTEM, None, KEY, None, bare.told.append)
    assert bare.ground.databases == {}
