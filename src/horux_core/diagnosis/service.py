"""Whether the service does what it has to: its worker, its queues, its duties, its backups."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import ClassVar

from horux_core.diagnosis.model import Finding, failed, named, warned, well
from horux_core.diagnosis.ports import Pulse

_MINUTE = timedelta(minutes=1)
_HOUR = timedelta(hours=1)
_DAY = timedelta(days=1)
_WORKER = "Mira el registro del trabajador (journalctl -u horux-worker) y reinícialo."


def lasting(time: timedelta) -> str:
    """In its largest unit, rounded down."""
    for unit, name in ((_DAY, "días"), (_HOUR, "h"), (_MINUTE, "min")):
        if time >= unit * (2 if unit == _DAY else 1):
            return f"{time // unit} {name}"
    return f"{int(time.total_seconds())} s"


@dataclass(frozen=True, slots=True)
class WorkerLives:
    name: ClassVar[str] = "trabajador"
    pulse: Pulse

    def __call__(self) -> Finding:
        taken = self.pulse.taken()
        if taken.heard_at is None:
            return failed(self, "Ningún trabajador está en marcha.", "Arráncalo: systemctl start horux-worker.")
        silent = max(timedelta(0), taken.taken_at - taken.heard_at)
        if silent > _MINUTE:
            return failed(self, f"El trabajador no da señas desde hace {lasting(silent)}.", _WORKER)
        return well(self, f"El trabajador dio señas hace {lasting(silent)}.")


@dataclass(frozen=True, slots=True)
class JobsMove:
    name: ClassVar[str] = "trabajos"
    pulse: Pulse

    def __call__(self) -> Finding:
        taken = self.pulse.taken()
        waiting, running = taken.jobs_waiting.age(taken.taken_at), taken.jobs_running.age(taken.taken_at)
        if running > _HOUR:
            return failed(self, f"Un trabajo no avanza desde hace {lasting(running)}.", _WORKER)
        if waiting > 15 * _MINUTE:
            return failed(self, f"Un trabajo espera en la cola desde hace {lasting(waiting)}.", _WORKER)
        if taken.jobs_failed:
            advice = "Mira cuáles y por qué en el panel, en Trabajos."
            return warned(self, f"{taken.jobs_failed} trabajos fallaron en el último día.", advice)
        return well(self, f"{taken.jobs_waiting.count} en cola y {taken.jobs_running.count} en proceso.")


@dataclass(frozen=True, slots=True)
class EventsFlow:
    name: ClassVar[str] = "eventos"
    pulse: Pulse

    def __call__(self) -> Finding:
        taken = self.pulse.taken()
        late = taken.events.age(taken.taken_at)
        if late > 10 * _MINUTE:
            return failed(self, f"{taken.events.count} eventos sin entregar, el primero hace {lasting(late)}.", _WORKER)
        if taken.events_given_up:
            said = f"{taken.events_given_up} eventos ya no se intentan entregar."
            return warned(self, said, "Mira su causa en el panel, en Correos y Avisos, y reinténtalos ahí.")
        if late > _MINUTE:
            return warned(self, f"Un evento espera desde hace {lasting(late)}.", _WORKER)
        return well(self, f"{taken.events.count} eventos por entregar.")


@dataclass(frozen=True, slots=True)
class NoticesFlow:
    name: ClassVar[str] = "avisos-de-cobro"
    pulse: Pulse

    def __call__(self) -> Finding:
        taken = self.pulse.taken()
        late, dead = taken.notices_waiting.age(taken.taken_at), taken.notices.get("muerto", 0)
        if late > _HOUR:
            return failed(self, f"Un aviso de MercadoPago espera desde hace {lasting(late)}.", _WORKER)
        if dead:
            advice = "Reinténtalos en el panel, en Avisos, o con POST /api/admin/webhooks/{id}/retry."
            return warned(self, f"{dead} avisos de MercadoPago se dieron por muertos.", advice)
        return well(self, f"{taken.notices_waiting.count} avisos por procesar.")


@dataclass(frozen=True, slots=True)
class DutiesDone:
    name: ClassVar[str] = "deberes"
    pulse: Pulse

    def __call__(self) -> Finding:
        failing = self.pulse.taken().duties_failing
        if failing:
            return warned(self, f"{failing} deberes fallaron la última vez.", "Mira cuáles con: horux duties list.")
        return well(self, "Ningún deber falló la última vez.")


@dataclass(frozen=True, slots=True)
class BackupsProven:
    """A backup nobody restored is a hope. `demanded`: where it is in earnest, none at all is a failure."""

    name: ClassVar[str] = "respaldos"
    pulse: Pulse
    demanded: bool

    def __call__(self) -> Finding:
        taken = self.pulse.taken()
        made, proven = taken.backup.made_at, taken.backup.proven_since
        advice = "Haz uno y pruébalo: horux backup run. Revisa que su reloj corra: systemctl list-timers 'horux*'."
        if made is None:
            tell = failed if self.demanded else warned
            return tell(self, "Nunca se ha hecho un respaldo.", advice)
        age = max(timedelta(0), taken.taken_at - made)
        if age > 50 * _HOUR:
            return failed(self, f"El último respaldo es de hace {lasting(age)}.", advice)
        if proven is None:
            said = "Algo de lo que hay que respaldar nunca se ha restaurado con éxito."
            return failed(self, said, "Mira qué con: horux backup list, y repite: horux backup verify.")
        if taken.taken_at - proven > 8 * _DAY:
            said = f"Lo más viejo que está probado lo está desde hace {lasting(taken.taken_at - proven)}."
            return failed(self, said, "Mira qué falla con: horux backup list, y repite: horux backup verify.")
        if age > 26 * _HOUR:
            return warned(self, f"El último respaldo es de hace {lasting(age)}.", advice)
        return well(self, f"El último respaldo es de hace {lasting(age)} y todo está probado.")


@dataclass(frozen=True, slots=True)
class ClientsWhole:
    """`dead` names the runs of clients taken in or let go that nobody is at, by RFC, and since when."""

    name: ClassVar[str] = "altas-y-bajas"
    dead: Callable[[], tuple[tuple[str, datetime], ...]]
    clock: Callable[[], datetime]

    def __call__(self) -> Finding:
        left = [rfc for rfc, since in self.dead() if self.clock() - since > 5 * _MINUTE]
        if left:
            advice = "El trabajador las retoma solo; si no, hazlo con: horux duties run recuperacion."
            return failed(self, f"Quedaron a medias el alta, la baja o la mudanza de {named(tuple(left))}.", advice)
        return well(self, "Ninguna alta, baja ni mudanza quedó a medias.")
