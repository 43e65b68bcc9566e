from collections.abc import Iterator
from dataclasses import replace
from uuid import uuid4

import pytest

from contracts.ports.alertas import AlertasContract, ChangesToldContract, ListasContract
from contracts.ports.calendario import CalendarioContract, FeedsContract
from contracts.ports.indicios import IndiciosContract
from horux_adapters.postgres.alertas import PostgresListas
from horux_adapters.postgres.books import PostgresBooks
from horux_adapters.postgres.calendario import PostgresFeeds
from horux_adapters.postgres.control import ControlDatabase
from horux_core.fiscal.alertas.ports import Listas
from horux_core.fiscal.calendario.ports import Feeds
from horux_core.fiscal.ports import Books
from horux_core.kernel.ids import TenantId, UserId
from tests.adapters.postgres.test_books import InPostgres, tenant_dsn  # noqa: F401
from tests.central import a_central_database, a_tenant_row


@pytest.fixture(scope="module")
def control(postgres_url: str) -> Iterator[ControlDatabase]:
    with a_central_database(postgres_url) as control:
        yield control


class TestPostgresCalendario(InPostgres, CalendarioContract): ...


class TestPostgresAlertas(InPostgres, AlertasContract): ...


class TestPostgresIndicios(InPostgres, IndiciosContract): ...


class TestPostgresBooksThatTell(InPostgres, ChangesToldContract):
    @pytest.fixture
    def told(self) -> list[TenantId]:
        return []

    @pytest.fixture
    def telling(self, books: PostgresBooks, told: list[TenantId]) -> Books:
        return replace(books, changed=told.append)


class TestPostgresFeeds(FeedsContract):
    @pytest.fixture
    def feeds(self, control: ControlDatabase) -> Feeds:
        return PostgresFeeds(control)

    @pytest.fixture
    def tenant(self, control: ControlDatabase) -> TenantId:
        with control.transaction() as connection:
            connection.execute("TRUNCATE tenants CASCADE")
        return TenantId(a_tenant_row(control))  # type: ignore[arg-type]

    @pytest.fixture
    def other(self, control: ControlDatabase, tenant: TenantId) -> TenantId:
        return TenantId(a_tenant_row(control, "URE180429TM6"))  # type: ignore[arg-type]

    @pytest.fixture
    def people(self, control: ControlDatabase) -> tuple[UserId, UserId]:
        ana, beto = UserId(uuid4()), UserId(uuid4())
        with control.transaction() as connection:
            for who in (ana, beto):
                connection.execute(
                    "INSERT INTO users (id, email, nombre, created_at) VALUES (%s, %s, 'Persona', now())",
                    (who, f"{who.hex}@example.com"),
                )
        return ana, beto


class TestPostgresListas(ListasContract):
    @pytest.fixture
    def listas(self, control: ControlDatabase) -> Listas:
        with control.transaction() as connection:
            connection.execute("DELETE FROM lista_69b")
            connection.execute("DELETE FROM lista_69b_carga")
        return PostgresListas(control)
