"""A real S3-compatible server on this machine: JuiceFS's gateway, over a folder."""

import os
import secrets
import shutil
import socket
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from uuid import uuid4

from horux_adapters.s3.bucket import Bucket, StoreAddress, connected
from horux_adapters.s3.troubles import StoreTrouble
from tests.system.waiting import until

NAME = "horux"
_QUICK = ("--cache-size", "0", "--attr-cache", "0s", "--dir-entry-cache", "0s", "--open-cache", "0s")


def program() -> str | None:
    beside = Path(sys.executable).with_name("juicefs")
    return str(beside) if beside.exists() else shutil.which("juicefs")


class Store:
    """It can be killed and started again; what it holds stays."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        with socket.socket() as found:
            found.bind(("127.0.0.1", 0))
            self.port: int = found.getsockname()[1]
        self.address = StoreAddress(
            f"http://127.0.0.1:{self.port}", "us-east-1", "llave-de-prueba", secrets.token_hex(20)
        )
        self._program = program() or ""
        self._meta = f"sqlite3://{folder}/meta.db"
        self._process: subprocess.Popen[bytes] | None = None
        data = folder / "datos"
        data.mkdir(parents=True)
        command = [self._program, "format", "--storage", "file", "--bucket", f"{data}/", "--trash-days", "0"]
        subprocess.run([*command, self._meta, NAME], check=True, capture_output=True, timeout=60)

    def start(self) -> None:
        account = {"MINIO_ROOT_USER": self.address.access, "MINIO_ROOT_PASSWORD": self.address.secret}
        command = [self._program, "gateway", "--no-usage-report", *_QUICK, "--cache-dir", str(self.folder / "cache")]
        command += ["--metrics", "127.0.0.1:0", self._meta, f"127.0.0.1:{self.port}"]
        with (self.folder / "log").open("ab") as log:
            self._process = subprocess.Popen(command, stdout=log, stderr=log, env={**os.environ, **account})
        until("the store answers", self._answers, 30)

    def kill(self) -> None:
        if self._process is not None:
            self._process.kill()
            self._process.wait()
            self._process = None

    def bucket(self) -> Bucket:
        """Nobody else's."""
        return connected(self.address, NAME).below(str(uuid4()))

    def _answers(self) -> bool:
        with suppress(StoreTrouble):
            connected(self.address, NAME).folders()
            return True
        return False


@contextmanager
def running(folder: Path) -> Iterator[Store]:
    store = Store(folder)
    try:
        store.start()
        yield store
    finally:
        store.kill()
