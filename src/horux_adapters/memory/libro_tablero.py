"""What is kept so that a taxpayer's month is told at once, in memory."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from horux_adapters.memory.cfdis import Kept
from horux_adapters.memory.database import Tables
from horux_core.fiscal.cfdi.model import MXN, PPD, Direccion, Estado, Tipo
from horux_core.fiscal.iva.model import Lado
from horux_core.fiscal.reportes.apuntes import Concepto
from horux_core.fiscal.reportes.contrapartes import Deuda, contraparte
from horux_core.fiscal.tablero.model import Conteo, Importe, Resultado, SaldoDelDia, SaldoInsoluto
from horux_core.kernel.importe import CERO
from horux_core.kernel.periodo import Periodo


@dataclass(frozen=True, slots=True)
class MemoryLibroTablero:
    tables: Tables

    def replace(self, uuids: Iterable[str], importes: Iterable[Importe], saldos: Iterable[SaldoInsoluto]) -> None:
        for uuid in uuids:
            self.tables["tablero_importes"].pop(uuid, None)
            self.tables["tablero_saldos"].pop(uuid, None)
        for importe in importes:
            suyos = self.tables["tablero_importes"]
            suyos[importe.uuid] = (*suyos.get(importe.uuid, ()), importe)
        for saldo in saldos:
            abiertos = self.tables["tablero_saldos"]
            abiertos[saldo.uuid] = (*abiertos.get(saldo.uuid, ()), saldo)

    def resultados(self, desde: Periodo, hasta: Periodo) -> Mapping[Periodo, Resultado]:
        sumas: dict[Periodo, dict[Concepto, Decimal]] = {}
        faltan: dict[Periodo, int] = {}
        todos: Iterable[tuple[Importe, ...]] = self.tables["tablero_importes"].values()
        for importe in (i for suyos in todos for i in suyos if desde <= i.periodo <= hasta):
            mes = sumas.setdefault(importe.periodo, {})
            mes[importe.concepto] = mes.get(importe.concepto, CERO) + (importe.importe or CERO)
            faltan[importe.periodo] = faltan.get(importe.periodo, 0) + (importe.importe is None)
        return {periodo: Resultado(suyas, faltan[periodo]) for periodo, suyas in sumas.items()}

    def saldos(self, periodo: Periodo) -> tuple[SaldoDelDia, ...]:
        dias: dict[tuple[Lado, date], list[Decimal]] = {}
        for abierto in self._abiertos(periodo):
            dias.setdefault((abierto.lado, abierto.fecha), []).append(abierto.saldo)
        return tuple(SaldoDelDia(lado, dia, sum(suyos, CERO), len(suyos)) for (lado, dia), suyos in dias.items())

    def deudas(self, periodo: Periodo | None) -> tuple[Deuda, ...]:
        cfdis: Mapping[str, Kept] = self.tables["cfdis"]
        en_orden = sorted(self._abiertos(periodo), key=lambda s: (s.fecha, s.uuid, s.lado))
        return tuple(Deuda(s.uuid, contraparte(cfdis[s.uuid].stored.cfdi, s.lado), s.fecha, s.saldo) for s in en_orden)

    def sin_cambio(self, periodo: Periodo | None) -> tuple[str, ...]:
        todos: Iterable[tuple[str, Kept]] = self.tables["cfdis"].items()
        return tuple(
            sorted(
                uuid
                for uuid, kept in todos
                if (c := kept.stored.cfdi).tipo is Tipo.INGRESO
                and c.metodo_pago == PPD
                and kept.stored.estado is Estado.VIGENTE
                and c.moneda != MXN
                and kept.stored.tipo_cambio is None
                and (periodo is None or Periodo.of(c.fecha_emision) <= periodo)
            )
        )

    def _abiertos(self, periodo: Periodo | None) -> Iterator[SaldoInsoluto]:
        todos: Iterable[tuple[SaldoInsoluto, ...]] = self.tables["tablero_saldos"].values()
        for saldo in (s for suyos in todos for s in suyos):
            if saldo.hasta is None if periodo is None else _visto(saldo, periodo):
                yield saldo

    def conteo(self, desde: date, hasta: date) -> Conteo:
        todos = (kept.stored for kept in self.tables["cfdis"].values())
        suyos = [c for c in todos if desde <= c.cfdi.fecha_emision.date() <= hasta]
        return Conteo(
            len(suyos),
            sum(c.direccion is not Direccion.RECIBIDO for c in suyos),
            sum(c.direccion is not Direccion.EMITIDO for c in suyos),
            sum(c.estado is Estado.CANCELADO for c in suyos),
        )


def _visto(saldo: SaldoInsoluto, periodo: Periodo) -> bool:
    return saldo.desde <= periodo and (saldo.hasta is None or periodo < saldo.hasta)
