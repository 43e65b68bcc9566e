"""`horux sat`: the packages of the SAT's mass download."""

from pathlib import Path
from typing import TYPE_CHECKING
from uuid import uuid4

import typer

from horux_adapters.cli.surroundings import product

if TYPE_CHECKING:
    from horux_adapters.container.horux import Horux
    from horux_core.fiscal.cfdi.ports import Spool, SpoolRef
    from horux_core.fiscal.paquetes.importando import ResultadoPaquete
    from horux_core.kernel.ids import TenantId

app = typer.Typer(no_args_is_help=True)
_CHUNK = 1024 * 1024


@app.callback()
def group() -> None:
    """Los paquetes de la descarga masiva del SAT."""


@app.command("import", help="Importa paquetes del SAT: ZIP de XML o de metadata, o TXT; termina con 1 si alguno no.")
def import_(
    files: list[Path] = typer.Argument(exists=True, readable=True, dir_okay=False),
    rfc: str = typer.Option(help="El RFC del cliente."),
) -> None:
    from horux_core.fiscal.cfdi.errors import CfdiRejected
    from horux_core.identity.model import Actor
    from horux_core.kernel.errors import TooLarge

    failed = False
    with product() as horux:
        tenant = horux.use_cases.show_tenant()(Actor.system(), rfc).id
        for file in files:
            try:
                failed |= _tell(file, _imported(horux, tenant, file))
            except (CfdiRejected, TooLarge) as error:
                typer.echo(f"{file.name}: {error} ({error.code})", err=True)
                failed = True
    if failed:
        raise typer.Exit(1)


def _imported(horux: "Horux", tenant: "TenantId", file: Path) -> "ResultadoPaquete":
    from horux_core.identity.model import Actor

    upload = _spooled(horux, tenant, file)
    try:
        resultado: ResultadoPaquete = horux.use_cases.import_package()(Actor.system(tenant), upload)
        return resultado
    finally:
        horux.gateways.spool().remove(upload)


def _spooled(horux: "Horux", tenant: "TenantId", file: Path) -> "SpoolRef":
    from horux_core.kernel.ids import JobId

    spool: Spool = horux.gateways.spool()
    writer = spool.create(tenant, JobId(uuid4()))
    try:
        writer.begin(file.name)
        with file.open("rb") as content:
            while chunk := content.read(_CHUNK):
                writer.write(chunk)
        return writer.commit()
    except BaseException:
        writer.discard()
        raise


def _tell(file: Path, resultado: "ResultadoPaquete") -> bool:
    """Whether nothing of the file could be taken."""
    from horux_core.fiscal.paquetes.recogiendo import informe

    metadata, cfdi, failed = resultado.metadata, resultado.cfdi, resultado.vacio
    typer.echo(
        f"{file.name}: metadata {metadata.renglones} (nuevos {metadata.nuevos}, cambiados {metadata.cambiados}), "
        f"cancelados en los libros {metadata.cancelados_total}; XML nuevos {cfdi.inserted}, "
        f"repetidos {cfdi.duplicates}, rechazados {cfdi.rejected_total}.",
        err=failed,
    )
    for line in informe(resultado).splitlines():
        typer.echo(f"  {line}", err=failed)
    return failed
