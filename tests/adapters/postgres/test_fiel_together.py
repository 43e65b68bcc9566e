"""The vault on PostgreSQL and on disk, with several at work on it at once, and with a process that is killed."""

import signal
import subprocess
import sys
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace
from pathlib import Path
from threading import Event

import pytest

from contracts.boveda import AT
from contracts.clients import OPERATOR, a_subscription, a_tenant
from horux_adapters.crypto.sealing import AesGcmSealer, Ed25519ReceiptSigner, HmacEntryMacs, VaultKeys, anchor_keys
from horux_adapters.filesystem.fiel_anchors import FilesystemAnchors, FilesystemReceipts
from horux_adapters.filesystem.fiel_folders import FilesystemSealedFolders
from horux_adapters.memory.billing import MemorySubscriptions
from horux_adapters.memory.database import MemoryDatabase
from horux_adapters.memory.plain_folders import MemoryPlainFolders
from horux_adapters.memory.plans import MemoryEntitlements
from horux_adapters.postgres.control import ControlDatabase
from horux_adapters.postgres.fiel import PostgresVault
from horux_adapters.postgres.jobs import direct
from horux_adapters.postgres.outbox import PostgresOutbox
from horux_adapters.postgres.tenancy import PostgresRegistry
from horux_adapters.postgres.throttling import PostgresThrottle
from horux_core.fiel.admitting import Admission
from horux_core.fiel.destroying import DestroyFiel
from horux_core.fiel.errors import FielMissing, VaultUnavailable
from horux_core.fiel.findings import Health
from horux_core.fiel.keeping import Safe
from horux_core.fiel.model import Component, UseKind
from horux_core.fiel.storing import StoreFiel
from horux_core.fiel.tending import RotateVault, TendVault, VerifyVault
from horux_core.fiel.unsealing import UnsealFiel
from horux_core.kernel.ids import TenantId
from horux_core.tenancy.model import Tenant
from tests.central import a_central_database
from tests.core.fiel.strongroom import FIRST, SECOND, PaperInspector, an_upload, owner, proof
from tests.core.fiel.test_healing import Meanwhile, Unheld

STORE = """
import sys
from pathlib import Path
from horux_adapters.postgres.control import ControlDatabase
from tests.adapters.postgres.test_fiel_together import House
house = House(ControlDatabase(sys.argv[1]).open(), Path(sys.argv[2]))
tenant = house.registry.get(__import__("uuid").UUID(sys.argv[3]))
house.entitle(tenant)
n = 0
while True:
    house.store(tenant, f"n{n}")
    print(n, flush=True)
    n += 1
"""


@dataclass
class House:
    control: ControlDatabase
    root: Path

    def __post_init__(self) -> None:
        self.registry = PostgresRegistry(self.control, PostgresOutbox)
        self.vault = PostgresVault(self.control, PostgresOutbox, direct(self.control.dsn))
        self.memory = MemoryDatabase()
        self.start(FIRST)

    def start(self, key: bytes, *old: bytes) -> None:
        keys = VaultKeys(key, old)
        anchors = FilesystemAnchors(self.root, anchor_keys(keys), keys.current)
        folders, receipts = FilesystemSealedFolders(self.root), FilesystemReceipts(self.root)
        sealer, signer = AesGcmSealer(keys), Ed25519ReceiptSigner(keys)
        kept = (self.vault, folders, anchors, receipts, MemoryPlainFolders())
        self.safe = Safe(*kept, sealer, signer, HmacEntryMacs(keys), lambda: AT)
        admission = Admission(PostgresThrottle(self.control))
        entitlements = MemoryEntitlements(self.memory)
        self.store_fiel = StoreFiel(self.safe, self.registry, entitlements, PaperInspector(), admission)
        self.unseal = UnsealFiel(self.safe, self.registry)

    def client(self, rfc: str = "CAS2408138W2") -> Tenant:
        tenant = a_tenant(rfc)
        with self.registry.transaction() as tx:
            tx.tenants.add(tenant)
        self.entitle(tenant)
        return tenant

    def entitle(self, tenant: Tenant) -> None:
        with self.memory.transaction() as tables:
            tables["tenants"][tenant.id] = tenant
        MemorySubscriptions(self.memory).open(a_subscription(tenant.id))

    def store(self, tenant: Tenant, name: str) -> None:
        # As a process of its own does.
        alone = Admission(PostgresThrottle(self.control))
        replace(self.store_fiel, admission=alone)(owner(tenant), an_upload(tenant, name))

    def open(self, tenant: Tenant) -> str:
        with self.unseal(owner(tenant), "prueba") as fiel:
            assert fiel.password == f"canaria {fiel.certificado.nombre.removeprefix('EMPRESA ')}".encode()
            return fiel.certificado.nombre.removeprefix("EMPRESA ")

    def health(self) -> set[Health]:
        return {finding.health for finding in VerifyVault(self.safe, self.registry)(OPERATOR)}

    def kinds(self, tenant: TenantId) -> list[UseKind]:
        with self.vault.transaction() as tx:
            return [use.kind for use in tx.uses.all(tenant)]


@pytest.fixture
def house(postgres_url: str, tmp_path: Path) -> Iterator[House]:
    root = tmp_path / "fiel"
    root.mkdir(mode=0o700)
    with a_central_database(postgres_url) as control:
        yield House(control, root)


def test_uploads_at_once_leave_one_of_them_whole(house: House) -> None:
    tenant = house.client()
    with ThreadPoolExecutor(4) as pool:
        list(pool.map(lambda n: house.store(tenant, f"n{n}"), range(12)))
    assert house.kinds(tenant.id) == [UseKind.ALTA] + [UseKind.REEMPLAZO] * 11
    assert house.open(tenant) in {f"n{n}" for n in range(12)}
    assert house.health() == {Health.SANA}


def test_nothing_is_unreadable_while_the_key_is_changed(house: House) -> None:
    tenants = [house.client(f"CA{chr(65 + n)}240813{n:02d}1") for n in range(proof(6, 26))]
    for n, tenant in enumerate(tenants):
        house.store(tenant, f"n{n}")
    house.start(SECOND, FIRST)
    over = Event()

    def used(_: int) -> int:
        times = 0
        while not over.is_set() or times == 0:
            assert [house.open(tenant) for tenant in tenants] == [f"n{n}" for n in range(len(tenants))]
            times += 1
        return times

    with ThreadPoolExecutor(3) as pool:
        users = pool.map(used, range(3))
        findings = RotateVault(house.safe, house.registry)(OPERATOR)
        over.set()
        assert all(times > 0 for times in users)
    assert {finding.health for finding in findings} == {Health.SANA}
    house.start(SECOND)
    assert [house.open(tenant) for tenant in tenants] == [f"n{n}" for n in range(len(tenants))]
    assert house.health() == {Health.SANA}


@pytest.mark.parametrize("another", ["store", "destroy", "use"])
def test_healing_undoes_nothing_that_another_holder_did_since(house: House, another: str) -> None:
    tenant = house.client()
    house.store(tenant, "vieja")
    for n, file in enumerate(sorted(house.root.glob("CAS*/*"))):
        if n % 2:
            file.unlink()
    with house.control.transaction() as connection:
        connection.execute("UPDATE fiel_credentials SET cer_data = 'nada'")
    theirs = UnsealFiel(house.safe, house.registry)
    acts: dict[str, Callable[[], object]] = {
        "store": lambda: house.store(tenant, "nueva"),
        "destroy": lambda: DestroyFiel(house.safe, house.registry)(owner(tenant)),
        "use": lambda: theirs(owner(tenant), "prueba", frozenset({Component.PASSWORD})).wipe(),
    }
    sealer = Meanwhile(house.safe.sealer, "seal", acts[another])
    unfenced = replace(house.safe, vault=Unheld(house.vault), sealer=sealer)
    with pytest.raises(VaultUnavailable):
        UnsealFiel(unfenced, house.registry)(owner(tenant), "prueba")
    if another == "destroy":
        with pytest.raises(FielMissing):
            house.open(tenant)
        assert (house.vault.stored(tenant.id), list(house.root.glob("*CAS*"))) == (None, [])
        return
    assert house.open(tenant) == ("nueva" if another == "store" else "vieja")
    assert house.health() == {Health.SANA}


@pytest.mark.parametrize("death", range(proof(3, 25)))
def test_a_process_that_is_killed_leaves_it_whole(house: House, death: int) -> None:
    tenant = house.client()
    house.store(tenant, "primera")
    given = [house.control.dsn, str(house.root), str(tenant.id)]
    with subprocess.Popen([sys.executable, "-c", STORE, *given], stdout=subprocess.PIPE) as process:
        assert process.stdout is not None
        for _ in range(3 + death):
            assert process.stdout.readline()
        process.send_signal(signal.SIGKILL)
    assert TendVault(house.safe, house.registry)()["por atender"] == 0
    assert int(house.open(tenant).removeprefix("n")) >= 2 + death
    assert house.health() == {Health.SANA}
