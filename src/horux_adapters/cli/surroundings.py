"""What every command needs around it: settings, the product on top of them, and errors a person can read."""

from collections.abc import Iterator, Mapping
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

import typer

if TYPE_CHECKING:
    from horux_adapters.container.horux import Horux
    from horux_adapters.container.settings import Settings

DATA_DIR = Path("datos")


@contextmanager
def explained() -> Iterator[None]:
    """Ends the command with the sentence of what went wrong, and no trace."""
    from horux_adapters.container.told import TOLD
    from horux_adapters.demo.apart import StepFailed

    try:
        yield
    except (*TOLD, StepFailed) as error:
        typer.echo(str(error), err=True)
        raise typer.Exit(1) from error


def warn_of_idle_mail(settings: "Settings") -> None:
    """In production mail that reaches nobody is said at every start: nobody else tells."""
    import structlog

    if settings.production and settings.mail != "smtp":
        structlog.get_logger("horux.arranque").warning(
            "servicio sin conectar",
            variable="MAIL",
            motivo="Con MAIL distinto de smtp no sale ningún correo: las contraseñas temporales no le llegan a nadie.",
        )


def data_dir(env: Mapping[str, str]) -> Path:
    return Path(env.get("DATA_DIR") or DATA_DIR).resolve()


def needs_own_server(env: Mapping[str, str]) -> bool:
    return env.get("STORAGE", "postgres") != "memory" and not env.get("DATABASE_URL")


def with_development_secrets(env: Mapping[str, str]) -> dict[str, str]:
    """In development what is missing is made and kept in the data folder; production brings its own."""
    from horux_adapters.container.local import with_secrets

    complete = {**env, "DATA_DIR": str(data_dir(env))}
    if env.get("HORUX_ENV", "development") == "production":
        return complete
    return with_secrets(complete, data_dir(env))


@contextmanager
def settled(env: Mapping[str, str] | None = None) -> Iterator["Settings"]:
    """Settings to work with, on the given server or on our own. Raises SettingsInvalid or EmbeddedError."""
    from horux_adapters.container.local import server_for_a_command
    from horux_adapters.container.settings import environment, load

    complete = with_development_secrets(environment() if env is None else env)
    with ExitStack() as stack:
        if needs_own_server(complete):
            complete = stack.enter_context(server_for_a_command(complete, data_dir(complete)))
        settings = load(complete)
        migrate_own(settings, complete)
        yield settings


def migrate_own(settings: "Settings", env: Mapping[str, str]) -> None:
    """Our own server is always up to date; on a given one that is the operator's decision (`horux migrate`)."""
    if settings.storage == "memory" or settings.production or settings.database_url is None:
        return
    from horux_adapters.postgres.central import migrate_central

    migrate_central(env.get("DATABASE_ADMIN_URL") or env["DATABASE_URL"], env["DATABASE_URL"])


@contextmanager
def product() -> Iterator["Horux"]:
    """The whole product, opened for one command."""
    from horux_adapters.container.horux import opened
    from horux_adapters.telemetry.logs import configure

    with explained(), settled() as settings:
        configure(production=settings.production, level="warning")
        with opened(settings) as horux:
            yield horux
