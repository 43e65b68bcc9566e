from collections.abc import Iterator
from dataclasses import replace

import psycopg
import pytest

from contracts.boveda import a_receipt, a_sealed, a_use
from contracts.clients import a_tenant
from contracts.ports.registry import kept
from contracts.ports.vault import VaultContract
from horux_adapters.postgres.audit import PostgresAuditTrail
from horux_adapters.postgres.control import ControlDatabase
from horux_adapters.postgres.fiel import PostgresVault
from horux_adapters.postgres.jobs import direct
from horux_adapters.postgres.outbox import PostgresDeliveries, PostgresOutbox
from horux_adapters.postgres.tenancy import PostgresRegistry
from horux_core.audit.ports import AuditTrail
from horux_core.fiel.errors import VaultUnavailable
from horux_core.fiel.events import FielExpiring
from horux_core.fiel.ports import Vault
from horux_core.kernel.ids import TenantId
from horux_core.outbox.ports import Deliveries
from horux_core.tenancy.ports import Registry
from tests.central import a_central_database

TABLES = "fiel_credentials, fiel_uses, fiel_receipts, fiel_expiry_notes, fiel_trouble_notes, audit_log, outbox, tenants"


@pytest.fixture(scope="module")
def shared(postgres_url: str) -> Iterator[ControlDatabase]:
    with a_central_database(postgres_url) as control:
        yield control


class TestPostgresVault(VaultContract):
    @pytest.fixture
    def control(self, shared: ControlDatabase) -> Iterator[ControlDatabase]:
        yield shared
        with shared.transaction() as connection:
            connection.execute(f"TRUNCATE {TABLES} CASCADE".encode())

    @pytest.fixture
    def vault(self, control: ControlDatabase) -> Vault:
        return PostgresVault(control, PostgresOutbox, direct(control.dsn), patience=0.5)

    @pytest.fixture
    def trail(self, control: ControlDatabase) -> AuditTrail:
        return PostgresAuditTrail(control)

    @pytest.fixture
    def deliveries(self, control: ControlDatabase) -> Deliveries:
        return PostgresDeliveries(control, {"FielExpiring": FielExpiring})

    @pytest.fixture
    def registry(self, control: ControlDatabase) -> Registry:
        return PostgresRegistry(control, PostgresOutbox)

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

    def test_a_book_that_cannot_be_written_says_the_vault_is_not_available(
        self, vault: Vault, control: ControlDatabase, tenant: TenantId
    ) -> None:
        with control.transaction() as connection:
            connection.execute("CREATE FUNCTION no() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN RAISE disk_full; END'")
            connection.execute("CREATE TRIGGER no BEFORE INSERT ON fiel_uses EXECUTE FUNCTION no()")
        try:
            with pytest.raises(VaultUnavailable), vault.transaction() as tx:
                tx.uses.append(a_use(tenant))
        finally:
            with control.transaction() as connection:
                connection.execute("DROP FUNCTION no CASCADE")

    def test_what_is_held_is_free_when_its_holder_s_connection_is_lost(
        self, vault: Vault, control: ControlDatabase, tenant: TenantId
    ) -> None:
        with vault.hold(tenant):
            with control.transaction() as connection:
                connection.execute(
                    "SELECT pg_terminate_backend(pid, 5000) FROM pg_locks"
                    " WHERE locktype = 'advisory' AND pid <> pg_backend_pid()"
                )
            with vault.hold(tenant):
                pass

    def test_no_session_is_left_open(self, vault: Vault, control: ControlDatabase, tenant: TenantId) -> None:
        with vault.hold(tenant):
            pass
        with psycopg.connect(control.dsn) as connection:
            query = "SELECT count(*) FROM pg_locks WHERE locktype = 'advisory'"
            assert connection.execute(query).fetchone() == (0,)

    def test_a_receipt_that_cannot_be_written_says_so_too(self, vault: Vault, tenant: TenantId) -> None:
        for wrong in (a_receipt(tenant, number=2**64), a_receipt(tenant, number=2**63 - 1)):
            with pytest.raises(VaultUnavailable), vault.transaction() as tx:
                tx.receipts.add(wrong)

    def test_no_e_firma_has_no_components(self, vault: Vault, tenant: TenantId) -> None:
        none = replace(a_use(tenant), components=())
        with vault.transaction() as tx:
            tx.uses.append(none)
        assert vault.uses(tenant, None, 1).items == (none,)

    @pytest.mark.parametrize(
        ("table", "wrong"),
        [
            ("fiel_credentials", "valido_desde = '-infinity'"), ("fiel_credentials", "valido_hasta = 'infinity'"),
            ("fiel_credentials", "uploaded_at = 'infinity'"), ("fiel_credentials", "number = 0"),
            ("fiel_credentials", "number = 1000000000000000000"), ("fiel_uses", "at = 'infinity'"),
            ("fiel_receipts", "destroyed_at = 'infinity'"), ("fiel_receipts", "number = 0"),
            ("fiel_credentials", "valido_hasta = '4000-01-01 BC'"), ("fiel_credentials", "valido_desde = '1949-01-01'"),
            ("fiel_credentials", "valido_hasta = '9999-01-01'"), ("fiel_credentials", "uploaded_at = '20000-01-01'"),
            ("fiel_uses", "at = '20000-01-01'"), ("fiel_uses", "at = '1999-01-01'"),
            ("fiel_uses", "components = '{{certificate}}'"), ("fiel_uses", "components = '{NULL}'"),
            ("fiel_uses", "components = array_fill('password'::text, ARRAY[5])"),
            ("fiel_uses", "seq = 9223372036854775807"), ("fiel_uses", "seq = 1000000000000000000"),
            ("fiel_receipts", "number = 9223372036854775807"), ("fiel_receipts", "destroyed_at = '20000-01-01'"),
        ],
    )  # fmt: skip
    def test_nothing_is_kept_that_could_not_be_read(
        self, vault: Vault, control: ControlDatabase, tenant: TenantId, table: str, wrong: str
    ) -> None:
        with vault.transaction() as tx:
            tx.credentials.put(a_sealed(tenant))
            tx.uses.append(a_use(tenant))
            tx.receipts.add(a_receipt(tenant))
        with pytest.raises(psycopg.errors.CheckViolation), control.transaction() as connection:
            connection.execute(f"UPDATE {table} SET {wrong}".encode())
