"""What people are called."""

import re
import unicodedata

from horux_core.identity.errors import NombreMalformed

_LONGEST = 254
_LIKE_AN_ADDRESS = re.compile(r"[/\\@]|\bwww\.", re.IGNORECASE)


def nombre_of_person(text: str) -> str:
    """The name as it is kept, in one line. It is mailed to people who did not ask for it: no name leads anywhere.

    Raises NombreMalformed.
    """
    nombre = " ".join(text.split())
    if not nombre or len(nombre) > _LONGEST or not nombre.isprintable():
        raise NombreMalformed(f"Escribe el nombre en una línea, de 1 a {_LONGEST} caracteres.")
    # NFKC: a full-width sign reads as the plain one.
    if _LIKE_AN_ADDRESS.search(unicodedata.normalize("NFKC", nombre)):
        raise NombreMalformed("Escribe solo el nombre de la persona, sin direcciones de correo ni de internet.")
    return nombre
