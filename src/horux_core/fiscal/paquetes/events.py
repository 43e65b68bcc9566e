from dataclasses import dataclass

from horux_core.kernel.events import Event
from horux_core.kernel.ids import TenantId


@dataclass(frozen=True, slots=True)
class PackagesRefused(Event):
    """Files of a taxpayer's inbox could not be taken in, and lie aside with their reasons. `at` is ISO 8601.

    `archivos` are the first of them, a line each.
    """

    tenant: TenantId
    cuantos: int
    archivos: str
    at: str
