"""The servers of clients' databases: adding one, closing it to new clients, and taking an empty one away."""

import re
from collections.abc import Mapping
from dataclasses import dataclass

from horux_core.audit.model import Deed
from horux_core.identity.model import Actor, Permission
from horux_core.tenancy.deeds import SERVIDOR_ALTA, SERVIDOR_BAJA, SERVIDOR_CAMBIO, deed
from horux_core.tenancy.errors import ServerInUse, ServerInvalid, ServerMissing
from horux_core.tenancy.model import DatabaseServer
from horux_core.tenancy.ports import DatabaseServers

_NAME = re.compile(r"[a-z0-9_]{1,40}")
_HOST = re.compile(r"[A-Za-z0-9.:_-]{1,253}|/[A-Za-z0-9/._-]{1,100}")
_PORTS = range(1, 65536)


@dataclass(frozen=True, slots=True)
class ListServers:
    """All of them, by name."""

    servers: DatabaseServers

    def __call__(self, actor: Actor) -> tuple[DatabaseServer, ...]:
        actor.require(Permission.OPERATE)
        return self.servers.all()


@dataclass(frozen=True, slots=True)
class AddServer:
    """Prove a server and take it in; new clients may go there at once. The answer is its main version.

    Raises ServerInvalid, ServerUnfit or ServerTaken.
    """

    servers: DatabaseServers

    def __call__(self, actor: Actor, name: str, host: str, port: int) -> int:
        actor.require(Permission.OPERATE)
        _require_possible(name, host, port)
        version = self.servers.prove(host, port)
        what = {"host": host, "puerto": port, "version": version}
        self.servers.add(DatabaseServer(name, host, port), _deed(actor, SERVIDOR_ALTA, "POST", name, what))
        return version


@dataclass(frozen=True, slots=True)
class OpenServer:
    """Let new clients go to a server, or (`accepts_new` False) to others only. Raises ServerMissing."""

    servers: DatabaseServers

    def __call__(self, actor: Actor, name: str, accepts_new: bool) -> None:
        actor.require(Permission.OPERATE)
        what = {"recibe": "sí" if accepts_new else "no"}
        self.servers.accept(name, accepts_new, _deed(actor, SERVIDOR_CAMBIO, "PATCH", name, what))


@dataclass(frozen=True, slots=True)
class RemoveServer:
    """Forget an empty server; nothing is done on it. Raises ServerMissing or ServerInUse."""

    servers: DatabaseServers

    def __call__(self, actor: Actor, name: str) -> None:
        actor.require(Permission.OPERATE)
        self.servers.remove(name, _deed(actor, SERVIDOR_BAJA, "DELETE", name))


def in_use(name: str, clients: int, retired: int) -> ServerInUse:
    """Why a server cannot be forgotten, by how many clients have their database on it and how many left theirs."""
    told = f"En «{name}» hay {clients} bases de clientes y {retired} de clientes dados de baja."
    if clients:
        told += " Muda primero a los clientes: horux tenants move."
    if retired:
        told += (
            " Las de baja se conservan y ninguna orden las borra: mientras estén no se puede quitar. Ciérralo con "
            "horux servers close y deja PostgreSQL corriendo."
        )
    return ServerInUse(told)


def server_named(servers: DatabaseServers, name: str) -> DatabaseServer:
    """Raises ServerMissing, naming those there are."""
    every = {server.name: server for server in servers.all()}
    if name not in every:
        raise ServerMissing(f"No hay un servidor «{name[:40]}». Hay: {', '.join(every)}.")
    return every[name]


def _require_possible(name: str, host: str, port: int) -> None:
    if not _NAME.fullmatch(name):
        raise ServerInvalid("El nombre es de 1 a 40 letras minúsculas sin acento, números o guiones bajos.")
    if not _HOST.fullmatch(host):
        raise ServerInvalid("La dirección es un nombre de equipo, una dirección IP o la carpeta de su socket.")
    if port not in _PORTS:
        raise ServerInvalid("El puerto es un número de 1 a 65535.")


def _deed(actor: Actor, action: str, method: str, name: str, what: Mapping[str, object] | None = None) -> Deed:
    return deed(actor, None, action, method, f"horux servers {name[:40]}", what)
