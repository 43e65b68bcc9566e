from dataclasses import dataclass

from horux_adapters.memory.database import Tables
from horux_core.fiscal.cfdi.outcome import Outcome, total
from horux_core.fiscal.cfdi.ports import Avance
from horux_core.kernel.ids import JobId


@dataclass(frozen=True, slots=True)
class MemoryCargas:
    tables: Tables

    def avance(self, job: JobId) -> Avance:
        own = [(hasta, outcome) for (of, hasta), outcome in self.tables["cargas"].items() if of == job]
        notes = sorted(own, key=lambda note: note[0])
        return Avance(notes[-1][0] + 1, total([outcome for _, outcome in notes])) if notes else Avance()

    def anotar(self, job: JobId, hasta: int, outcome: Outcome) -> None:
        self.tables["cargas"][job, hasta] = outcome

    def anotadas(self) -> tuple[JobId, ...]:
        return tuple({of for of, _ in self.tables["cargas"]})

    def olvidar(self, job: JobId) -> None:
        for key in [key for key in self.tables["cargas"] if key[0] == job]:
            del self.tables["cargas"][key]
