from collections.abc import Callable
from uuid import uuid4

import pytest

from contracts.ports.backup_log import BackupLogContract, a_client
from contracts.ports.backup_sites import Change, DumperContract, EstateContract, SiteContract
from contracts.ports.backup_store import BackupStoreContract
from horux_adapters.container.clock import system_clock
from horux_adapters.memory.backup_store import MemoryBackupStore
from horux_adapters.memory.backups import MemoryBackupLog, MemoryDumper, MemoryEstate, MemoryGround, MemorySite
from horux_adapters.memory.database import MemoryDatabase
from horux_adapters.memory.outbox import MemoryOutbox
from horux_core.backups.model import Subject
from horux_core.backups.ports import BackupLog, BackupStore, Dumper, Estate, Site
from horux_core.kernel.events import Event


@pytest.fixture
def subject() -> Subject:
    return a_client()


@pytest.fixture
def ground(subject: Subject) -> MemoryGround:
    return MemoryGround({subject.database: {"cfdis": [["uno", "1"], ["dos", "2"]]}}, {}, [subject])


@pytest.fixture
def change(ground: MemoryGround, subject: Subject) -> Change:
    return lambda: ground.databases[subject.database]["cfdis"].append([str(uuid4())])


@pytest.fixture
def dumper(ground: MemoryGround) -> Dumper:
    return MemoryDumper(ground)


@pytest.fixture
def site(ground: MemoryGround) -> Site:
    return MemorySite(ground)


class TestMemoryBackupStore(BackupStoreContract):
    @pytest.fixture
    def store(self) -> BackupStore:
        return MemoryBackupStore()


class TestMemoryBackupLog(BackupLogContract):
    @pytest.fixture
    def control(self) -> MemoryDatabase:
        return MemoryDatabase()

    @pytest.fixture
    def log(self, control: MemoryDatabase) -> BackupLog:
        return MemoryBackupLog(control, lambda tables: MemoryOutbox(tables, system_clock))

    @pytest.fixture
    def events(self, control: MemoryDatabase) -> Callable[[], list[Event]]:
        return lambda: [waiting.delivery.event for waiting in control.tables["outbox"].values()]


class TestMemoryDumper(DumperContract):
    @pytest.fixture
    def gone(self) -> Subject:
        return a_client("URE180429TM6")


class TestMemorySite(SiteContract):
    pass


class TestMemoryEstate(EstateContract):
    @pytest.fixture
    def expected(self, subject: Subject) -> tuple[Subject, ...]:
        return (subject,)

    @pytest.fixture
    def estate(self, ground: MemoryGround) -> Estate:
        return MemoryEstate(ground)
