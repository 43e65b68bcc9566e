"""What the product holds open while it runs, and lets go of at the end."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass

from psycopg.conninfo import conninfo_to_dict, make_conninfo

from horux_adapters.container.settings import Secret, Settings
from horux_adapters.postgres.addresses import Part, TenantConnections, share
from horux_adapters.postgres.central import migrations
from horux_adapters.postgres.children import Programs
from horux_adapters.postgres.connecting import cleaned
from horux_adapters.postgres.control import ControlDatabase
from horux_adapters.postgres.database_servers import KnownServers
from horux_adapters.postgres.databases import PostgresTenantDatabases, Server
from horux_adapters.postgres.dumping import servers_of
from horux_adapters.postgres.listening import Listener
from horux_adapters.postgres.moving import PostgresTenantMoves
from horux_adapters.postgres.servers import PostgresServers
from horux_adapters.postgres.template import TenantTemplate


@dataclass(frozen=True, slots=True)
class Dsns:
    """The central database as the service, the provisioner and long sessions reach it."""

    runtime: str
    admin: str
    direct: str

    def pooled(self, address: str) -> str:
        """Of a server, where the service enters it: a PgBouncer before one stands before each, at the same port."""
        port = conninfo_to_dict(self.runtime).get("port")
        if port == conninfo_to_dict(self.direct).get("port"):
            return address
        return make_conninfo(address, port=port)


def dsns(settings: Settings) -> Dsns:
    """Raises DatabaseUrlMalformed."""
    runtime = _revealed(settings.database_url)
    return Dsns(
        runtime,
        _revealed(settings.database_admin_url) or runtime,
        _revealed(settings.database_direct_url) or runtime,
    )


def control_database(places: Dsns) -> Iterator[ControlDatabase]:
    control = ControlDatabase(places.runtime).open()
    yield control
    control.close()


def listener(places: Dsns) -> Iterator[Listener]:
    ear = Listener(places.direct)
    ear.start()
    yield ear
    ear.close()


def tenant_connections(
    settings: Settings, places: Dsns, control: ControlDatabase, changes: Listener, part: Part
) -> Iterator[TenantConnections]:
    most = part.connections or settings.tenant_connections_max or share(control, settings.processes)
    servers: KnownServers[str] = KnownServers(control, places.runtime, places.pooled, changes)
    connections = TenantConnections(control, changes, servers, role_secret(settings), most, part)
    connections.pools.start()
    yield connections
    connections.pools.close()


def tenant_databases(settings: Settings, places: Dsns, control: ControlDatabase) -> PostgresTenantDatabases:
    servers = KnownServers(control, places.admin, _server)
    return PostgresTenantDatabases(control, servers, role_secret(settings))


def tenant_moves(settings: Settings, places: Dsns, control: ControlDatabase) -> PostgresTenantMoves:
    programs = Programs(settings.pg_bindir)
    return PostgresTenantMoves(servers_of(control, places.admin), places.admin, role_secret(settings), programs)


def _server(url: str) -> Server:
    return Server(PostgresServers(url, TenantTemplate(url, migrations("tenant"))), url)


def readiness(control: ControlDatabase) -> Callable[[], bool]:
    return control.answers


def always_ready() -> bool:
    return True


def role_secret(settings: Settings) -> bytes:
    return _revealed(settings.database_role_secret).encode()


def _revealed(secret: Secret | None) -> str:
    if secret is None:
        return ""
    text = secret.reveal()
    return cleaned(text) if "://" in text else text
