"""A person's taxpayers side by side."""

from litestar import Controller, get
from litestar.di import NamedDependency
from litestar.params import FromQuery, SkipValidation

from horux_core.fiscal.consolidado.mirando import ShowConsolidado
from horux_core.identity.model import Actor
from horux_core.kernel.periodo import Periodo
from horux_http.fiscal.wire_consolidado import ConsolidadoOut


class EmpresasController(Controller):
    path = "/api/empresas"
    tags = ("Empresa",)

    @get(
        "/consolidado",
        sync_to_thread=True,
        summary="Un mes de todas mis empresas",
        description="De cada empresa a la que pertenezco ahora, con mi rol en ella. Si una no responde, solo su "
        "renglón lo dice. Las que no tienen multi_empresa o aún no acepto salen sin cifras.",
    )
    def consolidado(
        self,
        actor: NamedDependency[SkipValidation[Actor]],
        anio: FromQuery[int],
        mes: FromQuery[int],
        show_consolidado: NamedDependency[SkipValidation[ShowConsolidado]],
    ) -> ConsolidadoOut:
        periodo = Periodo(anio, mes)
        return ConsolidadoOut.of(periodo, show_consolidado(actor, periodo))
