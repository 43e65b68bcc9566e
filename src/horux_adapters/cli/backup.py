"""`horux backup`: making backups, proving them, and restoring from them."""

import json
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

import typer

from horux_adapters.cli.surroundings import explained, product

if TYPE_CHECKING:
    from horux_core.backups.model import BackupFile, Run
    from horux_core.backups.shelf import Key

app = typer.Typer(no_args_is_help=True)
_RUN = typer.Argument(None, help="Cuál, como en `horux backup list`; sin él, el último.")
_KEY = typer.Option(None, "--key", help="Archivo con la llave privada.")
_NEEDED_KEY = typer.Option(..., "--key", help="Archivo con la llave privada.")
_SIGNER = typer.Option(None, "--signer", help="Firma pública que se acepta además: la que dio `horux backup keys`.")
_OUT = typer.Option(..., "--out", help="Archivo nuevo para la llave privada; guárdalo fuera del servidor.")


@app.command("keys", help="Hace la pareja de llaves: la privada en un archivo, la pública para BACKUP_PUBLIC_KEY.")
def keys(out: Path = _OUT) -> None:
    import os

    from horux_adapters.crypto.wrapping import new_pair

    private, public = new_pair()
    try:
        descriptor = os.open(out, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_NOFOLLOW, 0o600)
    except OSError as error:
        typer.echo(f"No se puede crear {out} ({error.strerror}): indica un archivo que no exista.", err=True)
        raise typer.Exit(1) from error
    with os.fdopen(descriptor, "w", encoding="utf-8") as file:
        file.write(f"# Llave privada de los respaldos de Horux360. Sin ella ninguno se abre.\n# {public}\n{private}\n")
    typer.echo(f"BACKUP_PUBLIC_KEY={public}")


@app.command("signer", help="La firma pública de esta instalación: anótala junto a la llave privada.")
def signer() -> None:
    with _backups() as backups:
        typer.echo(backups.signer().public)


@app.command("run", help="Respalda todo y prueba cada archivo restaurándolo; termina con 1 si algo no quedó probado.")
def run() -> None:
    from horux_core.identity.model import Actor

    with _backups() as backups:
        if not backups.settings().backup_public_key:
            typer.echo("Falta BACKUP_PUBLIC_KEY: haz la pareja de llaves con horux backup keys.", err=True)
            raise typer.Exit(1)
        with _mailed(backups):
            done = backups.run()(Actor.system(), _tell)
    _sum_up(done)


@app.command(
    "verify", help="Con la llave privada restaura cada archivo y lo compara; sin ella, mira si es el que se guardó."
)
def verify(run: str | None = _RUN, key: Path | None = _KEY, signer: str | None = _SIGNER) -> None:
    from horux_core.identity.model import Actor

    with _backups() as backups:
        found = backups.verify()(Actor.system(), run, None if key is None else _key(key, signer), _tell)
    bad = [file for file in found if not file.proven]
    what = "restaurados e iguales" if key else "como se guardaron"
    typer.echo(f"{len(found)} archivos: {len(found) - len(bad)} {what}, {len(bad)} con falla.", err=bool(bad))
    if bad:
        raise typer.Exit(1)


@app.command("list", help="Los respaldos que hay, y lo que dejaron las restauraciones.")
def list_all(as_json: bool = typer.Option(False, "--json", help="En JSON, con cada archivo.")) -> None:
    from horux_core.identity.model import Actor

    with _backups() as backups:
        runs, stored = backups.list_all()(Actor.system()), set(backups.store().runs())
        left = [name for part in (backups.databases(), backups.fiel()) for name in part.site.left_over()]
    if as_json:
        typer.echo(json.dumps([_plain(one, one.id in stored) for one in runs], ensure_ascii=False))
        return
    _table(runs, stored)
    for name in sorted({*left}):
        typer.echo(f"Quedó de una restauración: {name} (se borra con: horux backup drop {name})")


@app.command("restore", help="Restaura a un cliente, al lado o en su lugar; o todo, en una instalación vacía.")
def restore(
    run: str | None = _RUN,
    key: Path = _NEEDED_KEY,
    signer: str | None = _SIGNER,
    rfc: str | None = typer.Option(None, "--rfc", help="De qué cliente."),
    over: bool = typer.Option(False, "--over", help="En lugar de la base que tiene, que se guarda con otro nombre."),
    everything: bool = typer.Option(False, "--all", help="Todo: base central, clientes y e.firmas."),
    server: str | None = typer.Option(None, "--server", help="Con --all: en qué servidor de bases quedan todos."),
    yes: bool = typer.Option(False, "--yes", help="Sin preguntar."),
) -> None:
    from horux_core.identity.model import Actor

    if (rfc is None) == (not everything):
        typer.echo("Indica a quién: --rfc RFC, o --all para todo.", err=True)
        raise typer.Exit(2)
    if over and not yes:
        typer.confirm(f"¿Poner lo respaldado en lugar de los libros de {rfc}?", abort=True, err=True)
    with _backups() as backups:
        opening = _key(key, signer)
        if rfc is None:
            manifest = backups.restore_all()(Actor.system(), run, opening, server, _tell)
            typer.echo(f"Quedó todo como en {manifest.run}. Sigue: horux migrate, horux fiel verify y arrancar.")
            return
        done = backups.restore_client()(Actor.system(), rfc, run, opening, over=over)
    typer.echo(f"{rfc}: {done.rows} filas de {done.run}, comprobadas, en la base {done.database}.")
    name = done.aside or done.database
    typer.echo(f"{'Lo anterior quedó en' if done.aside else 'Nadie la usa todavía:'} {name}", err=True)
    typer.echo(f"Cuando no haga falta: horux backup drop {name}", err=True)


@app.command("drop", help="Borra lo que dejó una restauración.")
def drop(name: str, yes: bool = typer.Option(False, "--yes", help="Sin preguntar.")) -> None:
    if not yes:
        typer.confirm(f"¿Borrar {name}? No se puede deshacer", abort=True, err=True)
    with _backups() as backups:
        was = [part.site.drop(name) for part in (backups.databases(), backups.fiel())]
    if not any(was):
        typer.echo(f"No está {name}.", err=True)
        raise typer.Exit(1)
    typer.echo(f"Se borró {name}.")


@contextmanager
def _backups() -> Iterator[Any]:
    """The use cases of backups, in a process that nobody may read."""
    from horux_adapters.container.secrecy import keep_memory_private

    keep_memory_private()
    with product() as horux, explained(), _laid_out():
        yield horux.backups


@contextmanager
def _laid_out() -> Iterator[None]:
    """What is noted of backups needs its tables. Raises DatabaseUnavailable."""
    import psycopg

    from horux_core.tenancy.errors import DatabaseUnavailable

    try:
        yield
    except psycopg.errors.UndefinedTable as error:
        raise DatabaseUnavailable(
            "La base central está vacía: da horux migrate, o restaura todo con horux backup restore --all."
        ) from error


@contextmanager
def _mailed(backups: Any) -> Iterator[None]:
    """A run that could not even be noted is told by mail at once, as far as that can be: the outbox did not get it."""
    from horux_adapters.container.mailing import last_resort

    try:
        yield
    except Exception as error:
        last_resort(backups.settings(), backups.gateways.mailer, error)
        raise


def _key(file: Path, signer: str | None) -> "Key":
    from horux_core.backups.errors import BackupKeyInvalid
    from horux_core.backups.shelf import Key

    try:
        with file.open(encoding="utf-8") as found:
            return Key(found.read(1 << 16), signer)
    except (OSError, UnicodeDecodeError) as error:
        raise BackupKeyInvalid(
            f"No se puede leer la llave privada en {file}: revisa la ruta y sus permisos."
        ) from error


def _tell(file: "BackupFile") -> None:
    size = f"{file.octets / 2**20:,.1f} MiB"
    told = f"probado, {file.rows} filas, {size}, {file.seconds:.1f} s" if file.proven else file.error or "sin probar"
    typer.echo(f"{file.subject.named}: {told}", err=not file.proven)


def _sum_up(done: "Run") -> None:
    bad, size = len(done.faulty), done.octets / 2**20
    typer.echo(f"{done.id}: {len(done.files)} archivos, {size:,.1f} MiB, {bad} con falla.", err=bool(bad))
    if bad:
        raise typer.Exit(1)


def _table(runs: "tuple[Run, ...]", stored: set[str]) -> None:
    from rich.console import Console
    from rich.table import Table

    from horux_core.kernel.clock import MEXICO

    table = Table("Respaldo", "Empezó", "Estado", "Archivos", "Probados", "Tamaño")
    for one in runs:
        state = one.state if one.id in stored or not one.kept else "falta en BACKUP_DIR"
        proven = sum(file.proven for file in one.files)
        began = f"{one.started_at.astimezone(MEXICO):%Y-%m-%d %H:%M}"
        table.add_row(one.id, began, state, str(len(one.files)), str(proven), f"{one.octets / 2**20:,.1f} MiB")
    for unknown in sorted(stored - {one.id for one in runs}):
        table.add_row(unknown, "", "no registrado: verify con --key", "", "", "")
    Console().print(table)


def _plain(one: "Run", stored: bool) -> dict[str, object]:
    files = [
        {
            "archivo": file.subject.key, "rfc": file.subject.rfc, "estado": file.state, "octetos": file.octets,
            "sha256": file.sha256, "filas": file.rows, "segundos": file.seconds, "error": file.error,
            "probado": file.verified_at.isoformat() if file.verified_at else None,
        }
        for file in one.files
    ]  # fmt: skip
    ended = one.ended_at.isoformat() if one.ended_at else None
    return {
        "respaldo": one.id, "inicio": one.started_at.isoformat(), "fin": ended, "estado": one.state,
        "guardado": stored, "archivos": files,
    }  # fmt: skip
