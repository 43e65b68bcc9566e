"""The operator's clients as it looks them over: what each pays, holds and does."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from decimal import Decimal
from enum import StrEnum
from typing import Protocol

from horux_core.billing.model import Frequency, Subscription, SubscriptionStatus
from horux_core.fiel.model import POR_VENCER
from horux_core.kernel.clock import dia_fiscal
from horux_core.kernel.ids import TenantId
from horux_core.kernel.importe import CERO
from horux_core.tenancy.model import Tenant

_STANDS = (SubscriptionStatus.PENDING, SubscriptionStatus.AUTHORIZED)


class Standing(StrEnum):
    """How a client is with what it pays. `VENCIDO`: it is late, whether it still writes or only reads."""

    AL_CORRIENTE = "al_corriente"
    PENDIENTE = "pendiente"
    VENCIDO = "vencido"
    CANCELADO = "cancelado"


@dataclass(frozen=True, slots=True)
class Usage:
    """What a client's books held when they were measured last."""

    cfdis: int
    octets: int
    measured_at: datetime


@dataclass(frozen=True, slots=True)
class Client:
    """`entered_at` is the last log-in into its books, `open_until` the latest end that any of its sessions has."""

    tenant: Tenant
    subscription: Subscription | None
    usage: Usage | None = None
    entered_at: datetime | None = None
    open_until: datetime | None = None
    fiel_until: datetime | None = None

    def standing(self, now: datetime) -> Standing:
        s = self.subscription
        if s is None or s.status is SubscriptionStatus.PENDING:
            return Standing.PENDIENTE
        if s.status is SubscriptionStatus.CANCELLED:
            return Standing.CANCELADO
        late = s.status is SubscriptionStatus.PAUSED or s.overdue(now)
        return Standing.VENCIDO if late else Standing.AL_CORRIENTE

    def due(self, now: datetime) -> datetime | None:
        """When it is charged next, or since when it is late."""
        late = self.standing(now) in (Standing.AL_CORRIENTE, Standing.VENCIDO)
        return self.subscription.current_period_end if late and self.subscription else None

    def owed(self, now: datetime) -> Decimal:
        late = self.subscription is not None and self.standing(now) is Standing.VENCIDO
        return self.subscription.amount if late and self.subscription else CERO

    def monthly(self, now: datetime) -> Decimal:
        """What it brings a month while it pays, of a year the twelfth part."""
        if self.subscription is None or self.standing(now) is not Standing.AL_CORRIENTE:
            return CERO
        amount = self.subscription.amount
        return amount if self.subscription.frequency is Frequency.MONTHLY else (amount / 12).quantize(CERO)

    def active_at(self, idle: timedelta) -> datetime | None:
        """When somebody of its was last at work; a session ends so long after it was last used."""
        used = None if self.open_until is None else self.open_until - idle
        return max((at for at in (self.entered_at, used) if at is not None), default=None)

    def fiel_ends(self, now: datetime) -> date | None:
        """The day its e.firma ends on, once that is near or past."""
        if self.fiel_until is None:
            return None
        day = dia_fiscal(self.fiel_until)
        return day if (day - dia_fiscal(now)).days < POR_VENCER else None


@dataclass(frozen=True, slots=True)
class ClientName:
    """`live`: it is still with us, and its RFC leads to it."""

    rfc: str
    nombre: str
    live: bool


class Clients(Protocol):
    """All clients together, in the central database."""

    def all(self) -> tuple[Client, ...]:
        """The live ones, by RFC."""

    def one(self, tenant: TenantId) -> Client:
        """A live one. Raises TenantMissing."""

    def measured(self, tenant: TenantId, usage: Usage) -> None:
        """Keep it in place of the former; nothing for a client that is gone."""

    def named(self, tenants: frozenset[TenantId]) -> dict[TenantId, ClientName]:
        """What those are called, whether they are still with us or not; who never was is left out."""
