"""What the accountant decides for a taxpayer and a year: regimes, opening balances, and every option of the rules."""

from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal

from horux_core.fiscal.iva.model import Apertura, OpcionesIva
from horux_core.kernel.periodo import Periodo


@dataclass(frozen=True, slots=True)
class ConfiguracionFiscal:
    """Settings of one year, valid until the next year that has its own.

    `coeficiente_utilidad` has four decimals (LISR 14); `perdidas` and `ptu` are MXN. `apertura`
    starts the chain of IVA.
    """

    anio: int
    regimenes: tuple[str, ...] = ()
    coeficiente_utilidad: Decimal | None = None
    perdidas: Decimal = Decimal("0.00")
    ptu: Decimal = Decimal("0.00")
    sexto_digito: bool = True
    iva: OpcionesIva = field(default_factory=OpcionesIva)
    apertura: Apertura | None = None


@dataclass(frozen=True, slots=True)
class Declaracion:
    """A return that was filed; its month is closed. `saldo_solicitado` was asked back and left the chain (LIVA 6)."""

    impuesto: str
    periodo: Periodo
    presentada_en: date
    monto: Decimal
    saldo_solicitado: Decimal = Decimal("0.00")
