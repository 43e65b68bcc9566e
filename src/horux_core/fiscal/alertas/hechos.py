"""What the alerts are decided from: plain facts of a taxpayer's books. None is a fact that nobody knows."""

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal

from horux_core.fiscal.alertas.efos import Lista69B
from horux_core.fiscal.calendario.generando import Vencimiento
from horux_core.fiscal.cfdi.model import MXN, Cubetas, Nomina, Relacion, Tipo
from horux_core.fiscal.iva.model import Aviso, Evento
from horux_core.fiscal.paquetes.model import Cobertura
from horux_core.kernel.periodo import Periodo
from horux_core.kernel.rfc import Rfc


@dataclass(frozen=True, slots=True)
class Comprobante:
    """A document of the books. `total` in `moneda`; `efectos`, the months whose figures it is or was part of."""

    uuid: str
    tipo: Tipo
    emitido: bool
    recibido: bool
    vigente: bool
    fecha: datetime
    rfc_emisor: str
    rfc_receptor: str
    total: Decimal
    moneda: str = MXN
    version: str = "4.0"
    serie: str | None = None
    folio: str | None = None
    metodo_pago: str | None = None
    forma_pago: str | None = None
    uso_cfdi: str | None = None
    regimen_receptor: str | None = None
    cp_receptor: str | None = None
    fecha_timbrado: datetime | None = None
    fecha_cancelacion: date | None = None
    acreditable_pct: Decimal | None = None
    cubetas: Cubetas = field(default_factory=Cubetas)
    relaciones: tuple[Relacion, ...] = ()
    nomina: Nomina | None = None
    efectos: tuple[Periodo, ...] = ()

    @property
    def periodo(self) -> Periodo:
        return Periodo.of(self.fecha.date())


@dataclass(frozen=True, slots=True)
class Abono:
    """Money put against an invoice, in MXN: a bank movement matched with it, or its share in a vigente P."""

    uuid: str
    fecha: date
    importe: Decimal


@dataclass(frozen=True, slots=True)
class Banco:
    """What was matched with the bank, and the months whose statement is loaded."""

    conciliados: tuple[Abono, ...]
    meses: frozenset[Periodo]


@dataclass(frozen=True, slots=True)
class CfdiDelSat:
    uuid: str
    vigente: bool
    monto: Decimal
    fecha: date


@dataclass(frozen=True, slots=True)
class Metadata:
    """What the SAT lists, and the times that its list covers whole."""

    renglones: tuple[CfdiDelSat, ...]
    coberturas: tuple[Cobertura, ...]


@dataclass(frozen=True, slots=True)
class Cierre:
    """A return that was filed: what the books came to when that was noted, and now; below zero, a balance in favour."""

    impuesto: str
    periodo: Periodo
    presentada_en: date
    entonces: Decimal
    ahora: Decimal


@dataclass(frozen=True, slots=True)
class UsoDelPlan:
    """How much of what the plan allows is used; a limit of -1 is none."""

    recurso: str
    nombre: str
    usado: int
    limite: int


@dataclass(frozen=True, slots=True)
class Hechos:
    """`regimenes` answers those of a year, `limite_mensual` the due date of a month's returns.

    `avisos` are what working out the IVA brought to light and what reading a document did; `eventos`, the refused ones
    at least; `declaradas`, the day the last return of a month was filed; `cierres`, each return against the books;
    `abonos`, what vigente P settle; `saldos`, what is owed of each PPD, in its currency; `saldos_iva`, the balance each
    closed month ends with; `ingresos`, what a RESICO collected in a year; `fieles`, the day on which the e.firma that
    is kept ends, none when none is kept.
    """

    hoy: date
    rfc: Rfc
    limite_mensual: Callable[[Periodo], date]
    comprobantes: Sequence[Comprobante] = ()
    regimenes: Callable[[int], Collection[str]] | None = None
    codigo_postal: str | None = None
    avisos: Sequence[Aviso] | None = None
    eventos: Sequence[Evento] | None = None
    declaradas: Mapping[Periodo, date] | None = None
    cierres: Sequence[Cierre] | None = None
    abonos: Sequence[Abono] | None = None
    banco: Banco | None = None
    saldos: Mapping[str, Decimal] | None = None
    saldos_iva: Mapping[Periodo, Decimal] | None = None
    ingresos: Mapping[int, Decimal] | None = None
    lista_69b: Lista69B | None = None
    fieles: Sequence[date] | None = None
    vencimientos: Sequence[Vencimiento] | None = None
    plan: Sequence[UsoDelPlan] | None = None
    metadata: Metadata | None = None
