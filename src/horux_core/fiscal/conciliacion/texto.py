"""Whether the bank's text names a document or its counterpart: RFC, folio or name."""

import re
import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass
from functools import lru_cache
from itertools import pairwise

from horux_core.kernel.rfc import GENERICOS

_PALABRA = re.compile(r"[A-Z0-9Ñ&]+(?:[-/_.][A-Z0-9Ñ&]+)*")
_SEPARADOR = re.compile(r"[^A-Z0-9Ñ&]")
_FINALES = {"SA", "S", "A", "DE", "CV", "C", "V", "SC", "SAS", "RL", "SAPI", "AC", "SAB", "Y", "MI", "SPR", "R", "L"}
"""Words of the kind of company at the end of its name, which banks write in every way or leave out."""
_ANTES_DE_FOLIO = {"FAC", "FACT", "FACTURA", "FACTURAS", "FOLIO", "F", "FRA"}
_NUMERO_QUE_BASTA = 4
_NOMBRE_QUE_BASTA = 5


def llano(texto: str) -> str:
    """Upper case, without accents; the Ñ stays."""
    con_tildes = unicodedata.normalize("NFD", texto.upper().replace("Ñ", "\0"))
    return "".join(c for c in con_tildes if not unicodedata.combining(c)).replace("\0", "Ñ")


@lru_cache(maxsize=65_536)
def sin_signos(texto: str) -> str:
    return _SEPARADOR.sub("", llano(texto))


@lru_cache(maxsize=65_536)
def nombre_propio(nombre: str) -> str:
    """The name of a counterpart without its kind of company; empty when what is left would be found anywhere."""
    palabras = [p for p in _SEPARADOR.split(llano(nombre)) if p]
    while palabras and palabras[-1] in _FINALES:
        palabras.pop()
    propio = " ".join(palabras)
    return propio if len(propio) >= _NOMBRE_QUE_BASTA else ""


@dataclass(frozen=True, slots=True)
class TextoBancario:
    """A row's description and reference, made ready to be asked."""

    claves: frozenset[str]
    """Its words without their inner signs, which RFCs and folios are found among."""
    folios: frozenset[str]
    """Those that may be a short folio: what follows the word for an invoice."""
    palabras: tuple[str, ...]
    corrido: str

    @staticmethod
    def de(*textos: str) -> "TextoBancario":
        corrido = llano(" ".join(textos))
        enteras = _PALABRA.findall(corrido)
        claves = [_SEPARADOR.sub("", p) for p in enteras]
        folios = {b for a, b in pairwise(claves) if a in _ANTES_DE_FOLIO}
        palabras = tuple(p for p in _SEPARADOR.split(corrido) if p)
        return TextoBancario(
            frozenset(claves) | frozenset(palabras), frozenset(folios), palabras, f" {' '.join(palabras)} "
        )

    def dice(self, frases: Iterable[str]) -> bool:
        """Whether any of these phrases stands in it as whole words."""
        return any(f" {llano(frase)} " in self.corrido for frase in frases)

    def trae_rfc(self, rfc: str) -> bool:
        return bool(rfc) and rfc not in GENERICOS and sin_signos(rfc) in self.claves

    def trae_folio(self, folio: str) -> bool:
        """A folio of letters and digits, or a long number, anywhere; a short number only after the word for it."""
        clave = sin_signos(folio)
        if not clave:
            return False
        basta = len(clave) >= _NUMERO_QUE_BASTA if clave.isdigit() else any(c.isdigit() for c in clave)
        return clave in self.folios or (basta and clave in self.claves)

    def trae_nombre(self, propio: str) -> bool:
        """`propio` is what `nombre_propio` made."""
        return bool(propio) and f" {propio} " in self.corrido
