"""A taxpayer's documents as a forecast sees them, in memory."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date

from horux_adapters.memory.cfdis import Kept
from horux_adapters.memory.database import Tables
from horux_core.fiscal.cfdi.model import MXN, PUE, Direccion, Estado, Pago, Tipo
from horux_core.fiscal.iva.model import Lado
from horux_core.fiscal.pronostico.model import Comprobante, Liquidado
from horux_core.fiscal.reportes.contrapartes import contraparte

_LADOS = {
    Direccion.EMITIDO: (Lado.EMITIDO,),
    Direccion.RECIBIDO: (Lado.RECIBIDO,),
    Direccion.AMBAS: (Lado.EMITIDO, Lado.RECIBIDO),
}


@dataclass(frozen=True, slots=True)
class MemoryLibroPronostico:
    tables: Tables

    def liquidado(self, desde: date, hasta: date) -> tuple[Liquidado, ...]:
        return tuple(
            uno
            for kept in self._vigentes(Tipo.PAGO)
            for pago in kept.stored.cfdi.pagos
            if desde <= pago.fecha_pago.date() <= hasta
            for uno in self._de_pago(kept, pago)
        )

    def gastos(self, desde: date, hasta: date) -> tuple[Comprobante, ...]:
        return tuple(
            Comprobante(
                c.uuid,
                contraparte(c, Lado.RECIBIDO),
                c.fecha_emision.date(),
                c.moneda,
                kept.stored.tipo_cambio,
                c.total,
            )
            for kept in self._vigentes(Tipo.INGRESO)
            if (c := kept.stored.cfdi).metodo_pago == PUE
            and kept.stored.direccion is not Direccion.EMITIDO
            and desde <= c.fecha_emision.date() <= hasta
        )

    def _de_pago(self, kept: Kept, pago: Pago) -> Iterator[Liquidado]:
        for n, docto in enumerate(pago.doctos):
            factura = self._factura(docto.id_documento)
            if factura is None or docto.pagado <= 0:
                continue
            cfdi, en_mxn = factura.stored.cfdi, pago.moneda == docto.moneda == MXN
            dias = (pago.fecha_pago.date() - cfdi.fecha_emision.date()).days
            for lado in set(_LADOS[kept.stored.direccion]) & set(_LADOS[factura.stored.direccion]):
                yield Liquidado(contraparte(cfdi, lado), dias, 1, docto.pagado, None if en_mxn else pago, n)

    def _vigentes(self, tipo: Tipo) -> Iterator[Kept]:
        for kept in self.tables["cfdis"].values():
            if kept.stored.estado is Estado.VIGENTE and kept.stored.cfdi.tipo is tipo:
                yield kept

    def _factura(self, uuid: str) -> Kept | None:
        kept: Kept | None = self.tables["cfdis"].get(uuid)
        if kept is None or kept.stored.cfdi.tipo is not Tipo.INGRESO:
            return None
        return kept if kept.stored.estado is Estado.VIGENTE else None
