"""`horux servers`: the servers of clients' databases."""

import json

import typer

from horux_adapters.cli.surroundings import product

app = typer.Typer(no_args_is_help=True)


@app.command("list", help="Todos, con cuántos clientes tiene cada uno.")
def list_all(as_json: bool = typer.Option(False, "--json", help="Para programas.")) -> None:
    from rich.console import Console
    from rich.table import Table

    from horux_core.identity.model import Actor

    with product() as horux:
        servers = horux.use_cases.list_servers()(Actor.system())
    if as_json:
        rows = [
            {"nombre": s.name, "host": s.host, "puerto": s.port, "recibe": s.accepts_new, "clientes": s.clients,
             "dadosDeBaja": s.retired, "bytes": s.octets}
            for s in servers
        ]  # fmt: skip
        typer.echo(json.dumps(rows, ensure_ascii=False))
        return
    table = Table("Servidor", "Dirección", "Recibe clientes", "Clientes", "Dados de baja", "MB de CFDI")
    for one in servers:
        where = f"{one.host}:{one.port or 5432}" if one.host else "el de la base central"
        takes = "sí" if one.accepts_new else "no"
        table.add_row(one.name, where, takes, str(one.clients), str(one.retired), f"{one.octets / 1e6:.0f}")
    Console().print(table)


@app.command("add", help="Agrega uno, después de probar que ahí se pueden crear bases; desde ya recibe clientes.")
def add(name: str, host: str, port: int) -> None:
    from horux_core.identity.model import Actor

    with product() as horux:
        version = horux.use_cases.add_server()(Actor.system(), name, host, port)
        typer.echo(f"{name}: PostgreSQL {version} en {host}:{port}, recibe clientes.")


@app.command("open", help="Vuelve a mandarle clientes nuevos.")
def open_one(name: str) -> None:
    _accept(name, True)


@app.command("close", help="No le manda más clientes nuevos; los que tiene siguen ahí.")
def close(name: str) -> None:
    _accept(name, False)


@app.command("remove", help="Quita uno que ya no tiene bases de clientes.")
def remove(name: str) -> None:
    from horux_core.identity.model import Actor

    with product() as horux:
        horux.use_cases.remove_server()(Actor.system(), name)
        typer.echo(f"{name} se quitó; en él no se tocó nada.")


def _accept(name: str, accepts_new: bool) -> None:
    from horux_core.identity.model import Actor

    with product() as horux:
        horux.use_cases.open_server()(Actor.system(), name, accepts_new)
        typer.echo(f"{name} {'recibe' if accepts_new else 'ya no recibe'} clientes nuevos.")
