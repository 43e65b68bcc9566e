"""Which documents that tell of money moved no row of the bank explains, in the days that its statements cover."""

from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal

from horux_core.fiscal.calendario.vencimientos import primer_dia, ultimo_dia
from horux_core.fiscal.conciliacion import candidatos
from horux_core.fiscal.conciliacion.disponibles import disponibles
from horux_core.fiscal.conciliacion.libro import Carga, uuid_de
from horux_core.fiscal.conciliacion.model import Candidato, Clase, Decisiones
from horux_core.fiscal.ports import Books, OpenBooks
from horux_core.identity.model import Actor, Permission
from horux_core.kernel.importe import CERO
from horux_core.kernel.periodo import Periodo
from horux_core.plans.model import Feature
from horux_core.plans.policy import require_feature
from horux_core.plans.ports import Entitlements


@dataclass(frozen=True, slots=True)
class SinMovimiento:
    """A document, or one payment of a P, and how much of it no row settles, in MXN."""

    candidato: Candidato
    queda: Decimal


@dataclass(frozen=True, slots=True)
class SinBanco:
    """Of a month, the latest first. `cubierto`: a statement has days of it. Without any statement there is no month."""

    periodo: Periodo | None
    cubierto: bool
    documentos: tuple[SinMovimiento, ...]


@dataclass(frozen=True, slots=True)
class ListSinBanco:
    """What was paid by the books and the bank does not show. A PPD is not: its payments are."""

    books: Books
    entitlements: Entitlements

    def __call__(self, actor: Actor, periodo: Periodo | None = None) -> SinBanco:
        """Of the month of the last statement unless told. Raises ActionForbidden or FeatureNotInPlan."""
        actor.require(Permission.READ_BOOKS)
        require_feature(self.entitlements.of(actor.tenant), Feature.CONCILIACION)
        with self.books.open(actor.tenant) as books:
            books.steady()
            cargas = books.conciliacion.cargas()
            if not cargas:
                return SinBanco(periodo, False, ())
            mes = periodo or Periodo.of(max(carga.hasta for carga in cargas))
            suyas = [c for c in cargas if c.desde <= ultimo_dia(mes) and c.hasta >= primer_dia(mes)]
            quedan = sorted(_quedan(books, mes, suyas), key=lambda s: (s.candidato.fecha, s.candidato.id), reverse=True)
            return SinBanco(mes, bool(suyas), tuple(quedan))


def _quedan(books: OpenBooks, mes: Periodo, cargas: Iterable[Carga]) -> Iterable[SinMovimiento]:
    dias = primer_dia(mes), ultimo_dia(mes)
    suyos = {c.uuid for c in books.conciliacion.conciliables(dias, dias)}
    todos = candidatos.de(books, suyos)
    en_juego = suyos | {factura for c in todos for factura, _ in c.paga}
    vigentes = (g.vigente for g in books.conciliacion.con_documentos(en_juego))
    quedan = disponibles(todos, Decisiones(tuple(p for p in vigentes if p is not None)))
    for c in todos:
        cubierto = any(carga.desde <= c.fecha <= carga.hasta for carga in cargas)
        if cubierto and uuid_de(c.id) in suyos and c.clase is not Clase.PPD and quedan[c.id] > CERO:
            yield SinMovimiento(c, quedan[c.id])
