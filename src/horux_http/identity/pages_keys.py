"""The keys of the panels: which there are, and whether those of one letter are heard."""

from dataclasses import dataclass

from litestar import Controller, Response, get, post
from litestar.di import NamedDependency
from litestar.params import SkipValidation

from horux_http.browser import cookies
from horux_http.browser.cookies import jar
from horux_http.browser.forgery import ANY_DESK
from horux_http.browser.forms import Form
from horux_http.browser.frame import Frame

_A_YEAR = 365 * 24 * 3600


@dataclass(frozen=True, slots=True)
class Key:
    """What to press, one after the other when there are several, and what it does."""

    press: tuple[str, ...]
    does: str


ANYWHERE = (
    Key(("Ctrl", "K"), "Buscar y saltar a lo que sea"),
    Key(("/",), "Ir al campo de búsqueda de la página"),
    Key(("?",), "Abrir esta lista"),
    Key(("Esc",), "Cerrar lo que esté abierto"),
    Key(("E",), "Exportar lo que ves a Excel"),
    Key(("C",), "Cargar CFDI"),
    Key(("[",), "Mes o año anterior"),
    Key(("]",), "Mes o año siguiente"),
)
IN_TABLES = (
    Key(("J",), "Renglón siguiente"),
    Key(("K",), "Renglón anterior"),
    Key(("Enter",), "Abrir el renglón"),
    Key(("X",), "Elegir el renglón"),
    Key(("Shift", "X"), "Elegir desde el último elegido hasta aquí"),
    Key(("Ctrl", "C"), "Copiar lo elegido, listo para pegar en Excel"),
)


class KeysController(Controller):
    path = "/teclas"

    @get(sync_to_thread=True)
    def show(self, frame: NamedDependency[SkipValidation[Frame]]) -> Response[str]:
        return frame.page("identity/keys.html", anywhere=ANYWHERE, in_tables=IN_TABLES)

    @post(sync_to_thread=True, opt={ANY_DESK: True})
    def choose(
        self, frame: NamedDependency[SkipValidation[Frame]], form: NamedDependency[SkipValidation[Form]]
    ) -> Response[bytes]:
        off = form["sueltas"] == "no"
        answer = frame.go("/teclas", "Teclas sueltas apagadas." if off else "Teclas sueltas encendidas.")
        answer.set_cookie(jar(frame.request).write(cookies.KEYS, "no" if off else "", seconds=_A_YEAR))
        return answer
