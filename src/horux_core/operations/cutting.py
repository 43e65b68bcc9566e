"""The parts that the clients are looked over in: each figure about them is the length of one of these."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from horux_core.kernel.clock import dia_fiscal
from horux_core.operations.clients import Client, Standing


class Cut(StrEnum):
    """Who is in: by how they stand; who pays or may, who came this month, whose e.firma ends soon, who is pressing."""

    AL_CORRIENTE = "al_corriente"
    PENDIENTE = "pendiente"
    VENCIDO = "vencido"
    CANCELADO = "cancelado"
    ACTIVO = "activo"
    NUEVO = "nuevo"
    EFIRMA = "efirma"
    ATENCION = "atencion"


@dataclass(frozen=True, slots=True)
class ClientRow:
    """A client with what follows from the hour."""

    client: Client
    standing: Standing
    due: datetime | None
    overdue: bool
    active_at: datetime | None

    @property
    def late(self) -> bool:
        """It has not paid what it had to, whether it still writes or only reads."""
        return self.standing is Standing.VENCIDO


def within(rows: Iterable[ClientRow], cut: Cut | None, now: datetime) -> list[ClientRow]:
    """Those of the cut, in their order; all of them without one."""
    belongs = _CUTS[cut] if cut else lambda *_: True
    return [row for row in rows if belongs(row, now)]


def counted(rows: Iterable[ClientRow], now: datetime) -> Mapping[Cut, int]:
    """How many are in each; most are in several."""
    every = list(rows)
    return {cut: len(within(every, cut, now)) for cut in Cut}


def _new(row: ClientRow, now: datetime) -> bool:
    return dia_fiscal(row.client.tenant.created_at) >= dia_fiscal(now).replace(day=1)


def _ending(row: ClientRow, now: datetime) -> bool:
    return row.client.fiel_ends(now) is not None


_CUTS: Mapping[Cut, Callable[[ClientRow, datetime], bool]] = {
    Cut.AL_CORRIENTE: lambda row, _: row.standing is Standing.AL_CORRIENTE,
    Cut.PENDIENTE: lambda row, _: row.standing is Standing.PENDIENTE,
    Cut.VENCIDO: lambda row, _: row.late,
    Cut.CANCELADO: lambda row, _: row.standing is Standing.CANCELADO,
    Cut.ACTIVO: lambda row, _: row.standing is not Standing.CANCELADO,
    Cut.NUEVO: _new,
    Cut.EFIRMA: _ending,
    Cut.ATENCION: lambda row, now: row.late or _ending(row, now),
}
