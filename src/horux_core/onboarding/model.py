"""Taking a client in and letting it go, as recorded runs that a crash cannot leave half done."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from horux_core.kernel.ids import RunId, TenantId


class RunKind(StrEnum):
    ALTA = "alta"
    BAJA = "baja"


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


class RunState(StrEnum):
    ABIERTA = "abierta"
    TERMINADA = "terminada"
    DESHECHA = "deshecha"


@dataclass(frozen=True, slots=True)
class Run:
    """One run over one tenant. An open run whose lock nobody holds is dead."""

    id: RunId
    kind: RunKind
    tenant: TenantId
    rfc: str
    state: RunState
    step: Step | None
    failed_step: Step | None
    started_at: datetime
