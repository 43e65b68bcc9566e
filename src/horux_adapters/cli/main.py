"""The `horux` command: a file per noun. Heavy imports wait inside the commands."""

import os

import typer

from horux_adapters.cli import (
    admin,
    backup,
    cfdi,
    demo,
    doctor,
    duties,
    fiel,
    mail,
    migrate,
    sat,
    serve,
    servers,
    tenants,
)

app = typer.Typer(
    name="horux",
    help="Horux360: los CFDI de cada cliente en su propia base de datos, y el IVA del mes que sale de ellos.",
    no_args_is_help=True,
    pretty_exceptions_enable=False,
    add_completion=False,
)
app.command("serve", help="Atiende las páginas y la API.")(serve.serve)
app.command("worker", help="Procesa cargas, correos y tareas en segundo plano.")(serve.worker)
app.command("demo", help="Levanta todo con un cliente de muestra, en esta máquina.")(demo.demo)
app.command("migrate", help="Pone al día la base central y la de cada cliente.")(migrate.migrate)
app.command("doctor", help="Revisa todo lo que un operador miraría, y dice qué hacer.")(doctor.doctor)
app.add_typer(admin.app, name="admin", help="El personal del operador.")
app.add_typer(tenants.app, name="tenants", help="Los clientes.")
app.add_typer(servers.app, name="servers", help="Los servidores de las bases de los clientes.")
app.add_typer(cfdi.app, name="cfdi", help="Los CFDI de un cliente.")
app.add_typer(fiel.app, name="fiel", help="Las e.firmas de los clientes.")
app.add_typer(sat.app, name="sat", help="Los paquetes de la descarga masiva del SAT.")
app.add_typer(duties.app, name="duties", help="Lo que el servicio hace solo, a su hora.")
app.add_typer(backup.app, name="backup", help="Los respaldos.")
app.add_typer(mail.app, name="mail", help="Los correos.")


def main() -> None:
    """Whatever a command keeps is for the account that runs it alone."""
    os.umask(0o077)
    app()


if __name__ == "__main__":
    main()
