"""The shapes of clients and their subscriptions on the wire (SPEC 3 and 7)."""

from datetime import datetime
from decimal import Decimal
from typing import Annotated, Self
from uuid import UUID

from msgspec import UNSET, Meta, Struct, UnsetType

from horux_core.kernel.pages import Page
from horux_core.kernel.same import SAME
from horux_core.onboarding.model import Advertencia, NewClient, Provisioned
from horux_core.tenancy.changing import Changes
from horux_core.tenancy.model import Tenant

RfcText = Annotated[str, Meta(examples=["CAS2408138W2"])]
Nombre = Annotated[str, Meta(examples=["Cascabel SA de CV"])]
PlanName = Annotated[str, Meta(description="starter, business, professional o enterprise.", examples=["business"])]
DatabaseName = Annotated[str, Meta(examples=["horux_cas2408138w2"])]
Frequency = Annotated[str, Meta(description="monthly o yearly.", examples=["monthly"])]
Limit = Annotated[int, Meta(description="-1 es sin límite.", examples=[500])]


class NewTenant(Struct, rename="camel", forbid_unknown_fields=True):
    """Lo que captura el operador para dar de alta a una empresa. El monto es en MXN, con IVA, por periodo."""

    rfc: RfcText
    nombre: Nombre
    plan: PlanName
    admin_email: Annotated[str, Meta(examples=["ana@cascabel.mx"])]
    admin_nombre: Annotated[str, Meta(examples=["Ana Cascabel"])]
    regimenes: list[str] = []
    payer_email: str | None = None
    amount: Decimal | None = None
    frequency: Frequency = "monthly"

    def as_client(self) -> NewClient:
        return NewClient(
            self.rfc, self.nombre, self.plan, self.admin_email, self.admin_nombre, tuple(self.regimenes),
            self.payer_email, self.amount, self.frequency,
        )  # fmt: skip


class TenantChanges(Struct, rename="camel", forbid_unknown_fields=True):
    """Lo que cambia de una empresa; un límite nulo vuelve a seguir al plan y -1 es sin límite."""

    nombre: str | UnsetType = UNSET
    plan: str | UnsetType = UNSET
    cfdi_limit: int | UnsetType | None = UNSET
    users_limit: int | UnsetType | None = UNSET

    def as_changes(self) -> Changes:
        return Changes(
            SAME if isinstance(self.nombre, UnsetType) else self.nombre,
            SAME if isinstance(self.plan, UnsetType) else self.plan,
            SAME if isinstance(self.cfdi_limit, UnsetType) else self.cfdi_limit,
            SAME if isinstance(self.users_limit, UnsetType) else self.users_limit,
        )


class AvisoOut(Struct, rename="camel"):
    """Algo raro en lo que se pidió, que se hizo de todos modos."""

    codigo: Annotated[str, Meta(examples=["digito_no_coincide"])]
    detalle: Annotated[str, Meta(examples=["El dígito verificador del RFC no coincide: revísalo."])]

    @classmethod
    def of(cls, advertencia: Advertencia) -> Self:
        return cls(advertencia.codigo, advertencia.detalle)


class ProvisionedOut(Struct, rename="camel"):
    """Una empresa recién dada de alta."""

    id: UUID
    rfc: RfcText
    nombre: Nombre
    plan: PlanName
    database_name: DatabaseName
    active: bool
    payment_link: str | None
    advertencias: list[AvisoOut]

    @classmethod
    def of(cls, provisioned: Provisioned) -> Self:
        t = provisioned.tenant
        advertencias = [AvisoOut.of(advertencia) for advertencia in provisioned.advertencias]
        return cls(
            t.id, str(t.rfc), t.nombre, t.plan.value, t.database_name, t.active, provisioned.payment_link, advertencias
        )


class TenantOut(Struct, rename="camel"):
    """Una empresa, como la ve el operador. Los límites son los que rigen, los siga del plan o no; -1 es sin límite."""

    id: UUID
    rfc: RfcText
    nombre: Nombre
    plan: PlanName
    database_name: DatabaseName
    active: bool
    regimenes: list[str]
    cfdi_limit: Limit
    users_limit: Limit
    created_at: datetime

    @classmethod
    def of(cls, t: Tenant) -> Self:
        return cls(
            t.id, str(t.rfc), t.nombre, t.plan.value, t.database_name, t.active, list(t.regimenes),
            t.cfdi_limit, t.users_limit, t.created_at,
        )  # fmt: skip


class TenantsOut(Struct, rename="camel"):
    items: list[TenantOut]
    next_cursor: str | None

    @classmethod
    def of(cls, page: Page[Tenant]) -> Self:
        return cls([TenantOut.of(tenant) for tenant in page.items], page.next_cursor)
