"""Which months a year's settings govern: those that saving them works out again."""

from dataclasses import dataclass

from horux_core.fiscal.configuracion.adjusting import AL_MOMENTO
from horux_core.fiscal.configuracion.declaring import IMPUESTOS
from horux_core.fiscal.ports import Books, OpenBooks
from horux_core.identity.model import Actor, Permission
from horux_core.kernel.periodo import Periodo

_ULTIMO = 2200


@dataclass(frozen=True, slots=True)
class Alcance:
    """The months with something in them that the settings of a year govern, and which of those were filed.

    `propia`: the year has settings of its own, and not those of an earlier one. `al_momento`: they are worked out
    while the accountant waits, and not by a job.
    """

    meses: tuple[Periodo, ...]
    presentados: tuple[Periodo, ...]
    propia: bool
    al_momento: bool


@dataclass(frozen=True, slots=True)
class ShowReach:
    books: Books

    def __call__(self, actor: Actor, anio: int) -> Alcance:
        """Raises ActionForbidden or PeriodoMalformed."""
        actor.require(Permission.CONFIGURE)
        desde = Periodo(anio, 1)
        with self.books.open(actor.tenant) as books:
            propias = [c.anio for c in books.ajustes.todas()]
            siguiente = min((otro for otro in propias if otro > anio), default=_ULTIMO + 1)
            meses = _con_algo(books, desde, Periodo(siguiente - 1, 12))
            declarados = {d.periodo for impuesto in IMPUESTOS for d in books.ajustes.declaraciones(impuesto)}
            al_momento = books.cfdis.count() <= AL_MOMENTO
        return Alcance(meses, tuple(m for m in meses if m in declarados), anio in propias, al_momento)


def _con_algo(books: OpenBooks, desde: Periodo, hasta: Periodo) -> tuple[Periodo, ...]:
    de_iva = set(books.iva.meses(desde, hasta))
    anios = [anio for anio in books.isr.anios() if desde.anio <= anio <= hasta.anio]
    de_isr = {periodo for anio in anios for _, periodo in books.isr.cuentas(anio)}
    return tuple(sorted(de_iva | de_isr))
