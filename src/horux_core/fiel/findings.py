"""What going round the vault finds."""

from dataclasses import dataclass
from enum import StrEnum

from horux_core.kernel.ids import TenantId


class Health(StrEnum):
    """What checking a client's vault finds."""

    SANA = "sana"
    CURADA = "curada"
    """A copy was damaged, and is made whole from the other one."""
    ILEGIBLE = "ilegible"
    LIBRO_ROTO = "libro-roto"
    SIN_EMPRESA = "sin-empresa"
    """There is a folder or an anchor of a client that nobody knows, as after an older database was restored."""
    NO_REVISADA = "no-revisada"
    """It could not be looked at now."""


@dataclass(frozen=True, slots=True)
class Finding:
    """How a client's vault stands. `cause`: the name of an error that nobody foresaw, for the log; never its text."""

    tenant: TenantId
    rfc: str
    health: Health
    cause: str = ""

    @property
    def sound(self) -> bool:
        return self.health in (Health.SANA, Health.CURADA)
