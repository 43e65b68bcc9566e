"""The month's ISR: what moved it, and the provisional payment it adds up to (LISR 14, 96, 106, 113-E, 116, 211)."""

from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from enum import StrEnum

from horux_core.fiscal.cfdi.model import DocumentoRetenciones, Nomina
from horux_core.fiscal.iva.model import Documento
from horux_core.kernel.periodo import Periodo

_CERO = Decimal("0.00")

GENERAL_PM = "601"
SUELDOS = "605"
ARRENDAMIENTO = "606"
ACTIVIDAD_EMPRESARIAL = "612"
RESICO = "626"
CALCULADOS = frozenset({GENERAL_PM, SUELDOS, ARRENDAMIENTO, ACTIVIDAD_EMPRESARIAL, RESICO})
"""c_RegimenFiscal of those whose months are worked out; of the others there is data alone (FISCAL.md 4.6)."""


class DescuentoEnFactura(StrEnum):
    """Whether an invoice's own discount lowers nominal income in 601 (FISCAL.md 4.2, a product decision)."""

    RESTA = "resta"
    NO_RESTA = "no_resta"


class Clase(StrEnum):
    """What a movement adds to. `exento` is exempt pay of a worker (605)."""

    INGRESO = "ingreso"
    EXENTO = "exento"
    DEDUCCION = "deduccion"
    NO_DEDUCIBLE = "no_deducible"
    RETENCION = "retencion"
    RETENIDO_A_TERCEROS = "retenido_a_terceros"


@dataclass(frozen=True, slots=True)
class DocumentoIsr:
    """What the ISR of a stored CFDI is worked out from: what its cash moments follow, and what IVA does not ask.

    `subtotal` and `descuento` are in the currency of `flujo`. `isr_retenido` is that of a CFDI de Retenciones, in MXN.
    """

    flujo: Documento
    subtotal: Decimal
    descuento: Decimal
    regimen_emisor: str | None = None
    regimen_receptor: str | None = None
    nomina: Nomina | None = None
    retenciones: DocumentoRetenciones | None = None
    isr_retenido: Decimal = _CERO

    @property
    def neto(self) -> Decimal:
        """SubTotal − Descuento: its amount without taxes."""
        return self.subtotal - self.descuento


@dataclass(frozen=True, slots=True)
class Movimiento:
    """What one document, or one DoctoRelacionado of a payment, puts into a figure of a month; MXN cents.

    Negative for a credit note. `regla` is a stable code, `articulo` the law behind it.
    """

    uuid: str
    pago: int
    docto: int
    clase: Clase
    regimen: str
    periodo: Periodo
    fecha: date
    importe: Decimal
    regla: str
    articulo: str


@dataclass(frozen=True, slots=True)
class Cuenta:
    """The movements of one month and régimen, added up."""

    ingresos: Decimal = _CERO
    exentos: Decimal = _CERO
    deducciones: Decimal = _CERO
    no_deducible: Decimal = _CERO
    retenciones: Decimal = _CERO
    retenido_a_terceros: Decimal = _CERO


Cuentas = dict[tuple[str, Periodo], Cuenta]
"""By régimen and month."""


@dataclass(frozen=True, slots=True)
class OpcionesIsr:
    """Settings of a taxpayer's ISR in a year; each default is FISCAL.md's.

    `moral`: 626 is two régimenes, told apart by the kind of person. `regimen_ingresos` and `regimen_gastos` take the
    documents that name none of `regimenes`; without them, the first of those that is not 605 does.
    `coeficientes` are pairs (ejercicio, coeficiente) of the annual returns filed; `coeficiente_nuevo_desde` is the
    first month that uses that of the year before: March, or the one in which its return was filed if earlier
    (LISR 14). `inicio` is the month in which activities began. `ptu` was paid in the year, from `ptu_mes` on
    (None: May a moral, June a física; LFT 122). `predial` are pairs (mes, importe); `otras_deducciones` are triples
    (regimen, mes, importe) that no CFDI of the month gives, such as that of investments (LISR 34, 104).
    `claves_retenciones` are the CveRetenc whose ISR a moral takes to its payment: its I does not bring it too.
    """

    moral: bool
    regimenes: tuple[str, ...] = ()
    regimen_ingresos: str | None = None
    regimen_gastos: str | None = None
    descuento_en_factura: DescuentoEnFactura = DescuentoEnFactura.RESTA
    prestaciones_disminuyeron: bool = False
    claves_retenciones: frozenset[str] = frozenset({"16"})
    coeficientes: tuple[tuple[int, Decimal], ...] = ()
    coeficiente_nuevo_desde: int = 3
    inicio: Periodo | None = None
    perdidas: Decimal = _CERO
    ptu: Decimal = _CERO
    ptu_mes: int | None = None
    arrendamiento_opcional: bool = True
    arrendamiento_trimestral: bool = False
    predial: tuple[tuple[int, Decimal], ...] = ()
    otras_deducciones: tuple[tuple[str, int, Decimal], ...] = ()


@dataclass(frozen=True, slots=True)
class MesIsr:
    """A row of `isr_mensual`, MXN with cents.

    `retenciones` are those of the year to date where payments are cumulative, else of the payment's own period.
    `coeficiente` is of 601 alone; `tasa_pct` is None under a tariff. `ptu` and `perdidas` are what was taken from the
    base, which is never below zero.
    """

    periodo: Periodo
    regimen: str
    ingresos_mes: Decimal = _CERO
    ingresos_acum: Decimal = _CERO
    deducciones_mes: Decimal = _CERO
    deducciones_acum: Decimal = _CERO
    coeficiente: Decimal | None = None
    base: Decimal = _CERO
    isr_causado: Decimal = _CERO
    pagos_previos: Decimal = _CERO
    retenciones: Decimal = _CERO
    isr_a_pagar: Decimal = _CERO
    a_pagar_pesos: Decimal = Decimal(0)
    tasa_pct: Decimal | None = None
    ptu: Decimal = _CERO
    perdidas: Decimal = _CERO

    @property
    def retencion_excedente(self) -> Decimal:
        """What was withheld above the tax of a payment that stands alone: 606 takes it to the annual return
        (LISR 152-I), RESICO of a física asks it back (RMF 2026 3.13.34)."""
        return max(self.retenciones - self.isr_causado, _CERO)
