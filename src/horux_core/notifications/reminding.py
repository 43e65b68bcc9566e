"""Reminding of obligations, to who does a client's returns."""

from dataclasses import dataclass

from horux_core.fiscal.calendario.consultando import de_los_periodos
from horux_core.fiscal.calendario.events import ObligationsDue
from horux_core.fiscal.calendario.generando import EstadoObligacion, Vencimiento
from horux_core.fiscal.calendario.ical import del_periodo
from horux_core.fiscal.ports import Books
from horux_core.kernel.clock import Clock, dia_fiscal
from horux_core.kernel.ids import EventId
from horux_core.notifications.letters import Due, ObligationsReminder
from horux_core.notifications.posting import PostMail, post_all, to_each
from horux_core.notifications.readers import Readers


@dataclass(frozen=True, slots=True)
class TellObligationsDue:
    """One mail for all that are noted together and still open, to owners and accountants.

    Raises what `PostMail` raises.
    """

    readers: Readers
    books: Books
    post: PostMail
    clock: Clock
    calendar_url: str

    def __call__(self, event: ObligationsDue, ident: EventId) -> None:
        tenant = self.readers.client(event.tenant)
        abiertas = () if tenant is None else self._abiertas(event)
        if tenant is None or not abiertas:
            return
        debidas = tuple(map(_due, abiertas))
        letter = ObligationsReminder(tenant.nombre, str(tenant.rfc), debidas, self.calendar_url)
        post_all(self.post, ident, tenant.id, to_each(self.readers.desk(tenant.id), letter))

    def _abiertas(self, event: ObligationsDue) -> tuple[Vencimiento, ...]:
        """By due date."""
        hoy = dia_fiscal(self.clock())
        with self.books.open(event.tenant) as books:
            books.calendario.lock()
            claves = {clave for clave, _ in books.calendario.recordatorios(event.lote)}
            if not claves:
                return ()
            periodos = [clave.periodo for clave in claves]
            todas = de_los_periodos(books, min(periodos), max(periodos), hoy)
        return tuple(v for v in todas if v.clave in claves and v.abierta)


def _due(v: Vencimiento) -> Due:
    return Due(v.nombre, del_periodo(v), v.limite, v.estado is EstadoObligacion.VENCIDA)
