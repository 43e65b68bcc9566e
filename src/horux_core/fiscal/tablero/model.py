"""The month of a taxpayer at a glance: figures of other capabilities, and what is kept to tell them at once."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from enum import StrEnum

from horux_core.fiscal.alertas.model import Alerta, Severidad
from horux_core.fiscal.calendario.generando import Vencidas, Vencimiento
from horux_core.fiscal.iva.model import Lado
from horux_core.fiscal.reportes.apuntes import Concepto
from horux_core.kernel.importe import CERO
from horux_core.kernel.periodo import Periodo


@dataclass(frozen=True, slots=True)
class Importe:
    """What a document puts into the result of the month of its Fecha, in MXN; None while nobody knows its rate."""

    uuid: str
    concepto: Concepto
    periodo: Periodo
    importe: Decimal | None


@dataclass(frozen=True, slots=True)
class SaldoInsoluto:
    """What is owed of an invoice, in MXN, at the end of each month from `desde` to the one before `hasta`, if any."""

    uuid: str
    lado: Lado
    desde: Periodo
    hasta: Periodo | None
    fecha: date
    saldo: Decimal


@dataclass(frozen=True, slots=True)
class Resultado:
    """A month as invoiced, by concept; `sin_cambio` counts the documents left out for want of a rate (CFF 20)."""

    importes: Mapping[Concepto, Decimal]
    sin_cambio: int = 0


@dataclass(frozen=True, slots=True)
class SaldoDelDia:
    """What is owed of the invoices of one day and side."""

    lado: Lado
    fecha: date
    saldo: Decimal
    documentos: int


@dataclass(frozen=True, slots=True)
class Conteo:
    """Documents issued in some days, cancelled ones too. One that is both issued and received counts in both."""

    total: int = 0
    emitidos: int = 0
    recibidos: int = 0
    cancelados: int = 0


class FiguraTablero(StrEnum):
    """What has a detail here; the taxes have theirs with IVA and ISR."""

    INGRESOS = "ingresos"
    GASTOS = "gastos"
    UTILIDAD = "utilidad"
    POR_COBRAR = "porCobrar"
    POR_PAGAR = "porPagar"


@dataclass(frozen=True, slots=True)
class Cartera:
    """Open balances of one side at the end of a month, by the days from each invoice to `al`."""

    tramos: Mapping[str, Decimal]
    documentos: int
    al: date

    @property
    def saldo(self) -> Decimal:
        return sum(self.tramos.values(), CERO)


@dataclass(frozen=True, slots=True)
class Impuesto:
    """What is to be paid of a tax, in whole pesos; `vencimiento` is None without an obligation, or without calendar."""

    a_pagar: Decimal
    vencimiento: Vencimiento | None = None


@dataclass(frozen=True, slots=True)
class MesDeTendencia:
    periodo: Periodo
    ingresos: Decimal
    gastos: Decimal
    iva_a_pagar: Decimal
    isr_a_pagar: Decimal
    iva_trasladado: Decimal
    iva_acreditable: Decimal

    @property
    def utilidad(self) -> Decimal:
        return self.ingresos - self.gastos


@dataclass(frozen=True, slots=True)
class AlertasAbiertas:
    """How many of each severity, and the gravest few."""

    por_severidad: Mapping[Severidad, int]
    graves: tuple[Alerta, ...]

    @property
    def total(self) -> int:
        return sum(self.por_severidad.values())


@dataclass(frozen=True, slots=True)
class Proximas:
    """The first obligations still to be fulfilled that fall due from one day to another, and those of before."""

    desde: date
    hasta: date
    obligaciones: tuple[Vencimiento, ...]
    vencidas: Vencidas | None = None


@dataclass(frozen=True, slots=True)
class Tablero:
    """`tendencia` ends with the month itself. What the plan lacks is None. `en_proceso`: documents wait their turn."""

    periodo: Periodo
    en_proceso: bool
    iva: Impuesto
    saldo_a_favor: Decimal
    isr: Mapping[str, Impuesto]
    por_cobrar: Cartera
    por_pagar: Cartera
    tendencia: tuple[MesDeTendencia, ...]
    sin_cambio: int
    cfdis: Conteo
    guardados: int
    alertas: AlertasAbiertas | None
    proximas: Proximas | None

    @property
    def isr_a_pagar(self) -> Decimal:
        """Of all its régimenes."""
        return self.tendencia[-1].isr_a_pagar

    def cambio(self, cifra: FiguraTablero) -> Decimal | None:
        """How much more or less it is than the month before, as a part of that; None when there was nothing then."""
        antes, ahora = (getattr(mes, cifra.value) for mes in self.tendencia[-2:])
        return (ahora - antes) / abs(antes) if antes else None
