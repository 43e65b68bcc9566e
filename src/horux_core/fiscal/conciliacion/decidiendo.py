"""Accepting and refusing what is proposed for a row: each answers the decisions that stand afterwards."""

from collections.abc import Iterable
from dataclasses import replace

from horux_core.fiscal.conciliacion.disponibles import disponibles
from horux_core.fiscal.conciliacion.errors import (
    ConciliacionMissing,
    PropuestaRechazada,
    RenglonYaConciliado,
    SaldoInsuficiente,
)
from horux_core.fiscal.conciliacion.model import Candidato, Decisiones, EstadoRenglon, Propuesta, Rechazo, Regla
from horux_core.kernel.importe import CERO

_AL_ACEPTAR = {Regla.TRASPASO: EstadoRenglon.TRASPASO, Regla.COMISION: EstadoRenglon.COMISION_BANCARIA}


def aceptar(decisiones: Decisiones, propuesta: Propuesta, candidatos: Iterable[Candidato]) -> Decisiones:
    """The row is settled as proposed. `candidatos` holds at least the documents of the proposal and what pays them.

    Raises RenglonYaConciliado for either row of it, PropuestaRechazada, and SaldoInsuficiente when a document has
    less left than the proposal uses, or is not known any more.
    """
    if {propuesta.renglon, propuesta.contrarenglon} & decisiones.renglones:
        raise RenglonYaConciliado
    if rechazo_de(propuesta) in decisiones.rechazadas:
        raise PropuestaRechazada
    saldos = disponibles(candidatos, decisiones)
    for documento in dict.fromkeys(propuesta.documentos):
        pedido = sum((p.importe for p in propuesta.partes if p.documento == documento), CERO)
        if pedido > saldos.get(documento, CERO):
            raise SaldoInsuficiente(documento)
    aceptada = replace(propuesta, estado=_AL_ACEPTAR.get(propuesta.regla, EstadoRenglon.CONCILIADO))
    return replace(decisiones, aceptadas=(*decisiones.aceptadas, aceptada))


def rechazar(decisiones: Decisiones, propuesta: Propuesta) -> Decisiones:
    """It is not proposed for the row again, and undone if it stood."""
    quedan = tuple(p for p in decisiones.aceptadas if rechazo_de(p) != rechazo_de(propuesta))
    return Decisiones(quedan, decisiones.rechazadas | {rechazo_de(propuesta)})


def deshacer(decisiones: Decisiones, renglon: str) -> Decisiones:
    """The row is open again, and what settled it may be proposed anew. Raises ConciliacionMissing."""
    quedan = tuple(p for p in decisiones.aceptadas if renglon not in (p.renglon, p.contrarenglon))
    if len(quedan) == len(decisiones.aceptadas):
        raise ConciliacionMissing
    return replace(decisiones, aceptadas=quedan)


def rechazo_de(propuesta: Propuesta) -> Rechazo:
    """What refusing it would keep; a transfer is known by both its rows, whichever was asked."""
    if propuesta.contrarenglon is not None:
        uno, otro = sorted((propuesta.renglon, propuesta.contrarenglon))
        return Rechazo(uno, contrarenglon=otro)
    return Rechazo(propuesta.renglon, frozenset(propuesta.documentos))
