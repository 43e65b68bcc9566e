"""A place in the list of documents, newest first, and how a document is asked for by its folio."""

import re
from base64 import urlsafe_b64decode, urlsafe_b64encode
from collections.abc import Iterable
from datetime import datetime
from itertools import pairwise

from horux_core.fiscal.errors import CfdiMissing
from horux_core.kernel.pages import CursorMalformed

_FOLIO = re.compile(r"[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}")
_MAXIMO = 2**63
_PRINCIPIO = re.compile(r"[0-9a-f]{8}[0-9a-f]{0,24}")
_FORMA = (8, 12, 16, 20)


def es_folio(texto: str) -> bool:
    """Whether it is a UUID as the books write it: lower-case, with hyphens."""
    return _FOLIO.fullmatch(texto) is not None


def los_folios(textos: Iterable[str]) -> list[str]:
    """Those that are, of thousands at once."""
    es = _FOLIO.fullmatch
    return [texto for texto in textos if es(texto)]


def folio(texto: str) -> str:
    """The UUID in lower case. Raises CfdiMissing for what can be no document's."""
    limpio = texto.strip().lower()
    if not es_folio(limpio):
        raise CfdiMissing
    return limpio


def cursor_tras(fecha: datetime, n: int) -> str:
    """The cursor that asks for what is older than the n-th document kept, dated `fecha`."""
    return urlsafe_b64encode(f"{fecha.isoformat()}|{n}".encode()).decode().rstrip("=")


def lugar(cursor: str) -> tuple[datetime, int]:
    """What `cursor_tras` was given. Raises CursorMalformed."""
    try:
        texto = urlsafe_b64decode(cursor.encode("ascii") + b"=" * (-len(cursor) % 4)).decode("ascii")
        fecha, n = texto.split("|")
        encontrado = datetime.fromisoformat(fecha), int(n)
    except ValueError as error:
        raise _malformado() from error
    if encontrado[0].tzinfo is not None or not 0 <= encontrado[1] < _MAXIMO or cursor_tras(*encontrado) != cursor:
        raise _malformado()
    return encontrado


def _malformado() -> CursorMalformed:
    return CursorMalformed("El cursor no es válido: usa el que devolvió la página anterior, sin cambiarlo.")


def entre(texto: str) -> tuple[str, str] | None:
    """The first and the last UUID that begin as the text does; None when fewer than eight digits of one."""
    limpio = texto.strip().lower()
    digitos = limpio.replace("-", "")
    if not _PRINCIPIO.fullmatch(digitos) or not _con_guiones(digitos).startswith(limpio):
        return None
    return _con_guiones(digitos.ljust(32, "0")), _con_guiones(digitos.ljust(32, "f"))


def _con_guiones(digitos: str) -> str:
    cortes = (0, *(n for n in _FORMA if n <= len(digitos)), len(digitos))
    return "-".join(digitos[a:b] for a, b in pairwise(cortes))


def junto(texto: str | None) -> str:
    """A serie with its folio, or what was written to find it: in upper case without hyphens or spaces."""
    return (texto or "").upper().replace("-", "").replace(" ", "")
