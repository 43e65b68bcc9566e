"""Bringing an installation of our own up to date before it serves. Each function runs apart."""

from collections.abc import Mapping

from horux_adapters.container.horux import opened
from horux_adapters.container.settings import load
from horux_adapters.postgres.central import migrate_central, migrations
from horux_adapters.postgres.migrating import MigrationError
from horux_adapters.postgres.template import TenantTemplate
from horux_adapters.postgres.tenants import migrate_tenants
from horux_core.identity.errors import EmailTaken


def bring_up_to_date(env: Mapping[str, str]) -> None:
    """The central database, the template, and every tenant. Raises SettingsInvalid or MigrationError."""
    load(env)
    admin = env["DATABASE_ADMIN_URL"]
    migrate_central(admin, env["DATABASE_URL"])
    TenantTemplate(admin, migrations("tenant")).ensure()
    report = migrate_tenants(admin)
    if report.failed:
        failed = "; ".join(f"{who}: {why}" for who, why in report.failed.items())
        raise MigrationError(f"No se pudieron migrar: {failed}")


def register_operator(env: Mapping[str, str], email: str, password: str) -> None:
    """Nothing when it is there already."""
    with opened(load(env)) as horux:
        try:
            horux.use_cases.create_operator()(email, "Operadora de muestra", password)
        except EmailTaken:
            return
