"""The demonstration: our own database, an operator, and a client provisioned and filled through the real routes."""

import json
import secrets
import socket
import time
import urllib.request
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from horux_adapters.container.local import own_server, with_secrets, write
from horux_adapters.demo.apart import StepFailed, apart
from horux_adapters.demo.supervising import Household
from horux_adapters.postgres.programs import private_folder

_ADMIN = "operador@horux360.example"
_READY_SECONDS = 60.0
_PORT_SECONDS = 25.0
_PREPARING = "horux_adapters.demo.preparing"
_CLIENT = "horux_adapters.demo.client"


class Demo:
    """One data folder, one port. What it made the first time it finds again the next."""

    def __init__(self, env: Mapping[str, str], data_dir: Path, port: int, *, empty: bool) -> None:
        self._data_dir = data_dir
        self._empty = empty
        self._port = port
        self.url = f"http://127.0.0.1:{port}"
        own = {"DATA_DIR": str(data_dir), "PORT": str(port), "HOST": "127.0.0.1", "ADMIN_MFA": "off"}
        self._env = {**env, **own, "HORUX_ENV": "development", "STORAGE": "postgres", "LOG_LEVEL": "warning"}

    @contextmanager
    def started(self) -> Iterator[Household]:
        """With the database, the server and the worker running; all end with the context."""
        private_folder(self._data_dir)
        env = with_secrets(self._env, self._data_dir)
        with _database(env, self._data_dir) as complete, Household(complete) as household:
            self._complete = complete
            if "admin" not in self._kept:
                self._keep(admin=secrets.token_urlsafe(12))
            apart(_PREPARING, "bring_up_to_date", complete)
            apart(_PREPARING, "register_operator", complete, _ADMIN, self._kept["admin"])
            self._wait_for_port()
            household.start("serve")
            household.start("worker")
            yield household

    def ready(self, household: Household) -> dict[str, Any]:
        """What somebody needs to come in, once all is there. Raises StepFailed when a process ended before that."""
        deadline = time.monotonic() + _READY_SECONDS
        while not self._answers():
            if not household.whole or time.monotonic() > deadline:
                raise StepFailed("El servidor no arrancó: el motivo está en los renglones de arriba.")
            time.sleep(0.05)
        if not self._empty and "tenant" not in self._kept:
            if "owner" not in self._kept:
                self._keep(owner=secrets.token_urlsafe(12))
            passwords = (_ADMIN, self._kept["admin"], self._kept["owner"])
            self._keep(tenant=apart(_CLIENT, "sample_client", self._complete, self.url, *passwords))
        kept = self._kept
        return {"url": self.url, "adminEmail": _ADMIN, "adminPassword": kept["admin"], "tenant": kept.get("tenant")}

    def _wait_for_port(self) -> None:
        """A server that was cut off may still be ending. Raises StepFailed when it is somebody else's."""
        deadline = time.monotonic() + _PORT_SECONDS
        while True:
            with socket.socket() as probe:
                probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
                try:
                    probe.bind(("127.0.0.1", self._port))
                except OSError as error:
                    if time.monotonic() > deadline:
                        raise StepFailed(f"El puerto {self._port} está ocupado: elige otro con --port.") from error
                else:
                    return
            time.sleep(0.1)

    def _answers(self) -> bool:
        try:
            with urllib.request.urlopen(f"{self.url}/ready", timeout=2) as answer:  # noqa: S310
                return int(answer.status) == 200
        except OSError:
            return False

    @property
    def _kept(self) -> dict[str, Any]:
        try:
            found: dict[str, Any] = json.loads((self._data_dir / "demo.json").read_text(encoding="utf-8"))
        except FileNotFoundError:
            return {}
        return found

    def _keep(self, **more: object) -> None:
        write(self._data_dir / "demo.json", {**self._kept, **more})


@contextmanager
def _database(env: dict[str, str], data_dir: Path) -> Iterator[dict[str, str]]:
    """The server of DATABASE_URL, or our own."""
    if env.get("DATABASE_URL"):
        yield {**env, "DATABASE_ADMIN_URL": env.get("DATABASE_ADMIN_URL") or env["DATABASE_URL"]}
        return
    with own_server(env, data_dir) as complete:
        yield complete
