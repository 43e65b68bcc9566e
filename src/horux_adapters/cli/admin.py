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


@app.command("reset-mfa", help="Quita el segundo factor de quien lo perdió; al entrar registra otro.")
def reset_mfa(email: str = typer.Argument(help="Su correo.")) -> None:
    from horux_core.identity.errors import UserMissing
    from horux_core.identity.model import Actor

    with product() as horux:
        system, wanted = Actor.system(), email.strip().lower()
        found = next((one for one in horux.use_cases.list_staff()(system) if one.user.email == wanted), None)
        if found is None:
            raise UserMissing
        horux.use_cases.remove_factor()(system, found.user.id)
        typer.echo(f"Listo: {wanted} registrará otro segundo factor al entrar. Sus sesiones terminaron.")
