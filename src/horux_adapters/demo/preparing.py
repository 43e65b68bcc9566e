"""Bringing an installation of our own up to date before it serves."""

from collections.abc import Mapping

from horux_adapters.postgres.central import migrate_central, migrations
from horux_adapters.postgres.migrating import MigrationError
from horux_adapters.postgres.template import TenantTemplate
from horux_adapters.postgres.tenants import migrate_tenants


def bring_up_to_date(env: Mapping[str, str]) -> None:
    """The central database, the template, and every tenant. Raises MigrationError."""
    admin = env["DATABASE_ADMIN_URL"]
    migrate_central(admin, env["DATABASE_URL"])
    TenantTemplate(admin, migrations("tenant")).ensure()
    report = migrate_tenants(admin)
    if report.failed:
        raise MigrationError(
            "No se pudieron migrar: " + "; ".join(f"{who}: {why}" for who, why in report.failed.items())
        )
