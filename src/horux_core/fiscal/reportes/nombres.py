"""The reports there are, and what is asked of one."""

from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from enum import StrEnum

from horux_core.fiscal.reportes.model import BaseReporte, Rango
from horux_core.kernel.importe import CERO
from horux_core.kernel.periodo import PRIMERO, PeriodoMalformed


class NombreReporte(StrEnum):
    ESTADO_RESULTADOS = "estado-resultados"
    FLUJO_EFECTIVO = "flujo-efectivo"
    COMPARATIVO = "comparativo"
    CONCENTRADO_RFC = "concentrado-rfc"
    ANTIGUEDAD_SALDOS = "antiguedad-saldos"
    DIOT = "diot"
    PAPEL_IVA = "papel-iva"
    PAPEL_ISR = "papel-isr"


DE_UN_MES = frozenset(
    {NombreReporte.ANTIGUEDAD_SALDOS, NombreReporte.DIOT, NombreReporte.PAPEL_IVA, NombreReporte.PAPEL_ISR}
)


@dataclass(frozen=True, slots=True)
class Pedido:
    """A report of a month, or of the whole year without one. Raises PeriodoMalformed.

    `base` is asked of results alone; `contra` is the period to compare with, that of the year before when None;
    `saldo_inicial` is the money there was before a flow; `hoy`, the day past which no balance is aged, if any.
    """

    nombre: NombreReporte
    anio: int
    mes: int | None = None
    base: BaseReporte = BaseReporte.DEVENGADO
    contra: Rango | None = None
    saldo_inicial: Decimal = CERO
    hoy: date | None = None

    def __post_init__(self) -> None:
        if self.mes is None and self.nombre in DE_UN_MES:
            raise PeriodoMalformed("Este reporte es de un mes: agrega mes, de 1 a 12.")
        _ = self.rango

    @property
    def rango(self) -> Rango:
        return Rango.de(self.anio, self.mes)

    @property
    def al(self) -> date | None:
        """The day to which balances are aged, of the report that ages them."""
        if self.nombre is not NombreReporte.ANTIGUEDAD_SALDOS:
            return None
        return min(self.rango.ultimo_dia, self.hoy or date.max)

    @property
    def comparado(self) -> Rango:
        """Raises PeriodoMalformed when nothing is named and there is no year before."""
        if self.contra is None and self.anio == PRIMERO.anio:
            raise PeriodoMalformed(f"No hay año anterior a {self.anio} con que comparar: agrega contraAnio.")
        return self.contra or Rango.de(self.anio - 1, self.mes)
