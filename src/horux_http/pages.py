"""The pages of the product, in the order of its panels."""

from collections.abc import Sequence

from litestar.types import ControllerRouterHandler

from horux_http.admin.pages import AuditoriaPages as OwnAuditoriaPages
from horux_http.billing.pages import SuscripcionPages
from horux_http.fiel.pages import FielPages
from horux_http.fiel.pages_files import FielFiles
from horux_http.fiscal.pages_ajustes import AjustesPages
from horux_http.fiscal.pages_alertas import AlertasPages
from horux_http.fiscal.pages_buscar import BuscarPages
from horux_http.fiscal.pages_calendario import CalendarioPages
from horux_http.fiscal.pages_carga import CargaPages
from horux_http.fiscal.pages_cfdi import CfdiPages
from horux_http.fiscal.pages_conciliacion import ConciliacionPages
from horux_http.fiscal.pages_empresas import EmpresasPages
from horux_http.fiscal.pages_inicio import InicioPages
from horux_http.fiscal.pages_isr import IsrPages
from horux_http.fiscal.pages_iva import IvaPages
from horux_http.fiscal.pages_pronostico import PronosticoPages
from horux_http.fiscal.pages_reportes import ReportesPages
from horux_http.fiscal.pages_xml_sat import XmlSatPages
from horux_http.identity.pages import ChooseController, EnterController, OwnController
from horux_http.identity.pages_account import CuentaPages
from horux_http.identity.pages_api import LlavesPages
from horux_http.identity.pages_confirm import ConfirmController
from horux_http.identity.pages_factor import FactorPages, HalfwayController
from horux_http.identity.pages_keys import KeysController
from horux_http.identity.pages_people import UsuariosPages
from horux_http.op.panel import PANEL

PAGES: Sequence[ControllerRouterHandler] = (
    EnterController,
    ChooseController,
    HalfwayController,
    ConfirmController,
    OwnController,
    KeysController,
    InicioPages,
    EmpresasPages,
    CfdiPages,
    CargaPages,
    BuscarPages,
    IvaPages,
    IsrPages,
    XmlSatPages,
    ReportesPages,
    ConciliacionPages,
    PronosticoPages,
    CalendarioPages,
    AlertasPages,
    SuscripcionPages,
    FielPages,
    FielFiles,
    AjustesPages,
    UsuariosPages,
    LlavesPages,
    OwnAuditoriaPages,
    CuentaPages,
    FactorPages,
    *PANEL,
)
