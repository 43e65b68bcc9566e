"""`horux demo`: everything on this machine, with a client whose year is there to be looked at."""

import json
from pathlib import Path

import typer

from horux_adapters.cli.surroundings import explained


def demo(
    port: int = typer.Option(4000, min=1, max=65535, help="Puerto en 127.0.0.1."),
    data_dir: Path = typer.Option(Path("datos"), help="Carpeta de los datos; se conservan."),
    empty: bool = typer.Option(False, "--empty", help="Sin cliente de muestra."),
    as_json: bool = typer.Option(False, "--json", help="Al estar listo, una línea JSON y nada más."),
) -> None:
    from horux_adapters.container.settings import environment
    from horux_adapters.demo.running import Demo
    from horux_adapters.demo.supervising import ended_by_signals

    with ended_by_signals(), explained():
        running = Demo(environment(), data_dir.resolve(), port, empty=empty)
        with running.started() as household:
            ready = running.ready(household)
            typer.echo(json.dumps(ready, ensure_ascii=False) if as_json else _told(ready, data_dir))
            gone = household.wait()
    if gone:
        typer.echo(f"Se detuvo: {', '.join(gone)}.", err=True)
        raise typer.Exit(1)


def _told(ready: dict[str, object], data_dir: Path) -> str:
    lines = [
        f"Horux360 está listo en {ready['url']}  (documentación: {ready['url']}/api/docs)",
        f"  Operador  {ready['adminEmail']}  {ready['adminPassword']}",
    ]
    tenant = ready["tenant"]
    if isinstance(tenant, dict):
        lines.append(f"  Cliente {tenant['rfc']}  {tenant['ownerEmail']}  {tenant['ownerPassword']}")
    lines.append(f"  Correos   {ready['url']}/correo  (con la cuenta del operador)")
    lines.append(f"Los datos quedan en {data_dir}. Ctrl-C termina.")
    return "\n".join(lines)
