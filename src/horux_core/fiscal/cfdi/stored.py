"""A CFDI in the books: what the XML says, and what only its keeper knows."""

from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal

from horux_core.fiscal.cfdi.advertencias import TC_SOSPECHOSO
from horux_core.fiscal.cfdi.model import Advertencia, Cfdi, DestinoIva, Direccion, Estado, Tipo
from horux_core.kernel.same import SAME, Same


@dataclass(frozen=True, slots=True)
class Original:
    """The file itself: SHA-256 and size of its bytes, and the bytes as the reader packed them."""

    sha256: bytes
    size: int
    packed: bytes = field(repr=False)


@dataclass(frozen=True, slots=True)
class Entry:
    """A document about to be kept, and the name of the file it came in."""

    archivo: str
    cfdi: Cfdi
    direccion: Direccion
    original: Original


@dataclass(frozen=True, slots=True)
class Entered:
    """What became of a batch: positions in it."""

    inserted: tuple[int, ...]
    duplicates: tuple[int, ...]
    conflicts: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class StoredCfdi:
    """`total_mxn` is None when no exchange rate is known.

    `tipo_cambio_capturado` is the rate the accountant gave in place of the document's.
    """

    cfdi: Cfdi
    direccion: Direccion
    estado: Estado
    fecha_cancelacion: datetime | None
    total_mxn: Decimal | None
    destino_iva: DestinoIva | None = None
    acreditable_pct: Decimal | None = None
    tipo_cambio_capturado: Decimal | None = None

    @property
    def tipo_cambio(self) -> Decimal | None:
        """MXN per unit of its currency; None while nobody knows it."""
        return self.cfdi.tipo_cambio if self.tipo_cambio_capturado is None else self.tipo_cambio_capturado

    @property
    def advertencias(self) -> tuple[Advertencia, ...]:
        """What is odd in the document and still stands: a rate that was given mends the one its XML lacks."""
        if self.tipo_cambio_capturado is None:
            return self.cfdi.advertencias
        return tuple(a for a in self.cfdi.advertencias if a.codigo != TC_SOSPECHOSO)


@dataclass(frozen=True, slots=True)
class Correction:
    """What the XML cannot say. A field that is `SAME` is left as it is."""

    estado: Estado | Same = SAME
    fecha_cancelacion: datetime | Same | None = SAME
    destino_iva: DestinoIva | Same | None = SAME
    acreditable_pct: Decimal | Same | None = SAME
    tipo_cambio_capturado: Decimal | Same | None = SAME


@dataclass(frozen=True, slots=True)
class Filter:
    """Which documents are wanted; None does not narrow. `hasta` is a day and includes it.

    `rfc` is that of either side. `nombre` is part of a name, without regard to case or accents. A
    document that is `ambas` answers to both directions. `texto` is part of a name, or how an RFC, a serie with its
    folio, a folio or a UUID begins; hyphens and spaces of the folio are not minded. `por_revisar` wants only the
    vigentes in which something is odd.
    """

    desde: date | None = None
    hasta: date | None = None
    tipo: Tipo | None = None
    rfc: str | None = None
    nombre: str | None = None
    metodo_pago: str | None = None
    estado: Estado | None = None
    direccion: Direccion | None = None
    texto: str | None = None
    por_revisar: bool = False


@dataclass(frozen=True, slots=True)
class Grupo:
    """The documents of one direction, type and state: how many, and their total in MXN.

    `sin_cambio` of them have no known rate and are not in `total`; in `por_revisar` something is odd.
    """

    direccion: Direccion
    tipo: Tipo
    estado: Estado
    cuantos: int
    total: Decimal
    sin_cambio: int
    por_revisar: int
