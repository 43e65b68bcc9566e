"""A provisioner as production has one, databases of its own, and folders of migrations."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from uuid import UUID, uuid4

import psycopg
import pytest
from psycopg import sql

from horux_adapters.postgres import naming
from horux_adapters.postgres.connecting import dsn
from horux_adapters.postgres.pools import TenantPools
from horux_adapters.postgres.servers import PostgresServers, derive_password
from horux_adapters.postgres.template import TenantTemplate
from horux_core.kernel.ids import TenantId
from tests.adapters.postgres.pooling import Make

SECRET = b"secreto de las pruebas, 32 bytes"
TABLES = "CREATE TABLE cosas (id integer GENERATED ALWAYS AS IDENTITY PRIMARY KEY, texto text NOT NULL);"


@dataclass(frozen=True)
class TenantBase:
    """One tenant's database as the tests know it."""

    id: UUID
    database: str
    role: str
    password: str


@dataclass(frozen=True)
class Installation:
    """A server with a central database, a provisioner and a template, all apart from those of other tests."""

    superuser_url: str
    admin_url: str
    mark: str
    template: TenantTemplate
    servers: PostgresServers
    folder: Path

    def tenant(self, n: int = 0) -> TenantBase:
        tenant_id = UUID(int=uuid4().int)
        database = f"horux_{self.mark}_{n}"
        return TenantBase(
            tenant_id, database, naming.role_name(tenant_id), derive_password(SECRET, tenant_id, database)
        )

    def created(self, n: int = 0) -> TenantBase:
        tenant = self.tenant(n)
        self.servers.create(tenant.database, tenant.role, tenant.password)
        return tenant

    def dsn_of(self, tenant: TenantBase) -> str:
        return dsn(self.admin_url, dbname=tenant.database, user=tenant.role, password=tenant.password)

    def as_superuser(self, query: str, *values: object) -> list[tuple[object, ...]]:
        with psycopg.connect(self.superuser_url, autocommit=True) as conn:
            return list(conn.execute(query.encode(), values).fetchall())


@pytest.fixture
def write(tmp_path: Path) -> Callable[..., Path]:
    """Writes a folder of migrations: `write(**{"0001_uno": "CREATE …"})`; again adds to it."""
    folder = tmp_path / "migraciones"

    def to_folder(**files: str) -> Path:
        folder.mkdir(exist_ok=True)
        for name, text in files.items():
            (folder / f"{name}.sql").write_text(text, encoding="utf-8")
        return folder

    return to_folder


@pytest.fixture
def installation(postgres_url: str, write: Callable[..., Path]) -> Iterator[Installation]:
    mark = uuid4().hex[:10]
    provisioner, central = f"aprovisionador_{mark}", f"central_{mark}"
    with psycopg.connect(postgres_url, autocommit=True) as conn:
        conn.execute(
            sql.SQL("CREATE ROLE {} LOGIN CREATEDB CREATEROLE PASSWORD 'aprovisiona'").format(
                sql.Identifier(provisioner)
            )
        )
        conn.execute(
            sql.SQL("CREATE DATABASE {} OWNER {}").format(sql.Identifier(central), sql.Identifier(provisioner))
        )
    admin_url = dsn(postgres_url, dbname=central, user=provisioner, password="aprovisiona")
    folder = write(**{"0001_cosas": TABLES})
    template = TenantTemplate(admin_url, folder, name=f"plantilla_{mark}")
    yield Installation(postgres_url, admin_url, mark, template, PostgresServers(admin_url, template), folder)
    _removed(postgres_url, mark, provisioner)


def _removed(postgres_url: str, mark: str, provisioner: str) -> None:
    with psycopg.connect(postgres_url, autocommit=True) as conn:
        roles = conn.execute(
            "SELECT r.rolname FROM pg_roles r JOIN pg_auth_members m ON m.roleid = r.oid "
            "JOIN pg_roles p ON p.oid = m.member WHERE p.rolname = %s",
            (provisioner,),
        ).fetchall()
        names = conn.execute("SELECT datname FROM pg_database WHERE datname LIKE %s", (f"%{mark}%",)).fetchall()
        for (name,) in names:
            conn.execute(sql.SQL("ALTER DATABASE {} IS_TEMPLATE false").format(sql.Identifier(name)))
            conn.execute(sql.SQL("DROP DATABASE IF EXISTS {} WITH (FORCE)").format(sql.Identifier(name)))
        for role in {role for (role,) in roles}:
            conn.execute(sql.SQL("DROP ROLE IF EXISTS {}").format(sql.Identifier(role)))
        conn.execute(sql.SQL("DROP ROLE {}").format(sql.Identifier(provisioner)))


@pytest.fixture
def database(fresh_database: Callable[[], str]) -> str:
    made = fresh_database()
    with psycopg.connect(made) as conn:
        conn.execute("CREATE TABLE cosas (n int)")
    return made


@pytest.fixture
def pools(database: str) -> Iterator[Make]:
    """Pools in which each tenant is another application name on one database: the server can tell them apart."""
    made: list[TenantPools] = []

    def make(max_total: int = 10, **options: object) -> TenantPools:
        address: Callable[[TenantId], str] = lambda t: dsn(database, application_name=f"cliente-{t.int}")  # noqa: E731
        built = TenantPools(address, max_total, **options)  # type: ignore[arg-type]
        made.append(built)
        return built

    yield make
    for built in made:
        built.close()
