"""Reading the IVA of a taxpayer: a year's months, and the documents behind a month's figures."""

from dataclasses import dataclass

from horux_core.fiscal.iva.detalle import detalle
from horux_core.fiscal.iva.model import Figura, MesIva
from horux_core.fiscal.iva.recomputing import PRIMERO, apertura_de, encadenados, opciones_por_anio
from horux_core.fiscal.ports import Books, OpenBooks
from horux_core.identity.model import Actor, Permission
from horux_core.kernel.periodo import Periodo
from horux_core.plans.model import Feature
from horux_core.plans.policy import require_feature
from horux_core.plans.ports import Entitlements


@dataclass(frozen=True, slots=True)
class ShowIvaYear:
    """The twelve months of a year.

    Before the books begin a month is zero; after the last one worked out each carries the balance in favour.
    """

    books: Books
    entitlements: Entitlements

    def __call__(self, actor: Actor, anio: int) -> tuple[MesIva, ...]:
        """Raises ActionForbidden, FeatureNotInPlan or PeriodoMalformed."""
        actor.require(Permission.READ_BOOKS)
        require_feature(self.entitlements.of(actor.tenant), Feature.IVA_ISR)
        desde, hasta = Periodo(anio, 1), Periodo(anio, 12)
        with self.books.open(actor.tenant) as books:
            books.steady()
            return tuple(meses_mostrados(books, desde, hasta).values())


@dataclass(frozen=True, slots=True)
class ShowIvaDetail:
    """The documents behind each figure of a month: they add up to it to the cent."""

    books: Books
    entitlements: Entitlements

    def __call__(self, actor: Actor, periodo: Periodo) -> tuple[Figura, ...]:
        """Raises ActionForbidden or FeatureNotInPlan."""
        actor.require(Permission.READ_BOOKS)
        require_feature(self.entitlements.of(actor.tenant), Feature.IVA_ISR)
        antes = periodo.anterior() if periodo != PRIMERO else periodo
        with self.books.open(actor.tenant) as books:
            books.steady()
            meses = meses_mostrados(books, antes, periodo)
            opciones_de = opciones_por_anio(books.ajustes)
            anterior = apertura_de(books.ajustes, periodo) or meses[antes]
            previos = books.iva.eventos(antes) if antes != periodo else ()
            return tuple(
                detalle(
                    meses[periodo],
                    books.iva.eventos(periodo),
                    previos,
                    anterior,
                    opciones_de(periodo.anio),
                    opciones_de(antes.anio),
                )
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
