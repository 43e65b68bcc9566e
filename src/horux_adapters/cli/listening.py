"""A server on a socket that somebody else opened and keeps: systemd, so that a restart loses no connection."""

import multiprocessing
import os
import signal
import socket
import time
from collections.abc import Mapping
from typing import Any

from granian._granian import SocketHolder
from granian.server.mp import MPServer

from horux_adapters.container.settings import SettingsInvalid

_SETTLES_SECONDS = 1.0
"""By then whoever was let in before nobody else was has sent the head of its request."""
_FIRST = 3
"""By systemd's convention the sockets it hands over begin at this descriptor."""


class InheritedServer(MPServer):
    """Accepts on a listening socket that was handed over, and leaves it open for whoever comes after.

    A worker that is told to end hangs up on whom it let in and has not heard yet: so it first lets nobody in.
    """

    def __init__(self, *arguments: Any, descriptor: int, **options: Any) -> None:
        super().__init__(*arguments, **options)
        self._descriptor = descriptor

    def _init_shared_socket(self) -> None:
        kept = socket.socket(fileno=os.dup(self._descriptor))
        kept.set_inheritable(True)
        self._kept = kept.fileno()
        kept.setblocking(False)
        holder: Any = SocketHolder
        # Those that the server keeps its own socket in; its stubs know neither their types nor the arguments.
        parts: dict[str, Any] = {
            "_ssp": None,
            "_sfd": kept.fileno(),
            "_shd": holder(kept.fileno(), kept.family == socket.AF_UNIX, self.backlog),
            "_sso": kept,
        }
        vars(self).update(parts)
        os.register_at_fork(after_in_child=lambda: signal.signal(signal.SIGUSR1, self._accept_no_more))

    def _stop_workers(self) -> None:
        if multiprocessing.get_start_method() == "fork":
            for worker in self.wrks:
                if worker.inner.is_alive() and worker.inner.pid:
                    os.kill(worker.inner.pid, signal.SIGUSR1)
            time.sleep(_SETTLES_SECONDS)
        super()._stop_workers()  # type: ignore[no-untyped-call]

    def _accept_no_more(self, *_: object) -> None:
        """In a worker: in the place of the socket it puts one that nobody can reach. The others go on with theirs."""
        with socket.socket(socket.AF_UNIX, socket.SOCK_STREAM) as silent:
            silent.bind("")
            silent.listen(1)
            silent.setblocking(False)
            os.dup2(silent.fileno(), self._kept, inheritable=False)


def inherited(env: Mapping[str, str]) -> int | None:
    """The descriptor of the listening socket this very process was handed, if any. Raises SettingsInvalid: several."""
    if env.get("LISTEN_PID") != str(os.getpid()):
        return None
    if env.get("LISTEN_FDS") != "1":
        raise SettingsInvalid({"LISTEN_FDS": "el servicio atiende en un solo socket: deja uno en su unidad .socket"})
    return _FIRST
