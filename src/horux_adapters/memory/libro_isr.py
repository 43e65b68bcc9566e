from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from horux_adapters.memory.cfdis import Kept
from horux_adapters.memory.database import Tables
from horux_adapters.memory.libro_iva import MemoryLibroIva
from horux_core.fiscal.isr.model import Cuentas, DocumentoIsr, MesIsr, Movimiento
from horux_core.fiscal.isr.movimientos import cuentas
from horux_core.fiscal.iva.model import Documento
from horux_core.kernel.periodo import Periodo


@dataclass(frozen=True, slots=True)
class MemoryLibroIsr:
    tables: Tables

    def connected(self, uuids: Iterable[str]) -> Mapping[str, DocumentoIsr]:
        flujos = MemoryLibroIva(self.tables).connected(uuids)
        return {uuid: _documento(self.tables["cfdis"][uuid], flujo) for uuid, flujo in flujos.items()}

    def replace(self, uuids: Iterable[str], movimientos: Iterable[Movimiento]) -> frozenset[Periodo]:
        guardados = self.tables["isr_movimientos"]
        tocados: set[Periodo] = set()
        for uuid in uuids:
            tocados.update(movimiento.periodo for movimiento in guardados.pop(uuid, ()))
        for movimiento in movimientos:
            guardados[movimiento.uuid] = (*guardados.get(movimiento.uuid, ()), movimiento)
            tocados.add(movimiento.periodo)
        return frozenset(tocados)

    def cuentas(self, anio: int) -> Cuentas:
        return cuentas(movimiento for movimiento in self._todos() if movimiento.periodo.anio == anio)

    def anios(self) -> tuple[int, ...]:
        con_movimiento = {movimiento.periodo.anio for movimiento in self._todos()}
        return tuple(sorted(con_movimiento | {anio for anio, puestos in self.tables["isr_mensual"].items() if puestos}))

    def movimientos(self, desde: Periodo, hasta: Periodo) -> tuple[Movimiento, ...]:
        elegidos = (movimiento for movimiento in self._todos() if desde <= movimiento.periodo <= hasta)
        return tuple(sorted(elegidos, key=lambda m: (m.fecha, m.uuid, m.pago, m.docto, m.clase)))

    def meses(self, anio: int) -> tuple[MesIsr, ...]:
        return tuple(sorted(self.tables["isr_mensual"].get(anio, ()), key=lambda mes: (mes.periodo, mes.regimen)))

    def guardar_meses(self, anio: int, meses: Iterable[MesIsr]) -> None:
        self.tables["isr_mensual"][anio] = tuple(meses)

    def _todos(self) -> Iterable[Movimiento]:
        return (movimiento for suyos in self.tables["isr_movimientos"].values() for movimiento in suyos)


def _documento(kept: Kept, flujo: Documento) -> DocumentoIsr:
    cfdi = kept.stored.cfdi
    return DocumentoIsr(
        flujo,
        cfdi.subtotal,
        cfdi.descuento,
        cfdi.regimen_emisor,
        cfdi.regimen_receptor,
        cfdi.nomina,
        cfdi.retenciones,
        cfdi.isr_retenido,
    )
