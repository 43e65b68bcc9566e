from collections.abc import Callable, Sequence, Set
from datetime import UTC, datetime
from uuid import uuid4

import pytest

from contracts.ports.clients import ClientsContract
from contracts.ports.fiel_vault import FielVaultContract
from contracts.ports.mailer import Arrived, MailerContract
from contracts.ports.registry import RegistryContract
from contracts.ports.runs import RunsContract
from contracts.ports.subscriptions import SubscriptionsContract
from contracts.ports.tenant_databases import Names, TenantDatabasesContract
from contracts.ports.tenant_files import TenantFilesContract
from horux_adapters.memory.audit import MemoryAuditTrail
from horux_adapters.memory.billing import MemorySubscriptions
from horux_adapters.memory.clients import MemoryClients
from horux_adapters.memory.database import MemoryDatabase, Tables
from horux_adapters.memory.fiel import MemoryFielVault
from horux_adapters.memory.fiel_vault import MemoryVault
from horux_adapters.memory.identity import MemoryDirectory
from horux_adapters.memory.notifications import MemoryMailer
from horux_adapters.memory.onboarding import MemoryRuns, MemoryTenantFiles
from horux_adapters.memory.outbox import MemoryOutbox
from horux_adapters.memory.tenancy import MemoryRegistry, MemoryTenantDatabases
from horux_core.audit.ports import AuditTrail
from horux_core.billing.ports import Subscriptions
from horux_core.fiel.ports import FielVault, Vault
from horux_core.identity.ports import Directory
from horux_core.kernel.ids import TenantId
from horux_core.notifications.model import Mail
from horux_core.notifications.ports import Mailer
from horux_core.onboarding.ports import Runs, TenantFiles
from horux_core.operations.clients import Clients
from horux_core.outbox.ports import Outbox
from horux_core.tenancy.model import Tenant
from horux_core.tenancy.ports import Registry, TenantDatabases


def outbox(tables: Tables) -> Outbox:
    return MemoryOutbox(tables, lambda: datetime.now(UTC))


@pytest.fixture
def control() -> MemoryDatabase:
    return MemoryDatabase()


@pytest.fixture
def trail(control: MemoryDatabase) -> AuditTrail:
    return MemoryAuditTrail(control)


class TestMemoryRegistry(RegistryContract):
    @pytest.fixture
    def registry(self, control: MemoryDatabase) -> Registry:
        return MemoryRegistry(control, outbox)


class TestMemoryRuns(RunsContract):
    @pytest.fixture
    def runs(self, control: MemoryDatabase) -> Runs:
        return MemoryRuns(control, outbox)


class TestMemoryClients(ClientsContract):
    @pytest.fixture
    def clients(self, control: MemoryDatabase) -> Clients:
        return MemoryClients(control)

    @pytest.fixture
    def registry(self, control: MemoryDatabase) -> Registry:
        return MemoryRegistry(control, outbox)

    @pytest.fixture
    def subscriptions(self, control: MemoryDatabase) -> Subscriptions:
        return MemorySubscriptions(control)

    @pytest.fixture
    def directory(self, control: MemoryDatabase) -> Directory:
        return MemoryDirectory(control)

    @pytest.fixture
    def vault(self, control: MemoryDatabase) -> Vault:
        return MemoryVault(control, outbox)


class TestMemorySubscriptions(SubscriptionsContract):
    @pytest.fixture
    def subscriptions(self, control: MemoryDatabase) -> Subscriptions:
        return MemorySubscriptions(control)

    @pytest.fixture
    def tenant(self) -> TenantId:
        return TenantId(uuid4())

    @pytest.fixture
    def other(self) -> TenantId:
        return TenantId(uuid4())


class TestMemoryTenantDatabases(TenantDatabasesContract):
    @pytest.fixture
    def databases(self, control: MemoryDatabase) -> TenantDatabases:
        return MemoryTenantDatabases(control)

    @pytest.fixture
    def names(self, control: MemoryDatabase) -> Names:
        def names() -> Set[str]:
            return control.tables["databases"].keys()

        return names


class TestMemoryFielVault(FielVaultContract):
    @pytest.fixture
    def kept(self) -> set[TenantId]:
        return set()

    @pytest.fixture
    def vault(self, kept: set[TenantId]) -> FielVault:
        return MemoryFielVault(kept)

    @pytest.fixture
    def keep(self, kept: set[TenantId]) -> Callable[[TenantId], None]:
        return kept.add


class TestMemoryTenantFiles(TenantFilesContract):
    @pytest.fixture
    def kept(self) -> set[str]:
        return set()

    @pytest.fixture
    def files(self, kept: set[str]) -> TenantFiles:
        return MemoryTenantFiles(kept)

    @pytest.fixture
    def keep(self, kept: set[str]) -> Callable[[Tenant], None]:
        return lambda tenant: kept.add(tenant.database_name)

    @pytest.fixture
    def has(self, kept: set[str]) -> Callable[[Tenant], bool]:
        return lambda tenant: tenant.database_name in kept


class TestMemoryMailer(MailerContract):
    @pytest.fixture
    def sent(self) -> list[Mail]:
        return []

    @pytest.fixture
    def mailer(self, sent: list[Mail]) -> Mailer:
        return MemoryMailer(sent)

    @pytest.fixture
    def arrived(self, sent: list[Mail]) -> Callable[[], Sequence[Arrived]]:
        return lambda: [Arrived(str(mail.key), mail.to, mail.letter.subject) for mail in sent]
