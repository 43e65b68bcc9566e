from dataclasses import dataclass

from horux_adapters.memory.database import Tables
from horux_core.fiscal.configuracion.model import ConfiguracionFiscal, Declaracion


@dataclass(frozen=True, slots=True)
class MemoryAjustes:
    tables: Tables

    def vigente(self, anio: int) -> ConfiguracionFiscal:
        hasta = [c for c in self.todas() if c.anio <= anio]
        return hasta[-1] if hasta else ConfiguracionFiscal(anio)

    def todas(self) -> tuple[ConfiguracionFiscal, ...]:
        return tuple(c for _, c in sorted(self.tables["configuracion_fiscal"].items()))

    def guardar(self, configuracion: ConfiguracionFiscal) -> None:
        self.tables["configuracion_fiscal"][configuracion.anio] = configuracion

    def declaraciones(self, impuesto: str) -> tuple[Declaracion, ...]:
        kept = self.tables["declaraciones"].items()
        return tuple(d for (que, _), d in sorted(kept, key=lambda item: item[0]) if que == impuesto)

    def declarar(self, declaracion: Declaracion) -> None:
        self.tables["declaraciones"][declaracion.impuesto, declaracion.periodo] = declaracion
