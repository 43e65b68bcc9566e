"""What is kept of the bank: accounts, statements, and how each of their rows stands."""

import re
from collections.abc import Collection
from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal
from hashlib import sha256
from uuid import UUID

from horux_core.fiscal.cfdi.model import Tipo
from horux_core.fiscal.conciliacion.decidiendo import rechazo_de
from horux_core.fiscal.conciliacion.model import EstadoRenglon, Propuesta, Rechazo, Renglon, Resultado
from horux_core.fiscal.conciliacion.texto import llano

SUGERIBLES = frozenset({EstadoRenglon.SUGERIDO, EstadoRenglon.RECHAZADO, EstadoRenglon.SIN_DOCUMENTO})
"""How a row stands that nothing has settled."""
_SEPARADORES = re.compile(r"[\s.\-_/]+")


@dataclass(frozen=True, slots=True)
class CuentaBancaria:
    """A bank account of the taxpayer. `clave` is what it is known by, `nombre` how it is shown."""

    id: UUID
    clave: str
    nombre: str
    moneda: str


@dataclass(frozen=True, slots=True)
class Carga:
    """A statement that was taken in: from which day to which its rows go."""

    id: UUID
    cuenta: UUID
    archivo: str
    desde: date
    hasta: date
    cargada_en: datetime


@dataclass(frozen=True, slots=True)
class FilaBancaria:
    """A row as its statement has it: `importe` in the account's currency, above zero when the money came in."""

    renglon: Renglon
    importe: Decimal
    saldo: Decimal | None
    linea: int


@dataclass(frozen=True, slots=True)
class Guardado:
    """How a row stands, its proposals best first, and which of them somebody accepted.

    Of a row that was settled by hand the others stay, to be accepted in its place.
    """

    renglon: Renglon
    resultado: Resultado
    aceptada: UUID | None = None

    @property
    def vigente(self) -> Propuesta | None:
        """What settles it."""
        return None if self.resultado.estado in SUGERIBLES else self.resultado.propuestas[0]


@dataclass(frozen=True, slots=True)
class Conciliable:
    """A document of the books as the bank sees it. `fecha` is that of payment for an N; `tipo_cambio` None: unknown."""

    uuid: str
    tipo: Tipo
    emitido: bool
    recibido: bool
    vigente: bool
    fecha: date
    moneda: str
    tipo_cambio: Decimal | None
    total: Decimal
    metodo_pago: str | None
    rfc: str
    nombre: str
    folio: str


@dataclass(frozen=True, slots=True)
class Cobro:
    """Money of a row that stands matched with a document, in MXN. `pago` is its place in a P, None otherwise."""

    uuid: str
    pago: int | None
    fecha: date
    importe: Decimal
    renglon: str


@dataclass(frozen=True, slots=True)
class Filtro:
    """Which rows are asked for; None does not narrow. `por_revisar`: matched with a document that was cancelled."""

    desde: date | None = None
    hasta: date | None = None
    cuenta: UUID | None = None
    estado: EstadoRenglon | None = None
    por_revisar: bool | None = None


@dataclass(frozen=True, slots=True)
class FilaMostrada:
    """A row as it is listed."""

    fila: FilaBancaria
    guardado: Guardado
    cuenta: CuentaBancaria
    documentos: dict[str, Conciliable] = field(default_factory=dict)

    @property
    def por_revisar(self) -> bool:
        vigente = self.guardado.vigente
        return vigente is not None and pide_revision(vigente, self.documentos)


def pide_revision(propuesta: Propuesta, documentos: dict[str, Conciliable]) -> bool:
    """Whether one of its documents was cancelled."""
    suyos = (documentos.get(uuid_de(d)) for d in propuesta.documentos)
    return any(documento is not None and not documento.vigente for documento in suyos)


def identidad(propuesta: Propuesta | Rechazo) -> UUID:
    """The same whenever that explanation is proposed for that row; a transfer's is that of both its rows."""
    rechazo = propuesta if isinstance(propuesta, Rechazo) else rechazo_de(propuesta)
    partes = (rechazo.renglon, rechazo.contrarenglon or "", *sorted(rechazo.documentos))
    return UUID(sha256("\x1f".join(partes).encode()).hexdigest()[:32])


def clave_de(cuenta: str) -> str:
    """What an account is known by: its number or name without signs, spaces or accents."""
    return _SEPARADORES.sub("", llano(cuenta))


def documento(uuid: str, pago: int | None = None) -> str:
    """The name of a document, or of one payment of a P, among candidates."""
    return uuid if pago is None else f"{uuid}#{pago}"


def uuid_de(documento: str) -> str:
    return documento.partition("#")[0]


def pago_de(documento: str) -> int | None:
    numero = documento.partition("#")[2]
    return int(numero) if numero else None


def uuids_de(propuestas: Collection[Propuesta]) -> set[str]:
    return {uuid_de(d) for propuesta in propuestas for d in propuesta.documentos}
