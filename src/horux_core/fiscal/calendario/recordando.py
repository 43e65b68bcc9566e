"""What each morning does: note which obligations are to be reminded of, each once, and have it told."""

from dataclasses import dataclass
from datetime import timedelta
from uuid import uuid4

from horux_core.fiscal.calendario.consultando import atras, que_vencen
from horux_core.fiscal.calendario.events import ObligationsDue
from horux_core.fiscal.calendario.recordatorios import DIAS_DE_VENCIDA, recordatorios
from horux_core.fiscal.contribuyentes import todos
from horux_core.fiscal.ports import Books
from horux_core.kernel.clock import Clock, dia_fiscal
from horux_core.kernel.errors import HoruxError, NotFound, Throttled, Unavailable
from horux_core.kernel.periodo import Periodo
from horux_core.plans.model import Feature
from horux_core.plans.ports import Entitlements
from horux_core.tenancy.model import Tenant
from horux_core.tenancy.ports import Registry

_HASTA = timedelta(days=31)
"""No early warning comes longer before."""

_UN_ANIO = 12


@dataclass(frozen=True, slots=True)
class RemindObligaciones:
    """Note the reminders due today of every taxpayer whose plan has the calendar; of none from before it came."""

    books: Books
    registry: Registry
    entitlements: Entitlements
    clock: Clock

    def __call__(self) -> dict[str, int]:
        """How many. Raises Unavailable at the end when some have to be tried again."""
        noted = 0
        later: HoruxError | None = None
        for tenant in todos(self.registry):
            try:
                noted += self._one(tenant)
            except (Unavailable, Throttled) as error:
                later = error
            except NotFound:
                # It left meanwhile.
                continue
        if later is not None:
            raise later
        return {"recordatorios": noted}

    def _one(self, tenant: Tenant) -> int:
        """The event is put first, and whoever tells of it waits for the lock: none is told that is not noted."""
        if Feature.CALENDARIO not in self.entitlements.of(tenant.id).features:
            return 0
        hoy = dia_fiscal(self.clock())
        desde = max(dia_fiscal(tenant.created_at), hoy - timedelta(days=DIAS_DE_VENCIDA))
        with self.books.open(tenant.id) as books:
            books.calendario.lock()
            enviados = books.calendario.recordados(atras(Periodo.of(desde), _UN_ANIO))
            debidos = recordatorios(que_vencen(books, desde, hoy + _HASTA, hoy), hoy, enviados)
            if debidos:
                lote = uuid4()
                books.calendario.anotar_recordatorios(lote, [each.identidad for each in debidos])
                with self.registry.transaction() as tx:
                    tx.outbox.put(ObligationsDue(tenant.id, lote))
        return len(debidos)
