"""Whether the databases are there, up to date, closed to those they are not for, and large enough."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import ClassVar

from horux_core.diagnosis.model import Finding, failed, named, warned, well

OLDEST = 15
"""The first version of PostgreSQL that is supported."""
_SKEW, _MUCH_SKEW = 2.0, 30.0


@dataclass(frozen=True, slots=True)
class ServerState:
    """`version` is the main one; `error` why it could not be asked."""

    name: str
    version: int = 0
    error: str | None = None


@dataclass(frozen=True, slots=True)
class DatabasesAnswer:
    name: ClassVar[str] = "servidores"
    servers: Callable[[], tuple[ServerState, ...]]

    def __call__(self) -> Finding:
        found = self.servers()
        silent = tuple(f"{server.name} ({server.error})" for server in found if server.error)
        if silent:
            advice = "Comprueba que PostgreSQL corra ahí y que DATABASE_URL lleve su dirección y su clave."
            return failed(self, f"No responde: {named(silent)}.", advice)
        old = tuple(f"{server.name} ({server.version})" for server in found if server.version < OLDEST)
        if old:
            advice = f"Actualízalo a PostgreSQL {OLDEST} o más nuevo."
            return failed(self, f"PostgreSQL es demasiado viejo en {named(old)}.", advice)
        return well(self, "Responden: " + named(tuple(f"{each.name} ({each.version})" for each in found)) + ".")


@dataclass(frozen=True, slots=True)
class Pending:
    """Of one database what is not applied, or why it could not be told."""

    database: str
    count: int = 0
    error: str | None = None


@dataclass(frozen=True, slots=True)
class MigrationsApplied:
    name: str
    pending: Callable[[], tuple[Pending, ...]]

    def __call__(self) -> Finding:
        found = self.pending()
        broken = tuple(f"{each.database} ({each.error})" for each in found if each.error)
        if broken:
            return failed(self, f"No se pudo saber qué falta en {named(broken)}.", "Corrige eso y da: horux migrate.")
        behind = tuple(f"{each.database} ({each.count})" for each in found if each.count)
        if behind:
            return failed(self, f"Faltan migraciones en {named(behind)}.", "Ponlas al día: horux migrate.")
        return well(self, f"{len(found)} al día.")


@dataclass(frozen=True, slots=True)
class RoleState:
    """`serves`: the service's own, which may do nothing but its work; else it is the provisioner. `rights` are those
    of the server's that it has, by PostgreSQL's names."""

    name: str
    serves: bool
    rights: frozenset[str]


@dataclass(frozen=True, slots=True)
class RightsState:
    roles: tuple[RoleState, ...]
    open_databases: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class RightsAreFew:
    """`apart`: service and provisioner have to be two."""

    name: ClassVar[str] = "permisos-de-roles"
    rights: Callable[[], RightsState]
    apart: bool

    def __call__(self) -> Finding:
        state = self.rights()
        excess = tuple(f"{role.name}: {', '.join(sorted(more))}" for role in state.roles if (more := self._more(role)))
        if excess:
            advice = "Quítaselo con ALTER ROLE … NOSUPERUSER NOCREATEROLE NOCREATEDB NOREPLICATION NOBYPASSRLS."
            return failed(self, f"Hay roles con permisos de más: {named(excess)}.", advice)
        if state.open_databases:
            advice = "Ciérralas: REVOKE CONNECT, TEMPORARY ON DATABASE … FROM PUBLIC; horux migrate cierra las suyas."
            return failed(self, f"Dejan entrar a cualquier rol: {named(state.open_databases)}.", advice)
        return well(self, f"{len(state.roles)} roles con lo justo.")

    def _more(self, role: RoleState) -> frozenset[str]:
        lent = frozenset[str]() if role.serves and self.apart else frozenset({"CREATEDB", "CREATEROLE"})
        return role.rights - lent


@dataclass(frozen=True, slots=True)
class ClocksAgree:
    """`skew`: by how many seconds the database's clock is ahead of ours."""

    name: ClassVar[str] = "reloj"
    skew: Callable[[], float]

    def __call__(self) -> Finding:
        apart = abs(self.skew())
        if apart > _SKEW:
            tell = failed if apart > _MUCH_SKEW else warned
            said = f"El reloj de esta máquina y el de la base difieren {apart:.0f} s."
            return tell(self, said, "Sincroniza los dos: timedatectl set-ntp true.")
        return well(self, f"Los relojes difieren {apart:.1f} s.")


@dataclass(frozen=True, slots=True)
class ConnectionsState:
    """`most`: that the server has for us; `fixed`: that all processes together take besides those to clients;
    `each`: that each of the `processes` may open to clients."""

    server: str
    most: int
    fixed: int
    each: int
    processes: int

    @property
    def wanted(self) -> int:
        return self.fixed + self.processes * self.each


@dataclass(frozen=True, slots=True)
class ConnectionsSuffice:
    name: ClassVar[str] = "conexiones"
    connections: Callable[[], tuple[ConnectionsState, ...]]
    """Of each server; of none when a pooler limits them."""
    least: int

    def __call__(self) -> Finding:
        found = self.connections()
        if not found:
            return well(self, "Las reparte PgBouncer, con los topes de pgbouncer.ini.")
        short = tuple(f"{one.server} da {one.most} y le piden {one.wanted}" for one in found if one.wanted > one.most)
        if short:
            said = f"No alcanzan las conexiones si todos los procesos las abren: {named(short)}."
            return failed(self, said, "Baja WORKERS, API_INSTANCES o TENANT_CONNECTIONS_MAX, o sube max_connections.")
        each = min(one.each for one in found)
        if each <= self.least:
            said = f"Cada proceso tiene solo {each} conexiones para los clientes."
            return warned(self, said, "Sube max_connections, o baja WORKERS.")
        most = tuple(f"{one.server}, {one.wanted} de {one.most}" for one in found)
        return well(self, f"Conexiones como mucho: {named(most)}.")


@dataclass(frozen=True, slots=True)
class SessionsLast:
    """`shared`: a pooler answers where a session's locks and what it listens to should last."""

    name: ClassVar[str] = "direccion-directa"
    shared: Callable[[], bool]

    def __call__(self) -> Finding:
        if self.shared():
            said = "A la base central se llega solo por PgBouncer: candados y avisos entre procesos no sirven."
            return failed(self, said, "Pon en DATABASE_DIRECT_URL la dirección del servidor mismo.")
        return well(self, "Candados y avisos entre procesos van al servidor mismo.")


@dataclass(frozen=True, slots=True)
class MovesLeftNothing:
    """`left` names the databases that moves which are over left behind, each with its server."""

    name: ClassVar[str] = "mudanzas"
    left: Callable[[], tuple[str, ...]]

    def __call__(self) -> Finding:
        found = self.left()
        if found:
            advice = "Ningún cliente las usa: revísalas y quítalas ahí con DROP DATABASE, como el aprovisionador."
            return warned(self, f"De mudanzas que terminaron quedaron {named(found)}.", advice)
        return well(self, "Ninguna mudanza dejó nada.")
