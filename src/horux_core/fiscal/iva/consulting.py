"""Reading the IVA of a taxpayer: a year's months, and the documents behind a month's figures."""

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal

from horux_core.fiscal.cfdi.model import Advertencia
from horux_core.fiscal.configuracion.model import Declaracion
from horux_core.fiscal.iva.detalle import ACREDITABLE, detalle
from horux_core.fiscal.iva.model import Figura, MesIva
from horux_core.fiscal.iva.recomputing import IVA, apertura_de, encadenados, opciones_por_anio
from horux_core.fiscal.ports import Books, OpenBooks
from horux_core.fiscal.recomputing import en_proceso
from horux_core.identity.model import Actor, Permission
from horux_core.kernel.importe import CERO
from horux_core.kernel.periodo import PRIMERO, Periodo
from horux_core.plans.model import Feature
from horux_core.plans.policy import require_feature
from horux_core.plans.ports import Entitlements

SALDO_SOLICITADO_EXCEDIDO = "saldo_solicitado_excedido"
SALDO_SOLICITADO_PARCIAL = "saldo_solicitado_parcial"
IMPORTES_PENDIENTES = "importes_pendientes"
_SUMAN = ("iva_trasladado", "iva_retenido", "iva_acreditable", "resultado", "saldo_a_favor_aplicado", "a_pagar")


@dataclass(frozen=True, slots=True)
class AnioIva:
    """The twelve months of a year, and what to know of each."""

    meses: tuple[MesIva, ...]
    advertencias: Mapping[Periodo, tuple[Advertencia, ...]]

    @property
    def total(self) -> Mapping[str, Decimal]:
        """Of the columns of a month that add up over the year; a balance in favour does not."""
        return {columna: sum((getattr(mes, columna) for mes in self.meses), CERO) for columna in _SUMAN}


@dataclass(frozen=True, slots=True)
class ShowIvaYear:
    """The twelve months of a year.

    Before the books begin a month is zero; after the last one worked out each carries the balance in favour.
    """

    books: Books
    entitlements: Entitlements

    def __call__(self, actor: Actor, anio: int) -> AnioIva:
        """Raises ActionForbidden, FeatureNotInPlan or PeriodoMalformed."""
        actor.require(Permission.READ_BOOKS)
        require_feature(self.entitlements.of(actor.tenant), Feature.IVA_ISR)
        desde, hasta = Periodo(anio, 1), Periodo(anio, 12)
        with self.books.open(actor.tenant) as books:
            books.steady()
            meses = meses_mostrados(books, desde, hasta)
            return AnioIva(tuple(meses.values()), _advertencias(books, meses))


@dataclass(frozen=True, slots=True)
class ShowIvaDetail:
    """The documents behind each figure of a month: they add up to it to the cent."""

    books: Books
    entitlements: Entitlements

    def __call__(self, actor: Actor, periodo: Periodo, figura: str | None = None) -> tuple[Figura, ...]:
        """Of each figure, or of the one named. Raises ActionForbidden or FeatureNotInPlan."""
        actor.require(Permission.READ_BOOKS)
        require_feature(self.entitlements.of(actor.tenant), Feature.IVA_ISR)
        antes = periodo.anterior() if periodo != PRIMERO else periodo
        with self.books.open(actor.tenant) as books:
            books.steady()
            meses = meses_mostrados(books, antes, periodo)
            opciones_de = opciones_por_anio(books.ajustes)
            anterior = apertura_de(books.ajustes, periodo) or meses[antes]
            heredan = antes != periodo and figura in (None, ACREDITABLE)
            previos = books.iva.eventos(antes) if heredan else ()
            return tuple(
                detalle(
                    meses[periodo],
                    books.iva.eventos(periodo),
                    previos,
                    anterior,
                    opciones_de(periodo.anio),
                    opciones_de(antes.anio),
                    figura,
                )
            )


def saldo_a_favor(books: OpenBooks, periodo: Periodo) -> Decimal | None:
    """The balance in favour a month ends with; None when it is older than the books, so that nobody here knows it."""
    if _antes_de_los_libros(books, periodo):
        return None
    return meses_mostrados(books, periodo, periodo)[periodo].saldo_a_favor


def _antes_de_los_libros(books: OpenBooks, periodo: Periodo) -> bool:
    """Whether nothing was put down up to that month and a later one has an opening: what came before is elsewhere."""
    aperturas = (c.apertura.periodo for c in books.ajustes.todas() if c.apertura is not None)
    return not books.iva.meses(PRIMERO, periodo) and any(periodo < apertura for apertura in aperturas)


def _advertencias(books: OpenBooks, meses: Mapping[Periodo, MesIva]) -> dict[Periodo, tuple[Advertencia, ...]]:
    """What to know of each month, of those with anything."""
    siempre = en_proceso(books)
    hechas = {periodo: [*siempre] for periodo in meses}
    for periodo, cuantos in books.indicios.sin_importe(min(meses), max(meses)).items():
        hechas[periodo].append(_pendientes(cuantos))
    for d in books.ajustes.declaraciones(IVA):
        if d.periodo in meses and not _antes_de_los_libros(books, d.periodo):
            hechas[d.periodo] += _del_saldo(d, meses[d.periodo])
    return {periodo: tuple(suyas) for periodo, suyas in hechas.items() if suyas}


def _pendientes(cuantos: int) -> Advertencia:
    return Advertencia(
        IMPORTES_PENDIENTES,
        f"CFDI con importes que no se conocen, por falta del tipo de cambio o de la factura que pagan: {cuantos}. No "
        "están en las cifras del mes: búscalos en las alertas TC_SOSPECHOSO y PAGO_SIN_FACTURA y captura lo que falta.",
    )


def _del_saldo(d: Declaracion, mes: MesIva) -> list[Advertencia]:
    """A refund covers the whole balance (LIVA 6)."""
    if d.saldo_solicitado > mes.saldo_a_favor:
        return [_excedido(d, mes)]
    return [_parcial(d, mes)] if CERO < d.saldo_solicitado < mes.saldo_a_favor else []


def _parcial(declaracion: Declaracion, mes: MesIva) -> Advertencia:
    return Advertencia(
        SALDO_SOLICITADO_PARCIAL,
        f"Se pidió en devolución {declaracion.saldo_solicitado} de un saldo de {mes.saldo_a_favor}: la devolución debe "
        "ser del saldo completo (LIVA 6), y lo que se acredite después ya no se puede pedir. Corrige lo que se anotó o "
        "presenta la complementaria.",
    )


def _excedido(declaracion: Declaracion, mes: MesIva) -> Advertencia:
    return Advertencia(
        SALDO_SOLICITADO_EXCEDIDO,
        f"Se pidió en devolución un saldo de {declaracion.saldo_solicitado} y el de {mes.periodo} es ahora de "
        f"{mes.saldo_a_favor}: revisa los CFDI del mes, o corrige lo que se pidió en su declaración.",
    )


def meses_mostrados(books: OpenBooks, desde: Periodo, hasta: Periodo) -> dict[Periodo, MesIva]:
    """Every month from one to the other, also those that nothing was put down for."""
    puestos = books.iva.meses(PRIMERO, hasta)
    if puestos and max(puestos) < hasta:
        puestos |= {mes.periodo: mes for mes in encadenados(books, max(puestos).siguiente(), hasta)}
    meses: dict[Periodo, MesIva] = {}
    periodo = desde
    while True:
        meses[periodo] = puestos.get(periodo) or MesIva(periodo)
        if periodo == hasta:
            return meses
        periodo = periodo.siguiente()
