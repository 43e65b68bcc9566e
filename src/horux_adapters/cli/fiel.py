"""`horux fiel`: the clients' e.firmas, by who stands at the machine. Who that is goes into the book of use."""

from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

import typer

from horux_adapters.cli.surroundings import product

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from horux_adapters.container.horux import Horux
    from horux_core.fiel.findings import Finding
    from horux_core.identity.model import Actor
    from horux_core.kernel.ids import TenantId

app = typer.Typer(no_args_is_help=True)
_RFC = typer.Option(..., "--rfc", help="De qué cliente.")
_REASON = typer.Option(..., "--reason", help="Por qué, en una línea: queda en el libro de uso, que el cliente lee.")

_RECEIPT = typer.Argument(..., help="El archivo del recibo, en JSON.")


@app.callback()
def group() -> None:
    """Las e.firmas de los clientes."""


@app.command("decrypt", help="Descifra la e.firma de un cliente en una carpeta en memoria; se borra sola a los 30 min.")
def decrypt(rfc: str = _RFC, reason: str = _REASON) -> None:
    from horux_core.kernel.clock import MEXICO

    with _private() as horux:
        tenant = horux.use_cases.show_tenant()(_actor(), rfc)
        found = horux.use_cases.decrypt_fiel()(_actor(tenant.id), reason, "horux fiel decrypt")
        typer.echo(found.place)
        typer.echo(f"Se borra sola a las {found.until.astimezone(MEXICO):%H:%M}; bórrala antes si terminas.", err=True)


@app.command("verify", help="Abre las dos copias de cada e.firma y lee cada libro de uso; termina con 1 si algo falla.")
def verify() -> None:
    with _private() as horux:
        found = horux.use_cases.verify_vault()(_actor(), "horux fiel verify", _tell)
    _sum_up(found)


@app.command("rotate", help="Vuelve a cifrar todo con FIEL_ENCRYPTION_KEY; si se corta, se repite y sigue donde iba.")
def rotate() -> None:
    with _private() as horux:
        found = horux.use_cases.rotate_vault()(_actor(), "horux fiel rotate", _tell)
    _sum_up(found, "No quites todavía FIEL_ENCRYPTION_KEYS_OLD: corrige lo que falló y repite.")
    typer.echo("Todo quedó con la llave vigente: ya puedes quitar FIEL_ENCRYPTION_KEYS_OLD.")


@app.command("destroy", help="Elimina la e.firma de un cliente, las dos copias, y muestra el recibo firmado.")
def destroy(
    rfc: str = _RFC, reason: str = _REASON, yes: bool = typer.Option(False, "--yes", help="Sin preguntar.")
) -> None:
    from horux_core.fiel import receipts

    if not yes:
        typer.confirm(f"¿Eliminar la e.firma de {rfc}? No se puede deshacer", abort=True, err=True)
    with _private() as horux:
        tenant = horux.use_cases.show_tenant()(_actor(), rfc)
        receipt = horux.use_cases.destroy_fiel()(_actor(tenant.id), reason, "horux fiel destroy")
        typer.echo(receipts.dumped(receipt).decode())


@app.command("verify-receipt", help="Comprueba que esta bóveda firmó un recibo, como lo dan `destroy` y la API.")
def verify_receipt(file: Path = _RECEIPT) -> None:
    from horux_core.fiel import receipts

    with _private() as horux:
        try:
            receipt = receipts.loaded(_begun(file))
            signed = horux.gateways.receipt_signer().valid(receipts.body(receipt.destruction), receipt.signature)
        except (OSError, ValueError):
            signed = False
        if not signed:
            typer.echo("No es un recibo de esta bóveda, o falta la llave con que se firmó.", err=True)
            raise typer.Exit(1)
    done = receipt.destruction
    typer.echo(f"Es de esta bóveda: destruyó la e.firma de {done.rfc} el {done.destroyed_at:%d/%m/%Y a las %H:%M UTC}.")


@app.command(
    "accept", help="Acepta un libro de uso que su ancla no conoce, como el de un respaldo anterior de la base."
)
def accept(
    rfc: str = _RFC, reason: str = _REASON, yes: bool = typer.Option(False, "--yes", help="Sin preguntar.")
) -> None:
    if not yes:
        typer.confirm(
            f"¿Aceptar el libro de {rfc} como está? La e.firma que él no nombre se elimina", abort=True, err=True
        )
    with _private() as horux:
        tenant = horux.use_cases.show_tenant()(_actor(), rfc)
        accepted = horux.use_cases.accept_book()(_actor(tenant.id), reason, "horux fiel accept")
    typer.echo(f"Aceptado y asentado: {accepted.found}.")
    typer.echo("Su e.firma se abre." if accepted.kept else "No queda e.firma: pide al cliente que la suba de nuevo.")


@app.command("to-store", help="Copia la bóveda de FIEL_DIR al almacén de FILES=s3, con el servicio detenido.")
def to_store() -> None:
    from horux_adapters.container import filing

    with _private() as horux:
        settings = horux.settings()
        if settings.vault_kept != "s3":
            typer.echo("Pon antes FILES=s3 y las variables del almacén: deploy/files.md.", err=True)
            raise typer.Exit(1)
        for rfc in filing.to_store(settings, horux.gateways.registry()):
            typer.echo(rfc)
    typer.echo("Copiada. Comprueba con horux fiel verify antes de borrar la carpeta.")


@contextmanager
def _private() -> "Iterator[Horux]":
    """The whole product, in a process that nobody may read."""
    from horux_adapters.container.secrecy import keep_memory_private

    keep_memory_private()
    with product() as horux:
        yield horux


def _actor(tenant: "TenantId | None" = None) -> "Actor":
    """The account that gives the command: whoever logged in, also behind `sudo`."""
    import os
    import pwd
    from contextlib import suppress
    from dataclasses import replace

    from horux_core.identity.model import Actor

    account = str(os.getuid())
    with suppress(OSError, KeyError):
        account = pwd.getpwuid(os.getuid()).pw_name
    with suppress(OSError):
        account = os.getlogin()
    return replace(Actor.system(tenant), email=f"servidor: {account}")


def _begun(file: Path) -> bytes:
    """As much of it as a receipt may have. Raises OSError."""
    with file.open("rb") as found:
        return found.read(1 << 16)


def _tell(finding: "Finding") -> None:
    from horux_core.fiel.findings import Health

    words = {
        Health.SANA: "bien",
        Health.CURADA: "bien; una copia estaba dañada y se reparó",
        Health.ILEGIBLE: "ninguna copia se puede leer: pide al cliente que la suba de nuevo",
        Health.LIBRO_ROTO: "su libro de uso no es el que se ancló: averigua por qué; tras un respaldo, fiel accept",
        Health.SIN_EMPRESA: "hay una carpeta o un ancla de una empresa que nadie conoce: restaura la base que la tiene",
        Health.NO_REVISADA: "no se pudo revisar: repite en un minuto, y mira si falta una llave anterior",
    }
    cause = f" ({finding.cause})" if finding.cause else ""
    typer.echo(f"{finding.rfc}: {words[finding.health]}{cause}", err=not finding.sound)


def _sum_up(found: "Sequence[Finding]", advice: str = "") -> None:
    """The command fails when any is not sound."""
    bad = [finding.rfc for finding in found if not finding.sound]
    typer.echo(f"{len(found)} e.firmas: {len(found) - len(bad)} bien, {len(bad)} con falla.", err=bool(bad))
    if bad:
        if advice:
            typer.echo(advice, err=True)
        raise typer.Exit(1)
