"""The operator's panel, page by page."""

from collections.abc import Sequence

from litestar.types import ControllerRouterHandler

from horux_http.op.acciones import AccionesPages
from horux_http.op.auditoria import AuditoriaPages
from horux_http.op.baja import BajaPages
from horux_http.op.cliente import ClientePages
from horux_http.op.clientes import ClientesPages
from horux_http.op.correos import CorreosPages
from horux_http.op.listas import ListasPages
from horux_http.op.nuevo import NuevoPages
from horux_http.op.pagos import PagosPages
from horux_http.op.personal import PersonalPages
from horux_http.op.precios import PreciosPages
from horux_http.op.respaldos import RespaldosPages
from horux_http.op.trabajos import TrabajosPages
from horux_http.op.vista import VistaPages
from horux_http.op.webhooks import WebhooksPages

PANEL: Sequence[ControllerRouterHandler] = (
    ClientesPages,
    NuevoPages,
    ClientePages,
    AccionesPages,
    BajaPages,
    VistaPages,
    PreciosPages,
    PagosPages,
    WebhooksPages,
    CorreosPages,
    TrabajosPages,
    AuditoriaPages,
    RespaldosPages,
    ListasPages,
    PersonalPages,
)
