"""Reports of a taxpayer: what each is drawn from, and figures with the documents that sum to them (FISCAL.md 7.4).

All of it is a product decision but for what cites a law. In MXN, without what is cancelled.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from decimal import Decimal
from enum import StrEnum

from horux_core.fiscal.cfdi.model import Advertencia, Cubetas, Nomina, Tipo
from horux_core.fiscal.iva.model import Figura, Lado, Renglon
from horux_core.kernel.importe import CERO
from horux_core.kernel.periodo import Periodo

SIN_TIPO_CAMBIO = "sin_tipo_cambio"


class BaseReporte(StrEnum):
    """Whether an amount counts when it is invoiced or when its money moves."""

    DEVENGADO = "devengado"
    FLUJO = "flujo"


@dataclass(frozen=True, slots=True)
class Rango:
    """Months from one to the other, both included."""

    desde: Periodo
    hasta: Periodo

    @staticmethod
    def de(anio: int, mes: int | None) -> "Rango":
        """A month, or the whole year when None. Raises PeriodoMalformed."""
        return Rango(Periodo(anio, 1 if mes is None else mes), Periodo(anio, 12 if mes is None else mes))

    @property
    def primer_dia(self) -> date:
        return date(self.desde.anio, self.desde.mes, 1)

    @property
    def ultimo_dia(self) -> date:
        return date(self.hasta.anio + self.hasta.mes // 12, self.hasta.mes % 12 + 1, 1) - timedelta(days=1)

    def __contains__(self, periodo: Periodo) -> bool:
        return self.desde <= periodo <= self.hasta

    def meses(self) -> tuple[Periodo, ...]:
        meses = [self.desde]
        while meses[-1] < self.hasta:
            meses.append(meses[-1].siguiente())
        return tuple(meses)


@dataclass(frozen=True, slots=True)
class Ficha:
    """What a report tells of a stored CFDI. Amounts in `moneda`; `tipo_cambio` None means: no rate known."""

    uuid: str
    tipo: Tipo
    emitido: bool
    recibido: bool
    vigente: bool
    fecha: datetime
    moneda: str
    tipo_cambio: Decimal | None
    subtotal: Decimal
    descuento: Decimal
    total: Decimal
    cubetas: Cubetas
    metodo_pago: str | None
    serie: str | None
    folio: str | None
    rfc_emisor: str
    nombre_emisor: str | None
    regimen_emisor: str | None
    rfc_receptor: str
    nombre_receptor: str | None
    lugar_expedicion: str | None
    nomina: Nomina | None = None

    @property
    def neto(self) -> Decimal:
        """SubTotal − Descuento: its amount without taxes."""
        return self.subtotal - self.descuento

    @property
    def lados(self) -> tuple[Lado, ...]:
        return (Lado.EMITIDO,) * self.emitido + (Lado.RECIBIDO,) * self.recibido


@dataclass(frozen=True, slots=True)
class Fila:
    """A line of a report: `clave` names it, `datos` are texts, `razones` proportions, None where there is none."""

    clave: str
    datos: tuple[tuple[str, str], ...]
    figuras: tuple[Figura, ...]
    razones: tuple[tuple[str, Decimal | None], ...] = ()


@dataclass(frozen=True, slots=True)
class Reporte:
    """Figures of a period on one basis, in MXN; `filas` break them down.

    `contra` is what they are compared with; `al`, the day to which balances are aged.
    """

    nombre: str
    base: BaseReporte
    desde: date
    hasta: date
    figuras: tuple[Figura, ...]
    razones: tuple[tuple[str, Decimal | None], ...] = ()
    filas: tuple[Fila, ...] = ()
    advertencias: tuple[Advertencia, ...] = ()
    contra: Rango | None = None
    al: date | None = None


@dataclass(frozen=True, slots=True)
class Calculo:
    """What a rule says of a set of documents, before it is a report of a period.

    `sin_cambio` are the documents in a foreign currency left out because nobody knows their rate (CFF 20).
    """

    figuras: tuple[Figura, ...]
    razones: tuple[tuple[str, Decimal | None], ...] = ()
    filas: tuple[Fila, ...] = ()
    sin_cambio: tuple[str, ...] = ()


def figura(nombre: str, renglones: Iterable[Renglon]) -> Figura:
    """A figure that is the sum of its lines; those of nothing are left out."""
    propios = tuple(r for r in renglones if r.importe)
    return Figura(nombre, sum((r.importe for r in propios), CERO), propios)


def negados(renglones: Iterable[Renglon]) -> list[Renglon]:
    return [Renglon(r.uuid, r.fecha, -r.importe, r.regla, r.articulo) for r in renglones]


def ajustada(propia: Figura, total: Decimal, dia: date, regla: str, articulo: str) -> Figura:
    """The figure brought to `total`: the difference, which no document has, is a line of its own."""
    resto = total - propia.total
    if not resto:
        return Figura(propia.figura, total, propia.documentos)
    return Figura(propia.figura, total, (*propia.documentos, Renglon("", dia, resto, regla, articulo)))


def en_enteros(nombre: str, figuras: Iterable[Figura]) -> Figura:
    """The sum of figures in whole pesos, in whole pesos."""
    propias = tuple(figuras)
    documentos = tuple(r for f in propias for r in f.documentos)
    return Figura(nombre, sum((f.total for f in propias), Decimal(0)), documentos)


def avisos_de_cambio(uuids: Iterable[str]) -> tuple[Advertencia, ...]:
    """What to do about the documents that were left out for want of a rate."""
    faltan = sorted(set(uuids))
    if not faltan:
        return ()
    algunos = ", ".join(faltan[:5])
    detalle = (
        f"{len(faltan)} CFDI en moneda extranjera no se cuentan porque falta su tipo de cambio: captúralo en cada uno. "
        f"{'Los primeros: ' if len(faltan) > 5 else ''}{algunos}."
    )
    return (Advertencia(SIN_TIPO_CAMBIO, detalle),)
