"""An alert: what the books show that somebody should look at, and what became of it (FISCAL.md 6)."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from uuid import UUID, uuid5

from horux_core.kernel.periodo import Periodo

_ESPACIO = UUID("6f1f3a52-2f0c-4c3e-9a57-0c1c9a4b7d11")


class Severidad(StrEnum):
    BAJA = "baja"
    MEDIA = "media"
    ALTA = "alta"
    CRITICA = "crítica"

    @property
    def peso(self) -> int:
        return list(Severidad).index(self)


class Lado(StrEnum):
    EMITIDO = "emitido"
    RECIBIDO = "recibido"
    AMBOS = "ambos"


class EstadoAlerta(StrEnum):
    ABIERTA = "abierta"
    ATENDIDA = "atendida"
    CERRADA = "cerrada"


def abiertas(cuantas: Mapping[tuple[EstadoAlerta, Severidad], int]) -> dict[Severidad, int]:
    """How many are open of each severity that has one."""
    return {severidad: n for (estado, severidad), n in cuantas.items() if estado is EstadoAlerta.ABIERTA}


@dataclass(frozen=True, slots=True)
class Definicion:
    """A kind of alert. `severidades`, from the mildest, are those it can have; `plazo` is its deadline in words."""

    codigo: str
    titulo: str
    severidades: tuple[Severidad, ...]
    plazo: str
    fundamento: str
    lado: Lado
    que_hacer: str


@dataclass(frozen=True, slots=True)
class Clave:
    """What makes an alert of a taxpayer one and the same. `entidad`: a UUID, an RFC, an obligation, a resource."""

    codigo: str
    entidad: str
    periodo: Periodo | None


@dataclass(frozen=True, slots=True)
class Hallazgo:
    """What the facts show now. `detalle` says it in a sentence that does not change while the facts do not."""

    codigo: str
    entidad: str
    periodo: Periodo | None
    severidad: Severidad
    detalle: str
    uuids: tuple[str, ...] = ()
    limite: date | None = None

    @property
    def clave(self) -> Clave:
        return Clave(self.codigo, self.entidad, self.periodo)


@dataclass(frozen=True, slots=True)
class Alerta:
    """A finding that was told. `atendida_en` outlives its closing: the same finding, back again, was seen already."""

    hallazgo: Hallazgo
    estado: EstadoAlerta
    abierta_en: datetime
    actualizada_en: datetime
    atendida_en: datetime | None = None
    cerrada_en: datetime | None = None

    @property
    def id(self) -> UUID:
        """The same for good: an alert of a taxpayer is known by what it is about."""
        codigo, entidad, periodo = self.clave.codigo, self.clave.entidad, self.clave.periodo
        return uuid5(_ESPACIO, f"{codigo}\n{entidad}\n{periodo or ''}")

    @property
    def clave(self) -> Clave:
        return self.hallazgo.clave
