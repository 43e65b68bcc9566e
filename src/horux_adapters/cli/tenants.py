"""`horux tenants`: the clients."""

from typing import TYPE_CHECKING

import typer

from horux_adapters.cli.surroundings import product

if TYPE_CHECKING:
    from horux_core.tenancy.model import Tenant

app = typer.Typer(no_args_is_help=True)
_PAGE = 200


@app.command("list", help="Todos los clientes.")
def list_all() -> None:
    from rich.console import Console
    from rich.table import Table

    from horux_core.identity.model import Actor

    table = Table("RFC", "Nombre", "Plan", "Base de datos", "Activo")
    with product() as horux:
        cursor = None
        while True:
            page = horux.use_cases.list_tenants()(Actor.system(), cursor, _PAGE)
            for tenant in page.items:
                table.add_row(tenant.rfc, tenant.nombre, tenant.plan, tenant.database_name, _yes(tenant.active))
            cursor = page.next_cursor
            if cursor is None:
                break
    Console().print(table)


@app.command("show", help="Un cliente.")
def show(rfc: str) -> None:
    from horux_core.identity.model import Actor

    with product() as horux:
        _tell(horux.use_cases.show_tenant()(Actor.system(), rfc))


@app.command("create", help="Da de alta un cliente: su base, su dueño y su suscripción.")
def create(
    rfc: str,
    nombre: str = typer.Option(..., help="Razón social."),
    admin_email: str = typer.Option(..., help="Correo del dueño."),
    admin_nombre: str = typer.Option(..., help="Nombre del dueño."),
    plan: str = typer.Option("starter", help="starter, business, professional o enterprise."),
    regimen: list[str] = typer.Option([], help="Clave del régimen; puede repetirse."),
) -> None:
    from horux_core.identity.model import Actor
    from horux_core.onboarding.model import NewClient

    with product() as horux:
        client = NewClient(rfc, nombre, plan, admin_email, admin_nombre, tuple(regimen))
        provisioned = horux.use_cases.provision_tenant()(Actor.system(), client)
        _tell(provisioned.tenant)
        for advertencia in provisioned.advertencias:
            typer.echo(f"Aviso ({advertencia.codigo}): {advertencia.detalle}")


@app.command("delete", help="Da de baja un cliente: nadie entra más y su base se guarda con otro nombre.")
def delete(rfc: str, yes: bool = typer.Option(False, "--yes", help="Sin preguntar.")) -> None:
    from horux_core.identity.model import Actor

    if not yes:
        typer.confirm(f"¿Dar de baja a {rfc}?", abort=True)
    with product() as horux:
        horux.use_cases.deprovision_tenant()(Actor.system(), rfc)
        typer.echo(f"{rfc} quedó dado de baja.")


@app.command(
    "move", help="Muda un cliente a otro servidor; unos segundos, mientras se copia, se consulta y no se guarda."
)
def move(rfc: str, server: str, yes: bool = typer.Option(False, "--yes", help="Sin preguntar.")) -> None:
    from horux_core.identity.model import Actor

    if not yes:
        typer.confirm(f"¿Mudar a {rfc} al servidor {server}? Unos segundos no podrá guardar nada.", abort=True)
    with product() as horux:
        run = horux.use_cases.move_tenant()(Actor.system(), rfc, server)
        typer.echo(f"{run.rfc} quedó en {run.target}; estaba en {run.source}.")


def _tell(tenant: "Tenant") -> None:
    typer.echo(f"{tenant.rfc}  {tenant.nombre}")
    typer.echo(f"  plan {tenant.plan}, CFDI {tenant.cfdi_limit}, usuarios {tenant.users_limit} (-1: sin límite)")
    typer.echo(f"  base {tenant.database_name} en {tenant.server}, {'activo' if tenant.active else 'solo lectura'}")


def _yes(value: bool) -> str:
    return "sí" if value else "no"
