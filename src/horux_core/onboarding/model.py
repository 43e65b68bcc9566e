"""Taking a client in and letting it go, as recorded runs that a crash cannot leave half done."""

from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from enum import StrEnum
from uuid import UUID, uuid5

from horux_core.kernel.ids import RunId, TenantId, UserId
from horux_core.tenancy.model import Tenant


class RunKind(StrEnum):
    ALTA = "alta"
    BAJA = "baja"
    MUDANZA = "mudanza"


class Step(StrEnum):
    """What a run does, each recorded before it is taken."""

    REGISTRO = "registro"
    BASE = "base_de_datos"
    USUARIO = "usuario"
    SUSCRIPCION = "suscripcion"
    LIGA = "liga_de_pago"
    BIENVENIDA = "bienvenida"
    COBRO = "cancelar_cobro"
    FIEL = "destruir_fiel"
    ACCESOS = "revocar_accesos"
    RETIRO = "retirar_base"
    COPIA = "copiar_base"
    CAMBIO = "cambiar_servidor"
    APERTURA = "abrir_base"
    LIMPIEZA = "borrar_base_anterior"
    REGRESO = "deshacer_mudanza"
    """Not one that a run takes on its way: from here on what was done is taken back."""


ALTA = (Step.REGISTRO, Step.BASE, Step.USUARIO, Step.SUSCRIPCION, Step.LIGA, Step.BIENVENIDA)
BAJA = (Step.COBRO, Step.FIEL, Step.ACCESOS, Step.RETIRO)
MUDANZA = (Step.COPIA, Step.CAMBIO, Step.APERTURA, Step.LIMPIEZA)


class RunState(StrEnum):
    ABIERTA = "abierta"
    TERMINADA = "terminada"
    DESHECHA = "deshecha"


@dataclass(frozen=True, slots=True)
class Run:
    """One run over one tenant. An open run whose lock nobody holds is dead.

    `source` and `target` are the servers that a client is moved between.
    """

    id: RunId
    kind: RunKind
    tenant: TenantId
    rfc: str
    state: RunState
    step: Step | None
    failed_step: Step | None
    started_at: datetime
    source: str | None = None
    target: str | None = None

    @property
    def owner(self) -> UserId:
        """The id of the user this run makes, if it makes one: its undo can never meet somebody else's user.

        It reads as the random ids of everybody else: inviters are told it, and not who owns a client.
        """
        return UserId(UUID(bytes=uuid5(self.id, "dueño").bytes, version=4))

    @property
    def stamp(self) -> str:
        """When it began, to the microsecond and in digits: the same each time the run is taken up again."""
        return self.started_at.strftime("%Y%m%d%H%M%S%f")


@dataclass(frozen=True, slots=True)
class Advertencia:
    """Something odd in what was asked for, which was done all the same."""

    codigo: str
    detalle: str


@dataclass(frozen=True, slots=True)
class NewClient:
    """What the operator fills in to take a client in, as it was written.

    `amount` is MXN, tax included, per `frequency`; None when there is no price yet. `payer_email` is the payer's
    address at the provider of payments, which need not be the owner's.
    """

    rfc: str
    nombre: str
    plan: str
    admin_email: str
    admin_nombre: str
    regimenes: tuple[str, ...] = ()
    payer_email: str | None = None
    amount: Decimal | None = None
    frequency: str = "monthly"


@dataclass(frozen=True, slots=True)
class Provisioned:
    """A client that was taken in, and where it pays."""

    tenant: Tenant
    payment_link: str | None
    advertencias: tuple[Advertencia, ...]
