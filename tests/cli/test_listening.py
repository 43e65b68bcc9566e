"""What systemd hands over, and what it is told."""

import os
import socket
from pathlib import Path

import pytest

from horux_adapters.cli.listening import inherited
from horux_adapters.container.readiness import tell_ready
from horux_adapters.container.settings import SettingsInvalid


def test_takes_the_socket_that_is_for_this_process_alone() -> None:
    assert inherited({"LISTEN_PID": str(os.getpid()), "LISTEN_FDS": "1"}) == 3
    assert inherited({"LISTEN_PID": str(os.getpid() + 1), "LISTEN_FDS": "1"}) is None
    assert inherited({}) is None


def test_refuses_more_sockets_than_it_would_serve() -> None:
    with pytest.raises(SettingsInvalid, match="un solo socket"):
        inherited({"LISTEN_PID": str(os.getpid()), "LISTEN_FDS": "2"})


@pytest.mark.parametrize("abstract", [True, False])
def test_tells_who_asked_that_it_serves(tmp_path: Path, abstract: bool) -> None:
    place = f"@horux-{os.getpid()}" if abstract else str(tmp_path / "aviso")
    with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as told:
        told.bind("\0" + place[1:] if abstract else place)
        told.settimeout(5)
        tell_ready({"NOTIFY_SOCKET": place})
        assert told.recv(64) == b"READY=1"


def test_tells_nobody_where_nobody_asked() -> None:
    tell_ready({})


def test_who_asked_and_is_gone_keeps_nobody_from_serving(tmp_path: Path) -> None:
    tell_ready({"NOTIFY_SOCKET": str(tmp_path / "ya-no")})
