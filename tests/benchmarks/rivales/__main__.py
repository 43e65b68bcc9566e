"""`python -m tests.benchmarks.rivales fastapi|django`: serves one of them as `horux serve` does the product."""

import os
import sys

from granian import Granian
from granian.constants import Interfaces
from granian.log import LogLevels

_APPS = {"fastapi": ("con_fastapi", Interfaces.ASGI), "django": ("con_django", Interfaces.WSGI)}


def main(name: str) -> None:
    module, interface = _APPS[name]
    Granian(
        f"tests.benchmarks.rivales.{module}:app",
        address="127.0.0.1",
        port=int(os.environ["PORT"]),
        interface=interface,
        workers=int(os.environ["WORKERS"]),
        blocking_threads=int(os.environ["THREADS"]) if interface is Interfaces.WSGI else None,
        backpressure=1_024,
        backlog=2_048,
        websockets=False,
        log_level=LogLevels.warning,
    ).serve()


if __name__ == "__main__":
    main(sys.argv[1])
