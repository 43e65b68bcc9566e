import pytest

from contracts.boveda import AT
from contracts.clients import a_tenant
from contracts.ports.anchors import AnchorsContract
from contracts.ports.receipts import ReceiptsContract
from contracts.ports.registry import kept
from contracts.ports.sealed_folders import SealedFoldersContract
from contracts.ports.vault import VaultContract
from horux_adapters.memory.audit import MemoryAuditTrail
from horux_adapters.memory.database import MemoryDatabase
from horux_adapters.memory.fiel_vault import MemoryAnchors, MemoryReceipts, MemorySealedFolders, MemoryVault
from horux_adapters.memory.outbox import MemoryDeliveries, MemoryOutbox
from horux_adapters.memory.tenancy import MemoryRegistry
from horux_core.audit.ports import AuditTrail
from horux_core.fiel.ports import Anchors, Receipts, SealedFolders, Vault
from horux_core.kernel.ids import TenantId
from horux_core.outbox.ports import Deliveries
from horux_core.tenancy.ports import Registry


class TestMemoryVault(VaultContract):
    @pytest.fixture
    def control(self) -> MemoryDatabase:
        return MemoryDatabase()

    @pytest.fixture
    def vault(self, control: MemoryDatabase) -> Vault:
        return MemoryVault(control, lambda tables: MemoryOutbox(tables, lambda: AT), patience=0.2)

    @pytest.fixture
    def trail(self, control: MemoryDatabase) -> AuditTrail:
        return MemoryAuditTrail(control)

    @pytest.fixture
    def deliveries(self, control: MemoryDatabase) -> Deliveries:
        return MemoryDeliveries(control)

    @pytest.fixture
    def registry(self, control: MemoryDatabase) -> Registry:
        return MemoryRegistry(control, lambda tables: MemoryOutbox(tables, lambda: AT))

    @pytest.fixture
    def tenant(self, registry: Registry) -> TenantId:
        tenant = a_tenant()
        kept(registry, tenant)
        return tenant.id

    @pytest.fixture
    def other(self, registry: Registry) -> TenantId:
        tenant = a_tenant("URE180429TM6")
        kept(registry, tenant)
        return tenant.id


class TestMemorySealedFolders(SealedFoldersContract):
    @pytest.fixture
    def folders(self) -> SealedFolders:
        return MemorySealedFolders()


class TestMemoryAnchors(AnchorsContract):
    @pytest.fixture
    def anchors(self) -> Anchors:
        return MemoryAnchors()


class TestMemoryReceipts(ReceiptsContract):
    @pytest.fixture
    def receipts(self) -> Receipts:
        return MemoryReceipts()
