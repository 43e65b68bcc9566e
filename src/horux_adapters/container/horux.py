"""The whole product, from its settings."""

import gc
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from typing import Any

from dependency_injector import containers, providers

from horux_adapters.container.backing_up import Backups
from horux_adapters.container.gateways import Gateways
from horux_adapters.container.reactions import reactions
from horux_adapters.container.settings import Settings
from horux_adapters.container.use_cases import UseCases
from horux_adapters.postgres.addresses import COMMAND, Part
from horux_core.fiscal.alertas.revisando import REVISION
from horux_core.fiscal.cfdi.loading import CARGA
from horux_core.fiscal.configuracion.adjusting import RECALCULO
from horux_core.fiscal.paquetes.importando import PAQUETE
from horux_core.jobs.model import Job

_BORN_BEFORE_A_SWEEP = 50_000
"""Python's own 700 takes half the time of working a year's documents out, none of which makes a cycle."""


class Horux(containers.DeclarativeContainer):
    settings = providers.Dependency(instance_of=Settings)
    part = providers.Dependency(instance_of=Part, default=COMMAND)
    gateways = providers.Container(Gateways, settings=settings, part=part)
    use_cases = providers.Container(UseCases, gateways=gateways, settings=settings)
    backups = providers.Container(Backups, gateways=gateways, settings=settings)
    reactions = providers.Dict(reactions(use_cases))


def job_kinds(horux: Horux) -> Mapping[str, Callable[[Job], None]]:
    """What runs each kind of job."""
    use_cases = horux.use_cases
    return {
        CARGA: use_cases.load_cfdis(),
        RECALCULO: use_cases.recompute_books(),
        PAQUETE: use_cases.load_package(),
        REVISION: use_cases.review_books(),
    }


def by_name(horux: Horux) -> dict[str, Any]:
    """Every use case, built now: a wrong setting fails at the start and not at the first request."""
    every: Any = horux.use_cases.providers
    return {name: provider() for name, provider in every.items() if isinstance(provider, providers.Singleton)}


@contextmanager
def opened(settings: Settings, part: Part = COMMAND) -> Iterator[Horux]:
    """For a process that plays `part` in the service. Everything it holds open is closed at the end."""
    gc.set_threshold(_BORN_BEFORE_A_SWEEP, *gc.get_threshold()[1:])
    horux = Horux(settings=settings, part=part)
    try:
        yield horux
    finally:
        horux.gateways.reading_pool().close()
        horux.gateways.shutdown_resources()
