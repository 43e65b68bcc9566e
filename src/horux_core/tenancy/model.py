"""A client of Horux360: one taxpayer, one RFC, one database of its own."""

from dataclasses import dataclass, replace
from datetime import datetime
from enum import StrEnum
from typing import Self

from horux_core.kernel.ids import TenantId
from horux_core.kernel.rfc import Rfc
from horux_core.plans.catalogue import CATALOGUE
from horux_core.plans.model import Plan
from horux_core.tenancy.errors import NombreInvalid, PlanUnknown

_NOMBRE_MAX = 254


class TenantState(StrEnum):
    PROVISIONING = "provisioning"
    """Its saga has not ended: nobody sees it, and its RFC is taken."""
    LIVE = "live"
    DEPROVISIONING = "deprovisioning"
    DELETED = "deleted"


@dataclass(frozen=True, slots=True)
class Tenant:
    """`active` mirrors the subscription: False means read-only. A limit of None follows the plan.

    `database_name` never changes while it lives; the server that holds it does when the client is moved.
    """

    id: TenantId
    rfc: Rfc
    nombre: str
    plan: Plan
    database_name: str
    server: str
    regimenes: tuple[str, ...]
    state: TenantState
    active: bool
    created_at: datetime
    cfdi_limit_override: int | None = None
    users_limit_override: int | None = None

    @property
    def cfdi_limit(self) -> int:
        own = self.cfdi_limit_override
        return CATALOGUE[self.plan].cfdi_limit if own is None else own

    @property
    def users_limit(self) -> int:
        own = self.users_limit_override
        return CATALOGUE[self.plan].users_limit if own is None else own

    def renamed(self, nombre: str) -> Self:
        return replace(self, nombre=nombre)

    def on_plan(self, plan: Plan) -> Self:
        return replace(self, plan=plan)

    def with_cfdi_limit(self, limit: int | None) -> Self:
        return replace(self, cfdi_limit_override=limit)

    def with_users_limit(self, limit: int | None) -> Self:
        return replace(self, users_limit_override=limit)

    def opened(self) -> Self:
        return replace(self, state=TenantState.LIVE)

    def moved(self, server: str) -> Self:
        return replace(self, server=server)

    def closing(self) -> Self:
        return replace(self, state=TenantState.DEPROVISIONING, active=False)

    def deleted(self, retired_name: str) -> Self:
        return replace(self, state=TenantState.DELETED, database_name=retired_name, active=False)


@dataclass(frozen=True, slots=True)
class DatabaseServer:
    """A server of clients' databases. `host` None is the server of the central database.

    `clients` live on it or are being taken in or let go; `retired` have left and their database is still there.
    `octets` is what the clients keep there, as measured last.
    """

    name: str
    host: str | None
    port: int | None
    accepts_new: bool = True
    clients: int = 0
    retired: int = 0
    octets: int = 0


def nombre_of(texto: str) -> str:
    """A taxpayer's name as it is kept: one line, 1 to 254 characters (the CFDI's own bound). Raises NombreInvalid."""
    nombre = " ".join(texto.split())
    if not nombre or len(nombre) > _NOMBRE_MAX or not nombre.isprintable():
        raise NombreInvalid(f"Escribe el nombre en una línea, de 1 a {_NOMBRE_MAX} caracteres.")
    return nombre


def plan_of(texto: str) -> Plan:
    """The plan of that name. Raises PlanUnknown."""
    try:
        return Plan(texto)
    except ValueError as error:
        raise PlanUnknown(f"El plan no existe. Elige uno de estos: {', '.join(Plan)}.") from error
