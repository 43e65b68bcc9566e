"""`horux migrate`: the central database, the template of tenants, and every tenant."""

import time
from collections.abc import Sequence

import typer

from horux_adapters.cli.surroundings import explained, settled

_OPEN = (
    "deja entrar a cualquiera: un administrador debe ejecutar ahí REVOKE CONNECT, TEMPORARY ON DATABASE … FROM PUBLIC."
)


def migrate(parallel: int = typer.Option(4, min=1, max=32, help="Cuántas bases a la vez.")) -> None:
    from rich.console import Console
    from rich.progress import Progress

    from horux_adapters.container.connections import dsns
    from horux_adapters.container.horux import opened
    from horux_adapters.postgres.central import migrate_central
    from horux_adapters.postgres.tenants import close_to_public, migrate_templates, migrate_tenants

    console = Console(stderr=True)
    began = time.monotonic()
    with explained(), settled() as settings:
        places = dsns(settings)
        applied = migrate_central(places.admin, places.runtime)
        console.print(f"Base central: {_told(applied)}")
        for database in close_to_public(places.admin, places.runtime, places.direct):
            console.print(f"{database} {_OPEN}", highlight=False)
        templates = migrate_templates(places.admin)
        for template in templates:
            told = f"[red]{template.error}[/red]" if template.error else _told(template.applied)
            console.print(f"Plantilla de {template.label}: {told}", highlight=False)
        with Progress(console=console, transient=True) as bar:
            task = bar.add_task("Clientes", total=None)
            report = migrate_tenants(places.admin, lambda _: bar.advance(task), parallel)
        for rfc, names in report.applied.items():
            console.print(f"{rfc}: {_told(names)}")
        for rfc, why in report.failed.items():
            console.print(f"[red]{rfc}: {why}[/red]", highlight=False)
        typer.echo(
            f"{report.total} clientes, {len(report.applied)} cambiados, {len(report.failed)} con error, "
            f"{time.monotonic() - began:.1f} s"
        )
        with opened(settings) as horux:
            queued = horux.use_cases.take_up_pending()(report.failed)["recálculos"]
        if queued:
            typer.echo(f"{queued} con sus cifras por calcular de nuevo: lo hace el trabajador.")
    if report.failed or any(template.error for template in templates):
        raise typer.Exit(1)


def _told(names: Sequence[str]) -> str:
    return ", ".join(names) if names else "al día"
