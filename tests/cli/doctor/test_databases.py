"""What the doctor sees of the servers and their databases."""

import pytest
from psycopg.conninfo import conninfo_to_dict

from horux_adapters.container.doctor import diagnosis
from horux_adapters.container.horux import opened
from horux_adapters.container.settings import load
from horux_adapters.postgres.examining import Examiner
from horux_core.diagnosis.databases import ClocksAgree, DatabasesAnswer, ServerState
from horux_core.diagnosis.model import Verdict
from horux_core.tenancy.model import Tenant
from tests.cli.doctor.planting import found, planted, seen, well
from tests.system.installation import Installation
from tests.system.processes import free_port
from tests.system.two_servers import second_server


def test_migrations_that_a_client_lacks_are_named_by_its_rfc(installed: Installation, tenant: Tenant) -> None:
    lost = "CREATE TABLE guardada AS SELECT * FROM schema_version WHERE v >= 9; DELETE FROM schema_version WHERE v >= 9"
    mending = "INSERT INTO schema_version SELECT * FROM guardada; DROP TABLE guardada"
    with planted(installed, lost, mending, tenant.database_name):
        seen(found(installed)["migraciones-clientes"], Verdict.FALLA, "EKU9003173C9 (", "horux migrate")
    closed = f"ALTER DATABASE {tenant.database_name} ALLOW_CONNECTIONS false"
    with planted(installed, closed, closed.replace("false", "true")):
        seen(found(installed)["migraciones-clientes"], Verdict.FALLA, "EKU9003173C9", "no deja entrar")
    well(installed, "migraciones-clientes")


@pytest.mark.parametrize("right", ["SUPERUSER", "CREATEDB", "CREATEROLE", "REPLICATION", "BYPASSRLS"])
def test_rights_too_many_are_seen_of_service_and_clients(installed: Installation, tenant: Tenant, right: str) -> None:
    service = str(conninfo_to_dict(installed.env["DATABASE_URL"])["user"])
    for role in (service, f"horux_t_{tenant.id.hex}"):
        with planted(installed, f"ALTER ROLE {role} {right}", f"ALTER ROLE {role} NO{right}"):
            seen(found(installed)["permisos-de-roles"], Verdict.FALLA, role, right, "ALTER ROLE")
    well(installed, "permisos-de-roles")


def test_a_database_that_lets_anybody_in_is_named(installed: Installation, tenant: Tenant) -> None:
    base = tenant.database_name
    with planted(
        installed, f"GRANT CONNECT ON DATABASE {base} TO PUBLIC", f"REVOKE ALL ON DATABASE {base} FROM PUBLIC"
    ):
        seen(found(installed)["permisos-de-roles"], Verdict.FALLA, base, "REVOKE CONNECT")


def test_a_server_that_does_not_answer_is_told_and_stops_nothing(installed: Installation) -> None:
    nowhere = f"postgresql://horux:x@127.0.0.1:{free_port()}/horux360"
    chosen = load({**installed.env, "DATABASE_URL": nowhere, "DATABASE_ADMIN_URL": nowhere})
    seen(DatabasesAnswer(Examiner(nowhere, nowhere).servers)(), Verdict.FALLA, "principal", "DATABASE_URL")
    with opened(chosen) as product:
        checks = [
            check for check in diagnosis(product, chosen).checks if check.name in ("reloj", "trabajador", "disco")
        ]
        findings = {each.check: each for each in type(diagnosis(product, chosen))(tuple(checks))()}
    seen(findings["trabajador"], Verdict.FALLA, "No se pudo revisar", "no responde")
    assert findings["disco"].verdict is Verdict.BIEN


def test_another_server_that_is_down_is_told_by_its_name(installed: Installation) -> None:
    fault = f"INSERT INTO database_servers (name, host, port) VALUES ('dos', '127.0.0.1', {free_port()})"
    with planted(installed, fault, "DELETE FROM database_servers WHERE name = 'dos'"):
        seen(found(installed)["servidores"], Verdict.FALLA, "dos (no deja entrar")
    assert DatabasesAnswer(lambda: (ServerState("dos", 14),))().verdict is Verdict.FALLA


@pytest.mark.parametrize(("ahead", "verdict"), [(0.5, Verdict.BIEN), (-5.0, Verdict.AVISO), (90.0, Verdict.FALLA)])
def test_clocks_apart_are_told(ahead: float, verdict: Verdict, installed: Installation) -> None:
    examiner = Examiner(installed.env["DATABASE_ADMIN_URL"], installed.env["DATABASE_URL"])
    assert ClocksAgree(lambda: examiner.skew() + ahead)().verdict is verdict


def test_connections_that_do_not_add_up_are_told(installed: Installation) -> None:
    seen(found(installed, WORKERS="8", TENANT_CONNECTIONS_MAX="60")["conexiones"], Verdict.FALLA, "WORKERS")
    seen(found(installed, TENANT_CONNECTIONS_MAX="3")["conexiones"], Verdict.AVISO, "solo 3")
    assert found(installed, TENANT_CONNECTIONS_MAX="60")["conexiones"].verdict is Verdict.BIEN
    two = found(installed, TENANT_CONNECTIONS_MAX="60", API_INSTANCES="3")["conexiones"]
    seen(two, Verdict.FALLA, "API_INSTANCES")


def test_a_server_of_clients_that_is_too_small_is_named(installed: Installation) -> None:
    """Every process opens to it as many connections as to the central one."""
    forgotten = "DELETE FROM database_servers WHERE name = 'dos'"
    with second_server(installed) as pair:
        host, port = pair.host
        fault = f"INSERT INTO database_servers (name, host, port) VALUES ('dos', '{host}', {port})"
        with planted(installed, fault, forgotten):
            told = found(installed)["conexiones"]
            seen(told, Verdict.FALLA, "dos da 57", "max_connections")
            assert "principal" not in told.said
            fine = found(installed, TENANT_CONNECTIONS_MAX="10")["conexiones"]
            assert (fine.verdict, "dos, " in fine.said, "principal, " in fine.said) == (Verdict.BIEN, True, True)
    silent = fault.replace(port, str(free_port()))
    with planted(installed, silent, forgotten):
        assert found(installed)["conexiones"].verdict is Verdict.BIEN, "that one does not answer is told elsewhere"


def test_without_a_pooler_no_direct_address_is_asked_for(installed: Installation) -> None:
    well(installed, "direccion-directa")
