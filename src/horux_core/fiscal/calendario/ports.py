"""What the calendar keeps, and what it asks of the books."""

from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Protocol
from uuid import UUID

from horux_core.fiscal.calendario.generando import Clave, Vencimiento
from horux_core.fiscal.calendario.obligaciones import Condicion
from horux_core.fiscal.calendario.recordatorios import Momento
from horux_core.kernel.ids import TenantId, UserId
from horux_core.kernel.periodo import Periodo


class Calendario(Protocol):
    """What people said of one taxpayer's obligations, the reminders it was sent, and what its books show.

    Obligations themselves are worked out when they are asked for.
    """

    def marcadas(self, desde: Periodo, hasta: Periodo) -> tuple[Vencimiento, ...]:
        """Those that a person set, of periods from one to the other, by period, then obligation."""

    def marcar(self, vencimiento: Vencimiento) -> None:
        """Keep what a person set, in place of what was kept of that obligation and period."""

    def condiciones(self, desde: Periodo, hasta: Periodo) -> Mapping[Periodo, frozenset[Condicion]]:
        """What the books of each month show, both included; a month that shows nothing is not there.

        A payroll or a payment collected counts in the month of its FechaPago while it is vigente; a tax withheld from
        others, in the month in which the document was paid.
        """

    def recordados(self, desde: Periodo) -> frozenset[tuple[Clave, Momento]]:
        """The reminders noted, of periods from `desde` on."""

    def lock(self) -> None:
        """Be the only one that notes reminders, or tells of them, until the transaction ends."""

    def anotar_recordatorios(self, lote: UUID, recordatorios: Iterable[tuple[Clave, Momento]]) -> None:
        """Note them under one name, to be told together; one that is noted already stays under the first."""

    def recordatorios(self, lote: UUID) -> tuple[tuple[Clave, Momento], ...]:
        """Those under that name, by period, then obligation."""


class Feeds(Protocol):
    """The private address of each taxpayer's calendar: one at a time, kept as the hash of its secret."""

    def poner(self, tenant: TenantId, token_hash: str, por: UserId, en: datetime) -> None:
        """In place of the one it had; `por` is who made it."""

    def quitar(self, tenant: TenantId) -> bool:
        """Whether there was one."""

    def puesta(self, tenant: TenantId) -> datetime | None:
        """Since when it has the one it has."""

    def de(self, token_hash: str) -> tuple[TenantId, UserId] | None:
        """Whose it is, and who made it."""
