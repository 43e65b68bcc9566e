"""The routes of a taxpayer's books over memory, as whoever is told asks."""

from collections.abc import Mapping

from litestar import Litestar
from litestar.di import Provide
from litestar.testing import TestClient

from horux_adapters.sat.reader import SatReader
from horux_core.fiscal.cfdi.correcting import CorrectCfdi
from horux_core.fiscal.cfdi.listing import DownloadXml, ListCfdis, ShowCfdi
from horux_core.fiscal.configuracion.adjusting import AdjustSettings, ShowSettings
from horux_core.fiscal.configuracion.declaring import NoteReturn
from horux_core.fiscal.isr.consulting import ShowIsrDetail, ShowIsrYear
from horux_core.fiscal.iva.consulting import ShowIvaDetail, ShowIvaYear
from horux_core.identity.model import Role
from horux_http.app import create_app
from horux_http.fiscal.cfdis import CfdiController
from horux_http.fiscal.configuracion import ConfiguracionController, DeclaracionController
from horux_http.fiscal.isr import IsrController
from horux_http.fiscal.iva import IvaController
from tests.despacho import Despacho


def fiscal_client(despacho: Despacho, role: Role | None = Role.OWNER) -> TestClient[Litestar]:
    books, rights = despacho.books, despacho.entitlements
    given: Mapping[str, object] = {
        "actor": despacho.actor(role),
        "list_cfdis": ListCfdis(books),
        "show_cfdi": ShowCfdi(books),
        "download_xml": DownloadXml(books, SatReader()),
        "correct_cfdi": CorrectCfdi(books, rights, despacho.audit, despacho.clock),
        "show_iva_year": ShowIvaYear(books, rights),
        "show_iva_detail": ShowIvaDetail(books, rights),
        "show_isr_year": ShowIsrYear(books, rights),
        "show_isr_detail": ShowIsrDetail(books, rights),
        "show_settings": ShowSettings(books, despacho.registry),
        "adjust_settings": AdjustSettings(
            books, despacho.registry, rights, despacho.audit, despacho.jobs, despacho.clock
        ),
        "note_return": NoteReturn(books, rights, despacho.audit, despacho.clock),
    }
    app = create_app(
        [CfdiController, IvaController, IsrController, ConfiguracionController, DeclaracionController],
        {name: _given(value) for name, value in given.items()},
        ready=lambda: True,
        clock=despacho.clock,
    )
    return TestClient(app, raise_server_exceptions=False)


def _given(value: object) -> Provide:
    return Provide(lambda: value, sync_to_thread=False)
