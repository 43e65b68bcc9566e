"""The state of one run: what is still open of rows and documents, and the questions the rules ask of it."""

from collections.abc import Iterable
from dataclasses import replace
from datetime import timedelta
from decimal import Decimal
from itertools import islice

from horux_core.fiscal.conciliacion.contrapartes import Contrapartes
from horux_core.fiscal.conciliacion.disponibles import disponibles
from horux_core.fiscal.conciliacion.indice import Documentos, PorMonto
from horux_core.fiscal.conciliacion.model import (
    Candidato,
    Clase,
    Decisiones,
    EstadoRenglon,
    Parametros,
    Parte,
    Propuesta,
    Rechazo,
    Regla,
    Renglon,
    Signo,
)
from horux_core.fiscal.conciliacion.puntaje import de_texto, puntaje
from horux_core.fiscal.conciliacion.texto import TextoBancario
from horux_core.fiscal.conciliacion.traspasos import gemelos


class Corrida:
    """Made of the decisions that stand; the rules settle rows in it, and what a row settles is open to no other."""

    def __init__(
        self,
        renglones: Iterable[Renglon],
        candidatos: Iterable[Candidato],
        decisiones: Decisiones,
        parametros: Parametros,
    ) -> None:
        self.parametros = parametros
        self.renglones = sorted(renglones, key=lambda r: (r.fecha, r.id))
        self._por_id = {renglon.id: renglon for renglon in self.renglones}
        self.rechazadas = decisiones.rechazadas
        self.con_rechazo = {r for rechazo in self.rechazadas for r in (rechazo.renglon, rechazo.contrarenglon)}
        self.asentadas = {propuesta.renglon: propuesta for propuesta in _de_los_dos(decisiones.aceptadas)}
        todos = list(candidatos)
        self.saldos = disponibles(todos, decisiones)
        abiertos = [candidato for candidato in todos if self.saldos[candidato.id] > 0]
        self._usados: set[str] = set()
        self._documentos = Documentos(abiertos, self.saldos, parametros)
        self.contrapartes = Contrapartes(abiertos)
        libres = list(self.libres())
        self.textos = {r.id: TextoBancario.de(r.descripcion, r.referencia) for r in libres}
        self._por_monto = {s: PorMonto((r.monto, r) for r in libres if r.signo is s) for s in Signo}
        self._gemelos = gemelos(libres, self.rechazadas, parametros)
        self.mejor_clase: dict[str, Clase] = {}
        """By row, the first class with a document of its amount."""

    def libres(self) -> list[Renglon]:
        """The rows that nothing has settled yet."""
        return [renglon for renglon in self.renglones if renglon.id not in self.asentadas]

    def asentar(self, propuestas: Iterable[Propuesta]) -> None:
        for propuesta in propuestas:
            self.asentadas[propuesta.renglon] = propuesta
            if propuesta.estado is EstadoRenglon.CONCILIADO:
                self._usados.update(propuesta.documentos)

    def renglon(self, id_: str) -> Renglon:
        return self._por_id[id_]

    def permite(self, renglon: str, documentos: Iterable[str]) -> bool:
        """Whether the documents together are open to the row: none used up, nor refused for it alone or as this set."""
        juntos = frozenset(documentos)
        conjuntos = [juntos, *(frozenset({documento}) for documento in juntos)]
        return not (juntos & self._usados) and not any(Rechazo(renglon, c) in self.rechazadas for c in conjuntos)

    def abierto(self, renglon: Renglon, candidato: Candidato) -> bool:
        """Whether the document is left for the row: used up by none, and refused for it by nobody."""
        return self.permite(renglon.id, (candidato.id,))

    def dos_exactos(self, renglon: Renglon, clase: Clase) -> list[Candidato]:
        """None, the one, or two of the documents of the class that explain the row to the cent."""
        return list(islice((c for c in self._documentos.exactos(renglon, clase) if self.abierto(renglon, c)), 2))

    def es_exacto(self, renglon: Renglon, candidato: Candidato) -> bool:
        return abs(renglon.monto - self.saldos[candidato.id]) <= self.parametros.tolerancia_monto

    def otro_cabe(self, renglon: Renglon, candidato: Candidato) -> bool:
        """Whether the document explains to the cent another row that is still open."""
        antes, despues = self.parametros.ventana(candidato.clase)
        desde, hasta = candidato.fecha - timedelta(days=antes), candidato.fecha + timedelta(days=despues)
        iguales = self._por_monto[candidato.signo].entre(
            self.saldos[candidato.id], self.parametros.tolerancia_monto, desde, hasta, None
        )
        return any(
            otro.id != renglon.id and otro.id not in self.asentadas and self.abierto(otro, candidato)
            for otro in iguales
        )

    def parece_traspaso(self, renglon: Renglon, candidato: Candidato) -> bool:
        """Whether the row may as well be half of a transfer, and its text does not name the document."""
        return bool(self.gemelos_libres(renglon)) and not de_texto(self.textos[renglon.id], candidato)

    def parece_comision(self, renglon: Renglon) -> bool:
        """Whether it is a small debit in the bank's own words, which names no counterpart of ours."""
        if renglon.signo is not Signo.CARGO or renglon.monto > self.parametros.comision_maxima:
            return False
        texto = self.textos[renglon.id]
        if not texto.dice(self.parametros.palabras_comision) or Rechazo(renglon.id) in self.rechazadas:
            return False
        return not self.contrapartes.nombradas(texto, renglon.signo)

    def gemelos_libres(self, renglon: Renglon) -> list[Renglon]:
        return [otro for otro in self._gemelos.get(renglon.id, ()) if otro.id not in self.asentadas]

    def puntuados(self, renglon: Renglon) -> list[tuple[Decimal, Candidato]]:
        """The documents worth suggesting for the row, best first."""
        texto = self.textos[renglon.id]
        puntos = [
            (puntaje(renglon, texto, candidato, self.saldos[candidato.id], self.parametros), candidato)
            for candidato in self._documentos.parecidos(renglon)
            if self.abierto(renglon, candidato)
        ]
        dignos = [par for par in puntos if par[0] >= self.parametros.sugerir]
        return sorted(dignos, key=lambda par: (-par[0], par[1].clase, par[1].fecha, par[1].id))

    def liquida(self, renglon: Renglon, candidato: Candidato, estado: EstadoRenglon, regla: Regla) -> Propuesta:
        """The row settles all that is left of the document."""
        saldo = self.saldos[candidato.id]
        puntos = puntaje(renglon, self.textos[renglon.id], candidato, saldo, self.parametros)
        return Propuesta(renglon.id, estado, regla, (Parte(candidato.id, saldo),), puntos, renglon.monto - saldo)


def _de_los_dos(aceptadas: Iterable[Propuesta]) -> list[Propuesta]:
    """Each accepted proposal by its row; that of a transfer by both."""
    hechas = list(aceptadas)
    ajenas = [
        replace(p, renglon=p.contrarenglon, contrarenglon=p.renglon) for p in hechas if p.contrarenglon is not None
    ]
    return ajenas + hechas
