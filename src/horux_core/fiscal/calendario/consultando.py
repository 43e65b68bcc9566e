"""Reading a taxpayer's calendar: worked out anew each time from its settings, its books and what people said."""

from collections.abc import Container, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from horux_core.fiscal.calendario.errors import CalendarioInvalido
from horux_core.fiscal.calendario.generando import (
    DE_IMPUESTO,
    LibrosDelCalendario,
    Vencidas,
    Vencimiento,
    generados,
    mezclados,
)
from horux_core.fiscal.calendario.obligaciones import Situacion
from horux_core.fiscal.calendario.vencimientos import OpcionesVencimiento
from horux_core.fiscal.configuracion.model import ConfiguracionFiscal, Contribuyente, en_vigor, inicio_de
from horux_core.fiscal.ports import Books, OpenBooks
from horux_core.identity.model import Actor, Permission
from horux_core.kernel.clock import Clock, dia_fiscal
from horux_core.kernel.periodo import PRIMERO, Periodo
from horux_core.plans.model import Feature
from horux_core.plans.policy import require_feature
from horux_core.plans.ports import Entitlements

_PLAZO = 6
"""Months from the end of a period to the last day on which anything of it may be due."""

_ATRASO = timedelta(days=365)
"""How far back what is past due is looked for."""

_COSTUMBRE = 3
_INICIO = date(PRIMERO.anio, PRIMERO.mes, 1)
_MAS_LARGO = 3
"""Years asked for at once."""


@dataclass(frozen=True, slots=True)
class ShowCalendario:
    """The obligations that fall due from one day to another, both included."""

    books: Books
    entitlements: Entitlements
    clock: Clock

    def __call__(self, actor: Actor, desde: date, hasta: date) -> tuple[Vencimiento, ...]:
        """By due date. Raises ActionForbidden, FeatureNotInPlan, CalendarioInvalido or PeriodoMalformed."""
        actor.require(Permission.READ_BOOKS)
        require_feature(self.entitlements.of(actor.tenant), Feature.CALENDARIO)
        if hasta < desde:
            raise CalendarioInvalido("hasta", "El calendario se pide de un día a otro posterior: revisa desde y hasta.")
        if hasta.year - desde.year > _MAS_LARGO:
            raise CalendarioInvalido("hasta", f"Pide a lo más {_MAS_LARGO} años de calendario a la vez.")
        with self.books.open(actor.tenant) as books:
            books.steady()
            return que_vencen(books, desde, hasta, dia_fiscal(self.clock()))


def que_vencen(books: OpenBooks, desde: date, hasta: date, hoy: date) -> tuple[Vencimiento, ...]:
    """By due date, both days included. Raises PeriodoMalformed for years that no period has."""
    todas = de_los_periodos(books, atras(Periodo.of(desde), _PLAZO), Periodo.of(hasta), hoy)
    return tuple(v for v in todas if desde <= v.limite <= hasta)


def por_cumplir(
    books: OpenBooks, hasta: date, hoy: date, de: Container[str] | None = None
) -> tuple[Vencidas | None, tuple[Vencimiento, ...]]:
    """What is past due and still open, of the months that the books know, and what falls due from today on.

    Of months before the books nobody here knows what was filed. `de`: of these obligations alone.
    """
    todas = que_vencen(books, max(hoy - _ATRASO, _INICIO), hasta, hoy)
    abiertas = [v for v in todas if v.abierta and (de is None or v.clave.obligacion in de)]
    primero = books.iva.primer_periodo()
    atrasadas = [v for v in abiertas if v.limite < hoy and primero is not None and v.clave.periodo >= primero]
    vencidas = Vencidas(len(atrasadas), atrasadas[0].limite) if atrasadas else None
    return vencidas, tuple(v for v in abiertas if v.limite >= hoy)


def de_los_periodos(books: OpenBooks, desde: Periodo, hasta: Periodo, hoy: date) -> tuple[Vencimiento, ...]:
    """The obligations of periods that end from one month to the other, both included, by due date."""
    ajustes, quien = books.ajustes.todas(), books.contribuyente
    libros = LibrosDelCalendario(
        {anio: situacion(ajustes, quien, anio) for anio in range(desde.anio, hasta.anio + 1)},
        books.calendario.condiciones(atras(min(desde, Periodo.of(hoy)), _COSTUMBRE), hasta),
    )
    declaraciones = [d for impuesto in DE_IMPUESTO for d in books.ajustes.declaraciones(impuesto)]
    nuevos = generados(libros, quien.rfc, desde, hasta, hoy)
    declaradas = [d for d in declaraciones if desde <= d.periodo <= hasta]
    return mezclados(nuevos, books.calendario.marcadas(desde, hasta), declaradas, hoy)


def situacion(ajustes: Sequence[ConfiguracionFiscal], contribuyente: Contribuyente, anio: int) -> Situacion:
    """What the settings of a year make of the taxpayer."""
    c = en_vigor(ajustes, anio, contribuyente.regimenes)
    calendario = c.calendario
    return Situacion(
        c.regimenes,
        OpcionesVencimiento(c.sexto_digito, calendario.prorroga_desde_habil, calendario.viernes_en_prorroga),
        calendario.solo_exentos,
        calendario.ingresos_anteriores,
        c.isr.arrendamiento_trimestral,
        inicio_de(ajustes, anio),
    )


def atras(periodo: Periodo, meses: int) -> Periodo:
    """So many months before, or the first there is."""
    for _ in range(meses):
        if periodo == PRIMERO:
            break
        periodo = periodo.anterior()
    return periodo
