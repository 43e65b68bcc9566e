"""What the accountant decides of a proposal: to accept it, to refuse it, or to undo what was accepted."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal
from uuid import UUID

from horux_core.audit.ports import AuditTrail
from horux_core.fiscal.conciliacion import candidatos
from horux_core.fiscal.conciliacion.cargando import AdmitStatement
from horux_core.fiscal.conciliacion.consultando import con_documentos
from horux_core.fiscal.conciliacion.decidiendo import aceptar, rechazo_de
from horux_core.fiscal.conciliacion.disponibles import disponibles
from horux_core.fiscal.conciliacion.errors import ConciliacionMissing, PropuestaMissing
from horux_core.fiscal.conciliacion.libro import FilaMostrada, Guardado, identidad, uuid_de, uuids_de
from horux_core.fiscal.conciliacion.model import Decisiones, EstadoRenglon, Propuesta, Resultado
from horux_core.fiscal.deeds import deed
from horux_core.fiscal.ports import Books, OpenBooks
from horux_core.identity.model import Actor
from horux_core.kernel.clock import Clock
from horux_core.kernel.importe import CERO
from horux_core.plans.ports import Entitlements

HECHOS = {
    "aceptar": "conciliacion-aceptar",
    "rechazar": "conciliacion-rechazar",
    "deshacer": "conciliacion-deshacer",
}


@dataclass(frozen=True, slots=True)
class DecideMatch:
    """One decision on a proposal. What else it makes possible is matched right after."""

    books: Books
    entitlements: Entitlements
    audit: AuditTrail
    clock: Clock

    def accept(self, actor: Actor, ident: UUID) -> tuple[FilaMostrada, ...]:
        """Its rows are settled by it, whatever settled them before. Answers them as they stand.

        Raises what AdmitStatement raises, PropuestaMissing, PropuestaRechazada or SaldoInsuficiente.
        """
        return self._decided(actor, ident, "aceptar", _aceptada)

    def refuse(self, actor: Actor, ident: UUID) -> tuple[FilaMostrada, ...]:
        """It is never proposed again, and undone if it stood. Raises what AdmitStatement raises, PropuestaMissing."""
        return self._decided(actor, ident, "rechazar", self._rechazada)

    def undo(self, actor: Actor, ident: UUID) -> tuple[FilaMostrada, ...]:
        """What was accepted is a proposal again. Raises as `refuse`, or ConciliacionMissing."""
        return self._decided(actor, ident, "deshacer", _deshecha)

    def _decided(
        self,
        actor: Actor,
        ident: UUID,
        verbo: str,
        decidir: Callable[[OpenBooks, UUID, Sequence[Guardado]], Iterable[Guardado]],
    ) -> tuple[FilaMostrada, ...]:
        AdmitStatement(self.entitlements)(actor)
        with self.books.open(actor.tenant) as books:
            books.conciliacion.lock()
            suyos = books.conciliacion.de_propuesta(ident)
            if not suyos:
                raise PropuestaMissing
            cambian = tuple(decidir(books, ident, suyos))
            books.conciliacion.guardar(cambian)
            if cambian:
                detalle = _contada(suyos[0], _la(suyos[0], ident))
                ruta = f"/api/conciliacion/{ident}/{verbo}"
                self.audit.record(deed(actor, HECHOS[verbo], "POST", ruta, detalle))
            return con_documentos(books, books.conciliacion.mostradas(g.renglon.id for g in suyos))

    def _rechazada(self, books: OpenBooks, ident: UUID, suyos: Sequence[Guardado]) -> Iterable[Guardado]:
        books.conciliacion.rechazar(rechazo_de(_la(suyos[0], ident)), self.clock())
        return [_sin(guardado, {ident}, EstadoRenglon.RECHAZADO) for guardado in suyos]


def _aceptada(books: OpenBooks, ident: UUID, suyos: Sequence[Guardado]) -> Iterable[Guardado]:
    if all(guardado.aceptada == ident for guardado in suyos):
        return ()
    propuesta = _la(suyos[0], ident)
    posibles = candidatos.de(books, uuids_de([propuesta]))
    en_juego = {uuid_de(c.id) for c in posibles} | {f for c in posibles for f, _ in c.paga} | uuids_de([propuesta])
    liberados = _liberados(books, ident, suyos)
    tocados = {guardado.renglon.id for guardado in (*suyos, *liberados)}
    otros = [g for g in books.conciliacion.con_documentos(en_juego) if g.renglon.id not in tocados]
    antes = tuple(g.vigente for g in otros if g.aceptada is not None and g.vigente is not None)
    despues = aceptar(Decisiones(antes, books.conciliacion.rechazos()), propuesta, posibles)
    quedan = disponibles(posibles, despues)
    estado = despues.aceptadas[-1].estado
    return (
        *(_asentado(guardado, ident, estado) for guardado in suyos),
        *liberados,
        *(_sin(g, _sin_saldo(g, quedan), EstadoRenglon.SIN_DOCUMENTO) for g in otros if _sin_saldo(g, quedan)),
    )


def _deshecha(_books: OpenBooks, ident: UUID, suyos: Sequence[Guardado]) -> Iterable[Guardado]:
    if any(guardado.aceptada != ident for guardado in suyos):
        raise ConciliacionMissing
    return [_abierto(guardado) for guardado in suyos]


def _liberados(books: OpenBooks, ident: UUID, suyos: Sequence[Guardado]) -> list[Guardado]:
    """The other halves of the transfers that settled these rows until now."""
    vigentes = [g.vigente for g in suyos if g.vigente is not None and identidad(g.vigente) != ident]
    otros = {p.contrarenglon for p in vigentes if p.contrarenglon is not None} - {g.renglon.id for g in suyos}
    return [_abierto(g) for g in books.conciliacion.de_renglones(otros)]


def _sin_saldo(guardado: Guardado, quedan: Mapping[str, Decimal]) -> set[UUID]:
    """Which of its proposals ask more of a document than is left of it; none of what a person accepted."""
    if guardado.aceptada is not None:
        return set()
    return {
        identidad(propuesta)
        for propuesta in guardado.resultado.propuestas
        if any(p.documento in quedan and p.importe > quedan[p.documento] for p in propuesta.partes)
    }


def _la(guardado: Guardado, ident: UUID) -> Propuesta:
    return next(p for p in guardado.resultado.propuestas if identidad(p) == ident)


def _asentado(guardado: Guardado, ident: UUID, estado: EstadoRenglon) -> Guardado:
    """Settled by that proposal; the others stay behind it."""
    propia = replace(_la(guardado, ident), estado=estado)
    otras = tuple(
        replace(p, estado=EstadoRenglon.SUGERIDO) for p in guardado.resultado.propuestas if identidad(p) != ident
    )
    return Guardado(guardado.renglon, Resultado(guardado.renglon.id, estado, (propia, *otras)), ident)


def _abierto(guardado: Guardado, vacio: EstadoRenglon = EstadoRenglon.SIN_DOCUMENTO) -> Guardado:
    propuestas = tuple(replace(p, estado=EstadoRenglon.SUGERIDO) for p in guardado.resultado.propuestas)
    estado = EstadoRenglon.SUGERIDO if propuestas else vacio
    return Guardado(guardado.renglon, Resultado(guardado.renglon.id, estado, propuestas))


def _sin(guardado: Guardado, idents: set[UUID], vacio: EstadoRenglon) -> Guardado:
    """Without those proposals: open again if one of them settled it, `vacio` if none is left."""
    quedan = tuple(p for p in guardado.resultado.propuestas if identidad(p) not in idents)
    resultado = replace(guardado.resultado, propuestas=quedan)
    vigente = guardado.vigente
    if vigente is not None and identidad(vigente) not in idents:
        return replace(guardado, resultado=resultado)
    return _abierto(replace(guardado, resultado=resultado), vacio)


def _contada(guardado: Guardado, propuesta: Propuesta) -> dict[str, object]:
    renglon = guardado.renglon
    return {
        "movimiento": f"{renglon.fecha} {renglon.signo}{renglon.monto}",
        "regla": propuesta.regla.value,
        "documentos": ", ".join(propuesta.documentos),
        "importe": str(sum((parte.importe for parte in propuesta.partes), CERO)),
    }
