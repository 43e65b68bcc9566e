"""An installation on this machine alone: its own PostgreSQL and its own secrets, in one data folder. Not production."""

import json
import os
import secrets
from collections.abc import Iterator, Mapping
from contextlib import ExitStack, contextmanager
from pathlib import Path

from horux_adapters.postgres.embedded import EmbeddedPostgres
from horux_adapters.postgres.installing import prepare
from horux_adapters.postgres.programs import EmbeddedError, private_folder

_SECRETS = ("JWT_SECRET", "DATABASE_ROLE_SECRET", "FIEL_ENCRYPTION_KEY")
_ADDRESSES = "conexion.json"


def with_secrets(env: Mapping[str, str], data_dir: Path) -> dict[str, str]:
    """The environment, with the secrets it lacks: made once, kept for the owner of the data folder alone."""
    kept = _read(data_dir / "secretos.json")
    missing = {name: kept.get(name) or secrets.token_hex(32) for name in _SECRETS if not env.get(name)}
    if missing != {name: kept.get(name) for name in missing}:
        write(data_dir / "secretos.json", {**kept, **missing})
    return {**env, **missing}


@contextmanager
def own_server(env: Mapping[str, str], data_dir: Path) -> Iterator[dict[str, str]]:
    """The environment, with the addresses of a PostgreSQL that runs while the context lasts.

    Raises EmbeddedError when there is no PostgreSQL to run or another process uses the folder.
    """
    programs = env.get("PG_BINDIR")
    server = EmbeddedPostgres(data_dir / "postgres", programs_dir=Path(programs) if programs else None)
    superuser = server.start()
    try:
        addresses = prepare(superuser)
        found = {"DATABASE_URL": addresses.runtime, "DATABASE_ADMIN_URL": addresses.admin}
        write(data_dir / _ADDRESSES, found)
        yield {**env, **found}
    finally:
        (data_dir / _ADDRESSES).unlink(missing_ok=True)
        server.stop()


@contextmanager
def server_for_a_command(env: Mapping[str, str], data_dir: Path) -> Iterator[dict[str, str]]:
    """As `own_server`, but beside a `serve` or `demo` that runs on the same folder it uses that one's server."""
    with ExitStack() as stack:
        try:
            complete = stack.enter_context(own_server(env, data_dir))
        except EmbeddedError:
            running = _read(data_dir / _ADDRESSES)
            if not running:
                raise
            complete = {**env, **running}
        yield complete


def _read(place: Path) -> dict[str, str]:
    try:
        found: dict[str, str] = json.loads(place.read_text(encoding="utf-8"))
    except FileNotFoundError:
        return {}
    return found


def write(place: Path, values: Mapping[str, object]) -> None:
    """Keep values for the folder's owner alone: whole, or as they were."""
    private_folder(place.parent)
    draft = place.with_suffix(".nuevo")
    draft.unlink(missing_ok=True)
    with os.fdopen(os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w", encoding="utf-8") as out:
        json.dump(dict(values), out)
        out.flush()
        os.fsync(out.fileno())
    draft.rename(place)
