"""Transfers between own accounts: the same amount out of one and into another, a day apart at most (FISCAL.md 7.1)."""

from collections.abc import Iterable
from datetime import timedelta

from horux_core.fiscal.conciliacion.indice import PorMonto
from horux_core.fiscal.conciliacion.model import Parametros, Rechazo, Renglon, Signo
from horux_core.kernel.importe import CERO


def gemelos(
    renglones: Iterable[Renglon], rechazadas: frozenset[Rechazo], parametros: Parametros
) -> dict[str, list[Renglon]]:
    """By row, those of other accounts that may be its other half. It goes both ways."""
    por_signo: dict[Signo, list[Renglon]] = {signo: [] for signo in Signo}
    for renglon in renglones:
        por_signo[renglon.signo].append(renglon)
    indice = PorMonto((renglon.monto, renglon) for renglon in por_signo[Signo.ABONO])
    hallados: dict[str, list[Renglon]] = {}
    margen = timedelta(days=parametros.dias_traspaso)
    for cargo in sorted(por_signo[Signo.CARGO], key=lambda r: (r.fecha, r.id)):
        for abono in indice.entre(cargo.monto, CERO, cargo.fecha - margen, cargo.fecha + margen, cargo.fecha):
            if abono.cuenta != cargo.cuenta and not rechazado(cargo, abono, rechazadas):
                hallados.setdefault(cargo.id, []).append(abono)
                hallados.setdefault(abono.id, []).append(cargo)
    return hallados


def rechazado(uno: Renglon, otro: Renglon, rechazadas: frozenset[Rechazo]) -> bool:
    menor, mayor = sorted((uno.id, otro.id))
    return Rechazo(menor, contrarenglon=mayor) in rechazadas
