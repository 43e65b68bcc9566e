"""Taking up the documents that wait to be worked out while nobody is at it."""

from collections.abc import Collection
from dataclasses import dataclass
from uuid import uuid4

from horux_core.fiscal.cfdi.loading import CARGA
from horux_core.fiscal.configuracion.adjusting import RECALCULO
from horux_core.fiscal.contribuyentes import todos
from horux_core.fiscal.paquetes.importando import PAQUETE
from horux_core.fiscal.ports import Books
from horux_core.jobs.model import Job
from horux_core.jobs.ports import Jobs
from horux_core.kernel.clock import Clock
from horux_core.kernel.errors import HoruxError, NotFound, Throttled, Unavailable
from horux_core.kernel.ids import JobId, TenantId
from horux_core.tenancy.ports import Registry

_CALCULAN = frozenset({CARGA, PAQUETE, RECALCULO})
"""The kinds of job that end with everything marked worked out."""


@dataclass(frozen=True, slots=True)
class TakeUpPending:
    """Have worked out, by a job, what a load or a recomputation that failed left marked, and what a migration marked.

    The mark is kept with what made it necessary, so whoever is cut off here loses nothing: the next time finds it.
    """

    books: Books
    registry: Registry
    jobs: Jobs
    clock: Clock

    def __call__(self, skip: Collection[str] = ()) -> dict[str, int]:
        """How many taxpayers, of all but those whose RFC is to be skipped.

        Raises Unavailable at the end when some could not be looked at.
        """
        taken = 0
        later: HoruxError | None = None
        for tenant in todos(self.registry):
            if tenant.rfc in skip:
                continue
            try:
                taken += self._one(tenant.id)
            except (Unavailable, Throttled) as error:
                later = error
            except NotFound:
                # It left meanwhile.
                continue
        if later is not None:
            raise later
        return {"recálculos": taken}

    def _one(self, tenant: TenantId) -> bool:
        if self.jobs.unended(tenant) & _CALCULAN:
            return False
        with self.books.open(tenant) as books:
            if not books.iva.pending(1):
                return False
        self.jobs.put(Job(JobId(uuid4()), tenant, RECALCULO, {}, None, self.clock()))
        return True
