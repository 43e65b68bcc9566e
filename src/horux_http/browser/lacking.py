"""What stands in place of a page that the plan lacks: what it would do, and the plan that has it."""

from dataclasses import dataclass

from litestar import Response

from horux_core.plans.catalogue import first_with
from horux_core.plans.model import Feature, Plan
from horux_http.browser.frame import Frame


@dataclass(frozen=True, slots=True)
class Offer:
    """A page as it is told to who lacks it."""

    feature: Feature
    told: str

    @property
    def plan(self) -> Plan:
        return first_with(self.feature)


OFFERS = {
    "Inicio": Offer(Feature.DASHBOARD, "Con él ves cómo va tu mes y qué sigue."),
    "Cargar CFDI": Offer(Feature.CFDI_BASIC, "Con ella guardas tus CFDI y ves de dónde sale cada impuesto."),
    "IVA": Offer(Feature.IVA_ISR, "Con él ves tu IVA de cada mes y de dónde sale cada cifra."),
    "ISR": Offer(Feature.IVA_ISR, "Con él ves tu ISR de cada mes, por régimen, y de dónde sale cada cifra."),
    "Calendario": Offer(
        Feature.CALENDARIO, "Te dice qué vence y cuándo, con días inhábiles y tu sexto dígito, también en tu teléfono."
    ),
    "Alertas": Offer(
        Feature.ALERTAS, "Revisa cada noche tus CFDI y te dice qué corregir, con su plazo y su fundamento."
    ),
    "Reportes": Offer(
        Feature.REPORTES, "Resultados, flujo, saldos, DIOT y papeles de trabajo, cada cifra con sus CFDI y en Excel."
    ),
    "Pronóstico": Offer(
        Feature.FORECASTING, "Te dice si habrá dinero para los impuestos en las próximas 13 semanas, y de dónde sale."
    ),
    "Conciliación": Offer(
        Feature.CONCILIACION, "Empareja tu banco con tus CFDI y te dice qué movimiento no tiene factura."
    ),
    "XML del SAT": Offer(
        Feature.XML_SAT, "Compara tus libros con lo que dice el SAT y te dice qué XML faltan, sobran o no coinciden."
    ),
    "Mis empresas": Offer(Feature.MULTI_EMPRESA, "Con ella ves juntas lo que paga y lo que vence de todas."),
    "Llaves de API": Offer(
        Feature.API_EXTERNA, "Con ellas tu punto de venta o tu ERP sube y consulta CFDI sin tu contraseña."
    ),
}


def upgrade(frame: Frame, what: str, anio: int = 0) -> Response[str]:
    """Instead of the page of that name, of a year where it has one."""
    return frame.page("fiscal/sin_plan.html", status=403, what=what, anio=anio, offer=OFFERS[what])
