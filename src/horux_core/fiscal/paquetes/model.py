"""What the SAT's metadata says of each CFDI (FISCAL.md 8), and how it compares with the books (7.2)."""

from collections.abc import Mapping
from dataclasses import asdict, dataclass, replace
from datetime import datetime
from decimal import Decimal
from enum import StrEnum
from typing import Any

from horux_core.fiscal.cfdi.model import Direccion, Estado, Tipo
from horux_core.fiscal.cfdi.outcome import TOLD, Rejected
from horux_core.kernel.rfc import normalizado


@dataclass(frozen=True, slots=True)
class RenglonMetadata:
    """One row of a metadata TXT: its twelve columns. Names, PAC and third party are empty where the file says none.

    `uuid` in lower case; dates without zone; `monto` in the CFDI's currency, 0 of a P, and of a CFDI de Retenciones
    (`efecto` R) the operation's, with `monto_retenido` beside it. The third party is that of `*_tercero.txt`.
    """

    uuid: str
    rfc_emisor: str
    nombre_emisor: str
    rfc_receptor: str
    nombre_receptor: str
    rfc_pac: str
    fecha_emision: datetime
    fecha_certificacion: datetime | None
    monto: Decimal
    efecto: Tipo
    estado: Estado
    fecha_cancelacion: datetime | None
    monto_retenido: Decimal | None = None
    rfc_tercero: str = ""
    nombre_tercero: str = ""

    def direccion(self, rfc: str) -> Direccion | None:
        """Which side of it that taxpayer is on; None when it is neither's."""
        propio = normalizado(rfc)
        emitido, recibido = normalizado(self.rfc_emisor) == propio, normalizado(self.rfc_receptor) == propio
        if emitido and recibido:
            return Direccion.AMBAS
        return Direccion.EMITIDO if emitido else Direccion.RECIBIDO if recibido else None


@dataclass(frozen=True, slots=True)
class Tercero:
    """For whom a CFDI was issued (`Uuid~RfcACuentaTerceros~NombreACuentaTerceros`)."""

    uuid: str
    rfc: str
    nombre: str


@dataclass(frozen=True, slots=True)
class AvisoMetadata:
    """Something odd in a line of a file, which counts from 1. `leido` is false when the row could not be taken."""

    archivo: str
    linea: int
    detalle: str
    leido: bool = True


@dataclass(frozen=True, slots=True)
class Tanda:
    """Some rows of one file, in its order. The last of a file has its `huella`: the SHA-256 of its bytes, in hex."""

    archivo: str
    renglones: tuple[RenglonMetadata, ...] = ()
    terceros: tuple[Tercero, ...] = ()
    avisos: tuple[AvisoMetadata, ...] = ()
    huella: str | None = None


@dataclass(frozen=True, slots=True)
class ArchivoMetadata:
    """A metadata file that was read: from which CFDI to which it goes, all of them on one side of the taxpayer.

    `completo`: every one of its rows could be read, and none was another taxpayer's.
    """

    huella: str
    archivo: str
    direccion: Direccion
    retenciones: bool
    desde: datetime
    hasta: datetime
    renglones: int
    completo: bool


@dataclass(frozen=True, slots=True)
class Cobertura:
    """Every CFDI of that side, and kind, issued between both moments is in the metadata."""

    direccion: Direccion
    retenciones: bool
    desde: datetime
    hasta: datetime


@dataclass(frozen=True, slots=True)
class ResumenCfdi:
    """A document of the books, as far as it is compared."""

    uuid: str
    direccion: Direccion
    tipo: Tipo
    fecha_emision: datetime
    rfc_emisor: str
    rfc_receptor: str
    total: Decimal
    moneda: str
    estado: Estado
    fecha_cancelacion: datetime | None


class Comparacion(StrEnum):
    COINCIDE = "coincide"
    CANCELADO_EN_SAT = "cancelado_en_sat"
    """Cancelled at the SAT and vigente in the books, which follow it."""
    FALTA_XML = "falta_xml"
    CANCELADO_SIN_XML = "cancelado_sin_xml"
    SOLO_XML = "solo_xml"
    """Where the metadata is complete and does not have it: to be verified."""
    MONTO_DISTINTO = "monto_distinto"
    RFC_DISTINTO = "rfc_distinto"
    VIGENTE_EN_SAT = "vigente_en_sat"
    """Cancelled in the books by hand and vigente in the metadata, which may be older: to be verified."""


class Grupo(StrEnum):
    """What does not coincide, by what is to be done about it."""

    FALTAN = "faltan"
    """The SAT has it and the books do not."""
    SOBRAN = "sobran"
    """The books have it and the SAT does not."""
    DISTINTOS = "distintos"
    """Both have it, and say something else."""

    @property
    def resultados(self) -> frozenset[Comparacion]:
        return _DE_GRUPO[self]


_DE_GRUPO = {
    Grupo.FALTAN: frozenset({Comparacion.FALTA_XML, Comparacion.CANCELADO_SIN_XML}),
    Grupo.SOBRAN: frozenset({Comparacion.SOLO_XML}),
    Grupo.DISTINTOS: frozenset(
        {
            Comparacion.MONTO_DISTINTO,
            Comparacion.RFC_DISTINTO,
            Comparacion.CANCELADO_EN_SAT,
            Comparacion.VIGENTE_EN_SAT,
        }
    ),
}


@dataclass(frozen=True, slots=True)
class Comparado:
    """One CFDI by both accounts. At least one of them is there."""

    uuid: str
    resultado: Comparacion
    propio: ResumenCfdi | None
    sat: RenglonMetadata | None

    @property
    def fecha(self) -> datetime:
        found = self.sat or self.propio
        assert found is not None
        return found.fecha_emision


@dataclass(frozen=True, slots=True)
class Cancelacion:
    uuid: str
    fecha: datetime


@dataclass(frozen=True, slots=True)
class ResultadoMetadata:
    """What came of the metadata of a package. The first thousand of each list are named, `…_total` counts all.

    `renglones` are those of the taxpayer's; of them `nuevos` were unknown and `cambiados` said something else before.
    `ajenos` are another's and not taken, `terceros` the third parties that were bound to a row.
    `cancelados` are the UUIDs of the documents that this made cancelled in the books.
    """

    archivos: tuple[str, ...] = ()
    renglones: int = 0
    nuevos: int = 0
    cambiados: int = 0
    ajenos: int = 0
    terceros: int = 0
    cancelados: tuple[str, ...] = ()
    cancelados_total: int = 0
    avisos: tuple[AvisoMetadata, ...] = ()
    avisos_total: int = 0
    rechazados: tuple[Rejected, ...] = ()
    rechazados_total: int = 0

    def __add__(self, other: "ResultadoMetadata") -> "ResultadoMetadata":
        juntos: dict[str, Any] = {n: getattr(self, n) + getattr(other, n) for n in self.__dataclass_fields__}
        nombrados: dict[str, Any] = {n: v[:TOLD] for n, v in juntos.items() if isinstance(v, tuple)}
        return ResultadoMetadata(**{**juntos, **nombrados})

    def plain(self) -> Mapping[str, object]:
        """As plain values, to be kept or shown."""
        return asdict(self)


_NUNCA = datetime(1, 1, 1)


def fundido(uno: RenglonMetadata, otro: RenglonMetadata) -> RenglonMetadata:
    """One row of two of the same UUID, whichever came first: cancelled wins, then the later cancellation."""
    tercero = max((r.rfc_tercero, r.nombre_tercero) for r in (uno, otro))
    return replace(max(uno, otro, key=_peso), rfc_tercero=tercero[0], nombre_tercero=tercero[1])


def _peso(r: RenglonMetadata) -> tuple[object, ...]:
    return (
        r.estado is Estado.CANCELADO,
        (r.fecha_cancelacion or _NUNCA, r.fecha_certificacion or _NUNCA),
        r.fecha_emision,
        r.monto,
        -1 if r.monto_retenido is None else r.monto_retenido,
        (r.efecto, r.rfc_emisor, r.rfc_receptor, r.nombre_emisor, r.nombre_receptor, r.rfc_pac),
    )
