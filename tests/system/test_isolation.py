"""One client's role opens one client's database; no role of the product makes or reads what is not its own."""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any
from uuid import UUID, uuid4

import psycopg
import pytest
from litestar import Litestar
from litestar.testing import TestClient

from horux_adapters.container.horux import opened
from horux_adapters.container.settings import load
from horux_adapters.postgres.connecting import dsn
from horux_adapters.postgres.naming import database_name, role_name
from horux_adapters.postgres.servers import derive_password
from horux_core.identity.model import Membership, Role, User
from horux_core.kernel.ids import TenantId, UserId
from horux_http.asgi import application
from tests.system.household import a_client
from tests.system.installation import OPERATOR, Installation, installation
from tests.system.owners import CHOSEN
from tests.system.papers import rfc
from tests.system.scale import proof

TENANTS = [rfc(number, "S") for number in range(proof(6, 20))]
HERE, THERE = TENANTS[:2]
SYSTEM = ("horux360", "postgres", "template1")
UNKNOWN = "5a1c2b54-0f3e-4d0a-9c1e-7d2f8a3b6c01"
GAPS = {"rfc": THERE, "anio": "2025", "mes": "1", "semana": "1", "impuesto": "iva", "plan": "business"}
"""What is no id."""
ASKED = "?anio=2025&mes=1&figura=porCobrar"
"""What some routes cannot do without."""
OPEN = re.compile(
    r"/health|/api/health|/ready|/api/docs|/api/openapi\.json|/api/auth/(login|refresh|forgot|reset)|/api/webhooks/.*"
)
ROLES = {"owner": Role.OWNER, "contador": Role.CONTADOR, "visor": Role.VISOR}


@dataclass(frozen=True)
class Product:
    installed: Installation
    http: TestClient[Litestar]
    idents: dict[str, TenantId] = field(default_factory=dict)

    def credential(self, email: str) -> dict[str, str]:
        answer = self.http.post("/api/auth/login", json={"email": email, "password": CHOSEN})
        assert answer.status_code == 200, answer.text
        return {"Authorization": f"Bearer {answer.json()['accessToken']}"}

    def own_address(self, who: str) -> str:
        """Of a client's database, as its own role."""
        ident = self.idents[who]
        password = derive_password(self.installed.env["DATABASE_ROLE_SECRET"].encode(), ident, database_name(who))
        return dsn(self.installed.superuser, dbname=database_name(who), user=role_name(ident), password=password)

    def state(self) -> list[Any]:
        """Everything a request could have changed in the central database, except that it was seen."""
        tables = ("tenants", "users", "memberships", "subscriptions", "sessions", "jobs", "provisioning_runs", "outbox")
        queries = " UNION ALL ".join(f"SELECT '{name}', md5(string_agg(t::text, '|' ORDER BY id)) FROM {name} t"
                                     for name in tables if name != "memberships")  # fmt: skip
        people = "SELECT 'memberships', md5(string_agg(t::text, '|' ORDER BY user_id, tenant_id)) FROM memberships t"
        audit = "SELECT 'audit_log', count(*)::text FROM audit_log"
        return sorted(self.installed.rows(f"{queries} UNION ALL {people} UNION ALL {audit}", database="horux360"))


@pytest.fixture(scope="module")
def product() -> Iterator[Product]:
    with installation(WORKERS="1") as installed:
        app = application(load(installed.env))
        with TestClient(app, raise_server_exceptions=False) as http:
            built = Product(installed, http)
            operator = built.credential(OPERATOR)
            for each in TENANTS:
                answer = http.post("/api/tenants", json=a_client(each), headers=operator)
                assert answer.status_code == 201, answer.text
                built.idents[each] = TenantId(UUID(answer.json()["id"]))
            _let_people_in(built)
            yield built


def _let_people_in(product: Product) -> None:
    now = datetime.now(UTC)
    with opened(load(product.installed.env)) as horux, horux.gateways.directory().transaction() as tx:
        password = horux.gateways.hasher().hash(CHOSEN)
        for name, role in ROLES.items():
            user = User(UserId(uuid4()), f"{name}@aqui.mx", name, False, password, False, None, True, now)
            tx.users.add(user)
            tx.memberships.add(Membership(user.id, product.idents[HERE], role))


def refused(address: str) -> str:
    """What PostgreSQL said. Fails when it let us in."""
    with pytest.raises(psycopg.OperationalError) as told:
        psycopg.connect(address).close()
    return str(told.value)


def test_postgres_refuses_a_clients_role_every_database_but_its_own(product: Product) -> None:
    tried = 0
    for who in TENANTS:
        own = product.own_address(who)
        with psycopg.connect(own) as conn:
            assert conn.execute("SELECT count(*) FROM cfdis").fetchone() == (0,)
        for database in (*map(database_name, TENANTS), *SYSTEM):
            if database == database_name(who):
                continue
            tried += 1
            assert "permission denied for database" in refused(dsn(own, dbname=database)), (who, database)
        assert "not currently accepting connections" in refused(dsn(own, dbname="horux_plantilla"))
    print(f"\n{tried} entradas ajenas negadas")


def test_the_services_own_role_opens_no_clients_database(product: Product) -> None:
    for database in (*map(database_name, TENANTS), "postgres", "template1"):
        said = refused(dsn(product.installed.env["DATABASE_URL"], dbname=database))
        assert "permission denied for database" in said


def test_no_database_that_takes_connections_is_open_to_all(product: Product) -> None:
    assert (
        product.installed.rows(
            "SELECT datname FROM pg_database d, aclexplode(coalesce(datacl, acldefault('d', datdba))) a"
            " WHERE a.grantee = 0 AND a.privilege_type IN ('CONNECT', 'TEMPORARY') AND d.datallowconn"
        )
        == []
    )


def test_no_role_of_the_product_is_more_than_it_needs(product: Product) -> None:
    roles = product.installed.rows(
        "SELECT rolname, rolsuper, rolcreatedb, rolcreaterole, rolreplication, rolbypassrls FROM pg_roles"
        " WHERE rolname LIKE 'horux%'"
    )
    assert len(roles) == 2 + len(TENANTS)
    for name, *rights in roles:
        expected = [False, True, True, False, False] if name == "horux_admin" else [False] * 5
        assert rights == expected, name
    members = product.installed.rows(
        "SELECT m.member::regrole::text, m.roleid::regrole::text FROM pg_auth_members m"
        " JOIN pg_roles r ON r.oid = m.member WHERE r.rolname LIKE 'horux%'"
    )
    assert {member for member, _ in members} <= {"horux_admin"}, "only the provisioner has roles, those it made"
    assert not {role for _, role in members if role.startswith("pg_")}


FORBIDDEN = (
    "CREATE TABLE public.robo (a int)",
    "CREATE SCHEMA robo",
    "CREATE FUNCTION public.robo() RETURNS int LANGUAGE sql AS 'SELECT 1'",
    "CREATE EXTENSION hstore",
    "CREATE DATABASE robo",
    "CREATE ROLE robo",
    "ALTER TABLE {table} ADD COLUMN robo int",
    "DROP TABLE {table}",
    "TRUNCATE {table}",
    "COPY (SELECT 1) TO PROGRAM 'cat'",
    "COPY (SELECT 1) TO '/tmp/robo'",
    "SELECT pg_read_file('postgresql.conf')",
    "SELECT pg_ls_dir('.')",
    "SELECT lo_import('/etc/hostname')",
    "SET ROLE postgres",
    "SET ROLE horux_admin",
    "SET ROLE {other}",
    "SET SESSION AUTHORIZATION {other}",
    "ALTER SYSTEM SET log_statement = 'none'",
    "SELECT rolpassword FROM pg_authid",
)


@pytest.mark.parametrize("statement", FORBIDDEN)
def test_the_roles_at_work_make_nothing_read_no_file_and_become_nobody_else(product: Product, statement: str) -> None:
    other = role_name(product.idents[THERE])
    places = {"tenants": product.installed.env["DATABASE_URL"], "cfdis": product.own_address(HERE)}
    for table, address in places.items():
        refusal = pytest.raises(psycopg.errors.InsufficientPrivilege)
        with psycopg.connect(address, autocommit=True) as conn, refusal:
            conn.execute(statement.format(table=table, other=other).encode())


def test_the_audit_trail_is_only_added_to(product: Product) -> None:
    for statement in ("DELETE FROM audit_log", "UPDATE audit_log SET email = ''", "DELETE FROM schema_version"):
        with (
            psycopg.connect(product.installed.env["DATABASE_URL"]) as conn,
            pytest.raises(psycopg.errors.InsufficientPrivilege),
        ):
            conn.execute(statement.encode())


def guarded(product: Product) -> list[tuple[str, str]]:
    """Every operation of the OpenAPI document that wants to know who asks, its gaps filled."""
    paths: dict[str, Any] = product.http.get("/api/openapi.json").json()["paths"]
    return [
        (method.upper(), re.sub(r"{(\w+)}", lambda gap: GAPS.get(gap[1], UNKNOWN), path) + ASKED)
        for path, operations in paths.items()
        for method, operation in operations.items()
        if not OPEN.match(path) and operation.get("security") != []
    ]


@pytest.mark.parametrize("role", ROLES)
def test_nobody_of_a_client_looks_into_another_by_any_route(product: Product, role: str) -> None:
    headers = product.credential(f"{role}@aqui.mx")
    routes = guarded(product)
    assert len(routes) >= 25
    before = product.state()
    for rfc_asked in (THERE, HERE, rfc(900, "S")):
        for method, address in routes:
            body: dict[str, Any] = {"json": {}} if method in ("POST", "PUT", "PATCH") else {}
            answer = product.http.request(method, address, headers={**headers, "X-View-Tenant": rfc_asked}, **body)
            assert (answer.status_code, answer.json().get("code")) == (403, "view-forbidden"), (method, address)
    assert product.state() == before
    assert product.http.get("/api/auth/me", headers=headers).status_code == 200


def test_no_key_of_a_client_looks_into_another_by_any_route(product: Product) -> None:
    body = {"nombre": "Caja", "scopes": ["cfdi:read", "cfdi:write", "reportes:read"]}
    made = product.http.post("/api/api-keys", json=body, headers=product.credential("owner@aqui.mx"))
    assert made.status_code == 201, made.text
    headers = {"Authorization": f"Bearer {made.json()['secreto']}"}
    assert product.http.get("/api/cfdi", headers=headers).status_code == 200
    before = product.state()
    for rfc_asked in (THERE, HERE, rfc(900, "S")):
        for method, address in guarded(product):
            sent: dict[str, Any] = {"json": {}} if method in ("POST", "PUT", "PATCH") else {}
            answer = product.http.request(method, address, headers={**headers, "X-View-Tenant": rfc_asked}, **sent)
            assert (answer.status_code, answer.json().get("code")) == (403, "view-forbidden"), (method, address)
    assert product.state() == before


def test_what_the_operator_looks_at_and_changes_is_in_the_clients_trail(product: Product) -> None:
    operator = {**product.credential(OPERATOR), "X-View-Tenant": HERE}
    for _ in range(3):
        assert product.http.get("/api/cfdi", headers=operator).status_code == 200
    changed = product.http.patch("/api/configuracion/fiscal?anio=2025", json={"ptu": "10.00"}, headers=operator)
    assert changed.status_code == 200, changed.text
    owner = product.credential("owner@aqui.mx")
    trail = [
        (entry["action"], entry["method"], entry["path"], entry["email"])
        for entry in product.http.get("/api/auditoria", headers=owner).json()["items"]
    ]
    assert trail.count(("vista", "GET", "/api/cfdi", OPERATOR)) == 1, "the first view of a session"
    assert ("escritura", "PATCH", "/api/configuracion/fiscal", OPERATOR) in trail
