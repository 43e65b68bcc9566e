"""An open connection to each process of a server, so that each can be asked what it remembers."""

from collections.abc import Callable
from http.client import HTTPConnection
from pathlib import Path

from tests.system import processes
from tests.system.asking import Api
from tests.system.waiting import until

WORKERS = 4

Question = Callable[[HTTPConnection], int]
"""Asks one process something and gives the status of its answer."""


class Everywhere:
    """An open connection to each process of the server."""

    def __init__(self, url: str, server: int) -> None:
        self._api = Api(url)
        self._server = server
        self.wires: dict[int, HTTPConnection] = {}

    def __enter__(self) -> "Everywhere":
        self.meet()
        return self

    def __exit__(self, *_: object) -> None:
        self._part()

    def meet(self) -> None:
        """Anew: a connection on which nothing came for ten seconds is closed."""
        self._part()
        until("se llega a cada proceso", self._met_all, 30, 0)

    def _part(self) -> None:
        for wire in self.wires.values():
            wire.close()
        self.wires.clear()

    def asked(self, question: Question) -> list[int]:
        return [question(wire) for wire in self.wires.values()]

    def _met_all(self) -> bool:
        wire = self._api.connection()
        wire.connect()
        # A connection that was lost must not come back to another process unnoticed.
        wire.auto_open = 0
        pid = until("un proceso toma la conexión", lambda: self._holder(wire), 10, 0.001)
        if pid is None or pid in self.wires:
            wire.close()
        else:
            self.wires[pid] = wire
        return len(self.wires) == WORKERS

    def _holder(self, wire: HTTPConnection) -> int | None:
        """Which process has the other end; None until one has taken it."""
        ours, theirs = (f":{end[1]:04X}" for end in (wire.sock.getsockname(), wire.sock.getpeername()))
        rows = [line.split() for line in Path("/proc/net/tcp").read_text(encoding="ascii").splitlines()[1:]]
        sockets = {f"socket:[{row[9]}]" for row in rows if row[1].endswith(theirs) and row[2].endswith(ours)}
        return next((pid for pid in processes.children(self._server) if sockets & processes.open_files(pid)), None)
