"""A filed return beside what its month comes to now: whether a later change made them differ."""

from dataclasses import dataclass
from decimal import Decimal

from horux_core.fiscal.configuracion.model import Declaracion
from horux_core.fiscal.isr.consulting import mostrado
from horux_core.fiscal.isr.recomputing import opciones_por_anio
from horux_core.fiscal.iva.consulting import meses_mostrados
from horux_core.fiscal.iva.recomputing import IVA
from horux_core.fiscal.ports import Books, OpenBooks
from horux_core.identity.model import Actor, Permission
from horux_core.kernel.importe import pesos
from horux_core.kernel.periodo import Periodo
from horux_core.plans.model import Feature
from horux_core.plans.policy import require_feature
from horux_core.plans.ports import Entitlements


@dataclass(frozen=True, slots=True)
class Contraste:
    """`calculado` is what the month comes to now, in whole pesos (CFF 20); of ISR, that of all régimenes."""

    declaracion: Declaracion
    calculado: Decimal

    @property
    def coincide(self) -> bool:
        return not self.diferencia

    @property
    def diferencia(self) -> Decimal:
        """What is missing in the return; below zero, what it has too much."""
        return self.calculado - pesos(self.declaracion.monto)


@dataclass(frozen=True, slots=True)
class ContrastReturn:
    """What was filed of a tax for a month against the books; None when nothing was noted."""

    books: Books
    entitlements: Entitlements

    def __call__(self, actor: Actor, impuesto: str, periodo: Periodo) -> Contraste | None:
        """Raises ActionForbidden or FeatureNotInPlan."""
        actor.require(Permission.READ_BOOKS)
        require_feature(self.entitlements.of(actor.tenant), Feature.IVA_ISR)
        with self.books.open(actor.tenant) as books:
            books.steady()
            filed = next((d for d in books.ajustes.declaraciones(impuesto) if d.periodo == periodo), None)
            return None if filed is None else Contraste(filed, _calculado(books, impuesto, periodo))


def _calculado(books: OpenBooks, impuesto: str, periodo: Periodo) -> Decimal:
    if impuesto == IVA:
        return meses_mostrados(books, periodo, periodo)[periodo].a_pagar_pesos
    meses = mostrado(books, periodo.anio, opciones_por_anio(books)(periodo.anio)).meses
    return sum((mes.a_pagar_pesos for mes in meses if mes.periodo == periodo), Decimal(0))
