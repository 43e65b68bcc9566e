"""The operator's clients: taking them in, looking them up, changing them, letting them go."""

from typing import Annotated

from litestar import Controller, delete, get, patch, post
from litestar.di import NamedDependency
from litestar.params import FromPath, FromQuery, JSONBody, QueryParameter, SkipValidation

from horux_core.identity.model import Actor, Permission
from horux_core.onboarding.deprovisioning import DeprovisionTenant
from horux_core.onboarding.provisioning import ProvisionTenant
from horux_core.tenancy.changing import ChangeTenant
from horux_core.tenancy.listing import LONGEST_PAGE, PAGE, ListTenants, ShowTenant
from horux_http.session import NEEDS
from horux_http.tenancy.wire import NewTenant, ProvisionedOut, TenantChanges, TenantOut, TenantsOut

Limit = Annotated[int, QueryParameter(ge=1, le=LONGEST_PAGE, description="Cuántas como máximo.")]


class TenantController(Controller):
    path = "/api/tenants"
    tags = ("Operador",)

    @post(
        sync_to_thread=True,
        opt={NEEDS: Permission.OPERATE},
        summary="Da de alta a una empresa: su base de datos, su dueño y su liga de pago",
    )
    def create(
        self,
        actor: NamedDependency[SkipValidation[Actor]],
        data: JSONBody[NewTenant],
        provision_tenant: NamedDependency[SkipValidation[ProvisionTenant]],
    ) -> ProvisionedOut:
        return ProvisionedOut.of(provision_tenant(actor, data.as_client()))

    @get(sync_to_thread=True, summary="Empresas por RFC")
    def list(
        self,
        actor: NamedDependency[SkipValidation[Actor]],
        list_tenants: NamedDependency[SkipValidation[ListTenants]],
        cursor: FromQuery[str | None] = None,
        limit: Limit = PAGE,
    ) -> TenantsOut:
        return TenantsOut.of(list_tenants(actor, cursor, limit))

    @get("/{rfc:str}", sync_to_thread=True, summary="Una empresa")
    def show(
        self,
        actor: NamedDependency[SkipValidation[Actor]],
        rfc: FromPath[str],
        show_tenant: NamedDependency[SkipValidation[ShowTenant]],
    ) -> TenantOut:
        return TenantOut.of(show_tenant(actor, rfc))

    @patch(
        "/{rfc:str}",
        sync_to_thread=True,
        opt={NEEDS: Permission.OPERATE},
        summary="Cambia nombre, plan o límites de una empresa",
    )
    def change(
        self,
        actor: NamedDependency[SkipValidation[Actor]],
        rfc: FromPath[str],
        data: JSONBody[TenantChanges],
        change_tenant: NamedDependency[SkipValidation[ChangeTenant]],
    ) -> TenantOut:
        return TenantOut.of(change_tenant(actor, rfc, data.as_changes()))

    @delete("/{rfc:str}", sync_to_thread=True, summary="Da de baja a una empresa; su RFC queda libre")
    def remove(
        self,
        actor: NamedDependency[SkipValidation[Actor]],
        rfc: FromPath[str],
        deprovision_tenant: NamedDependency[SkipValidation[DeprovisionTenant]],
    ) -> None:
        deprovision_tenant(actor, rfc)
