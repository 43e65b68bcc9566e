"""A person's taxpayers side by side, to see which needs it and to go in."""

from litestar import Controller, Response, get
from litestar.di import NamedDependency
from litestar.params import FromPath, SkipValidation

from horux_core.fiscal.alertas.model import Severidad
from horux_core.fiscal.consolidado.mirando import ShowConsolidado
from horux_core.fiscal.consolidado.model import Cifras, EstadoEmpresa, Fallo, Fila
from horux_core.fiscal.tablero.consultando import por_declarar
from horux_core.identity.ports import TenantCard
from horux_core.kernel.periodo import Periodo
from horux_core.plans.errors import FeatureNotInPlan
from horux_http.browser.frame import Frame
from horux_http.browser.given import Framed
from horux_http.browser.lacking import OFFERS

Shown = NamedDependency[SkipValidation[ShowConsolidado]]
PATH = "/empresas"
_STATES = {
    EstadoEmpresa.POR_ACEPTAR: ("Invitación por aceptar", "warn", "Entra una vez para ver aquí sus cifras."),
    EstadoEmpresa.SIN_FUNCION: ("Sin cifras aquí", "off", "Su plan no incluye la vista de todas las empresas."),
    EstadoEmpresa.NO_DISPONIBLE: ("No disponible", "bad", "No se pudo leer ahora. Intenta otra vez en un momento."),
}
_LATE = ("No disponible", "bad", "Tardó demasiado. Las demás sí están completas.")
_ACTIVE = ("Activa", "ok", "")
_COUNTING = ("Calculando", "warn", "Aún hay CFDI por calcular: sus cifras van a cambiar.")
_INACTIVE = ("Inactiva", "warn", "Solo lectura: sus cifras son de lo que ya tenía cargado.")
_GRAVE = (Severidad.CRITICA, Severidad.ALTA)


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
        state=state,
        standing=standing,
        grave=grave,
        offer=OFFERS["Mis empresas"],
    )


def state(fila: Fila) -> tuple[str, str, str]:
    """How a taxpayer is: the word, its kind of mark, and what it means for its figures."""
    if fila.codigo == Fallo.TARDADA:
        return _LATE
    if fila.cifras is None:
        return _STATES[fila.estado]
    standing_now = standing(fila.empresa)
    return _COUNTING if standing_now is _ACTIVE and fila.cifras.en_proceso else standing_now


def standing(card: TenantCard) -> tuple[str, str, str]:
    """Of its subscription alone."""
    return _ACTIVE if card.active and not card.read_only else _INACTIVE


def grave(cifras: Cifras) -> list[str]:
    """How many alerts are of those that cannot wait, in words."""
    counted = ((severity, cifras.alertas.get(severity, 0)) for severity in _GRAVE)
    return [f"{n:,} {severity.value}{'s' if n > 1 else ''}" for severity, n in counted if n]
