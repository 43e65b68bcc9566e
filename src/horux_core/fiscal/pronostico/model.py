"""What will come in and go out, week by week, and what it is drawn from (FISCAL.md 7.3; product decisions)."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from enum import StrEnum
from typing import NamedTuple

from horux_core.fiscal.cfdi.model import Pago, Tipo
from horux_core.fiscal.iva.model import Lado
from horux_core.fiscal.reportes.contrapartes import Contraparte
from horux_core.kernel.importe import CERO
from horux_core.kernel.periodo import Periodo


class Concepto(StrEnum):
    COBRO = "cobro"
    PAGO_A_PROVEEDOR = "pago_a_proveedor"
    NOMINA = "nomina"
    IMPUESTO = "impuesto"
    GASTO_RECURRENTE = "gasto_recurrente"


class Base(StrEnum):
    """Where the days to collect of a counterpart come from."""

    PROPIA = "propia"
    PROMEDIO = "promedio"
    SUPUESTA = "supuesta"


@dataclass(frozen=True, slots=True)
class Liquidado:
    """Shares of vigente payments of a counterpart's vigente invoices, each above zero, `dias` days after their Fecha.

    `importe` is what those `pagos` come to when all of them are in MXN. Else it is one alone, which `complemento` tells
    in its place `docto`. `contraparte` has the name that its key needs.
    """

    contraparte: Contraparte
    dias: int
    pagos: int
    importe: Decimal
    complemento: Pago | None = None
    docto: int = 0


@dataclass(frozen=True, slots=True)
class Historia:
    """Payments of or to a counterpart: how many, Σ amount in MXN, and Σ amount × days from Fecha to FechaPago.

    `contraparte` is its key.
    """

    lado: Lado
    contraparte: str
    pagos: int
    importe: Decimal
    importe_por_dias: Decimal


@dataclass(frozen=True, slots=True)
class Comprobante:
    """A vigente invoice on one side of the taxpayer, in its own currency; `tipo_cambio` None: no rate known."""

    uuid: str
    contraparte: Contraparte
    fecha: date
    moneda: str
    tipo_cambio: Decimal | None
    total: Decimal


@dataclass(frozen=True, slots=True)
class Antecedente:
    """A CFDI that money is expected from, or that tells what a month costs. `importe` in MXN: the saldo of a PPD, the
    Total of a PUE, the net pay of an N, whose `fecha` is its FechaPago."""

    uuid: str
    tipo: Tipo
    metodo_pago: str | None
    contraparte: str
    fecha: date
    importe: Decimal
    vigente: bool = True


@dataclass(frozen=True, slots=True)
class Contribucion:
    """A tax of a period of `meses` that ends in `periodo`: `a_pagar` as it was worked out, None while it was not.

    `pagada` when nothing is due. `articulo` is the law that says so.
    """

    impuesto: str
    periodo: Periodo
    vence: date
    a_pagar: Decimal | None = None
    pagada: bool = False
    meses: int = 1
    articulo: str = ""


@dataclass(frozen=True, slots=True)
class Libros:
    """All that a forecast is drawn from. The rules choose: what is cancelled, an E, a T or too old may be in it.

    `impuestos` holds what is due within the horizon, and each of the last three closed months, once.
    """

    clientes: tuple[Historia, ...] = ()
    proveedores: tuple[Historia, ...] = ()
    emitidos: tuple[Antecedente, ...] = ()
    recibidos: tuple[Antecedente, ...] = ()
    nominas: tuple[Antecedente, ...] = ()
    impuestos: tuple[Contribucion, ...] = ()


@dataclass(frozen=True, slots=True)
class Plazo:
    """Days a counterpart takes, weighted by amount, not rounded; and of how many payments."""

    dias: Decimal
    base: Base
    pagos: int = 0


class Parte(NamedTuple):
    """What one document gives to an expected movement; a tax has no UUID, and the last day of its month."""

    uuid: str
    fecha: date
    importe: Decimal


@dataclass(frozen=True, slots=True)
class Detalle:
    """One expected movement of `importe` MXN, above zero, which `partes` add up to; `entra` says which way.

    `contraparte` is the tax's name when it is a tax. `probabilidad`: what share of its documents' amount is expected.
    `estimado` tells a mean from an amount that is known.
    """

    fecha: date
    entra: bool
    concepto: Concepto
    contraparte: str
    importe: Decimal
    partes: tuple[Parte, ...]
    probabilidad: Decimal = Decimal(1)
    estimado: bool = False
    articulo: str = ""


@dataclass(frozen=True, slots=True)
class Semana:
    """Seven days, both ends included; `saldo` is what is left at their end."""

    desde: date
    hasta: date
    entradas: Decimal
    salidas: Decimal
    saldo: Decimal
    detalles: tuple[Detalle, ...]

    def de(self, concepto: Concepto) -> Decimal:
        return sum((d.importe for d in self.detalles if d.concepto is concepto), CERO)


@dataclass(frozen=True, slots=True)
class Pronostico:
    """`primer_negativo`: the first day that ends below zero. `despues`: what is expected after the last week.

    The days of each counterpart that something is owed by, or to, are by its key.
    """

    hoy: date
    saldo_inicial: Decimal
    semanas: tuple[Semana, ...]
    primer_negativo: date | None = None
    despues: tuple[Detalle, ...] = ()
    plazos_clientes: Mapping[str, Plazo] = field(default_factory=dict)
    plazos_proveedores: Mapping[str, Plazo] = field(default_factory=dict)

    @property
    def mas_baja(self) -> Semana:
        """The week that ends with the least; the first of those that do."""
        return min(self.semanas, key=lambda semana: semana.saldo)


@dataclass(frozen=True, slots=True)
class Parametros:
    """Each is FISCAL.md's (P). `probabilidades`: up to that age in days, that share."""

    semanas: int = 13
    dias_historia: int = 365
    pagos_minimos: int = 3
    dias_supuestos: Decimal = Decimal("30.0")
    dias_si_ya_paso: int = 7
    probabilidades: tuple[tuple[int, Decimal], ...] = (
        (30, Decimal("1.0")),
        (60, Decimal("0.9")),
        (90, Decimal("0.7")),
    )
    probabilidad_vieja: Decimal = Decimal("0.5")
    meses_de_media: int = 3
