"""The accountant's settings of a year, and the returns that were filed."""

from litestar import Controller, get, patch, put
from litestar.di import NamedDependency
from litestar.params import FromPath, FromQuery, JSONBody, SkipValidation

from horux_core.fiscal.configuracion.adjusting import AdjustSettings, ShowSettings
from horux_core.fiscal.configuracion.declaring import NoteReturn
from horux_core.identity.model import Actor, Permission
from horux_core.kernel.periodo import Periodo
from horux_http.fiscal.wire_ajustes import ConfiguracionOut, ConfiguracionPatch, DeclaracionIn, DeclaracionOut
from horux_http.session import NEEDS


class ConfiguracionController(Controller):
    path = "/api/configuracion/fiscal"
    tags = ("Configuración",)

    @get("/", sync_to_thread=True, summary="La configuración fiscal de un año")
    def show(
        self,
        actor: NamedDependency[SkipValidation[Actor]],
        anio: FromQuery[int],
        show_settings: NamedDependency[SkipValidation[ShowSettings]],
    ) -> ConfiguracionOut:
        return ConfiguracionOut.of(show_settings(actor, anio))

    @patch(
        "/",
        sync_to_thread=True,
        opt={NEEDS: Permission.CONFIGURE},
        summary="Cambia la configuración fiscal de un año y recalcula",
    )
    def change(
        self,
        actor: NamedDependency[SkipValidation[Actor]],
        anio: FromQuery[int],
        data: JSONBody[ConfiguracionPatch],
        adjust_settings: NamedDependency[SkipValidation[AdjustSettings]],
    ) -> ConfiguracionOut:
        return ConfiguracionOut.of(adjust_settings(actor, anio, data.as_adjustment()))


class DeclaracionController(Controller):
    path = "/api/declaraciones"
    tags = ("Configuración",)

    @put(
        "/{impuesto:str}/{anio:int}/{mes:int}",
        sync_to_thread=True,
        opt={NEEDS: Permission.CONFIGURE},
        summary="Anota una declaración presentada",
    )
    def note(
        self,
        actor: NamedDependency[SkipValidation[Actor]],
        impuesto: FromPath[str],
        anio: FromPath[int],
        mes: FromPath[int],
        data: JSONBody[DeclaracionIn],
        note_return: NamedDependency[SkipValidation[NoteReturn]],
    ) -> DeclaracionOut:
        return DeclaracionOut.of(note_return(actor, data.as_declaracion(impuesto, Periodo(anio, mes))))
