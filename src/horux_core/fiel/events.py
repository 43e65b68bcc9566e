"""What happened to a client's e.firma. Times are ISO 8601."""

from dataclasses import dataclass
from uuid import UUID

from horux_core.kernel.events import Event
from horux_core.kernel.ids import TenantId


@dataclass(frozen=True, slots=True)
class FielStored(Event):
    """A client's e.firma is kept, the first or in place of another. `by` is who uploaded it, by address."""

    tenant: TenantId
    seal: UUID
    numero_certificado: str
    valido_hasta: str
    by: str
    at: str


@dataclass(frozen=True, slots=True)
class FielDestroyed(Event):
    """A client's e.firma is kept no more."""

    tenant: TenantId
    seal: UUID
    at: str


@dataclass(frozen=True, slots=True)
class FielHealed(Event):
    """A copy was found damaged and is made whole from the other one. `copy`: `carpeta`, `base` or `ambas`."""

    tenant: TenantId
    seal: UUID
    copy: str
    at: str


@dataclass(frozen=True, slots=True)
class FielTrouble(Event):
    """It cannot be opened, told once a day while it is so.

    `health`: `libro-roto`, `ilegible`, `no-revisada`, or `sin-empresa` where nobody knows whose it is.
    """

    tenant: TenantId
    health: str
    at: str


@dataclass(frozen=True, slots=True)
class FielExpiring(Event):
    """It ends in `dias` days or less, one of 90, 60, 30, 7 and 1: told once of each for each certificate."""

    tenant: TenantId
    numero_certificado: str
    valido_hasta: str
    dias: int
