"""A run keeps everything, proves it, tells what failed, and clears up after those that died."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import timedelta

import pytest

from horux_adapters.memory.backups import MemoryDumper
from horux_core.backups import naming
from horux_core.backups.errors import BackupFailed, BackupUnderWay
from horux_core.backups.events import BackupTrouble
from horux_core.backups.listing import ListBackups
from horux_core.backups.model import FileState, Kind, RunState, Subject
from horux_core.backups.ports import Written
from horux_core.backups.shelf import Part
from horux_core.identity.errors import ActionForbidden
from tests.core.backups.vault import KEY, SYSTEM, Vault

DAY = timedelta(days=1)


@pytest.fixture
def vault() -> Vault:
    made = Vault()
    for rfc in ("EKU9003173C9", "URE180429TM6"):
        made.client(rfc)
    return made


def test_everything_is_a_proven_file_of_its_own(vault: Vault) -> None:
    run = vault.run()
    assert run.state is RunState.COMPLETO
    keys = {"fiel", "central", *(subject.key for subject in vault.ground.subjects)}
    assert {file.subject.key for file in run.files} == keys
    assert all(file.proven and file.verified_at and file.octets and file.rows for file in run.files)
    names = {naming.file_name(file.subject) for file in run.files}
    assert vault.store.names(run.id) == names | {naming.MANIFEST}
    assert vault.state(run) == run
    assert vault.events() == []


def test_the_names_tell_nobody_s_rfc(vault: Vault) -> None:
    run = vault.run()
    assert not any("EKU" in name.upper() for name in vault.store.names(run.id))


def test_the_e_firmas_come_first_and_the_clients_are_asked_for_last(vault: Vault) -> None:
    vault.run()
    assert [file.subject.kind for file in vault.told] == [Kind.FIEL, Kind.CENTRAL, Kind.CLIENTE, Kind.CLIENTE]


def test_one_that_fails_stops_no_other_and_is_told(vault: Vault) -> None:
    lost = vault.ground.subjects[0]
    del vault.ground.databases[lost.database]
    run = vault.run()
    assert run.state is RunState.PARCIAL
    assert [file.subject for file in run.faulty] == [lost]
    assert run.faulty[0].state is FileState.FALLIDO
    assert naming.file_name(lost) not in vault.store.names(run.id)
    (event,) = vault.events()
    assert isinstance(event, BackupTrouble)
    assert (event.run, event.faulty, event.total) == (run.id, 1, 4)
    assert lost.rfc in event.which
    assert len([file for file in run.files if file.proven]) == 3


def test_what_nobody_foresaw_is_told_by_its_kind_alone(vault: Vault) -> None:
    class Odd:
        def dumped(self, subject: Subject) -> object:
            raise ZeroDivisionError("contraseña=secreta")

    vault.parts[Kind.CENTRAL] = Part(Odd(), vault.parts[Kind.CENTRAL].site)  # type: ignore[arg-type]
    run = vault.run()
    (faulty,) = run.faulty
    assert "ZeroDivisionError" in str(faulty.error)
    assert "secreta" not in str(faulty.error)


def test_what_restores_otherwise_than_it_was_is_kept_and_not_called_proven(vault: Vault) -> None:
    class Forgetful(MemoryDumper):
        @contextmanager
        def dumped(self, subject: Subject) -> Iterator[object]:  # type: ignore[override]
            with super().dumped(subject) as dump:
                dump.held["cfdis"].append(["nunca llegó"])
                yield dump

    vault.parts[Kind.CLIENTE] = replace(vault.parts[Kind.CLIENTE], dumper=Forgetful(vault.ground))  # type: ignore[arg-type]
    run = vault.run()
    clients = [file for file in run.files if file.subject.kind is Kind.CLIENTE]
    assert {file.state for file in clients} == {FileState.SIN_PROBAR}
    assert all("2 restauradas" in str(file.error) for file in clients)
    assert {naming.file_name(file.subject) for file in clients} <= vault.store.names(run.id)


def test_what_the_store_gives_back_otherwise_is_not_called_proven(vault: Vault) -> None:
    class Lossy(type(vault.store)):  # type: ignore[misc]
        @contextmanager
        def writing(self, run: object, name: str) -> Iterator[Written]:
            with super().writing(run, name) as out:
                yield out
            kept = bytearray(self.kept[run][name])
            kept[-1] ^= 1
            self.kept[run][name] = bytes(kept) if name.startswith("cliente") else self.kept[run][name]

    vault.shelf = replace(vault.shelf, store=Lossy(vault.store.kept))
    vault.make = replace(vault.make, shelf=vault.shelf)
    run = vault.run()
    assert {file.subject.kind for file in run.faulty} == {Kind.CLIENTE}


def test_two_at_once_are_refused(vault: Vault) -> None:
    with vault.log.hold(), pytest.raises(BackupUnderWay):
        vault.run()
    assert vault.log.all() == ()


def test_a_run_that_died_is_cleared_and_told(vault: Vault) -> None:
    with pytest.raises(KeyboardInterrupt):
        died(vault)
    (dead,) = vault.log.all()
    assert (dead.state, vault.store.names(dead.id) != frozenset()) == (RunState.EN_CURSO, True)
    run = vault.run(DAY)
    assert vault.state(dead).state is RunState.CORTADO
    assert vault.store.runs() == (run.id,)
    assert [type(event) for event in vault.events()] == [BackupTrouble]


def died(vault: Vault) -> None:
    """Cut off between two clients."""

    class Cut(MemoryDumper):
        def dumped(self, subject: Subject) -> object:  # type: ignore[override]
            raise KeyboardInterrupt

    before = vault.parts[Kind.CLIENTE]
    vault.parts[Kind.CLIENTE] = replace(before, dumper=Cut(vault.ground))  # type: ignore[arg-type]
    try:
        vault.run()
    finally:
        vault.parts[Kind.CLIENTE] = before


def test_a_run_that_died_after_its_manifest_is_a_whole_one(vault: Vault) -> None:
    run = vault.run()
    vault.log.begun(replace(run, state=RunState.EN_CURSO, ended_at=None))
    for file in run.files:
        vault.log.made(run.id, file)
    vault.run(DAY)
    assert vault.state(run).state is RunState.COMPLETO
    assert vault.verify(run.id)


def test_a_manifest_that_cannot_be_kept_leaves_no_run(vault: Vault) -> None:
    class Full(type(vault.store)):  # type: ignore[misc]
        @contextmanager
        def writing(self, run: object, name: str) -> Iterator[Written]:
            if name == naming.MANIFEST:
                raise BackupFailed("No queda espacio.")
            with super().writing(run, name) as out:
                yield out

    vault.shelf = replace(vault.shelf, store=Full(vault.store.kept))
    vault.make = replace(vault.make, shelf=vault.shelf)
    with pytest.raises(BackupFailed):
        vault.run()
    assert vault.log.all()[0].state is RunState.CORTADO
    assert vault.store.runs() == ()
    assert len(vault.events()) == 1


def test_runs_of_another_database_are_nobody_s_to_remove(vault: Vault) -> None:
    """As after an older central database was restored: the store holds runs that it does not know."""
    run = vault.run()
    del vault.control.tables["respaldos"][run.id]
    vault.run(40 * DAY)
    assert run.id in vault.store.runs()


def test_what_is_over_goes_and_the_last_proven_stays(vault: Vault) -> None:
    lost = vault.ground.subjects[0]
    first = vault.run()
    second = vault.run(DAY)
    del vault.ground.databases[lost.database]
    for _ in range(60):
        vault.run(DAY)
    assert vault.state(first).state is RunState.RETIRADO
    assert vault.state(second).kept
    assert {run.id for run in vault.log.all() if run.kept} == set(vault.store.runs())
    assert len(vault.store.runs()) < 15
    standing = ListBackups(vault.log).standing()
    assert standing.proven[lost.key].verified_at == vault.state(second).started_at
    assert standing.proven_since == vault.state(second).started_at


def test_is_the_operator_s_alone(vault: Vault) -> None:
    nobody = replace(SYSTEM, platform_admin=False)
    acts = (
        lambda: ListBackups(vault.log)(nobody),
        lambda: vault.running(nobody, vault.told.append),
        lambda: vault.verifying(nobody, None, None, vault.told.append),
        lambda: vault.restore(nobody, "EKU9003173C9", None, KEY, over=True),
        lambda: vault.restore_all(nobody, None, KEY, None, vault.told.append),
    )
    for act in acts:
        with pytest.raises(ActionForbidden):
            act()
    assert (vault.log.all(), vault.store.runs()) == ((), ())
