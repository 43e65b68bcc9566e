"""Importing packages of the SAT into a taxpayer's books in memory, with the real reader."""

from dataclasses import dataclass
from typing import Any
from uuid import uuid4

from horux_adapters.memory import cambios
from horux_adapters.sat.paquetes import SatPaquetes
from horux_core.fiscal.calendario.vencimientos import primer_dia, ultimo_dia
from horux_core.fiscal.cfdi.entering import EnterFiles
from horux_core.fiscal.cfdi.loading import EnterBatches
from horux_core.fiscal.cfdi.ports import SpoolRef
from horux_core.fiscal.paquetes.consultando import CompareWithSat, Tramo
from horux_core.fiscal.paquetes.importando import ImportPackage, LoadPackage, ResultadoPaquete, TakePackage
from horux_core.fiscal.paquetes.metadatos import EnterMetadata
from horux_core.fiscal.paquetes.model import Comparado, RenglonMetadata
from horux_core.kernel.ids import JobId
from horux_core.kernel.periodo import Periodo
from tests.carga import Carga
from tests.samples import shared


@dataclass(frozen=True)
class Paqueteria(Carga):
    @property
    def enter_metadata(self) -> EnterMetadata:
        return EnterMetadata(SatPaquetes(self.spool), self.despacho.books, self.despacho.audit)

    @property
    def import_package(self) -> ImportPackage:
        despacho = self.despacho
        files = EnterFiles(self.uploads, despacho.books, self.registry, despacho.entitlements)
        batches = EnterBatches(self.uploads, despacho.books, self.registry, despacho.entitlements, noted=False)
        return ImportPackage(self.enter_metadata, files, batches)

    @property
    def take_package(self) -> TakePackage:
        return TakePackage(self.import_package, self.despacho.jobs, self.despacho.clock)

    @property
    def load_package(self) -> LoadPackage:
        return LoadPackage(self.enter_metadata, self.load_cfdis)

    def spooled(self, *files: tuple[str, bytes]) -> SpoolRef:
        writer = self.spool.create(self.despacho.tenant, JobId(uuid4()))
        for name, content in files:
            writer.begin(name)
            writer.write(content)
        return writer.commit()

    def imported(self, *files: tuple[str, bytes]) -> ResultadoPaquete:
        return self.import_package(self.despacho.actor(), self.spooled(*files))

    def sample(self, name: str) -> ResultadoPaquete:
        return self.imported((name, shared("samples", "sat", name).read_bytes()))

    def compared(self, anio: int, mes: int) -> tuple[Comparado, ...]:
        """What does not coincide in a month."""
        shown = CompareWithSat(self.despacho.books, self.despacho.entitlements)(
            self.despacho.actor(), Tramo(primer_dia(Periodo(anio, mes)), ultimo_dia(Periodo(anio, mes))), limit=1000
        )
        return shown.pagina.items

    def metadata(self, *uuids: str) -> dict[str, RenglonMetadata]:
        with self.despacho.books.open(self.despacho.tenant) as books:
            return books.metadata.de(uuids)

    def tables(self) -> dict[str, Any]:
        """All that the books hold, except in which order it came and how often a document changed on the way."""
        kept = self.despacho.books.databases[self.despacho.tenant].tables
        plain: dict[str, Any] = {name: dict(rows) for name, rows in kept.items() if rows}
        plain.pop(cambios.ULTIMO, None)
        plain[cambios.CAMBIOS] = set(plain.get(cambios.CAMBIOS, {}).values())
        plain["cfdis"] = {uuid: (each.stored, each.original) for uuid, each in plain.get("cfdis", {}).items()}
        return plain
