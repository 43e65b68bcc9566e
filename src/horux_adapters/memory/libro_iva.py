from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from horux_adapters.memory.cambios import marcar
from horux_adapters.memory.cfdis import Kept
from horux_adapters.memory.database import Tables
from horux_core.fiscal.cfdi.model import Direccion, Estado
from horux_core.fiscal.iva.alcance import alcanzados
from horux_core.fiscal.iva.mes import cuentas
from horux_core.fiscal.iva.model import Aviso, Cuenta, Documento, Evento, MesIva
from horux_core.kernel.periodo import Periodo


@dataclass(frozen=True, slots=True)
class MemoryLibroIva:
    tables: Tables

    def pending(self, limit: int) -> tuple[str, ...]:
        return tuple(self.tables["iva_pendientes"])[:limit]

    def mark_all(self) -> None:
        for uuid in self.tables["cfdis"]:
            self.tables["iva_pendientes"].setdefault(uuid, False)

    def cambiaron(self, uuids: Iterable[str]) -> bool:
        return any(self.tables["iva_pendientes"].get(uuid) for uuid in uuids)

    def connected(self, uuids: Iterable[str]) -> dict[str, Documento]:
        efos = self.tables["efos_definitivos"]
        return alcanzados({uuid: _documento(kept, efos) for uuid, kept in self.tables["cfdis"].items()}, uuids)

    def replace(self, uuids: Iterable[str], eventos: Iterable[Evento], avisos: Iterable[Aviso]) -> frozenset[Periodo]:
        tocados: set[Periodo] = set()
        uuids = list(uuids)
        marcar(self.tables, uuids)
        for uuid in uuids:
            tocados.update(evento.periodo for evento in self.tables["iva_eventos"].pop(uuid, ()))
            self.tables["cfdi_avisos"].pop(uuid, None)
            self.tables["iva_pendientes"].pop(uuid, None)
        for evento in eventos:
            _add(self.tables["iva_eventos"], evento.uuid, evento)
            tocados.add(evento.periodo)
        for aviso in avisos:
            _add(self.tables["cfdi_avisos"], aviso.uuid, aviso)
        return frozenset(tocados)

    def cuentas(self, desde: Periodo) -> Mapping[Periodo, tuple[Cuenta, ...]]:
        meses: dict[Periodo, list[Evento]] = {}
        for evento in self._eventos():
            if evento.periodo >= desde:
                meses.setdefault(evento.periodo, []).append(evento)
        return {periodo: tuple(cuentas(suyos)) for periodo, suyos in sorted(meses.items())}

    def eventos(self, periodo: Periodo) -> tuple[Evento, ...]:
        suyos = (evento for evento in self._eventos() if evento.periodo == periodo)
        return tuple(sorted(suyos, key=lambda e: (e.fecha, e.uuid, e.pago, e.docto, e.lado)))

    def primer_periodo(self) -> Periodo | None:
        return min((evento.periodo for evento in self._eventos()), default=None)

    def meses(self, desde: Periodo, hasta: Periodo) -> dict[Periodo, MesIva]:
        return {p: mes for p, mes in sorted(self.tables["iva_mensual"].items()) if desde <= p <= hasta}

    def guardar_meses(self, desde: Periodo, meses: Iterable[MesIva]) -> None:
        puestos = self.tables["iva_mensual"]
        for periodo in [p for p in puestos if p >= desde]:
            del puestos[periodo]
        puestos.update({mes.periodo: mes for mes in meses})

    def _eventos(self) -> Iterable[Evento]:
        return (evento for suyos in self.tables["iva_eventos"].values() for evento in suyos)


def _add(table: dict[Any, Any], uuid: str, row: Evento | Aviso) -> None:
    """A row more of a document's; the rows of a transaction that fails stay as they were."""
    table[uuid] = (*table.get(uuid, ()), row)


def _documento(kept: Kept, efos: Collection[str]) -> Documento:
    stored = kept.stored
    cfdi = stored.cfdi
    return Documento(
        cfdi.uuid,
        cfdi.tipo,
        stored.direccion is not Direccion.RECIBIDO,
        stored.direccion is not Direccion.EMITIDO,
        stored.estado is Estado.VIGENTE,
        cfdi.fecha_emision,
        cfdi.moneda,
        stored.tipo_cambio,
        cfdi.total,
        cfdi.cubetas,
        cfdi.metodo_pago,
        cfdi.forma_pago,
        cfdi.uso_cfdi,
        cfdi.combustible,
        cfdi.rfc_emisor in efos,
        cfdi.periodo_global,
        stored.destino_iva,
        stored.acreditable_pct,
        cfdi.relaciones,
        cfdi.pagos,
    )
