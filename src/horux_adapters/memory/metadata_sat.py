from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from horux_adapters.memory.cambios import marcar
from horux_adapters.memory.cfdis import Kept
from horux_adapters.memory.database import Tables
from horux_core.fiscal.paquetes.model import ArchivoMetadata, RenglonMetadata, ResumenCfdi
from horux_core.kernel.periodo import Periodo


@dataclass(frozen=True, slots=True)
class MemoryMetadataSat:
    tables: Tables

    def de(self, uuids: Iterable[str]) -> dict[str, RenglonMetadata]:
        kept = self.tables["metadata_sat"]
        return {uuid: kept[uuid] for uuid in uuids if uuid in kept}

    def del_periodo(self, periodo: Periodo) -> tuple[RenglonMetadata, ...]:
        suyos = (r for r in self.tables["metadata_sat"].values() if Periodo.of(r.fecha_emision) == periodo)
        return tuple(sorted(suyos, key=lambda r: (r.fecha_emision, r.uuid)))

    def guardar(self, renglones: Iterable[RenglonMetadata]) -> None:
        nuevos = {r.uuid: r for r in renglones}
        self.tables["metadata_sat"].update(nuevos)
        marcar(self.tables, nuevos)

    def desde(self, dia: date) -> tuple[RenglonMetadata, ...]:
        return tuple(r for r in self.tables["metadata_sat"].values() if r.fecha_emision.date() >= dia)

    def anotar(self, archivo: ArchivoMetadata) -> None:
        self.tables["metadata_archivos"].setdefault((archivo.huella, archivo.archivo), archivo)

    def archivos(self) -> tuple[ArchivoMetadata, ...]:
        return tuple(sorted(self.tables["metadata_archivos"].values(), key=lambda a: (a.archivo, a.huella)))

    def resumenes(self, uuids: Iterable[str]) -> tuple[ResumenCfdi, ...]:
        kept = self.tables["cfdis"]
        return tuple(_resumen(kept[uuid]) for uuid in dict.fromkeys(uuids) if uuid in kept)

    def resumenes_del_periodo(self, periodo: Periodo) -> tuple[ResumenCfdi, ...]:
        todos = map(_resumen, self.tables["cfdis"].values())
        return tuple(r for r in todos if Periodo.of(r.fecha_emision) == periodo)


def _resumen(kept: Kept) -> ResumenCfdi:
    stored, cfdi = kept.stored, kept.stored.cfdi
    return ResumenCfdi(
        cfdi.uuid,
        stored.direccion,
        cfdi.tipo,
        cfdi.fecha_emision,
        cfdi.rfc_emisor,
        cfdi.rfc_receptor,
        cfdi.total,
        cfdi.moneda,
        stored.estado,
        stored.fecha_cancelacion,
    )
