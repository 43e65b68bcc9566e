"""A person's taxpayers side by side, to see which needs it and to go in."""

from litestar import Controller, Response, get
from litestar.di import NamedDependency
from litestar.params import FromPath, SkipValidation

from horux_core.fiscal.alertas.model import Severidad
from horux_core.fiscal.consolidado.mirando import ShowConsolidado
from horux_core.fiscal.consolidado.model import EstadoEmpresa, Fallo
from horux_core.fiscal.tablero.consultando import por_declarar
from horux_core.kernel.periodo import Periodo
from horux_core.plans.errors import FeatureNotInPlan
from horux_http.browser.frame import Frame

Framed = NamedDependency[SkipValidation[Frame]]
Shown = NamedDependency[SkipValidation[ShowConsolidado]]
PATH = "/empresas"
STATES = {
    EstadoEmpresa.POR_ACEPTAR: ("Invitación por aceptar", "warn", "Entra una vez para ver aquí sus cifras."),
    EstadoEmpresa.SIN_FUNCION: ("Sin cifras aquí", "off", "Su plan no incluye la vista de todas las empresas."),
    EstadoEmpresa.NO_DISPONIBLE: ("No disponible", "bad", "No se pudo leer ahora. Intenta otra vez en un momento."),
}
LATE = "Tardó demasiado. Las demás sí están completas."


class EmpresasPages(Controller):
    path = PATH

    @get(sync_to_thread=True)
    def now(self, frame: Framed, show_consolidado: Shown) -> Response[bytes] | Response[str]:
        return _page(frame, show_consolidado, por_declarar(frame.today))

    @get("/{anio:int}/{mes:int}", sync_to_thread=True)
    def month(
        self, frame: Framed, anio: FromPath[int], mes: FromPath[int], show_consolidado: Shown
    ) -> Response[bytes] | Response[str]:
        return _page(frame, show_consolidado, Periodo(anio, mes))


def _page(frame: Frame, show_consolidado: ShowConsolidado, periodo: Periodo) -> Response[bytes] | Response[str]:
    if len(frame.heading.cards.all) == 1:
        return frame.go("/inicio")
    try:
        shown = show_consolidado(frame.actor, periodo)
    except FeatureNotInPlan:
        shown = None
    return frame.page(
        "fiscal/empresas.html",
        shown=shown,
        periodo=periodo,
        states=STATES,
        late=LATE,
        slow=Fallo.TARDADA,
        grave=(Severidad.CRITICA, Severidad.ALTA),
    )
