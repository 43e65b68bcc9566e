"""Which reminders are due on a day: five and two days before, past due, and the early warning; each once."""

from collections.abc import Iterable, Set
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from horux_core.fiscal.calendario.generando import Clave, Vencimiento

DIAS_ANTES = 5
DIAS_ULTIMOS = 2
DIAS_DE_VENCIDA = 30
"""A date missed longer ago is not news: it stays in the calendar and in the alerts."""


class Momento(StrEnum):
    AVISO = "aviso"
    CINCO_DIAS = "5_dias"
    DOS_DIAS = "2_dias"
    VENCIDA = "vencida"


@dataclass(frozen=True, slots=True)
class Recordatorio:
    vencimiento: Vencimiento
    momento: Momento

    @property
    def identidad(self) -> tuple[Clave, Momento]:
        """What makes it one and the same, to be sent once."""
        return self.vencimiento.clave, self.momento


def recordatorios(
    vencimientos: Iterable[Vencimiento], hoy: date, enviados: Set[tuple[Clave, Momento]]
) -> list[Recordatorio]:
    """At most one of each open obligation. A day that was missed is made up for, with the most urgent that applies."""
    hechos = [
        Recordatorio(v, momento) for v in vencimientos if v.abierta and (momento := momento_de(v, hoy)) is not None
    ]
    return [r for r in hechos if r.identidad not in enviados]


def momento_de(v: Vencimiento, hoy: date) -> Momento | None:
    faltan = (v.limite - hoy).days
    if faltan < 0:
        return Momento.VENCIDA if -faltan <= DIAS_DE_VENCIDA else None
    if faltan <= DIAS_ULTIMOS:
        return Momento.DOS_DIAS
    if faltan <= DIAS_ANTES:
        return Momento.CINCO_DIAS
    return Momento.AVISO if v.aviso is not None and hoy >= v.aviso else None
