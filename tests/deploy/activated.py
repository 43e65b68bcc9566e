"""`horux serve` as systemd runs it: on a listening socket that outlives it, telling when it serves."""

import os
import signal
import socket
import subprocess
import sys
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path

from tests.system import processes
from tests.system.household import plain_environment

_READY_WITHIN = 60.0
_UNIT = Path(__file__).resolve().parents[2] / "deploy" / "systemd" / "horux-api@.service"


@contextmanager
def listening() -> Iterator[socket.socket]:
    """What `horux-api.socket` is."""
    with socket.create_server(("127.0.0.1", 0), backlog=4096) as held:
        yield held


def _handing_over(number: int) -> list[str]:
    """The socket as systemd gives it: at descriptor 3, to the process that is told its own number."""
    return ["bash", "-c", f'LISTEN_PID=$$ exec "$@" 3<&{number} {number}<&-', "horux"]


@dataclass
class Instance:
    """One `horux-api@N.service`."""

    held: socket.socket
    env: Mapping[str, str]
    log: Path
    _process: "subprocess.Popen[bytes] | None" = field(default=None, repr=False)

    def start(self) -> None:
        """Returns once it serves. systemd sets, for all who share the socket, whether it blocks: as the unit says."""
        self.held.setblocking("\nNonBlocking=yes\n" not in _UNIT.read_text(encoding="utf-8"))
        place = self.log.with_suffix(f".{os.urandom(4).hex()}")
        with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as told, self.log.open("ab") as output:
            told.bind(str(place))
            told.settimeout(_READY_WITHIN)
            number = self.held.fileno()
            self._process = subprocess.Popen(
                [*_handing_over(number), sys.executable, "-m", "horux_adapters.cli.main", "serve"],
                env=plain_environment(**self.env, LISTEN_FDS="1", NOTIFY_SOCKET=str(place)),
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=output,
                pass_fds=[number],
                start_new_session=True,
            )
            try:
                assert told.recv(64) == b"READY=1"
            except TimeoutError:
                raise AssertionError(f"no arrancó: {self.log.read_text()[-3000:]}") from None
            finally:
                place.unlink()

    @property
    def pid(self) -> int:
        """Of its master process."""
        assert self._process is not None
        return self._process.pid

    def tell_to_stop(self) -> None:
        """As systemd does."""
        assert self._process is not None
        self._process.send_signal(signal.SIGTERM)

    def stop(self) -> int:
        """Its exit code, once it has ended."""
        self.tell_to_stop()
        return self.ended()

    def ended(self) -> int:
        assert self._process is not None
        return self._process.wait(60)

    def restart(self) -> None:
        assert self.stop() == 0, self.log.read_text()[-3000:]
        self.start()

    def end(self) -> None:
        if self._process is not None:
            with suppress(ProcessLookupError):
                processes.kill_group(self._process.pid)
            self._process.wait(20)
