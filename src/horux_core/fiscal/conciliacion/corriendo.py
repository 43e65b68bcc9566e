"""Matching anew what the bank holds with what the books hold now (FISCAL.md 7.1)."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from horux_core.fiscal.conciliacion.candidatos import en_torno
from horux_core.fiscal.conciliacion.emparejando import conciliar
from horux_core.fiscal.conciliacion.libro import Guardado, pide_revision, uuids_de
from horux_core.fiscal.conciliacion.model import Decisiones, Parametros, Propuesta, Resultado
from horux_core.fiscal.conciliacion.sumas import Presupuesto
from horux_core.fiscal.ports import Books, OpenBooks
from horux_core.kernel.ids import TenantId
from horux_core.plans.model import Feature
from horux_core.plans.ports import Entitlements

ULTIMOS = 20_000
"""Rows that are looked at again when documents or rows come in; older ones when a statement near them does."""
ALCANCE = timedelta(days=130)
"""No document ties rows that are further apart."""


@dataclass(frozen=True, slots=True)
class MatchAgain:
    """Look again at the latest rows of a taxpayer: its documents or its bank changed. Done twice it comes to the same.

    The alerts are to be reviewed after it.

    Nothing while documents wait to be worked out: whoever does it has this done after.

    What a person accepted or refused stands. What was matched by itself is worked out anew, unless one of its documents
    was cancelled: then it stays, to be reviewed.
    """

    books: Books
    entitlements: Entitlements

    def __call__(self, tenant: TenantId) -> None:
        if Feature.CONCILIACION not in self.entitlements.of(tenant).features:
            return
        with self.books.open(tenant) as books:
            if books.conciliacion.dia_del_ultimo(1) is not None and not books.iva.pending(1):
                books.conciliacion.lock(followed=True)
                correr(books, books.conciliacion.dia_del_ultimo(ULTIMOS))


def correr(books: OpenBooks, desde: date | None, hasta: date | None = None) -> bool:
    """Match the rows between those days. Those shortly before and after are weighed with them and stay as they are.

    Except for the other half of a transfer, which follows its row. False when sums of documents were left out.
    """
    if desde is None:
        return True
    guardados = books.conciliacion.guardados(desde - ALCANCE, date.max if hasta is None else hasta + ALCANCE)
    if not guardados:
        return True
    dentro = frozenset(g.renglon.id for g in guardados if desde <= g.renglon.fecha <= (hasta or date.max))
    parametros = Parametros()
    firmes = _firmes(books, guardados, dentro)
    primero, ultimo = guardados[0].renglon.fecha, guardados[-1].renglon.fecha
    candidatos = en_torno(books, primero, ultimo, uuids_de(firmes), parametros)
    decisiones = Decisiones(tuple(firmes), books.conciliacion.rechazos())
    presupuesto = Presupuesto()
    resultados = conciliar((g.renglon for g in guardados), candidatos, decisiones, parametros, presupuesto)
    por_renglon = {resultado.renglon: resultado for resultado in resultados}
    books.conciliacion.guardar(
        Guardado(g.renglon, nuevo)
        for g in guardados
        if g.aceptada is None and (nuevo := por_renglon[g.renglon.id]) != g.resultado and _toca(g, nuevo, dentro)
    )
    return not presupuesto.agotado


def al_cargar(books: OpenBooks, desde: date, hasta: date) -> bool:
    """Match the rows of a statement and those after it that its documents may tie to, while somebody waits.

    Those before it are left to MatchAgain, unless some of them lie beyond what that looks at. False when sums of
    documents were left out.
    """
    alcanza = books.conciliacion.dia_del_ultimo(ULTIMOS) or desde
    viejos = books.conciliacion.guardados(desde - ALCANCE, min(alcanza, desde) - timedelta(days=1))
    return correr(books, desde - ALCANCE if viejos else desde, hasta + ALCANCE)


def _toca(guardado: Guardado, nuevo: Resultado, dentro: frozenset[str]) -> bool:
    """Whether it is of a row within, or of one that is, or was, the other half of it."""
    gemelos = {p.contrarenglon for resultado in (guardado.resultado, nuevo) for p in resultado.propuestas}
    return guardado.renglon.id in dentro or not dentro.isdisjoint(gemelos - {None})


def _firmes(books: OpenBooks, guardados: Sequence[Guardado], dentro: frozenset[str]) -> list[Propuesta]:
    """What no run undoes: the accepted, what is out of its reach, and what awaits review."""
    vigentes = [(g, g.vigente) for g in guardados]
    solas = [p for g, p in vigentes if p is not None and g.aceptada is None and g.renglon.id in dentro]
    documentos = {c.uuid: c for c in books.conciliacion.conciliables_de(uuids_de(solas))}

    def firme(guardado: Guardado, propuesta: Propuesta) -> bool:
        puesta = guardado.aceptada is not None or guardado.renglon.id not in dentro
        return puesta or pide_revision(propuesta, documentos)

    return [p for g, p in vigentes if p is not None and firme(g, p)]
