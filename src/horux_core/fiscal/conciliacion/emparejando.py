"""Rows of the bank matched with documents (FISCAL.md 7.1): by itself only what one thing explains, the rest suggested.

The same rows, documents and decisions give the same answer in whatever order they come.
"""

from collections.abc import Iterable, Iterator

from horux_core.fiscal.conciliacion.corrida import Corrida
from horux_core.fiscal.conciliacion.model import (
    Candidato,
    Clase,
    Decisiones,
    EstadoRenglon,
    Parametros,
    Propuesta,
    Regla,
    Renglon,
    Resultado,
    Signo,
)
from horux_core.fiscal.conciliacion.sugiriendo import sugerencias
from horux_core.fiscal.conciliacion.sumas import Presupuesto


def conciliar(
    renglones: Iterable[Renglon],
    candidatos: Iterable[Candidato],
    decisiones: Decisiones | None = None,
    parametros: Parametros | None = None,
    presupuesto: Presupuesto | None = None,
) -> tuple[Resultado, ...]:
    """How each row stands, by day and id. Ids of rows and of documents are each unique.

    Accepted rows keep their proposal and what they used of each document; what was refused is not proposed again.
    Sums of documents are suggested while `presupuesto` lasts, which tells afterwards whether it did.
    Proposals `conciliado` and `traspaso` can all be accepted together. A document may be suggested for several rows.
    """
    corrida = Corrida(renglones, candidatos, decisiones or Decisiones(), parametros or Parametros())
    for clase in Clase:
        corrida.asentar(list(_exactas(corrida, clase)))
    corrida.asentar(list(_por_puntaje(corrida)))
    corrida.asentar(list(_traspasos(corrida)))
    corrida.asentar(list(_comisiones(corrida)))
    propuestas = sugerencias(corrida, presupuesto or Presupuesto())
    return tuple(_resultado(corrida, renglon, propuestas.get(renglon.id, ())) for renglon in corrida.renglones)


def _exactas(corrida: Corrida, clase: Clase) -> Iterator[Propuesta]:
    """The rows that one document of this class explains to the cent, which explains no other row (step 1)."""
    for renglon in corrida.libres():
        if renglon.id in corrida.mejor_clase:
            continue
        exactos = corrida.dos_exactos(renglon, clase)
        if exactos:
            corrida.mejor_clase[renglon.id] = clase
        if len(exactos) == 1 and clase is not Clase.PPD:
            (candidato,) = exactos
            if not corrida.otro_cabe(renglon, candidato) and not corrida.parece_traspaso(renglon, candidato):
                yield corrida.liquida(renglon, candidato, EstadoRenglon.CONCILIADO, Regla.EXACTA)


def _por_puntaje(corrida: Corrida) -> Iterator[Propuesta]:
    """The rows whose text and day single out one document, and the document that row (step 2). Never a PPD."""
    fuertes: dict[str, list[Candidato]] = {}
    de_documento: dict[str, int] = {}
    for renglon in corrida.libres():
        puntos = corrida.puntuados(renglon)
        fuertes[renglon.id] = [c for puntaje, c in puntos if puntaje >= corrida.parametros.auto]
        for candidato in fuertes[renglon.id]:
            de_documento[candidato.id] = de_documento.get(candidato.id, 0) + 1
    for renglon in corrida.libres():
        if len(fuertes[renglon.id]) != 1:
            continue
        (candidato,) = fuertes[renglon.id]
        unico = de_documento[candidato.id] == 1 and candidato.clase is corrida.mejor_clase.get(renglon.id)
        seguro = candidato.clase is not Clase.PPD and corrida.es_exacto(renglon, candidato)
        if unico and seguro and not corrida.parece_traspaso(renglon, candidato):
            yield corrida.liquida(renglon, candidato, EstadoRenglon.CONCILIADO, Regla.PUNTAJE)


def _traspasos(corrida: Corrida) -> Iterator[Propuesta]:
    """Pairs of rows that have each other alone, and no document of their amount (step 5)."""
    for renglon in corrida.libres():
        gemelos = corrida.gemelos_libres(renglon)
        if renglon.signo is not Signo.CARGO or len(gemelos) != 1:
            continue
        (otro,) = gemelos
        con_documento = any(r.id in corrida.mejor_clase for r in (renglon, otro))
        if not con_documento and len(corrida.gemelos_libres(otro)) == 1:
            for uno, dos in ((renglon, otro), (otro, renglon)):
                yield Propuesta(uno.id, EstadoRenglon.TRASPASO, Regla.TRASPASO, contrarenglon=dos.id)


def _comisiones(corrida: Corrida) -> Iterator[Propuesta]:
    """Fees that no document explains (step 5)."""
    for renglon in corrida.libres():
        if corrida.parece_comision(renglon) and renglon.id not in corrida.mejor_clase:
            yield Propuesta(renglon.id, EstadoRenglon.COMISION_BANCARIA, Regla.COMISION)


def _resultado(corrida: Corrida, renglon: Renglon, propuestas: tuple[Propuesta, ...]) -> Resultado:
    asentada = corrida.asentadas.get(renglon.id)
    if asentada is not None:
        return Resultado(renglon.id, asentada.estado, (asentada,))
    if propuestas:
        return Resultado(renglon.id, EstadoRenglon.SUGERIDO, propuestas)
    rechazado = renglon.id in corrida.con_rechazo
    return Resultado(renglon.id, EstadoRenglon.RECHAZADO if rechazado else EstadoRenglon.SIN_DOCUMENTO)
