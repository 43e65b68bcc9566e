"""What may explain the rows that nothing explains by itself: never settled, always for the accountant to decide."""

from collections.abc import Iterator

from horux_core.fiscal.conciliacion.corrida import Corrida
from horux_core.fiscal.conciliacion.model import (
    Candidato,
    Clase,
    EstadoRenglon,
    Parte,
    Propuesta,
    Regla,
    Renglon,
)
from horux_core.fiscal.conciliacion.puntaje import en_ventana
from horux_core.fiscal.conciliacion.sumas import Combinacion, Presupuesto, sumas
from horux_core.kernel.importe import CERO


def sugerencias(corrida: Corrida, presupuesto: Presupuesto) -> dict[str, tuple[Propuesta, ...]]:
    """By row, its proposals, best first: single documents and transfers, else sums, else parts of one document."""
    halladas: dict[str, tuple[Propuesta, ...]] = {}
    for renglon in corrida.libres():
        simples = [*_simples(corrida, renglon), *_transferencias(corrida, renglon)]
        if simples and corrida.parece_comision(renglon):
            simples.append(Propuesta(renglon.id, EstadoRenglon.SUGERIDO, Regla.COMISION))
        halladas[renglon.id] = tuple(simples[: corrida.parametros.max_sugerencias])
    abiertos = [(r, corrida.textos[r.id]) for r in corrida.libres() if not halladas[r.id]]
    encontradas = sumas(
        abiertos, corrida.contrapartes, corrida.saldos, corrida.parametros, corrida.permite, presupuesto
    )
    for id_, combinaciones in encontradas.items():
        halladas[id_] = tuple(_suma(corrida, id_, combinacion) for combinacion in combinaciones)
    pendientes = [renglon for renglon, _ in abiertos if not halladas[renglon.id]]
    for renglon, partes in _parcialidades(corrida, pendientes):
        halladas[renglon.id] = partes
    return halladas


def _simples(corrida: Corrida, renglon: Renglon) -> Iterator[Propuesta]:
    mejor = corrida.mejor_clase.get(renglon.id)
    puntuados = corrida.puntuados(renglon)
    exactos = [c for _, c in puntuados if c.clase is mejor and corrida.es_exacto(renglon, c)]
    for _, candidato in puntuados:
        unico = len(exactos) == 1 and candidato is exactos[0]
        yield corrida.liquida(renglon, candidato, EstadoRenglon.SUGERIDO, Regla.EXACTA if unico else Regla.PUNTAJE)


def _transferencias(corrida: Corrida, renglon: Renglon) -> Iterator[Propuesta]:
    for otro in corrida.gemelos_libres(renglon):
        yield Propuesta(renglon.id, EstadoRenglon.SUGERIDO, Regla.TRASPASO, contrarenglon=otro.id)


def _suma(corrida: Corrida, id_: str, combinacion: Combinacion) -> Propuesta:
    partes = tuple(Parte(c.id, corrida.saldos[c.id]) for c in combinacion)
    diferencia = corrida.renglon(id_).monto - sum((parte.importe for parte in partes), CERO)
    return Propuesta(id_, EstadoRenglon.SUGERIDO, Regla.SUMA, partes, diferencia=diferencia)


def _parcialidades(corrida: Corrida, pendientes: list[Renglon]) -> Iterator[tuple[Renglon, tuple[Propuesta, ...]]]:
    """Rows that name the counterpart and pay part of a document, oldest rows first while their sum fits its saldo."""
    restos = dict(corrida.saldos)
    for renglon in pendientes:
        partes = []
        for candidato in _de_quien_nombra(corrida, renglon):
            cabe = renglon.monto <= restos[candidato.id] and en_ventana(renglon, candidato, corrida.parametros)
            if cabe and corrida.abierto(renglon, candidato):
                restos[candidato.id] -= renglon.monto
                parte = (Parte(candidato.id, renglon.monto),)
                partes.append(Propuesta(renglon.id, EstadoRenglon.SUGERIDO, Regla.PARCIALIDAD, parte))
        yield renglon, tuple(partes[: corrida.parametros.max_sugerencias])


def _de_quien_nombra(corrida: Corrida, renglon: Renglon) -> list[Candidato]:
    """The invoices whose folio the row brings, else all those of the counterparts it names, PPD first."""
    texto = corrida.textos[renglon.id]
    facturas = corrida.contrapartes.por_folio(texto, renglon.signo)
    if not facturas:
        nombradas = corrida.contrapartes.nombradas(texto, renglon.signo)
        facturas = [c for rfc in nombradas for c in corrida.contrapartes.de(renglon.signo, rfc)]
    en_partes = [c for c in facturas if c.clase in (Clase.PPD, Clase.PUE)]
    return sorted(en_partes, key=lambda c: (c.clase, c.fecha, c.id))
