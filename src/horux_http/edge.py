"""Who really asks, and for which host: forwarded headers are believed from the configured proxies only."""

import re
from collections.abc import Sequence
from ipaddress import IPv4Address, IPv4Network, IPv6Address, IPv6Network, ip_address, ip_network

from litestar.enums import ScopeType
from litestar.types import ASGIApp, Receive, Scope, Send

from horux_http.problems import HOST_REFUSED, Problem

_HOST = re.compile(r"([A-Za-z0-9](?:[A-Za-z0-9.-]{0,251}[A-Za-z0-9])?|\[[0-9A-Fa-f:.]{2,45}\])(?::[0-9]{1,5})?")
# A prober of the machine's own asks by address; these two answer nothing that a host's name enters.
_ANY_HOST = frozenset({"/health", "/api/health", "/ready"})

_Address = IPv4Address | IPv6Address
_Network = IPv4Network | IPv6Network


class TruePeer:
    """Sets the client's address and scheme from `X-Forwarded-*` when the peer is a trusted proxy, else from the peer.

    The address is the last one of the chain that is no trusted proxy: what a client wrote itself stands before it.
    """

    def __init__(self, app: ASGIApp, trusted: Sequence[str]) -> None:
        self._app = app
        self._trusted: tuple[_Network, ...] = tuple(ip_network(network) for network in trusted)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        client = scope["client"]
        if scope["type"] == ScopeType.HTTP and client is not None and self._is_trusted(_address(client[0])):
            scope["client"] = (self._farthest(_forwarded(scope, b"x-forwarded-for"), client[0]), client[1])
            schemes = _forwarded(scope, b"x-forwarded-proto")
            if schemes and schemes[-1] in ("http", "https"):
                scope["scheme"] = schemes[-1]
        await self._app(scope, receive, send)

    def _farthest(self, chain: Sequence[str], peer: str) -> str:
        farthest = peer
        for link in reversed(chain):
            address = _address(link)
            if address is None:
                return farthest
            farthest = str(address)
            if not self._is_trusted(address):
                return farthest
        return farthest

    def _is_trusted(self, address: _Address | None) -> bool:
        return address is not None and any(address in network for network in self._trusted)


class KnownHosts:
    """Refuses, with 400, a request whose `Host` is missing, repeated, malformed or not one of ours.

    Without a list of hosts any well-formed one passes, which is for development.
    """

    def __init__(self, app: ASGIApp, hosts: Sequence[str]) -> None:
        self._app = app
        self._hosts = frozenset(host.lower() for host in hosts)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != ScopeType.HTTP or scope["path"] in _ANY_HOST or self._is_known(scope):
            await self._app(scope, receive, send)
            return
        await Problem.http(HOST_REFUSED, 400).send(send)

    def _is_known(self, scope: Scope) -> bool:
        named = [value.decode("latin-1") for name, value in scope["headers"] if name.lower() == b"host"]
        found = _HOST.fullmatch(named[0]) if len(named) == 1 else None
        return found is not None and (not self._hosts or found[1].lower() in self._hosts)


def _forwarded(scope: Scope, header: bytes) -> list[str]:
    joined = ",".join(value.decode("latin-1") for name, value in scope["headers"] if name.lower() == header)
    return [part.strip().lower() for part in joined.split(",") if part.strip()]


def _address(text: str) -> _Address | None:
    try:
        return ip_address(text.strip("[]"))
    except ValueError:
        return None
