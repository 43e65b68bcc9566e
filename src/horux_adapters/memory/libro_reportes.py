"""A taxpayer's documents as reports see them, in memory."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from horux_adapters.memory.cfdis import Kept
from horux_adapters.memory.database import Tables
from horux_core.fiscal.cfdi.model import Direccion, Estado
from horux_core.fiscal.iva.model import Evento
from horux_core.fiscal.reportes.model import Ficha
from horux_core.kernel.periodo import Periodo


@dataclass(frozen=True, slots=True)
class MemoryLibroReportes:
    tables: Tables

    def fichas(self, uuids: Iterable[str] | None = None) -> dict[str, Ficha]:
        kept = self.tables["cfdis"]
        named = kept if uuids is None else dict.fromkeys(uuids)
        return {uuid: _ficha(kept[uuid]) for uuid in named if uuid in kept}

    def emitidas_entre(self, desde: date, hasta: date) -> tuple[Ficha, ...]:
        vivas = (f for f in self.fichas().values() if f.vigente and desde <= f.fecha.date() <= hasta)
        return tuple(sorted(vivas, key=lambda f: (f.fecha, f.uuid)))

    def nominas_pagadas(self, desde: date, hasta: date) -> tuple[Ficha, ...]:
        pagadas = [
            (f.nomina.fecha_pago, f.uuid, f)
            for f in self.fichas().values()
            if f.vigente and f.nomina is not None and desde <= f.nomina.fecha_pago <= hasta
        ]
        return tuple(f for _, _, f in sorted(pagadas, key=lambda p: p[:2]))

    def con_movimiento(self, desde: Periodo, hasta: Periodo) -> tuple[str, ...]:
        todos: dict[str, tuple[Evento, ...]] = self.tables["iva_eventos"]
        return tuple(sorted(u for u, suyos in todos.items() if any(desde <= e.periodo <= hasta for e in suyos)))


def _ficha(kept: Kept) -> Ficha:
    stored, c = kept.stored, kept.stored.cfdi
    return Ficha(
        c.uuid,
        c.tipo,
        stored.direccion is not Direccion.RECIBIDO,
        stored.direccion is not Direccion.EMITIDO,
        stored.estado is Estado.VIGENTE,
        c.fecha_emision,
        c.moneda,
        stored.tipo_cambio,
        c.subtotal,
        c.descuento,
        c.total,
        c.cubetas,
        c.metodo_pago,
        c.serie,
        c.folio,
        c.rfc_emisor,
        c.nombre_emisor,
        c.regimen_emisor,
        c.rfc_receptor,
        c.nombre_receptor,
        c.lugar_expedicion,
        c.nomina,
    )
