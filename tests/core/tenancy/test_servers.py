from dataclasses import replace

import pytest

from contracts.clients import OPERATOR
from horux_adapters.memory.database import MemoryDatabase
from horux_adapters.memory.database_servers import MemoryDatabaseServers
from horux_core.identity.errors import ActionForbidden
from horux_core.tenancy.errors import ServerInvalid, ServerMissing, ServerUnfit
from horux_core.tenancy.servers import AddServer, ListServers, OpenServer, RemoveServer, server_named

SILENT = ("db9", 5432)


@pytest.fixture
def servers() -> MemoryDatabaseServers:
    return MemoryDatabaseServers(MemoryDatabase(), frozenset({SILENT}))


def names(servers: MemoryDatabaseServers) -> list[str]:
    return [one.name for one in ListServers(servers)(OPERATOR)]


def test_a_proven_server_is_taken_in_closed_and_forgotten_and_each_leaves_a_trace(
    servers: MemoryDatabaseServers,
) -> None:
    assert AddServer(servers)(OPERATOR, "dos", "db2", 5433) >= 15
    OpenServer(servers)(OPERATOR, "dos", False)
    assert not server_named(servers, "dos").accepts_new
    RemoveServer(servers)(OPERATOR, "dos")
    assert names(servers) == ["principal"]
    done = [entry.action for entry in servers.control.tables["audit_log"].values()]
    assert done == ["servidor-alta", "servidor-cambio", "servidor-baja"]


def test_one_that_does_not_serve_is_not_taken_in(servers: MemoryDatabaseServers) -> None:
    with pytest.raises(ServerUnfit):
        AddServer(servers)(OPERATOR, "dos", *SILENT)
    assert names(servers) == ["principal"]


@pytest.mark.parametrize(
    ("name", "host", "port"),
    [
        ("Dos", "db2", 5432), ("", "db2", 5432), ("a" * 41, "db2", 5432), ("dos", "db 2", 5432), ("dos", "", 5432),
        ("dos", "db2,db3", 5432), ("dos", "db2", 0), ("dos", "db2", 65536),
    ],
)  # fmt: skip
def test_what_cannot_be_a_server_is_refused(servers: MemoryDatabaseServers, name: str, host: str, port: int) -> None:
    with pytest.raises(ServerInvalid):
        AddServer(servers)(OPERATOR, name, host, port)


def test_names_those_there_are(servers: MemoryDatabaseServers) -> None:
    with pytest.raises(ServerMissing, match="principal"):
        server_named(servers, "nada")


def test_is_the_operator_s_alone(servers: MemoryDatabaseServers) -> None:
    anybody = replace(OPERATOR, platform_admin=False)
    for act in (
        lambda: ListServers(servers)(anybody),
        lambda: AddServer(servers)(anybody, "dos", "db2", 5432),
        lambda: OpenServer(servers)(anybody, "principal", False),
        lambda: RemoveServer(servers)(anybody, "principal"),
    ):
        with pytest.raises(ActionForbidden):
            act()
