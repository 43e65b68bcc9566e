"""The product in memory with sample data, to be looked at: `python -m tests.browser.showing --port 4500`.

Ends with Ctrl C.
"""

import argparse
import signal
import sys
import tempfile
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from threading import Event

import httpx
from dependency_injector import providers

from horux_adapters.container.horux import opened
from horux_adapters.container.settings import load
from horux_adapters.crypto.passwords import Argon2Passwords
from horux_adapters.crypto.wrapping import new_pair
from horux_adapters.telemetry.logs import configure
from horux_http.asgi import assembled
from tests.browser.sample import COMPANIES, OPERATOR, PASSWORD, PEOPLE, TEMPORARY, fill
from tests.system.serving import served

SETTINGS = {
    "STORAGE": "memory",
    "MAIL": "memory",
    "PAYMENTS": "memory",
    "JWT_SECRET": "q8Zr2kW0vN5tYb7Xc3Lm9Pd1Fs6Gh4Jw",
    "BANK_BENEFICIARY": "Horux Finanzas SA de CV",
    "BANK_NAME": "Banco de Prueba",
    "BANK_CLABE": "032180000118359719",
    "BACKUP_PUBLIC_KEY": new_pair()[1],
    "LOG_LEVEL": "error",
}


@contextmanager
def shown(port: int = 0) -> Iterator[str]:
    """Its address, with the sample in it."""
    with tempfile.TemporaryDirectory(prefix="horux-muestra-") as folder, ExitStack() as resources:
        settings = load({**SETTINGS, "DATA_DIR": folder, **({"PORT": str(port)} if port else {})})
        horux = resources.enter_context(opened(settings))
        horux.gateways.hasher.override(providers.Object(Argon2Passwords(time_cost=1, memory_cost=64)))
        app = assembled(horux, settings, resources.pop_all())
        with served(app, port) as url:
            with httpx.Client(base_url=url, timeout=60) as http:
                fill(horux, http, _samples())
            yield url


def _samples() -> Path | None:
    places = (up / "shared" / "samples" for up in Path(__file__).resolve().parents)
    return next((place for place in places if place.is_dir()), None)


def main() -> None:
    asked = argparse.ArgumentParser(description="El producto en memoria, con datos de muestra.")
    asked.add_argument("--port", type=int, default=4500)
    port = asked.parse_args().port
    configure(production=False, level="error")
    ended = Event()
    for order in (signal.SIGINT, signal.SIGTERM):
        signal.signal(order, lambda *_: ended.set())
    with shown(port) as url:
        print(f"{url}/entrar   contraseña de todos: {PASSWORD}")
        print(f"  {OPERATOR:28} operación")
        for email, (_, role, where) in PEOPLE.items():
            print(f"  {email:28} {role.value:9} {', '.join(f'{rfc} ({COMPANIES[rfc][1]})' for rfc in where)}")
        print(f"  {TEMPORARY:28} con contraseña temporal")
        sys.stdout.flush()
        ended.wait()


if __name__ == "__main__":
    main()
