"""The taxpayer's key: structure and check digit (CFF 27; Anexo 20, t_RFC)."""

import re
import unicodedata
from datetime import date
from typing import Self

from horux_core.kernel.errors import Invalid

PUBLICO_EN_GENERAL = "XAXX010101000"
EXTRANJERO = "XEXX010101000"
GENERICOS = frozenset({PUBLICO_EN_GENERAL, EXTRANJERO})

_FORMA = re.compile(r"[A-ZÑ&]{3,4}[0-9]{2}(0[1-9]|1[0-2])(0[1-9]|[12][0-9]|3[01])[A-Z0-9]{2}[0-9A]")
_RUIDO = re.compile(r"[\s\-_]")
_VALORES = {c: i for i, c in enumerate("0123456789ABCDEFGHIJKLMN&OPQRSTUVWXYZ Ñ")}


class RfcMalformed(Invalid):
    code = "rfc-malformed"
    title = "RFC mal formado"


class Rfc(str):
    """An RFC of a person or a company, normalised: 12 characters a moral, 13 a física.

    Raises RfcMalformed. The check digit is not part of the form: about 1.5 % of those in use fail it.
    """

    __slots__ = ()

    def __new__(cls, texto: str) -> Self:
        limpio = normalizado(texto)
        if not _FORMA.fullmatch(limpio) or not _fecha_real(limpio[-9:-3]):
            raise RfcMalformed(
                "El RFC no tiene la forma correcta: 3 o 4 letras, fecha AAMMDD y 3 caracteres de homoclave."
            )
        return super().__new__(cls, limpio)

    @property
    def moral(self) -> bool:
        return len(self) == 12

    @property
    def generico(self) -> bool:
        return self in GENERICOS

    @property
    def digito_coincide(self) -> bool:
        return self.generico or self[-1] == digito(self)

    @property
    def sexto_digito(self) -> int:
        """Last digit of the day in the date part; it moves the due date of the month."""
        return int(self[-4])


def normalizado(texto: str) -> str:
    return _RUIDO.sub("", unicodedata.normalize("NFC", texto)).upper()


def digito(rfc: str) -> str:
    """The check digit the first characters of a well-formed RFC call for."""
    cuerpo = rfc[:-1].rjust(12)
    resto = sum(_VALORES[c] * (13 - i) for i, c in enumerate(cuerpo)) % 11
    return "0" if resto == 0 else "A" if resto == 1 else str(11 - resto)


def _fecha_real(aammdd: str) -> bool:
    try:
        date(2000 + int(aammdd[:2]), int(aammdd[2:4]), int(aammdd[4:]))
    except ValueError:
        return False
    return True
