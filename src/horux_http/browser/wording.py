"""A refusal in the words of a page: what the API says of bodies, methods and headers helps nobody who looks."""

from collections.abc import Mapping
from dataclasses import dataclass

from horux_http.browser.forgery import DeskChanged, FileOfAnother
from horux_http.problems import INTERNAL, Problem

_HOME = "Ir al inicio"


@dataclass(frozen=True, slots=True)
class Words:
    """`on` names the way to the first page. `back` when the page that asked is worth going back to,
    `enter` when the log-in may be what is missing."""

    title: str
    sentence: str
    on: str = _HOME
    back: bool = True
    enter: bool = False


_INCOMPLETE = Words(
    "El formulario llegó incompleto", "No se guardó nada. Vuelve a la página, revisa los datos y envíalo otra vez."
)
_UNREAD = Words("El archivo no se pudo leer", "No se guardó nada. Vuelve a la página y elige el archivo otra vez.")
GONE_ON = Words(
    "Ahora estás en otra empresa",
    "Cambiaste de empresa en otra pestaña. Lo que pediste en esta era de la anterior: no se guardó nada.",
    "Seguir en la empresa de ahora",
    back=False,
    enter=True,
)
_READING: Mapping[str, Words] = {
    "solicitud-invalida": Words(
        "Esta dirección no se entiende", "Algo en ella no es válido, como un año, un mes o una fecha. Corrígela."
    ),
    "ruta-inexistente": Words(
        "Esta página no existe", "Revisa que la dirección esté bien escrita, o búscala desde el inicio."
    ),
    "metodo-no-permitido": Words(
        "Esta dirección es de un formulario", "No se abre por sí sola: ve a la página que lo tiene."
    ),
    "cursor-malformed": Words("Esta parte de la lista ya no está", "Abre la lista otra vez desde su principio."),
    "formato-no-disponible": Words("Esta página no existe", "Revisa que la dirección esté bien escrita."),
}
_CHANGING: Mapping[str, Words] = {
    "solicitud-invalida": _INCOMPLETE,
    "formato-no-admitido": _UNREAD,
    "ruta-inexistente": Words("Esta página no existe", "No se guardó nada. Vuelve a la página y recárgala."),
    "metodo-no-permitido": Words("Esta página no recibe formularios", "No se guardó nada. Vuelve a la anterior."),
    INTERNAL.code: Words(
        INTERNAL.title,
        "Algo falló de nuestro lado y quedó registrado. No sabemos si quedó hecho: revísalo antes de repetir. "
        "Si se repite, da el número de solicitud a soporte.",
    ),
}


def words_of(problem: Problem, changing: bool) -> Words:
    """What a page says of it; `changing` when a form was sent."""
    if problem.code in (DeskChanged.code, FileOfAnother.code):
        return Words(problem.title, problem.detail, f"Seguir en {problem.facts['empresa'] or 'operación'}", back=False)
    own = Words(problem.title, problem.detail)
    return (_CHANGING if changing else _READING).get(problem.code, own)
