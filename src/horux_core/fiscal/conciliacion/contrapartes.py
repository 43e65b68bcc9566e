"""The open documents of each counterpart, and which counterparts a text names."""

from collections.abc import Iterable

from horux_core.fiscal.conciliacion.model import Candidato, Clase, Signo
from horux_core.fiscal.conciliacion.texto import TextoBancario, nombre_propio, sin_signos
from horux_core.kernel.rfc import GENERICOS


class Contrapartes:
    """Documents by counterpart; the generic RFCs are nobody's, and payroll is each employee's own."""

    __slots__ = ("_de", "_por_folio", "_por_palabra", "_por_rfc")

    def __init__(self, candidatos: Iterable[Candidato]) -> None:
        self._de: dict[tuple[Signo, str], list[Candidato]] = {}
        self._por_folio: dict[str, list[Candidato]] = {}
        self._por_palabra: dict[str, set[tuple[str, str]]] = {}
        self._por_rfc: dict[str, str] = {}
        for candidato in sorted(candidatos, key=lambda c: (c.fecha, c.id)):
            if candidato.clase is Clase.NOMINA or not candidato.contraparte or candidato.contraparte in GENERICOS:
                continue
            self._de.setdefault((candidato.signo, candidato.contraparte), []).append(candidato)
            self._por_rfc[sin_signos(candidato.contraparte)] = candidato.contraparte
            if folio := sin_signos(candidato.folio):
                self._por_folio.setdefault(folio, []).append(candidato)
            if propio := nombre_propio(candidato.nombre):
                palabra = propio.partition(" ")[0]
                self._por_palabra.setdefault(palabra, set()).add((propio, candidato.contraparte))

    def de(self, signo: Signo, contraparte: str) -> list[Candidato]:
        """Oldest first."""
        return self._de.get((signo, contraparte), [])

    def todas(self, signo: Signo) -> list[list[Candidato]]:
        """The documents of each counterpart on that side, in the order of their RFC."""
        return [self._de[clave] for clave in sorted(self._de) if clave[0] is signo]

    def por_folio(self, texto: TextoBancario, signo: Signo) -> list[Candidato]:
        """The documents whose folio the text brings."""
        hallados = {
            candidato.id: candidato
            for clave in texto.claves | texto.folios
            for candidato in self._por_folio.get(clave, ())
            if candidato.signo is signo and texto.trae_folio(candidato.folio)
        }
        return sorted(hallados.values(), key=lambda c: (c.fecha, c.id))

    def nombradas(self, texto: TextoBancario, signo: Signo) -> list[str]:
        """The RFCs of the counterparts that the text names by RFC, by name or by a folio of theirs."""
        por_rfc = {self._por_rfc[clave] for clave in texto.claves if clave in self._por_rfc}
        por_nombre = {
            rfc
            for palabra in texto.palabras
            for propio, rfc in self._por_palabra.get(palabra, ())
            if texto.trae_nombre(propio)
        }
        nombradas = por_rfc | por_nombre | {c.contraparte for c in self.por_folio(texto, signo)}
        return sorted(rfc for rfc in nombradas if (signo, rfc) in self._de)
