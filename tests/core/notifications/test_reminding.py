"""Reminders by mail: one for all that are noted together, to who does the returns, once each."""

from dataclasses import replace
from datetime import date, datetime
from uuid import UUID

from contracts.clients import NOW
from horux_adapters.memory.books import MemoryBooks
from horux_core.fiscal.calendario.consultando import de_los_periodos
from horux_core.fiscal.calendario.events import ObligationsDue
from horux_core.fiscal.calendario.generando import Clave, EstadoObligacion
from horux_core.fiscal.calendario.marcando import clave_de
from horux_core.fiscal.calendario.recordatorios import Momento
from horux_core.fiscal.configuracion.model import ConfiguracionFiscal
from horux_core.identity.model import Role
from horux_core.kernel.ids import EventId, TenantId
from horux_core.notifications.letters import Due, ObligationsReminder
from horux_core.notifications.reminding import TellObligationsDue
from tests.core.notifications.desk import ANA, Desk

LOTE = UUID(int=9)
URL = "https://horux360.example/calendario"
IVA, ISR = clave_de("IVA_MENSUAL-2026-02"), clave_de("ISR_PROV_PM-2026-02")


class Remind:
    def __init__(self) -> None:
        self.desk = Desk()
        self.tenant: TenantId = self.desk.client()
        self.books = MemoryBooks(self.desk.control)
        self.event = ObligationsDue(self.tenant, LOTE)
        with self.books.open(self.tenant) as books:
            books.ajustes.guardar(ConfiguracionFiscal(2026, ("601",)))

    def note(self, *claves: Clave) -> None:
        with self.books.open(self.tenant) as books:
            books.calendario.anotar_recordatorios(LOTE, [(clave, Momento.CINCO_DIAS) for clave in claves])

    def tell(self, at: datetime = NOW, ident: EventId = EventId(UUID(int=3))) -> None:  # noqa: B008
        TellObligationsDue(self.desk.readers, self.books, self.desk.post, lambda: at, URL)(self.event, ident)


def test_writes_once_to_owners_and_accountants() -> None:
    remind = Remind()
    remind.desk.joined(remind.tenant, "conta@cascabel.mx", Role.CONTADOR)
    remind.desk.joined(remind.tenant, "mira@cascabel.mx", Role.VISOR)
    remind.desk.joined(remind.tenant, "fuera@cascabel.mx", Role.CONTADOR, active=False)
    remind.note(IVA, ISR)
    remind.tell()
    remind.tell()
    letters = remind.desk.postman.letters()
    assert sorted(to for to, _ in letters) == [ANA, "conta@cascabel.mx"]
    (letter,) = {letter for _, letter in letters}
    assert isinstance(letter, ObligationsReminder)
    assert [(due.nombre, due.periodo) for due in letter.obligaciones] == [
        ("Pago provisional ISR persona moral", "febrero de 2026"),
        ("Pago mensual IVA (definitivo)", "febrero de 2026"),
    ]
    assert all(due.limite.month == 3 and not due.vencida for due in letter.obligaciones)
    assert letter.calendar_url == URL


def test_what_is_past_due_says_so_and_what_was_filed_meanwhile_is_left_out() -> None:
    remind = Remind()
    remind.note(IVA, ISR)
    tarde = datetime(2026, 4, 1, 15, tzinfo=NOW.tzinfo)
    with remind.books.open(remind.tenant) as books:
        (isr,) = (v for v in de_los_periodos(books, ISR.periodo, ISR.periodo, date(2026, 4, 1)) if v.clave == ISR)
        books.calendario.marcar(replace(isr, estado=EstadoObligacion.PRESENTADA, por_persona=True))
    remind.tell(tarde)
    ((_, letter),) = remind.desk.postman.letters()
    assert isinstance(letter, ObligationsReminder)
    (due,) = letter.obligaciones
    assert isinstance(due, Due)
    assert (due.nombre, due.vencida) == ("Pago mensual IVA (definitivo)", True)


def test_nothing_is_written_of_what_was_not_noted_or_is_all_filed() -> None:
    remind = Remind()
    remind.tell()
    assert remind.desk.postman.letters() == []
