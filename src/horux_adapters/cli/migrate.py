"""`horux migrate`: the central database, the template of tenants, and every tenant."""

import time

import typer

from horux_adapters.cli.surroundings import explained, settled


def migrate(parallel: int = typer.Option(4, min=1, max=32, help="Cuántas bases a la vez.")) -> None:
    from rich.console import Console
    from rich.progress import Progress

    from horux_adapters.container.connections import dsns
    from horux_adapters.postgres.central import migrate_central, migrations
    from horux_adapters.postgres.template import TenantTemplate
    from horux_adapters.postgres.tenants import migrate_tenants

    console = Console(stderr=True)
    began = time.monotonic()
    with explained(), settled() as settings:
        places = dsns(settings)
        applied = migrate_central(places.admin, places.runtime)
        console.print(f"Base central: {_told(applied)}")
        console.print(f"Plantilla: {_told(TenantTemplate(places.admin, migrations('tenant')).ensure())}")
        with Progress(console=console, transient=True) as bar:
            task = bar.add_task("Clientes", total=None)
            report = migrate_tenants(places.admin, lambda _: bar.advance(task), parallel)
    for rfc, names in report.applied.items():
        console.print(f"{rfc}: {_told(list(names))}")
    for rfc, why in report.failed.items():
        console.print(f"[red]{rfc}: {why}[/red]", highlight=False)
    typer.echo(
        f"{report.total} clientes, {len(report.applied)} cambiados, {len(report.failed)} con error, "
        f"{time.monotonic() - began:.1f} s"
    )
    if report.failed:
        raise typer.Exit(1)


def _told(names: list[str]) -> str:
    return ", ".join(names) if names else "al día"
