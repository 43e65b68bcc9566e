"""`horux admin`: the operator's staff."""

import typer

from horux_adapters.cli.surroundings import product

app = typer.Typer(no_args_is_help=True)


@app.callback()
def group() -> None:
    """El personal del operador."""


@app.command("create", help="Da de alta a una persona del operador; la contraseña se pide y no se muestra.")
def create(
    email: str = typer.Argument(help="Su correo."),
    nombre: str = typer.Option("Operador", help="Su nombre."),
    password: str = typer.Option(
        ..., prompt="Contraseña", hide_input=True, confirmation_prompt=True, envvar="HORUX_ADMIN_PASSWORD"
    ),
) -> None:
    with product() as horux:
        user = horux.use_cases.create_operator()(email, nombre, password)
        typer.echo(f"Listo: {user.email} ya puede entrar.")
