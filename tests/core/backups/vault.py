"""An installation in memory, with everything a backup needs, and a clock that is put forward by hand."""

from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from uuid import uuid4

from contracts.ports.backup_log import a_client
from horux_adapters.crypto.manifest_signing import Ed25519ManifestSigner
from horux_adapters.crypto.sealing import VaultKeys
from horux_adapters.crypto.wrapping import AgeWrapping, new_pair
from horux_adapters.memory.backup_store import MemoryBackupStore
from horux_adapters.memory.backups import MemoryBackupLog, MemoryDumper, MemoryEstate, MemoryGround, MemorySite
from horux_adapters.memory.database import MemoryDatabase
from horux_adapters.memory.outbox import MemoryOutbox
from horux_adapters.memory.tenancy import MemoryRegistry
from horux_core.backups.making import MakeFile
from horux_core.backups.model import BackupFile, Kind, Run, Subject
from horux_core.backups.rebuilding import RestoreAll
from horux_core.backups.restoring import RestoreClient
from horux_core.backups.retention import Retention
from horux_core.backups.running import RunBackup
from horux_core.backups.shelf import Key, Part, Shelf
from horux_core.backups.verifying import VerifyBackup
from horux_core.identity.model import Actor
from horux_core.kernel.events import Event
from horux_core.kernel.rfc import Rfc
from horux_core.plans.model import Plan
from horux_core.tenancy.model import Tenant, TenantState

SUNDAY = datetime(2026, 3, 1, 7, tzinfo=UTC)
PRIVATE, PUBLIC = new_pair()
KEY = Key(PRIVATE)
SYSTEM = Actor.system()


class NoReceipts:
    """Those of a folder are tried where there are folders."""

    def gathering(self, folder: str) -> object:
        raise NotImplementedError(folder)


@dataclass
class Vault:
    now: datetime = SUNDAY
    ground: MemoryGround = field(default_factory=MemoryGround)
    control: MemoryDatabase = field(default_factory=MemoryDatabase)
    store: MemoryBackupStore = field(default_factory=MemoryBackupStore)
    told: list[BackupFile] = field(default_factory=list)
    retention: Retention = field(default_factory=Retention)

    def __post_init__(self) -> None:
        self.log = MemoryBackupLog(self.control, self.outbox)
        self.registry = MemoryRegistry(self.control, self.outbox)
        self.ground.databases |= {"central": {"tenants": [["uno"]]}, "fiel": {"libro": [["ancla"]]}}
        part = Part(MemoryDumper(self.ground), MemorySite(self.ground))
        self.parts = dict.fromkeys(Kind, part)
        signer = Ed25519ManifestSigner(VaultKeys(b"7" * 32))
        self.shelf = Shelf(self.store, self.log, AgeWrapping([PUBLIC]), signer, lambda: self.now)
        self.make = MakeFile(self.shelf, self.parts)

    def outbox(self, tables: dict[str, dict[object, object]]) -> MemoryOutbox:
        return MemoryOutbox(tables, lambda: self.now)

    def client(self, rfc: str, state: TenantState = TenantState.LIVE) -> Subject:
        """One with books of its own."""
        subject = a_client(rfc)
        assert subject.tenant is not None
        tenant = Tenant(
            subject.tenant, Rfc(rfc), rfc, Plan.STARTER, subject.database, "principal", (), state, True, self.now
        )
        with self.registry.transaction() as tx:
            tx.tenants.add(tenant)
        self.ground.databases[subject.database] = {"cfdis": [[rfc, "1"], [rfc, "2"]]}
        self.ground.subjects.append(subject)
        return subject

    def write(self, subject: Subject) -> None:
        self.ground.databases[subject.database]["cfdis"].append([str(uuid4())])

    def run(self, later: timedelta = timedelta()) -> Run:
        self.now += later
        return self.running(SYSTEM, self.told.append)

    def verify(self, run: str | None = None, key: Key | None = None) -> tuple[BackupFile, ...]:
        return self.verifying(SYSTEM, run, key, self.told.append)

    @property
    def running(self) -> RunBackup:
        return RunBackup(self.shelf, MemoryEstate(self.ground), self.make, self.retention, one_by_one)

    @property
    def verifying(self) -> VerifyBackup:
        return VerifyBackup(self.shelf, self.parts)

    @property
    def restore(self) -> RestoreClient:
        return RestoreClient(self.shelf, self.registry, self.parts[Kind.CLIENTE].site)

    @property
    def restore_all(self) -> RestoreAll:
        return RestoreAll(self.shelf, self.parts, NoReceipts(), lambda: None, one_by_one)  # type: ignore[arg-type]

    def events(self) -> list[Event]:
        return [waiting.delivery.event for waiting in self.control.tables["outbox"].values()]

    def state(self, run: Run) -> Run:
        return next(one for one in self.log.all() if one.id == run.id)


def one_by_one(act, each):  # type: ignore[no-untyped-def]
    return tuple(map(act, each))
